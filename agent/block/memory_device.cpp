#include "agent/block/memory_device.h"

#include <sys/resource.h>
#include <sys/sysinfo.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <limits>

#include "agent/block/request_check.h"

namespace block {
namespace {

constexpr std::size_t pagesFor(std::size_t size) { return size / kPageSize + (size % kPageSize != 0 ? 1 : 0); }

// What a device that begins with `size` bytes shall be able to grow to.
std::size_t roomFor(std::size_t size) {
  rlimit limit{};
  struct sysinfo machine {};
  const bool free = ::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
  if (!free || ::sysinfo(&machine) != 0) return size;
  const std::size_t memory = (machine.totalram + machine.totalswap) * machine.mem_unit;
  return std::max(memory, size > std::numeric_limits<std::size_t>::max() / 2 ? size : size * 2);
}

}  // namespace

base::Result<std::unique_ptr<MemoryDevice>> MemoryDevice::make(std::uint64_t size, std::uint32_t blockSize,
                                                               bool readOnly) {
  assert(blockSize == 512 || blockSize == 4096);
  if (size == 0 || size % blockSize != 0) {
    return base::fail("memory of " + std::to_string(size) + " bytes is not some blocks of " +
                      std::to_string(blockSize) + " bytes: choose a multiple");
  }
  const std::size_t room = roomFor(size);
  auto memory = Mapping::make(size, room);
  if (!memory) return base::fail(memory.error());
  auto written = PageMap::make(pagesFor(size), pagesFor(room));
  if (!written) return base::fail(written.error());
  memory->preferHugePages();
  scsi::Geometry geometry;
  geometry.blocks = size / blockSize;
  geometry.blockSize = blockSize;
  geometry.physicalExponent = static_cast<std::uint8_t>(std::countr_zero(kPageSize / blockSize));
  geometry.readOnly = readOnly;
  geometry.thin = true;
  return std::unique_ptr<MemoryDevice>(
      new MemoryDevice(std::move(memory).value(), std::move(written).value(), geometry));
}

MemoryDevice::MemoryDevice(Mapping memory, PageMap written, const scsi::Geometry& geometry)
    : geometry_(geometry), memory_(std::move(memory)), written_(std::move(written)) {}

void MemoryDevice::submit(scsi::BlockRequest& request) {
  assert(wellFormed(request, geometry_));
  if (const auto known = verdict(request, geometry_); known) return request.done(*known);
  const std::size_t offset = request.lba * geometry_.blockSize;
  const std::size_t length = request.blocks * geometry_.blockSize;
  switch (request.kind) {
    case scsi::IoKind::Read: read(request); break;
    case scsi::IoKind::Write: write(request); break;
    case scsi::IoKind::WriteZeroes:
      request.mayUnmap ? discard(offset, length) : writeZeroes(offset, length);
      break;
    case scsi::IoKind::Discard: discard(offset, length); break;
    case scsi::IoKind::Flush: break;
  }
  request.done(scsi::IoResult::Ok);
}

// Both copy at most the range, so that memory of the wrong size reaches no other block.
void MemoryDevice::read(const scsi::BlockRequest& request) const {
  const std::uint8_t* from = memory_.data() + request.lba * geometry_.blockSize;
  std::size_t rest = request.blocks * geometry_.blockSize;
  for (const auto segment : request.memory) {
    const std::size_t size = std::min(segment.size(), rest);
    if (size != 0) std::memcpy(segment.data(), from, size);
    from += size;
    rest -= size;
  }
}

void MemoryDevice::write(const scsi::BlockRequest& request) {
  const std::size_t offset = request.lba * geometry_.blockSize;
  std::uint8_t* to = memory_.data() + offset;
  std::size_t rest = request.blocks * geometry_.blockSize;
  markWritten(offset, rest);
  for (const auto segment : request.memory) {
    const std::size_t size = std::min(segment.size(), rest);
    if (size != 0) std::memcpy(to, segment.data(), size);
    to += size;
    rest -= size;
  }
}

void MemoryDevice::markWritten(std::size_t offset, std::size_t length) {
  const std::size_t first = offset / kPageSize;
  written_.set(first, pagesFor(offset + length) - first);
}

// Large ranges by new pages, which costs less than to write them; small ones where they lie, so that no huge page is
// broken up for them. Either way they count as written: SBC-3 4.7, only an unmap operation deallocates.
void MemoryDevice::writeZeroes(std::size_t offset, std::size_t length) {
  markWritten(offset, length);
  const std::size_t first = (offset + kHugePage - 1) / kHugePage * kHugePage;
  const std::size_t last = (offset + length) / kHugePage * kHugePage;
  if (first >= last) return static_cast<void>(std::memset(memory_.data() + offset, 0, length));
  std::memset(memory_.data() + offset, 0, first - offset);
  memory_.giveBack(first, last - first);
  std::memset(memory_.data() + last, 0, offset + length - last);
}

void MemoryDevice::discard(std::size_t offset, std::size_t length) {
  // The last page may be behind the last block: it goes as a whole when all its blocks go.
  const bool toTheEnd = offset + length == geometry_.blocks * geometry_.blockSize;
  const std::size_t first = (offset + kPageSize - 1) / kPageSize;
  const std::size_t end = toTheEnd ? pagesFor(offset + length) : (offset + length) / kPageSize;
  if (first >= end) return zeroWithin(offset, length);
  zeroWithin(offset, first * kPageSize - offset);
  if (end * kPageSize < offset + length) zeroWithin(end * kPageSize, offset + length - end * kPageSize);
  memory_.giveBack(first * kPageSize, (end - first) * kPageSize);
  written_.clear(first, end - first);
}

// Bytes that share their page with others. A page that nobody wrote is not touched, so that it takes no memory.
void MemoryDevice::zeroWithin(std::size_t offset, std::size_t length) {
  for (const std::size_t end = offset + length; offset < end;) {
    const std::size_t size = std::min(kPageSize - offset % kPageSize, end - offset);
    if (written_.at(offset / kPageSize)) std::memset(memory_.data() + offset, 0, size);
    offset += size;
  }
}

std::optional<base::ByteView> MemoryDevice::view(std::uint64_t lba, std::uint64_t blocks) {
  if (lba > geometry_.blocks || blocks > geometry_.blocks - lba) return std::nullopt;
  return base::ByteView{memory_.data() + lba * geometry_.blockSize, blocks * geometry_.blockSize};
}

scsi::Extent MemoryDevice::extentAt(std::uint64_t lba) {
  assert(lba < geometry_.blocks);
  const std::size_t page = lba * geometry_.blockSize / kPageSize;
  const std::size_t end = (page + written_.runAt(page)) * kPageSize / geometry_.blockSize;
  return {std::min<std::uint64_t>(end, geometry_.blocks) - lba,
          written_.at(page) ? scsi::Provisioning::Mapped : scsi::Provisioning::Deallocated};
}

std::string MemoryDevice::description() const {
  return "memory of " + std::to_string(geometry_.blocks * geometry_.blockSize) + " bytes, blocks of " +
         std::to_string(geometry_.blockSize) + " bytes, thin" + (geometry_.readOnly ? ", read-only" : "");
}

base::Status MemoryDevice::resize(std::uint64_t blocks, Shrink shrink) {
  if (blocks == geometry_.blocks) return {};
  if (blocks == 0 || blocks > std::numeric_limits<std::size_t>::max() / 2 / geometry_.blockSize) {
    return base::fail("a device of " + std::to_string(blocks) + " blocks cannot be");
  }
  if (blocks < geometry_.blocks) {
    if (shrink == Shrink::Refuse) return base::fail("a smaller size loses what lies behind it: allow that explicitly");
    // What grows back later must be zeroes, in the page that stays too.
    discard(blocks * geometry_.blockSize, (geometry_.blocks - blocks) * geometry_.blockSize);
  }
  // A smaller size keeps the addresses behind it: a view may still be there, and reads zeroes.
  const std::size_t size = blocks * geometry_.blockSize;
  if (auto grown = memory_.grow(size); !grown) return grown;
  if (auto resized = written_.resize(pagesFor(size)); !resized) return resized;
  geometry_.blocks = blocks;
  return {};
}

}  // namespace block

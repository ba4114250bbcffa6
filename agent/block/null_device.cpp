#include "agent/block/null_device.h"

#include <cassert>
#include <cstring>

#include "agent/block/request_check.h"

namespace block {

base::Result<std::unique_ptr<NullDevice>> NullDevice::make(std::uint64_t size, std::uint32_t blockSize, bool readOnly) {
  assert(blockSize == 512 || blockSize == 4096);
  if (size == 0 || size % blockSize != 0) {
    return base::fail("a null device of " + std::to_string(size) + " bytes is not some blocks of " +
                      std::to_string(blockSize) + " bytes: choose a multiple");
  }
  auto zeroes = Mapping::make(kHugePage);
  if (!zeroes) return base::fail(zeroes.error());
  scsi::Geometry geometry;
  geometry.blocks = size / blockSize;
  geometry.blockSize = blockSize;
  geometry.readOnly = readOnly;
  return std::unique_ptr<NullDevice>(new NullDevice(std::move(zeroes).value(), geometry));
}

void NullDevice::submit(scsi::BlockRequest& request) {
  assert(wellFormed(request, geometry_));
  if (const auto known = verdict(request, geometry_); known) return request.done(*known);
  if (request.kind == scsi::IoKind::Read) {
    for (const auto segment : request.memory) {
      if (!segment.empty()) std::memset(segment.data(), 0, segment.size());
    }
  }
  request.done(scsi::IoResult::Ok);
}

std::optional<base::ByteView> NullDevice::view(std::uint64_t lba, std::uint64_t blocks) {
  if (lba > geometry_.blocks || blocks > geometry_.blocks - lba) return std::nullopt;
  if (blocks > zeroes_.size() / geometry_.blockSize) return std::nullopt;
  return base::ByteView{zeroes_.data(), blocks * geometry_.blockSize};
}

std::string NullDevice::description() const {
  return "null device of " + std::to_string(geometry_.blocks * geometry_.blockSize) + " bytes, blocks of " +
         std::to_string(geometry_.blockSize) + " bytes" + (geometry_.readOnly ? ", read-only" : "");
}

base::Status NullDevice::resize(std::uint64_t blocks, Shrink shrink) {
  if (blocks == 0) return base::fail("a device of 0 blocks cannot be");
  if (blocks < geometry_.blocks && shrink == Shrink::Refuse) {
    return base::fail("a smaller size loses what lies behind it: allow that explicitly");
  }
  geometry_.blocks = blocks;
  return {};
}

}  // namespace block

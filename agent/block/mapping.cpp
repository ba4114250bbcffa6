#include "agent/block/mapping.h"

#include <sys/mman.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "shared/net/os_error.h"

namespace block {
namespace {

constexpr std::size_t roundUp(std::size_t size, std::size_t to) { return (size + to - 1) / to * to; }

// Addresses for `size` bytes, without access, that begin at a huge page. The kernel is asked for more, and the edges go
// back to it.
void* reserve(std::size_t size) {
  const std::size_t spare = size >= kHugePage ? kHugePage : 0;
  void* found = ::mmap(nullptr, size + spare, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (found == MAP_FAILED || spare == 0) return found;
  const auto address = reinterpret_cast<std::uintptr_t>(found);
  const std::size_t head = roundUp(address, kHugePage) - address;
  auto* start = static_cast<std::uint8_t*>(found) + head;
  if (head != 0) ::munmap(found, head);
  if (spare - head != 0) ::munmap(start + size, spare - head);
  return start;
}

}  // namespace

Mapping::Mapping(Mapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      room_(std::exchange(other.room_, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(room_, other.room_);
  return *this;
}

Mapping::~Mapping() {
  if (data_ != nullptr) ::munmap(data_, room_);
}

base::Result<Mapping> Mapping::make(std::size_t size, std::size_t room) {
  Mapping mapping;
  const std::size_t whole = roundUp(size, kPageSize);
  if (whole < size) return base::fail("there is no address space for that much memory");
  mapping.room_ = std::max(whole, room / kPageSize * kPageSize + (room % kPageSize != 0 ? kPageSize : 0));
  void* place = reserve(mapping.room_);
  if (place == MAP_FAILED && mapping.room_ > whole) {
    mapping.room_ = whole;
    place = reserve(whole);
  }
  if (place == MAP_FAILED) return net::osFailure("cannot map " + std::to_string(size) + " bytes of memory");
  mapping.data_ = static_cast<std::uint8_t*>(place);
  if (auto grown = mapping.grow(size); !grown) return base::fail(grown.error());
  return mapping;
}

void Mapping::preferHugePages() { ::madvise(data_, room_, MADV_HUGEPAGE); }

base::Status Mapping::grow(std::size_t size) {
  const std::size_t whole = roundUp(size, kPageSize);
  if (whole < size || whole > room_) {
    return base::fail("this memory can grow to " + std::to_string(room_) + " bytes, not to " + std::to_string(size));
  }
  if (whole <= size_) return {};
  if (::mprotect(data_ + size_, whole - size_, PROT_READ | PROT_WRITE) != 0) {
    return net::osFailure("cannot map " + std::to_string(size) + " bytes of memory");
  }
  size_ = whole;
  return {};
}

void Mapping::giveBack(std::size_t offset, std::size_t length) {
  assert(offset % kPageSize == 0 && length % kPageSize == 0 && offset <= size_ && length <= size_ - offset);
  // Refused for memory that is locked: then it stays, and is zeroed like any other.
  if (::madvise(data_ + offset, length, MADV_DONTNEED) != 0) std::memset(data_ + offset, 0, length);
}

}  // namespace block

#include "agent/block/mapping.h"

#include <sys/mman.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include "shared/net/os_error.h"

namespace block {
namespace {

constexpr std::size_t roundUp(std::size_t size, std::size_t to) { return (size + to - 1) / to * to; }

// A place of `size` bytes that begins at a huge page. The kernel is asked for more, and the edges go back to it.
void* reserve(std::size_t size) {
  const std::size_t spare = size >= kHugePage ? kHugePage : 0;
  void* found =
      ::mmap(nullptr, size + spare, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
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
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)), huge_(other.huge_) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(huge_, other.huge_);
  return *this;
}

Mapping::~Mapping() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

base::Result<Mapping> Mapping::make(std::size_t size) {
  Mapping mapping;
  const std::size_t whole = roundUp(size, kPageSize);
  if (whole < size) return base::fail("there is no address space for that much memory");
  void* place = reserve(whole);
  if (place == MAP_FAILED) return net::osFailure("cannot map " + std::to_string(size) + " bytes of memory");
  mapping.data_ = static_cast<std::uint8_t*>(place);
  mapping.size_ = whole;
  return mapping;
}

void Mapping::preferHugePages() {
  huge_ = true;
  ::madvise(data_, size_, MADV_HUGEPAGE);
}

base::Status Mapping::resize(std::size_t size) {
  const std::size_t whole = roundUp(size, kPageSize);
  void* place = ::mremap(data_, size_, whole, 0);
  if (place == MAP_FAILED) {
    // No room behind it: everything moves to a place that has.
    void* elsewhere = reserve(whole);
    if (elsewhere == MAP_FAILED) return net::osFailure("cannot map " + std::to_string(size) + " bytes of memory");
    place = ::mremap(data_, size_, whole, MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere);
    if (place == MAP_FAILED) {
      const int error = errno;
      ::munmap(elsewhere, whole);
      return net::osFailure("cannot move " + std::to_string(size) + " bytes of memory", error);
    }
  }
  data_ = static_cast<std::uint8_t*>(place);
  size_ = whole;
  if (huge_) preferHugePages();
  return {};
}

void Mapping::giveBack(std::size_t offset, std::size_t length) {
  assert(offset % kPageSize == 0 && length % kPageSize == 0 && offset <= size_ && length <= size_ - offset);
  // Refused for memory that is locked: then it stays, and is zeroed like any other.
  if (::madvise(data_ + offset, length, MADV_DONTNEED) != 0) std::memset(data_ + offset, 0, length);
}

}  // namespace block

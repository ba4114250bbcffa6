// AlignedMemory: bytes at the beginning of a page, for what the kernel copies to and from in large pieces. A move-only
// value; throws std::bad_alloc.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

namespace initiator_ctl {

class AlignedMemory {
 public:
  static constexpr std::align_val_t kPage{4096};

  AlignedMemory() = default;
  explicit AlignedMemory(std::size_t size)
      : bytes_(static_cast<std::uint8_t*>(::operator new(size, kPage))), size_(size) {
    std::fill_n(bytes_.get(), size, std::uint8_t{0});
  }

  [[nodiscard]] std::uint8_t* get() const { return bytes_.get(); }
  [[nodiscard]] std::span<std::uint8_t> span() const { return {bytes_.get(), size_}; }

 private:
  struct Free {
    void operator()(std::uint8_t* bytes) const { ::operator delete(bytes, kPage); }
  };
  std::unique_ptr<std::uint8_t, Free> bytes_;
  std::size_t size_ = 0;
};

}  // namespace initiator_ctl

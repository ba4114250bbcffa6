// BouncePool: aligned memory for requests whose own memory a disk cannot take (O_DIRECT).
//
// Bound: kBuffers of kBounceSize; take() gives nullptr when all are out, and the request waits until one comes back.
// Buffers are made at first need and kept. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>

#include "agent/block/mapping.h"

namespace block {

inline constexpr std::size_t kBounceSize = 256 * 1024;  // bytes; a multiple of every alignment that a disk asks for

class BouncePool {
 public:
  static constexpr std::size_t kBuffers = 16;

  BouncePool() = default;
  BouncePool(const BouncePool&) = delete;
  BouncePool& operator=(const BouncePool&) = delete;
  ~BouncePool() {
    while (free_ > 0) std::free(buffers_[--free_]);
  }

  [[nodiscard]] bool hasOne() const { return free_ > 0 || made_ < kBuffers; }
  // nullptr when all are out, or the system has no memory.
  std::uint8_t* take() {
    if (free_ > 0) return buffers_[--free_];
    if (made_ == kBuffers) return nullptr;
    auto* buffer = static_cast<std::uint8_t*>(std::aligned_alloc(kPageSize, kBounceSize));
    if (buffer != nullptr) ++made_;
    return buffer;
  }
  void giveBack(std::uint8_t* buffer) { buffers_[free_++] = buffer; }

 private:
  std::array<std::uint8_t*, kBuffers> buffers_{};  // the first free_ are here
  std::size_t free_ = 0;
  std::size_t made_ = 0;
};

}  // namespace block

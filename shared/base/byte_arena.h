// ByteArena: bytes that are appended, with room for more behind them that nobody has written yet.
//
// As a vector of bytes, without its zeroes for new room and its iterators: for whoever appends many short pieces. clear()
// keeps the memory. Moved, not copied; a moved-from arena is empty. Views of it end with the next append. One thread.
// Errors: none; memory exhaustion throws. Bound: what the owner puts in.
#pragma once

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>

#include "shared/base/bytes.h"

namespace base {

class ByteArena {
 public:
  ByteArena() = default;
  ByteArena(ByteArena&& other) noexcept
      : block_(std::move(other.block_)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  ByteArena& operator=(ByteArena&& other) noexcept {
    block_ = std::move(other.block_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] ByteView view() const { return {block_.get(), size_}; }
  [[nodiscard]] std::uint8_t& operator[](std::size_t at) { return block_[at]; }

  // At least `size` bytes to write to, right behind the last one; taken() says up to where they were written.
  [[nodiscard]] std::uint8_t* room(std::size_t size) {
    if (capacity_ - size_ < size) grow(size);
    return block_.get() + size_;
  }
  void taken(const std::uint8_t* end) {
    size_ = static_cast<std::size_t>(end - block_.get());
    assert(size_ <= capacity_);
  }
  void append(ByteView bytes) {
    if (bytes.empty()) return;
    std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  // Forgets what stands behind `size` bytes.
  void shrink(std::size_t size) {
    assert(size <= size_);
    size_ = size;
  }
  void clear() { size_ = 0; }

 private:
  void grow(std::size_t size) {
    const std::size_t capacity = std::max(size_ + size, 2 * capacity_);
    auto block = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
    if (size_ != 0) std::memcpy(block.get(), block_.get(), size_);
    block_ = std::move(block);
    capacity_ = capacity;
  }

  std::unique_ptr<std::uint8_t[]> block_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace base

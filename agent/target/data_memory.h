// DataMemory: blocks of memory, each in one piece, for data on its way from initiators.
//
// Sizes are rounded up to powers of two between kSmallest and kLargest; blocks that come back are kept for the next of
// their size. Bound: `maxBytes` of blocks in all; when they are used up by others' sizes, kept blocks are freed first.
// take() gives nothing beyond that. One owner, no locks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace target {

class DataMemory {
 public:
  static constexpr std::size_t kSmallest = 4096;
  static constexpr std::size_t kLargest = std::size_t{32} << 20;

  explicit DataMemory(std::size_t maxBytes) : maxBytes_(maxBytes) {}
  ~DataMemory();
  DataMemory(const DataMemory&) = delete;
  DataMemory& operator=(const DataMemory&) = delete;

  // `size` bytes; empty: there is no room, or the size is above kLargest.
  [[nodiscard]] std::span<std::uint8_t> take(std::size_t size);
  // What take() gave, whole.
  void give(std::span<std::uint8_t> block);

  [[nodiscard]] std::size_t bytesInUse() const { return inUse_; }

 private:
  static constexpr std::size_t kClasses = 14;
  static std::size_t classOf(std::size_t size);
  bool makeRoom(std::size_t size);

  std::array<std::vector<std::uint8_t*>, kClasses> free_;
  std::size_t maxBytes_;
  std::size_t made_ = 0;  // bytes of all blocks, kept ones too
  std::size_t inUse_ = 0;
};

}  // namespace target

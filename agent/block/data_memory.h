// DataMemory: blocks of memory, each in one piece, for data on its way from initiators.
//
// Sizes are rounded up to powers of two between kSmallest and kLargest; blocks that come back are kept for the next of
// their size. Bound: `maxBytes` of blocks in all; when they are used up by others' sizes, kept blocks are freed first.
// Each session has a DataShare of it, and never has more than it leaves to others; its first block it gets as long as
// there is one. So the next always finds half of what is there, and waits for nobody who took all and sends nothing.
// take() gives nothing beyond those two. One owner, no locks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace block {

// What one of those who share a DataMemory has of it.
struct DataShare {
  std::size_t inUse = 0;  // bytes of blocks
};

class DataMemory {
 public:
  static constexpr std::size_t kSmallest = 4096;
  static constexpr std::size_t kLargest = std::size_t{32} << 20;

  explicit DataMemory(std::size_t maxBytes) : maxBytes_(maxBytes) {}
  ~DataMemory();
  DataMemory(const DataMemory&) = delete;
  DataMemory& operator=(const DataMemory&) = delete;

  // `size` bytes; empty: there is no room, or not for this share, or the size is above kLargest.
  [[nodiscard]] std::span<std::uint8_t> take(std::size_t size, DataShare& share);
  // What take() gave, whole, to the share that took it.
  void give(std::span<std::uint8_t> block, DataShare& share);

  [[nodiscard]] std::size_t bytesInUse() const { return inUse_; }
  // How often a share was refused what was there.
  [[nodiscard]] std::uint64_t refusedForShare() const { return refusedForShare_; }

 private:
  static constexpr std::size_t kClasses = 14;
  static std::size_t classOf(std::size_t size);
  [[nodiscard]] bool fair(std::size_t bytes, const DataShare& share) const {
    return share.inUse == 0 || share.inUse + inUse_ + 2 * bytes <= maxBytes_;
  }
  bool makeRoom(std::size_t size);

  std::array<std::vector<std::uint8_t*>, kClasses> free_;
  std::size_t maxBytes_;
  std::size_t made_ = 0;  // bytes of all blocks, kept ones too
  std::size_t inUse_ = 0;
  std::uint64_t refusedForShare_ = 0;
};

}  // namespace block

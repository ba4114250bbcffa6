// Memory for data-in and for what a command reads to compare or to change: chunks of one size, kept and given again.
//
// One pool serves the logical units of a thread; it belongs to that thread. Bound: `maxBytes`, rounded down to whole
// chunks; take() gives nothing beyond that, and the command ends with TASK SET FULL, which an initiator repeats. Each
// session has a BufferShare, by the rule of block::DataMemory: it never has more than it leaves to others, but what it
// takes first it gets as long as there is as much. So one that does not read what it asked for leaves half to the next.
// Without a share only the bound holds: for copies, whose memory waits for no initiator. Chunks are allocated when they
// are first needed and stay. Their contents are whatever was there before: who takes them
// fills all that it shows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace scsi {

// What one of those who share a BufferPool has of it.
struct BufferShare {
  std::size_t chunks = 0;
};

class BufferPool {
 public:
  explicit BufferPool(std::size_t maxBytes, std::size_t chunkSize = 65536)
      : chunkSize_(chunkSize), maxChunks_(maxBytes / chunkSize) {}
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  // Appends spans of `bytes` bytes in all to `out`; false, and nothing, if the pool has not as much left, or not for
  // this share.
  [[nodiscard]] bool take(std::size_t bytes, std::vector<std::span<std::uint8_t>>& out, BufferShare* share = nullptr) {
    const std::size_t chunks = (bytes + chunkSize_ - 1) / chunkSize_;
    if (chunks > maxChunks_ - used_) return false;
    if (share != nullptr && share->chunks != 0 && share->chunks + used_ + 2 * chunks > maxChunks_) return false;
    for (std::size_t i = 0; i < chunks; ++i) {
      out.emplace_back(takeChunk(), std::min(chunkSize_, bytes - i * chunkSize_));
    }
    used_ += chunks;
    if (share != nullptr) share->chunks += chunks;
    return true;
  }
  // Gives back all spans that take() gave to this share, and empties the list.
  void give(std::vector<std::span<std::uint8_t>>& spans, BufferShare* share = nullptr) {
    if (share != nullptr) share->chunks -= spans.size();
    for (const std::span<std::uint8_t> span : spans) free_.push_back(span.data());
    used_ -= spans.size();
    spans.clear();
  }
  [[nodiscard]] std::size_t capacity() const { return maxChunks_ * chunkSize_; }
  [[nodiscard]] std::size_t chunksInUse() const { return used_; }

 private:
  std::uint8_t* takeChunk() {
    if (free_.empty()) {
      chunks_.push_back(std::unique_ptr<std::uint8_t[]>(new std::uint8_t[chunkSize_]));
      free_.reserve(chunks_.size());
      return chunks_.back().get();
    }
    std::uint8_t* const chunk = free_.back();
    free_.pop_back();
    return chunk;
  }

  std::size_t chunkSize_;
  std::size_t maxChunks_;
  std::size_t used_ = 0;
  std::vector<std::unique_ptr<std::uint8_t[]>> chunks_;
  std::vector<std::uint8_t*> free_;
};

}  // namespace scsi

#include "agent/block/segments.h"

#include <algorithm>
#include <cstring>

namespace block {

SegmentCursor::Described SegmentCursor::describe(std::span<iovec> out, std::size_t limit) const {
  Described described;
  std::size_t within = within_;
  for (std::size_t i = index_; i < segments_.size() && described.count < out.size() && limit > 0; ++i) {
    const std::size_t size = std::min(segments_[i].size() - within, limit);
    if (size != 0) {
      out[described.count++] = {segments_[i].data() + within, size};
      described.bytes += size;
      limit -= size;
    }
    within = 0;
  }
  return described;
}

void SegmentCursor::copyTo(std::span<std::uint8_t> to) const {
  std::size_t within = within_;
  for (std::size_t i = index_; i < segments_.size() && !to.empty(); ++i) {
    const std::size_t size = std::min(segments_[i].size() - within, to.size());
    if (size != 0) std::memcpy(to.data(), segments_[i].data() + within, size);
    to = to.subspan(size);
    within = 0;
  }
}

void SegmentCursor::copyFrom(std::span<const std::uint8_t> from) const {
  std::size_t within = within_;
  for (std::size_t i = index_; i < segments_.size() && !from.empty(); ++i) {
    const std::size_t size = std::min(segments_[i].size() - within, from.size());
    if (size != 0) std::memcpy(segments_[i].data() + within, from.data(), size);
    from = from.subspan(size);
    within = 0;
  }
}

void SegmentCursor::fillZeroes(std::size_t bytes) const {
  std::size_t within = within_;
  for (std::size_t i = index_; i < segments_.size() && bytes > 0; ++i) {
    const std::size_t size = std::min(segments_[i].size() - within, bytes);
    if (size != 0) std::memset(segments_[i].data() + within, 0, size);
    bytes -= size;
    within = 0;
  }
}

void SegmentCursor::advance(std::size_t bytes) {
  while (bytes > 0 && index_ < segments_.size()) {
    const std::size_t size = std::min(segments_[index_].size() - within_, bytes);
    within_ += size;
    bytes -= size;
    if (within_ == segments_[index_].size()) {
      ++index_;
      within_ = 0;
    }
  }
}

bool aligned(Segments segments, std::size_t memory, std::size_t size) {
  return std::all_of(segments.begin(), segments.end(), [&](std::span<std::uint8_t> segment) {
    return reinterpret_cast<std::uintptr_t>(segment.data()) % memory == 0 && segment.size() % size == 0;
  });
}

}  // namespace block

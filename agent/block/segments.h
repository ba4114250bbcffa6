// SegmentCursor: a position in the memory of a request, which is some spans.
//
// Borrows them. Sizes are bytes. Whoever calls does not go beyond the end.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace block {

using Segments = std::span<const std::span<std::uint8_t>>;

class SegmentCursor {
 public:
  SegmentCursor() = default;
  explicit SegmentCursor(Segments segments) : segments_(segments) {}

  struct Described {
    unsigned count = 0;     // entries of `out`
    std::size_t bytes = 0;  // in all of them
  };
  // Describes the memory from here on, up to `limit` bytes or until `out` is full. The position stays.
  [[nodiscard]] Described describe(std::span<iovec> out, std::size_t limit) const;
  // Copies `to.size()` bytes from here on; the position stays.
  void copyTo(std::span<std::uint8_t> to) const;
  // Copies `from` to here; the position stays.
  void copyFrom(std::span<const std::uint8_t> from) const;
  // Makes `bytes` from here on zeroes; the position stays.
  void fillZeroes(std::size_t bytes) const;
  void advance(std::size_t bytes);

 private:
  Segments segments_;
  std::size_t index_ = 0;   // of the segment
  std::size_t within_ = 0;  // bytes of it that are behind the position
};

// Whether the kernel can move these straight to and from a disk: all addresses are multiples of `memory`, and all
// sizes of `size`.
bool aligned(Segments segments, std::size_t memory, std::size_t size);

}  // namespace block

// RangeSet: which bytes of a transfer have come.
//
// Bytes that come in order cost one number. What comes ahead of a hole is a sorted list of ranges, and only that list
// allocates; its memory stays for the next transfer. Bound: kMaxRanges ranges behind the first hole; an add() beyond it
// is refused and changes nothing. One owner, no locks. Offsets and lengths are bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace iscsi {

struct ByteRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;  // behind the last byte

  [[nodiscard]] std::uint32_t length() const { return end - begin; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

class RangeSet {
 public:
  enum class Added : std::uint8_t { Ok, Overlap, TooMany };
  static constexpr std::size_t kMaxRanges = 256;

  void clear() {
    contiguous_ = 0;
    ahead_.clear();
  }

  // Whether add() would take the range. An empty range is always taken.
  [[nodiscard]] Added check(ByteRange range) const;
  Added add(ByteRange range);

  // All bytes below this have come.
  [[nodiscard]] std::uint32_t contiguous() const { return contiguous_; }
  [[nodiscard]] bool covers(std::uint32_t end) const { return contiguous_ >= end; }
  // The first bytes within `within` that have not come.
  [[nodiscard]] std::optional<ByteRange> firstMissing(ByteRange within) const;

 private:
  void absorb();

  std::uint32_t contiguous_ = 0;
  std::vector<ByteRange> ahead_;  // sorted, apart from each other and behind contiguous_
};

}  // namespace iscsi

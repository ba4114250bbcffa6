#include "agent/iscsi/range_set.h"

#include <algorithm>

namespace iscsi {
namespace {

// The first range that ends behind `at`: the only one that could hold it, else the next one after it.
auto firstEndingBehind(const std::vector<ByteRange>& ranges, std::uint32_t at) {
  return std::upper_bound(ranges.begin(), ranges.end(), at,
                          [](std::uint32_t n, const ByteRange& range) { return n < range.end; });
}

}  // namespace

RangeSet::Added RangeSet::check(ByteRange range) const {
  if (range.length() == 0) return Added::Ok;
  if (range.begin < contiguous_) return Added::Overlap;
  if (ahead_.empty()) return Added::Ok;
  const auto next = firstEndingBehind(ahead_, range.begin);
  if (next != ahead_.end() && next->begin < range.end) return Added::Overlap;
  const bool joins = range.begin == contiguous_ || (next != ahead_.end() && next->begin == range.end) ||
                     (next != ahead_.begin() && std::prev(next)->end == range.begin);
  return joins || ahead_.size() < kMaxRanges ? Added::Ok : Added::TooMany;
}

RangeSet::Added RangeSet::add(ByteRange range) {
  const Added added = check(range);
  if (added != Added::Ok || range.length() == 0) return added;
  if (range.begin == contiguous_) {
    contiguous_ = range.end;
    absorb();
    return added;
  }
  const auto next = ahead_.begin() + (firstEndingBehind(ahead_, range.begin) - ahead_.begin());
  const bool joinsNext = next != ahead_.end() && next->begin == range.end;
  const bool joinsPrevious = next != ahead_.begin() && std::prev(next)->end == range.begin;
  if (joinsPrevious && joinsNext) {
    std::prev(next)->end = next->end;
    ahead_.erase(next);
  } else if (joinsPrevious) {
    std::prev(next)->end = range.end;
  } else if (joinsNext) {
    next->begin = range.begin;
  } else {
    ahead_.insert(next, range);
  }
  return added;
}

void RangeSet::absorb() {
  if (ahead_.empty() || ahead_.front().begin != contiguous_) return;
  contiguous_ = ahead_.front().end;
  ahead_.erase(ahead_.begin());
}

std::optional<ByteRange> RangeSet::firstMissing(ByteRange within) const {
  std::uint32_t at = std::max(within.begin, contiguous_);
  if (at >= within.end) return std::nullopt;
  auto next = firstEndingBehind(ahead_, at);
  if (next != ahead_.end() && next->begin <= at) {
    at = next->end;
    ++next;
  }
  if (at >= within.end) return std::nullopt;
  return ByteRange{at, next != ahead_.end() ? std::min(next->begin, within.end) : within.end};
}

}  // namespace iscsi

// LatencyHistogram: durations in buckets of at most 3 % width, for percentiles of millions of operations in little
// memory.
//
// A value; no allocation after the constructor. Range: 1 ns to 2^40 ns (18 minutes); longer ones count as that.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "shared/base/clock.h"

namespace initiator_ctl {

class LatencyHistogram {
 public:
  LatencyHistogram() : counts_(kBuckets, 0) {}

  void add(base::Duration duration) {
    const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
    ++counts_[bucketOf(std::min(ns, kMost))];
    ++count_;
    most_ = std::max(most_, ns);
    sum_ += ns;
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] base::Duration most() const { return base::Duration(static_cast<std::int64_t>(most_)); }
  [[nodiscard]] base::Duration mean() const {
    return base::Duration(static_cast<std::int64_t>(count_ == 0 ? 0 : sum_ / count_));
  }
  // The duration that `part` (0 to 1) of all do not exceed.
  [[nodiscard]] base::Duration percentile(double part) const {
    const auto wanted = static_cast<std::uint64_t>(part * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > wanted || seen == count_) return base::Duration(static_cast<std::int64_t>(std::min(upper(i), most_)));
    }
    return {};
  }

 private:
  static constexpr unsigned kBits = 5;  // buckets for each power of two: 32
  static constexpr std::uint64_t kMost = (std::uint64_t{1} << 40) - 1;
  static constexpr std::size_t kBuckets = (40 - kBits + 1) << kBits;

  static std::size_t bucketOf(std::uint64_t ns) {
    if (ns < (1U << kBits)) return static_cast<std::size_t>(ns);
    const auto shift = static_cast<unsigned>(std::bit_width(ns)) - 1 - kBits;
    return (std::size_t{shift + 1} << kBits) + static_cast<std::size_t>((ns >> shift) - (1U << kBits));
  }
  // The largest value of a bucket.
  static std::uint64_t upper(std::size_t bucket) {
    if (bucket < (1U << kBits)) return bucket;
    const std::size_t shift = (bucket >> kBits) - 1;
    return (((bucket & ((1U << kBits) - 1)) + (1U << kBits) + 1) << shift) - 1;
  }

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t most_ = 0;
  std::uint64_t sum_ = 0;
};

}  // namespace initiator_ctl

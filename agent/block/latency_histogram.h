// Durations of commands by powers of two, for histograms of metrics: of a unit, a session, a path. A plain value.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "shared/base/clock.h"

namespace block {

// Slot n counts those below 2^n microseconds that no lower slot counts; the last one takes all longer ones.
struct LatencyHistogram {
  static constexpr std::size_t kSlots = 26;  // up to 2^25 us, 33 s
  std::array<std::uint64_t, kSlots> counts{};
  std::uint64_t nanoseconds = 0;  // sum of all

  void add(base::Duration duration) {
    const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
    const auto slot = static_cast<std::size_t>(std::bit_width(ns / 1000));
    ++counts[std::min(slot, kSlots - 1)];
    nanoseconds += ns;
  }
};

}  // namespace block

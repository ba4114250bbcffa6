#include "agent/target/facts.h"

#include <algorithm>
#include <bit>

namespace target {

void LatencyHistogram::add(base::Duration duration) {
  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
  const auto slot = static_cast<std::size_t>(std::bit_width(ns / 1000));
  ++counts[std::min(slot, kSlots - 1)];
  nanoseconds += ns;
}

}  // namespace target

#include "agent/app/path_latency.h"

#include <numeric>

namespace agent {

std::uint32_t PathLatency::medianOf(const block::LatencyHistogram& now, const block::LatencyHistogram& before) {
  block::LatencyHistogram lately;
  for (std::size_t slot = 0; slot < lately.counts.size(); ++slot) {
    if (now.counts[slot] < before.counts[slot]) return medianOf(now, {});  // another process counts
    lately.counts[slot] = now.counts[slot] - before.counts[slot];
  }
  const std::uint64_t all = std::accumulate(lately.counts.begin(), lately.counts.end(), std::uint64_t{0});
  if (all == 0) return 0;
  std::uint64_t counted = 0;
  std::size_t slot = 0;
  while ((counted += lately.counts[slot]) * 2 < all) ++slot;
  return std::uint32_t{1} << slot;  // slot n counts those below 2^n microseconds
}

std::vector<PathLatency::Path> PathLatency::take(const std::vector<PathSample>& samples, base::TimePoint now) {
  struct Sum {
    block::LatencyHistogram latency;
    std::uint64_t errors = 0;
    bool up = false;
  };
  std::map<std::pair<std::string, std::string>, Sum> sums;
  for (const PathSample& sample : samples) {
    const auto key = std::pair(sample.target, sample.portal);
    if (sums.size() == kMaxPaths && !sums.contains(key)) continue;
    Sum& sum = sums[key];
    for (std::size_t slot = 0; slot < sum.latency.counts.size(); ++slot) {
      sum.latency.counts[slot] += sample.latency.counts[slot];
    }
    sum.errors += sample.errors + sample.losses;
    sum.up = sum.up || sample.up;
  }
  std::erase_if(windows_, [&](const auto& one) { return !sums.contains(one.first); });
  std::vector<Path> paths;
  for (const auto& [key, sum] : sums) {
    const auto [at, fresh] = windows_.try_emplace(key, Window{sum.latency, now, medianOf(sum.latency, {})});
    Window& window = at->second;
    if (!fresh && now - window.since >= kWindow) {
      // A minute without a request says nothing new.
      if (const std::uint32_t median = medianOf(sum.latency, window.before); median != 0) window.median = median;
      window.before = sum.latency;
      window.since = now;
    }
    paths.push_back({key.first, key.second, sum.up, {window.median, sum.errors}});
  }
  return paths;
}

}  // namespace agent

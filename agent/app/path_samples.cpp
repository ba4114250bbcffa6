#include "agent/app/path_samples.h"

#include "shared/base/json_members.h"

namespace agent {

using base::Json;

Json latencyJson(const block::LatencyHistogram& latency) {
  std::size_t used = latency.counts.size();
  while (used > 0 && latency.counts[used - 1] == 0) --used;
  return Json::Array(latency.counts.begin(), latency.counts.begin() + static_cast<std::ptrdiff_t>(used));
}

void addPathSamples(std::vector<PathSample>& samples, const std::string& target, std::uint32_t lun,
                    const Json& status) {
  for (const Json& path : listOf(status, "paths")) {
    PathSample& sample = samples.emplace_back();
    sample.target = target;
    sample.lun = lun;
    sample.portal = textOf(path, "portal");
    sample.up = textOf(path, "state") == "up";
    sample.requests = numberOf(path, "requests");
    sample.bytes = numberOf(path, "bytes");
    sample.errors = numberOf(path, "errors");
    sample.losses = numberOf(path, "losses");
    sample.latency.nanoseconds = numberOf(path, "latency_sum_us") * 1000;
    std::size_t slot = 0;
    for (const Json& count : listOf(path, "latency_counts")) {
      if (slot == block::LatencyHistogram::kSlots) break;
      sample.latency.counts[slot++] = count.number() == nullptr ? 0 : *count.number();
    }
  }
}

}  // namespace agent

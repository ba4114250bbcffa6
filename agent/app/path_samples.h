// What the processes of a host's disks say of their paths (disk.status), as numbers for metrics. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/block/latency_histogram.h"
#include "shared/base/json.h"

namespace agent {

struct PathSample {
  std::string target;
  std::uint32_t lun = 0;
  std::string portal;
  bool up = false;
  std::uint64_t requests = 0;
  std::uint64_t bytes = 0;
  std::uint64_t errors = 0;
  std::uint64_t losses = 0;
  block::LatencyHistogram latency;
};

// The member `latency_counts` of a path: the counts of the slots, without the empty ones at the end.
base::Json latencyJson(const block::LatencyHistogram& latency);
// `status` is an answer to disk.status. What is missing or of another type is 0.
void addPathSamples(std::vector<PathSample>& samples, const std::string& target, std::uint32_t lun,
                    const base::Json& status);

}  // namespace agent

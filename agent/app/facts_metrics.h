// Metrics of single units, targets, sessions and paths of disks, as text for a scraper, from the facts that a target
// server gives.
//
// Pure functions. Labels are ids and names of the configuration, so their number is bounded by it; sessions and paths
// have samples of their own only while there are not more of them than a setting says, because peers open sessions and
// name servers name portals.
#pragma once

#include <span>
#include <string>

#include "agent/app/path_samples.h"
#include "agent/target/facts.h"
#include "agent/target/setup.h"
#include "shared/ops/metrics.h"

namespace agent {

// A family of samples; its labels hold what the facts say.
struct FactsMetric {
  std::string_view name;
  ops::MetricKind kind = ops::MetricKind::Counter;
  std::string_view labels;  // for the reference page
  std::string_view help;
};
std::span<const FactsMetric> factsMetricTable();

struct Facts {
  std::vector<target::UnitFacts> units;
  std::vector<target::SessionFacts> sessions;
  std::vector<std::string> targets;  // names
  std::vector<PathSample> paths;     // of disks of this host
};

void writeFactsMetrics(std::string& out, const Facts& facts, std::size_t maxSessions);

}  // namespace agent

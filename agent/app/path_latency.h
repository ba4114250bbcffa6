// How long requests took lately on the paths of a host's disks: the median of each minute, by target and portal, of all
// disks there together. Rounded up to a power of two, so that a report is another one only when it is another time.
//
// Fed with what the processes have counted since they began, as often as somebody asks; a process that began anew has
// counted less, and is taken from nothing. Pure but for the time that is given; one owner. Bounds: kMaxPaths.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "agent/app/path_samples.h"
#include "agent/management/report.h"
#include "shared/base/clock.h"

namespace agent {

class PathLatency {
 public:
  static constexpr std::chrono::seconds kWindow{60};
  static constexpr std::size_t kMaxPaths = 4096;

  struct Path {
    std::string target;
    std::string portal;
    bool up = false;  // for one disk at least
    management::SeenSession::Measured measured;
  };
  // By target and portal.
  std::vector<Path> take(const std::vector<PathSample>& samples, base::TimePoint now);

 private:
  struct Window {
    block::LatencyHistogram before;  // at its begin
    base::TimePoint since;
    std::uint32_t median = 0;  // of the last one
  };
  static std::uint32_t medianOf(const block::LatencyHistogram& now, const block::LatencyHistogram& before);

  std::map<std::pair<std::string, std::string>, Window> windows_;
};

}  // namespace agent

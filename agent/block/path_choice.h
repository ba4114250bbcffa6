// Which of several paths to a unit a request takes: by the asymmetric access state first, then by a policy.
//
// Pure: time is an argument. One owner, no locks. Active/optimized comes before active/non-optimized and LBA dependent;
// standby, unavailable, offline and transitioning are not used. SPC-4 5.15.2.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "agent/scsi/alua.h"
#include "shared/base/clock.h"

namespace block {

enum class PathPolicy : std::uint8_t {
  RoundRobin,
  LowestLatency,  // of the moving averages; a path that is not used otherwise gets a request each PathChoice::kLook
};
inline constexpr std::string_view kPathPolicyWords[] = {"round-robin", "lowest-latency"};
constexpr std::string_view wordOf(PathPolicy policy) { return kPathPolicyWords[static_cast<std::size_t>(policy)]; }

// The better, the lower; nothing: not to be used.
std::optional<unsigned> rankOf(scsi::AluaState access);
// "active/optimized"
std::string_view wordOf(scsi::AluaState access);

// How long commands of a path took.
class LatencyAverage {
 public:
  void note(base::Duration took);
  [[nodiscard]] bool known() const { return known_; }
  [[nodiscard]] base::Duration average() const { return average_; }  // each new one counts an eighth
  [[nodiscard]] base::Duration largest() const { return largest_; }

 private:
  bool known_ = false;
  base::Duration average_{};
  base::Duration largest_{};
};

struct PathView {
  bool up = false;
  scsi::AluaState access = scsi::AluaState::ActiveOptimized;
  std::optional<base::Duration> latency;  // nothing: none has ended yet
  base::TimePoint lastUsed{};             // when a command was sent last
};

class PathChoice {
 public:
  static constexpr std::chrono::seconds kLook{1};

  // Its place in `paths`; nothing: none may be used.
  std::optional<std::size_t> choose(std::span<const PathView> paths, PathPolicy policy, base::TimePoint now);

 private:
  std::size_t next_ = 0;  // where the round goes on
};

}  // namespace block

#include "agent/block/path_choice.h"

#include <algorithm>
#include <array>
#include <limits>

namespace block {
namespace {

constexpr unsigned kNotUsed = std::numeric_limits<unsigned>::max();

unsigned rankIn(const PathView& path) { return path.up ? rankOf(path.access).value_or(kNotUsed) : kNotUsed; }

}  // namespace

std::optional<unsigned> rankOf(scsi::AluaState access) {
  switch (access) {
    case scsi::AluaState::ActiveOptimized:
      return 0;
    case scsi::AluaState::ActiveNonOptimized:
    case scsi::AluaState::LbaDependent:
      return 1;
    default:
      return std::nullopt;
  }
}

std::string_view wordOf(scsi::AluaState access) {
  switch (access) {
    case scsi::AluaState::ActiveOptimized:
      return "active/optimized";
    case scsi::AluaState::ActiveNonOptimized:
      return "active/non-optimized";
    case scsi::AluaState::Standby:
      return "standby";
    case scsi::AluaState::Unavailable:
      return "unavailable";
    case scsi::AluaState::LbaDependent:
      return "lba-dependent";
    case scsi::AluaState::Offline:
      return "offline";
    case scsi::AluaState::Transitioning:
      break;
  }
  return "transitioning";
}

void LatencyAverage::note(base::Duration took) {
  average_ = known_ ? average_ + (took - average_) / 8 : took;
  known_ = true;
  largest_ = std::max(largest_, took);
}

std::optional<std::size_t> PathChoice::choose(std::span<const PathView> paths, PathPolicy policy, base::TimePoint now) {
  unsigned best = kNotUsed;
  for (const PathView& path : paths) best = std::min(best, rankIn(path));
  if (best == kNotUsed) return std::nullopt;
  std::optional<std::size_t> fastest;
  std::optional<std::size_t> idle;  // the one that was used longest ago
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::size_t at = (next_ + i) % paths.size();
    const PathView& path = paths[at];
    if (rankIn(path) != best) continue;
    if (policy == PathPolicy::RoundRobin || !path.latency) {
      next_ = at + 1;
      return at;
    }
    if (!fastest || *path.latency < *paths[*fastest].latency) fastest = at;
    if (!idle || path.lastUsed < paths[*idle].lastUsed) idle = at;
  }
  // Only beside requests that others have: of a disk that is hardly used none shall wait longer for a look.
  const bool busy = paths[*fastest].lastUsed + kLook > now;
  return busy && paths[*idle].lastUsed + kLook <= now ? idle : fastest;
}

}  // namespace block

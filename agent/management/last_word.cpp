#include "agent/management/last_word.h"

#include <algorithm>
#include <utility>

namespace management {

void LastWord::remember(base::WallTime at, base::Now now) {
  constexpr std::chrono::seconds kOldest{std::chrono::hours(24 * 366 * 100)};  // of which nanoseconds can be counted
  const auto age = std::clamp(now.wall - at, std::chrono::seconds{}, kOldest);
  known_ = true;
  there_ = false;
  at_ = at;
  counted_ = now.mono - age;
}

void LastWord::heard(base::Now now) {
  known_ = true;
  there_ = true;
  at_ = now.wall;
  counted_ = now.mono;
}

void LastWord::lost() {
  if (std::exchange(there_, false)) lostAt_ = at_;
}

std::optional<base::WallTime> LastWord::at() const { return known_ ? std::optional(at_) : std::nullopt; }

bool LastWord::tooOld(base::TimePoint now) const { return limited() && !there_ && now - counted_ >= limit_; }

std::optional<base::WallTime> LastWord::takeToKeep(base::TimePoint now) {
  if (!limited()) return std::nullopt;
  if (!there_) return std::exchange(lostAt_, std::nullopt);
  if (now < keepAt_) return std::nullopt;
  keepAt_ = now + kKeepEvery;
  return at_;
}

base::TimePoint LastWord::nextDeadline(base::TimePoint now) const {
  if (!limited()) return base::kNever;
  if (there_) return keepAt_;
  return tooOld(now) ? base::kNever : counted_ + limit_;
}

}  // namespace management

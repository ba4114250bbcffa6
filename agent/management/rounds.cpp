#include "agent/management/rounds.h"

#include <algorithm>
#include <array>
#include <utility>

namespace management {

// From 0 to less than the span.
base::Duration Rounds::within(base::Duration span) const {
  constexpr int kSteps = 65'536;
  std::array<std::uint8_t, 2> dice{};
  (void)random_(dice);
  return span / kSteps * (dice[0] << 8 | dice[1]);
}

void Rounds::setEvery(base::Duration every, base::TimePoint now) {
  if (std::exchange(every_, every) == every) return;
  next_ = base::kNever;
  wake(now);
}

void Rounds::wake(base::TimePoint now) {
  if (every_ == base::Duration{}) return;
  next_ = std::min(next_, now + within(std::min<base::Duration>(every_, kFirst)));
}

void Rounds::begin(std::size_t things, base::TimePoint now) {
  things_ = things;
  taken_ = 0;
  next_ = every_ == base::Duration{} ? base::kNever : now + every_ * 3 / 4 + within(every_ / 2);
}

std::optional<std::size_t> Rounds::take() {
  if (taken_ == things_ || trying_ == atATime_) return std::nullopt;
  ++trying_;
  return taken_++;
}

bool Rounds::ended() {
  --trying_;
  return !underWay();
}

}  // namespace management

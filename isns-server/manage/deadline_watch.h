// DeadlineWatch: when something is due that is stored with a time of the wall clock, which may be wrong or be set.
//
// Whoever sets the wall clock neither brings the deadline nearer nor puts it off: how much is left is asked when this
// process first sees it, and from then on the clock counts that nobody sets. It is never more than it was at the
// beginning. While the wall clock is not believed (keys/certificate_clock.h) it is asked again and again, and the least
// that was left counts: a start after a long stop need not wait for what has long been due, once that is clear.
// A value; time is an argument.
#pragma once

#include <algorithm>
#include <chrono>

#include "shared/base/clock.h"

namespace manage {

// The times that deadlines go by: the wall clock's, while it is believed.
struct SteadyTime {
  base::WallTime judging{};  // by which it is asked what is left: not ahead
  base::WallTime setting{};  // from which new ones are set: not behind
  bool settled = true;
};
inline SteadyTime steadyWall(base::Now now) { return {now.wall, now.wall, true}; }

class DeadlineWatch {
 public:
  // `whole`: how long it was at its beginning.
  bool passed(base::WallTime due, std::chrono::seconds whole, const SteadyTime& time, base::TimePoint now) {
    if (due != due_) *this = {};
    due_ = due;
    if (!settled_) {
      using std::chrono::seconds;
      const auto left = std::chrono::duration_cast<seconds>(due - time.judging);
      ends_ = std::min(ends_, now + std::clamp(left, seconds(0), std::max(whole, seconds(0))));
      settled_ = time.settled;
    }
    return now >= ends_;
  }
  // kNever: nobody has asked yet.
  [[nodiscard]] base::TimePoint ends() const { return ends_; }

 private:
  base::WallTime due_{};
  base::TimePoint ends_ = base::kNever;
  bool settled_ = false;
};

}  // namespace manage

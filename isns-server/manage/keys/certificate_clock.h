// Whether the wall clock can be believed: when dates of certificates and tokens are judged, and when what is old is
// destroyed.
//
// A clock that goes back would revive what has expired. So the latest time that was ever believed is kept (the owner
// stores floor() and gives it back at start), and while the clock is more than kTolerance before it, nothing is judged:
// logins by certificate are refused with that reason until the clock is right or an administrator calls accept(). A
// clock that jumps ahead only refuses too much; such a time is told, and becomes the floor only once it has stood for
// kSettleTime of the monotonic clock, so that a jump there and back locks nobody out. After a start the last known time
// is what was stored: a clock that is further on than a short stop explains has jumped, and waits likewise.
//
// What goes for good because it is old (history, tokens, rows of certificates, what was revoked) goes by believed(), so
// that a host which boots with its clock years ahead loses nothing in the seconds until it is put right. One owner, no
// locks.
#pragma once

#include <cstdint>
#include <optional>

#include "isns-server/manage/deadline_watch.h"
#include "shared/base/clock.h"

namespace keys {

enum class ClockVerdict : std::uint8_t { Good, WentBack, JumpedAhead };

class CertificateClock {
 public:
  static constexpr std::chrono::minutes kTolerance{5};
  static constexpr std::chrono::hours kSettleTime{1};

  // How often its owner stores floor().
  static constexpr std::chrono::hours kStoredEvery{1};

  // `floor`: what was stored last, or the beginning of the root certificate. `good`: a moment at which the clock was
  // good.
  CertificateClock(base::WallTime floor, base::Now good);
  // `stored`: the floor that the store has; zero: none, though it is not new. Nothing: it is new, and nothing can be
  // lost by a clock that is ahead.
  static CertificateClock afterStart(base::WallTime floor, std::optional<base::WallTime> stored, base::Now start);

  ClockVerdict judge(base::Now now);
  // The time by which tokens of people are made and judged: the wall clock's, and while that has gone back the time
  // that has gone on since it was good, so that nothing which ran out comes back, and who logs in then can do so.
  [[nodiscard]] base::WallTime tokenTime(base::Now now) const;
  // What deadlines go by (manage/deadline_watch.h): they are judged by believed(), and by tokenTime() while the wall
  // clock has gone back; from tokenTime() new ones are set.
  manage::SteadyTime steadyTime(base::Now now);
  // The administrator says that the clock is right.
  void accept(base::Now now);

  [[nodiscard]] base::WallTime floor() const { return floor_; }
  // The wall clock's time, as far as it has not jumped ahead.
  [[nodiscard]] base::WallTime believed(base::Now now) const;

 private:
  [[nodiscard]] base::WallTime expected(base::Now now) const;

  base::WallTime floor_;
  base::Now anchor_;            // the last moment at which the clock was good
  base::TimePoint jumpedAt_{};  // when a jump ahead was first seen
  bool jumped_ = false;
};

}  // namespace keys

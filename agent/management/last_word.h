// LastWord: when the management server spoke last, and whether that is too long ago to let anybody in anew by what it
// said (management.refuse_after).
//
// Pure: the time goes in. While the process lives the monotonic clock counts, so that a wall clock that jumps closes and
// opens nothing. Over a restart the wall clock has to do: one that was put back counts as no time at all. While the
// server is there nothing is too old, however long it is silent between two answers. One owner, no locks.
#pragma once

#include <optional>

#include "shared/base/clock.h"

namespace management {

class LastWord {
 public:
  static constexpr std::chrono::minutes kKeepEvery{1};

  // 0: nothing is ever too old.
  void setLimit(base::Duration limit) { limit_ = limit; }
  [[nodiscard]] base::Duration limit() const { return limit_; }

  // It spoke then, and is not there now.
  void remember(base::WallTime at, base::Now now);
  // It has spoken, and is there.
  void heard(base::Now now);
  // It is not there any more.
  void lost();
  void forget() { *this = LastWord(limit_); }

  // Nothing: it has never spoken.
  [[nodiscard]] std::optional<base::WallTime> at() const;
  [[nodiscard]] bool tooOld(base::TimePoint now) const;
  // The moment that has to outlive the process: at each loss, and each kKeepEvery while it is there. Without a limit
  // nobody asks for it, and nothing is written.
  [[nodiscard]] std::optional<base::WallTime> takeToKeep(base::TimePoint now);
  // When tooOld() or takeToKeep() will have something else to say.
  [[nodiscard]] base::TimePoint nextDeadline(base::TimePoint now) const;

  LastWord() = default;

 private:
  explicit LastWord(base::Duration limit) : limit_(limit) {}
  [[nodiscard]] bool limited() const { return limit_ > base::Duration{} && known_; }

  base::Duration limit_{};
  bool known_ = false;
  bool there_ = false;
  base::WallTime at_{};
  base::TimePoint counted_{};             // the same by the monotonic clock
  base::TimePoint keepAt_{};              // the next time, while it is there
  std::optional<base::WallTime> lostAt_;  // to be kept
};

}  // namespace management

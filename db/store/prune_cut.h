// PruneCut: how much of a history is old, where clocks may have been wrong while it was written.
//
// Changes go from the first on, for the history builds on the rows as the last one that went left them. How old they
// are is known by times that clocks showed, and of those only:
//   - A time between the limit and now is young. Nothing goes from there on.
//   - A time later than now was shown by a clock that was ahead. One before `from`, or before the time of a change
//     before it, was shown by a clock that was behind. Both say nothing.
//   - Every other time is older than the limit, and holds: of that change, and as the latest of those before it.
// So what goes ends with a change whose time holds; those that say nothing go with a later one that is old. A clock
// that was ahead stops nothing, and no clock that was behind makes a change old. What a clock that was ahead wrote is
// kept longer where its time has come meanwhile: by how far it was ahead at most.
//
// A value; the changes are taken in order. Time: seconds since 1970 UTC.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "db/store/store.h"

namespace store {

class PruneCut {
 public:
  // `limit`: so many at most. `before`: the time that held last of what was pruned already.
  PruneCut(const PruneLimits& by, std::size_t limit, std::int64_t before) : by_(by), limit_(limit), latest_(before) {}

  // The next change; false: those behind it make no difference. `stays`: it is the newest, which is never pruned.
  bool take(std::uint64_t revision, std::int64_t time, bool stays) {
    if (limit_ == 0 || (time >= by_.olderThan && time <= by_.now)) return false;
    const bool holds = time <= by_.now && time >= by_.from && time >= latest_;
    if (!stays) {
      ++taken_;
      if (holds) latest_ = time;
      // Where the page ends it may end at one that says nothing: what is to go with it is known.
      if (taken_ <= limit_) page_ = {taken_, revision, latest_};
    }
    if (holds) goes_ = taken_;
    if (holds && taken_ <= limit_) cut_ = page_;
    return goes_ < limit_ && !stays;
  }

  struct Cut {
    std::size_t count = 0;       // of changes that go
    std::uint64_t revision = 0;  // of the last of them
    std::int64_t time = 0;       // that holds of it
  };
  [[nodiscard]] const Cut& cut() const { return goes_ < limit_ ? cut_ : page_; }

 private:
  PruneLimits by_;
  std::size_t limit_;
  std::int64_t latest_;
  std::size_t taken_ = 0;
  std::size_t goes_ = 0;
  Cut page_, cut_;
};

}  // namespace store

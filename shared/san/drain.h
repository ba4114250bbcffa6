// Drain: a change set whose taking away waits, so that hosts can let go of their disks (docs/design/change-sets.md).
//
// planDrain() splits the edits. Now: what is given, and a Departure for each map that will go, by which it may only be
// read until then. Later, by a change set of the server's own: what is taken away. That is everything that is erased,
// maps that get another LUN, members that leave a domain, a set or a host, sets that are disabled, clusters of hosts
// and how a target decides whom it lets in. Only targets that agents of ours answer for can drain; where nobody loses
// anything at such a target, nothing waits.
//
// dueEdits() judges the later part anew when it is due: what somebody else has decided meanwhile is left alone and
// named. Pure functions of values, safe from any thread. Errors: EditError, of the edit in the list that was given
// where it is one of those.
#pragma once

#include "shared/san/diff.h"
#include "shared/san/graft.h"
#include "shared/san/san_index.h"

namespace san {

inline constexpr Seconds kMinDrain = 60;
inline constexpr Seconds kMaxDrain = 7 * 86400;

// A logical unit that an initiator will lose.
struct Leaving {
  Id map = 0;
  Id initiator = 0;
  Id target = 0;
  Id unit = 0;
  std::uint32_t lun = 0;
  friend auto operator<=>(const Leaving&, const Leaving&) = default;
};

struct DrainPlan {
  Snapshot after;                // when all is done
  std::vector<Edit> now;         // onto `before`
  Diff later;                    // with the ids of `after`
  std::vector<Leaving> leaving;  // ascending; empty: `now` is all of it, and `later` is empty
};
// `edits`: of a change set, onto `before`. `leavesAt` stands in the departures.
Edited<DrainPlan> planDrain(const SanIndex& before, std::span<const Edit> edits, Seconds leavesAt);

// The later part, as it is kept: numbers of objects are final.
struct Withdrawal {
  std::vector<Edit> edits;
  std::vector<Edit> expected;  // what the objects must still say, or they are somebody else's
};
// `middle`: the state that the plan's first part has led to.
Withdrawal withdrawalOf(const DrainPlan& plan, const Snapshot& before, const Snapshot& middle);

Grafted dueEdits(const Withdrawal& withdrawal, const Snapshot& current);

// Without the departures that `edits` erase: what a rollback leads back to.
Snapshot withoutDepartures(const Snapshot& snapshot, std::span<const Edit> edits);

}  // namespace san

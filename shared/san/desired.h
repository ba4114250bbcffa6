// DesiredTarget: what the agent of a target is to apply there, computed from a snapshot (DESIGN sections 4.5 and 5).
//
// The same rules as reach on Basis::Desired, listed for one target: who is to be let in, what each login must prove and
// by which credentials, which logical units each gets. No secret is here. Values and pure functions, safe from any
// thread. Errors: none; a foreign target has no desired state.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shared/san/san_index.h"

namespace san {

struct DesiredMap {
  Id unit = 0;
  std::uint32_t lun = 0;  // as the initiator sees it
  Right right = Right::ReadOnly;
  Seconds leavesAt = 0;  // when it goes, not before (drain.h); 0: it stays
  friend bool operator==(const DesiredMap&, const DesiredMap&) = default;
};

struct DesiredInitiator {
  Id node = 0;
  std::string name;                    // iSCSI name
  ChapDemand chap = ChapDemand::None;  // the largest of the target's and of the domains' that the two share
  bool md5Refused = false;             // by one of these domains
  std::vector<Id> credentials;         // in force for the pair, ascending; one of them is enough
  std::vector<DesiredMap> maps;        // ascending by unit, one a unit and one a LUN
  friend bool operator==(const DesiredInitiator&, const DesiredInitiator&) = default;
};

struct DesiredTarget {
  Id target = 0;
  Enforcement enforcement = Enforcement::Zoning;
  ChapDemand chap = ChapDemand::None;  // of everybody; an initiator may have to prove more
  // Zoning and List: these are let in and nobody else. Open: those of whom there is more to say. Unknown: nobody
  // decided yet, and nobody is let in. Ascending by node.
  std::vector<DesiredInitiator> initiators;
  // Of the last change that it depends on, as far as the snapshot shows: AppliedTarget::desired is to reach it. What
  // was erased leaves no revision behind: who keeps states compares them (sameAs).
  Revision revision = 0;

  // The same things to apply, whatever the revision.
  [[nodiscard]] bool sameAs(const DesiredTarget& other) const {
    return target == other.target && enforcement == other.enforcement && chap == other.chap &&
           initiators == other.initiators;
  }
};

// Nothing for a foreign target and for what is no node.
std::optional<DesiredTarget> desiredAt(const SanIndex& index, Id target);

// What both give, for the time in which a change is under way: nobody has lost anything yet, and who gains has it
// already. Of two that cannot be at once (two units at one LUN, an initiator that may do less), what `before` gives.
// Of one target; the revision is `after`'s.
DesiredTarget unionOf(const DesiredTarget& before, const DesiredTarget& after);

}  // namespace san

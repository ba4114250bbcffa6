// Guards: what stands against a commit (DESIGN seam 5: size limit, live sessions, lock-out, windows).
//
// Limits and windows are those of the state before, so that a change set cannot lift what holds for it; a change of
// windows alone may be made in a freeze, with a reason. Pure functions, safe from any thread; the time is an argument.
// Errors: none.
#pragma once

#include "shared/san/diff.h"
#include "shared/san/impact.h"

namespace san {

enum class Guard : std::uint8_t {
  TooManyObjects,        // changed, against Settings
  TooManyCells,          // likewise
  AgentFull,             // an agent would have to apply more than it takes (desired_size.h)
  Frozen,                // a freeze window holds
  OutsideWindow,         // there are change windows, and none holds
  LosesSession,          // a live session loses its target or a unit
  NoCredential,          // CHAP is demanded of somebody who has no credential
  SupersedesCredential,  // one that an initiator has with a target gives way to another one
  AdmitsNobody,          // a target that let somebody in lets nobody in
  HostLosesAll,          // a host that had logical units has none
  DomainInNoSet,         // a domain with members that becomes, or is made, inactive
};
template <>
struct Words<Guard> {
  static constexpr std::array<std::string_view, 11> kList{"too-many-objects", "too-many-cells",        "agent-full",
                                                          "frozen",           "outside-window",        "loses-session",
                                                          "no-credential",    "supersedes-credential", "admits-nobody",
                                                          "host-loses-all",   "domain-in-no-set"};
};

enum class Resistance : std::uint8_t { Warn, NeedsReason, Refuse };
template <>
struct Words<Resistance> {
  static constexpr std::array<std::string_view, 3> kList{"warn", "needs-reason", "refuse"};
};

struct Objection {
  static constexpr std::size_t kMaxListed = 100;
  Guard guard;
  Resistance severity;
  std::string text;                // a sentence
  std::vector<ObjectRef> objects;  // the first kMaxListed of those concerned
  std::size_t concerned = 0;       // how many there are
};

// Each guard once at most, in the order of Guard. `change` and `impact` are of the same two states. With a drain also
// windows that hold when it ends.
std::vector<Objection> objectionsTo(const Diff& change, const Impact& impact, const SanIndex& before,
                                    const SanIndex& after, Seconds now, Seconds drain = 0);

}  // namespace san

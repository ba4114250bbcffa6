// Which targets a change concerns: whether what is desired at one of them grows, shrinks, or both (DESIGN seam 5:
// grants reach targets before the name server shows them, revokes after).
//
// What is desired at a target of ours is DesiredTarget (shared/san/desired.h); of a foreign one only with whom it
// shares an active domain counts. Pure functions, safe from any thread. Errors: none.
#pragma once

#include <vector>

#include "shared/san/san_index.h"

namespace manage {

struct TargetChange {
  san::Id target = 0;
  bool grants = false;   // somebody gets something
  bool revokes = false;  // somebody loses something
  bool managed = false;  // an agent answers for it
};

// Ascending; those where something differs.
std::vector<TargetChange> targetChanges(const san::SanIndex& before, const san::SanIndex& after);

}  // namespace manage

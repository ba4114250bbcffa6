// Whom a change notifies: registered nodes that come to see one another, or no longer do, by the domains that both are
// in (RFC 4171 2.2.3; isns-server/core/scn_planner.h is what really sends).
//
// Who asked for which SCNs is not in the model, so these are all that may be told. Management SCNs, which control nodes
// get of any change of domains, are not in it. Pure. Errors: none.
#pragma once

#include <vector>

#include "shared/san/san_index.h"

namespace san {

// Ascending. What is registered is taken from `after`.
std::vector<Id> nodesTold(const SanIndex& before, const SanIndex& after);

}  // namespace san

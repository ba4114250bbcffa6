// Facts that follow from other objects and are kept with an object all the same, so that a query reads one object and
// not three or four (ADR 0006): the ways to a node, and whether a domain is enabled.
//
// Transaction::finish and Registry::finishLoad set them by these functions; a property test compares them with what is
// found here after each request. Pure functions over a State.
#pragma once

#include "isns-server/core/state.h"

namespace core {

// The portal groups that give access to the node through a portal of its own entity (RFC 4171 3.4, 5.6.5.2), in
// ascending order of their indexes; none for a placeholder.
base::SharedArray<Way> findWays(const State& state, const Node& node);

// Whether one of the domain's sets is enabled (RFC 4171 2.2.2).
bool inEnabledSet(const State& state, const Domain& domain);

}  // namespace core

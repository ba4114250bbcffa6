// The ways to a node: its portal groups that give access through a portal of its own entity (RFC 4171 3.4, 5.6.5.2).
//
// They follow from facts of the node, the groups and the portals. They are kept with the node, because the question
// asked most, "where is this target", then reads one object instead of three (ADR 0006). Transaction and Registry keep
// them right; a property test compares them with what is found here.
#pragma once

#include "isns-server/core/state.h"

namespace core {

// In ascending order of the groups' indexes; none for a placeholder.
base::SharedArray<Way> findWays(const State& state, const Node& node);

// Whether one of the domain's sets is enabled; kept with the domain for the same reason, by the same rules.
bool inEnabledSet(const State& state, const Domain& domain);

}  // namespace core

// Separation: which hosts a separation rule (SeparationRule) keeps from which logical units: for rule R16 and for who
// shows single cells.
//
// A unit has its own labels and those of its targets; a host its own, those of its cluster and those that all of its
// initiators have, and for NeverWith also those of any initiator and of the active domains around it. Pure functions,
// safe from any thread. Errors: none; a rule without both labels keeps nobody from anything.
#pragma once

#include <vector>

#include "shared/san/san_index.h"

namespace san {

// Numbers of the units that the rule is about, ascending.
std::vector<std::size_t> unitsUnder(const SanIndex& index, const SeparationRule& rule);
// Whether it keeps them from this host (its number).
bool keepsFrom(const SanIndex& index, const SeparationRule& rule, std::size_t host);

}  // namespace san

// What a change set touches beyond the objects that it changes: domains whose members or activity differ, and nodes of
// which admission or maps may.
//
// Wider than what really changes, so that whoever compares needs to look at these alone. Pure. Errors: none.
#pragma once

#include <vector>

#include "shared/san/san_index.h"

namespace san {

// Domains that are another object, or active on one side alone. Ascending.
std::vector<Id> changedDomains(const SanIndex& before, const SanIndex& after);

// Adds the initiators that `who` of a map stands for: a node, a host's, those of a cluster's hosts. In any order.
void addInitiators(const SanIndex& index, ObjectRef who, std::vector<Id>& into);

// Nodes whose own facts, domains, credentials, maps, host or cluster changed. Ascending.
std::vector<Id> affectedNodes(const SanIndex& before, const SanIndex& after);

}  // namespace san

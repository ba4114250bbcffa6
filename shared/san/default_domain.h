// The default domain (RFC 4171 2.2.2): whom the name server takes out of it and puts into it by itself, where its
// configuration has it on (Settings::defaultDomain).
//
// Who joins another domain leaves it; who is registered and leaves his last other domain comes into it. A change set
// that says something about a member itself is taken at its word, and the commit sees to it. Pure functions of values,
// safe from any thread; where the default domain is off, or is not there, they find nothing. Errors: none.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "shared/san/diff.h"
#include "shared/san/snapshot.h"

namespace san {

// Nodes whose other domains differ, and whether the name server has each in the default domain after. Who leaves
// another domain and keeps one, or is not registered, stays as he was and is not here.
std::map<Id, bool> defaultMoves(const Snapshot& before, const Snapshot& after);

bool inDefaultDomain(const Snapshot& snapshot, Id node);
// The domains of nodes but for the default one, ascending; who is in none is not in it.
std::map<Id, std::vector<Id>> otherDomains(const Snapshot& snapshot, const std::set<Id>& nodes);

// A difference without what the name server does by itself, and with those that stay where it would not leave them:
// edits of it lead from `before` to `after`, and go on doing so when others move meanwhile.
Diff decided(Diff all, const Snapshot& before, const Snapshot& after);
// With these members as what a difference does to the default domain, and with nothing where there are none.
void sayOfDefault(Diff& all, const Snapshot& before, const std::vector<Id>& added, const std::vector<Id>& removed);

}  // namespace san

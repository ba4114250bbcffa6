// The edits that lead from one snapshot to another, made of their difference.
//
// In an order in which each can be done: members leave lists, objects go, names move (in a ring over one that nobody
// has), new objects are made, fields are set, members join. Pure functions of values, safe from any thread. Errors:
// none.
#pragma once

#include "shared/san/change.h"
#include "shared/san/diff.h"

namespace san {

// apply() of the result to the snapshot before gives the one after, up to the ids of what is new: that has provisional
// ids, but domains and domain sets keep theirs, as these are DD_IDs and DDS_IDs. `writer`: only what this writer may
// change.
std::vector<Edit> editsOf(const Diff& diff, std::optional<Writer> writer = std::nullopt);

// Provisional ids for what a difference makes, by the ids that it has there. What has a provisional id already and what
// keeps its id is left out.
NewIds provisionalIds(const Diff& diff);
// The difference with objects called as `names` says.
Diff renamed(Diff diff, const NewIds& names);

}  // namespace san

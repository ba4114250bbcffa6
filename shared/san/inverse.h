// Taking back a committed change in a later snapshot (DESIGN seam 5: a rollback is an inverse change set; objects
// changed meanwhile are left alone and reported).
//
// Judged field by field, and a list member by member: what still stands as the change left it goes back to what it was;
// what stands as it was before already needs nothing; everything else is somebody's later decision and stays. Pure
// functions of values, safe from any thread. Errors: none.
#pragma once

#include "shared/san/graft.h"

namespace san {

struct Inverse {
  std::vector<Edit> edits;    // to `current`, by Writer::ChangeSet
  std::vector<Dropped> left;  // what stays, with the ids of before and after
};

// `before` and `after`: the snapshots around the change. Facts that change sets do not write stay out of it, so what is
// made again (by another id, but for domains and sets) begins with the defaults there.
Inverse inverse(const Snapshot& before, const Snapshot& after, const Snapshot& current);

}  // namespace san

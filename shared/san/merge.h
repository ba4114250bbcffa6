// Three-way merge: a draft that was made on one snapshot, carried over to a newer one (DESIGN seam 5: stale drafts).
//
// Nothing happens in silence: whatever others changed in the draft's footprint is listed, either as taken over, because
// both sides' changes stand together, or as a conflict, where the newer snapshot's value stands and the draft's is left
// out until somebody decides. Pure functions of values, safe from any thread. Errors: EditError where the draft does
// not apply to its own base.
#pragma once

#include "shared/san/graft.h"

namespace san {

// One fact that others changed. An empty field stands for the whole object, and its values are empty.
struct Difference {
  ObjectRef object;  // of a new object: its provisional id
  std::string field;
  Value base;
  Value theirs;
  Value ours;       // what the draft wants; of one that is taken over and that the draft leaves alone: as theirs
  std::string why;  // a sentence; empty where both simply stand together
};

struct Merged {
  std::vector<Edit> edits;            // onto the newer snapshot, with the draft's provisional ids
  std::vector<Difference> conflicts;  // to insist on ours: one more edit
  std::vector<Difference> taken;
};

Edited<Merged> merge(const Snapshot& base, std::span<const Edit> draft, const Snapshot& theirs,
                     Writer writer = Writer::ChangeSet);

}  // namespace san

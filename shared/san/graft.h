// Graft: as much of a wanted difference as a later snapshot takes, with a reason for each part that it does not.
//
// What a rollback (inverse.h) and a draft on a newer state (merge.h) have in common: the difference was thought for
// another snapshot; names may be taken, objects gone, LUNs used, and what is to be erased may be referred to by
// something that nobody meant to touch. Pure functions of values, safe from any thread. Errors: none; what does not go
// is dropped.
#pragma once

#include "shared/san/edits_of.h"

namespace san {

struct Dropped {
  ObjectRef object;
  std::string field;  // empty: the whole change of the object
  std::string why;    // a sentence
};

struct Grafted {
  std::vector<Edit> edits;
  std::vector<Dropped> dropped;
};

// `wanted`: its values before are those of `onto`; its created objects have provisional ids, or those of domains and
// sets. The edits can be applied to `onto` by `writer`, and change nothing that is not in `wanted`; where they are more
// than kMaxEdits, they are all there and untried.
Grafted graft(const Snapshot& onto, const Diff& wanted, Writer writer);

}  // namespace san

// What must hold between objects of a snapshot beyond the promises of SnapshotEditor, checked for what a change set
// touched.
//
//   - no two maps give one initiator (by itself, by its host, by its host's cluster) the same LUN of one target
//   - nobody is given the same logical unit through the same target by two maps for the same one
//   - a map's logical unit stands behind its target
//   - a node and an entity are named by one host at most
//   - there is one credential for an initiator and a target, beside retired ones
//   - a window ends after it starts
//
// Only what differs from `before` is judged: a fault that came by an agent's report or a registration does not stop
// changes of other things. Pure. Errors: EditError with the object and a sentence.
#pragma once

#include "shared/san/editor.h"

namespace san {

Edited<void> checkCoherence(const Snapshot& before, const Snapshot& after);

}  // namespace san

// renumbered: a node, portal or entity of the SAN model gets another number.
//
// Objects of these kinds are known to the registry by an index, and to the model by a number that is a process's own
// until a row pins it (model_schema.h). Where a row that another process has written needs it, whoever has it moves.
// Pure; the caller's editor.
#pragma once

#include "shared/san/editor.h"

namespace manage {

// `to`, or a new one where that is 0; the reference as it is now. Whoever refers to it in the registry's rows follows:
// rows of the model never name an object that is not pinned, and only such are moved.
san::Edited<san::ObjectRef> renumbered(san::SnapshotEditor& editor, san::ObjectRef from, san::Id to);

}  // namespace manage

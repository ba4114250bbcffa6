// The two parts of a change set that is committed (DESIGN seam 5): everything but domains and sets first, which targets
// can be given before anybody sees it, and then the domains.
//
// Each part leads from one whole snapshot to another, so that a server that ends between the two loads what it stored.
// What refers to a domain that is new waits for it. Pure functions of values, safe from any thread. Errors: EditError.
#pragma once

#include <vector>

#include "shared/san/change.h"
#include "shared/san/diff.h"

namespace manage {

struct Parts {
  san::Snapshot middle;  // after the first part
  san::Snapshot after;
  std::vector<san::Edit> rest;          // from middle to after; the numbers of new objects are final
  std::vector<san::Edit> undoFirst;  // from middle back, by Writer::ChangeSet, and who approved what (Approval.change)
  std::vector<san::Edit> undo;          // from after back
  std::vector<san::ObjectRef> touched;  // what changes, in both parts, ascending; new objects by their final numbers
};

// `edits`: of a change set, onto `before`.
san::Edited<Parts> partsOf(const san::Snapshot& before, std::span<const san::Edit> edits, san::Revision now,
                           san::Seconds time);

// Of a middle that is complete (the ledger and the record of the change set have joined it): what follows from it.
san::Edited<void> finishParts(const san::Snapshot& before, Parts& parts, san::Revision now, san::Seconds time);

}  // namespace manage

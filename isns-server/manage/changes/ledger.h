// What a commit writes about itself into the model: the record of the change set, and the ledger of approved reach.
//
// Pure functions on an editor, safe from any thread. What they refer to is there. Errors: the editor's, where the model
// is full; it is then only good for being thrown away.
#pragma once

#include <functional>

#include "isns-server/manage/changes/cells.h"
#include "isns-server/manage/changes/draft.h"
#include "shared/san/editor.h"
#include "shared/san/windows_held.h"

namespace manage {

san::Edited<void> writeRecord(san::SnapshotEditor& editor, const Draft& draft, san::ChangeState state,
                              san::WindowsHeld windows);

// An entry of the ledger: a new one where `approval` is 0.
san::Edited<void> putApproval(san::SnapshotEditor& editor, san::Id approval, const LedgerEntry& entry, san::Id change);

// Of an approved change set: who gains a cell is approved for it, and who loses it is no longer.
san::Edited<void> writeLedger(san::SnapshotEditor& editor, san::Id change, const san::SanIndex& before,
                              const san::SanIndex& after, const std::vector<san::CellChange>& cells);

// Of a rollback: an entry that has come back is approved by whom it was `before` what is taken back. `present`: before
// the rollback. `isOfIt`: whether an entry of the present is as what is taken back left it.
void restoreApprovals(san::SnapshotEditor& editor, const san::Snapshot& before, const san::Snapshot& present,
                      const std::function<bool(const san::Approval&)>& isOfIt);

}  // namespace manage

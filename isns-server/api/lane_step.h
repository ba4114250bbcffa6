// inLane: one change of the model by the management server itself, planned and stored when it is its turn.
//
// The plan is made on the snapshot of that moment; what it edits becomes rows in the transaction of its Step. The
// management server's thread. Errors: the plan's, the editor's and the store's, as Problems.
#pragma once

#include <functional>

#include "isns-server/api/desk.h"
#include "shared/san/editor.h"

namespace api {

struct Planned {
  manage::Step step;
  bool edited = false;  // the editor has something to store
};
using LanePlan = std::function<manage::Wanted<Planned>(san::SnapshotEditor& editor)>;
// `done` gets the revision; that of the snapshot where there was nothing to store.
using LaneDone = std::function<void(const manage::Wanted<std::uint64_t>& outcome)>;

void inLane(Desk& desk, LanePlan plan, LaneDone done);

}  // namespace api

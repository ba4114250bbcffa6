// inTurn, inLane: one step of the management server itself, made and stored when it is its turn in the model's lane.
//
// inLane is of a change of the model: its plan is made on the snapshot of that moment, and what it edits becomes rows
// in the transaction of its Step. The management server's thread. Errors: the plan's, the editor's and the store's, as
// Problems; Busy where too many wait.
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
// What is done in a turn; it calls `end` once.
using LaneTask = std::function<void(const LaneDone& end)>;

void inTurn(manage::ModelLane& lane, LaneTask task, LaneDone done);

void inLane(Desk& desk, LanePlan plan, LaneDone done);

}  // namespace api

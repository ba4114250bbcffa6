// The SAN as it was: at a revision, or at a time.
//
// Of the timeline where it is kept there, else rebuilt from the history on the store's reading thread. `then` is called
// on the management server's thread, perhaps before the function returns. Errors: RevisionGone where the history is
// pruned, BadParameter where there is no such revision or time.
#pragma once

#include <functional>

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

void snapshotAt(Desk& desk, san::Revision revision, std::function<void(const Wanted<san::Snapshot>&)> then);

// Both of them, for what compares.
struct Pasts {
  san::Snapshot first, last;
};
void snapshotsAt(Desk& desk, san::Revision first, san::Revision last, std::function<void(const Wanted<Pasts>&)> then);

// What a parameter says: the number of a revision, or a time as 2026-01-31T12:00:00Z, which is the last revision up to
// it; `preset` where it is missing.
void revisionParameter(Desk& desk, const Call& call, std::string_view name, san::Revision preset,
                       std::function<void(const Wanted<san::Revision>&)> then);

}  // namespace api

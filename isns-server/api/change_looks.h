// Change sets to look at by the API: lists, one, what it changes and what it does.
//
// The management server's thread; differences and impact are made by a worker, on immutable snapshots.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"
#include "isns-server/api/past.h"

namespace api {

void listChanges(Desk& desk, const CallPtr& call);
void getChange(Desk& desk, const CallPtr& call);
void diffChange(Desk& desk, const CallPtr& call);
void impactChange(Desk& desk, const CallPtr& call);

// The state before a change set that came in two parts, between which others may have changed something: the one after
// it without it. `undo`: what takes it back. Where that cannot be done, who sees everything gets the state before the
// first part; who does not, nothing: what others did would be told as its own.
std::optional<san::Snapshot> stateBefore(const Pasts& around, const std::vector<san::Edit>& undo, bool seesAll);

}  // namespace api

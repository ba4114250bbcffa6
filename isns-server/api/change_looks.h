// Change sets to look at by the API: lists, one, what it changes and what it does.
//
// The management server's thread; differences and impact are made by a worker, on immutable snapshots.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

void listChanges(Desk& desk, const CallPtr& call);
void getChange(Desk& desk, const CallPtr& call);
void diffChange(Desk& desk, const CallPtr& call);
void impactChange(Desk& desk, const CallPtr& call);

}  // namespace api

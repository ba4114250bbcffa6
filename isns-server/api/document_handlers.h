// Documents by the API: what administrators keep, and the draft that makes the SAN as one says (shared/san/document.h).
//
// The management server's thread.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

void exportDocument(Desk& desk, const CallPtr& call);
// When there are change sets.
void planDocument(Desk& desk, const CallPtr& call);

}  // namespace api

// Change sets by the API: drafts, their diff and impact, approval, commit, confirmation and rollback; and documents.
//
// The management server's thread; what takes long is done by a worker, on immutable snapshots.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

// Of the routes with "Change" in their names, and of PlanDocument and ExportDocument.
void handleChange(Desk& desk, const CallPtr& call);

}  // namespace api

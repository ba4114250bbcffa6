// Evidence packs: built on a worker from an immutable index, signed by the driver's key, recorded, then answered.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

void makeEvidence(Desk& desk, const CallPtr& call);

}  // namespace api

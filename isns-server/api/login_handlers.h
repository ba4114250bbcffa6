// Status, the first administrator, logging in and out.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

void status(Desk& desk, const CallPtr& call);
void init(Desk& desk, const CallPtr& call);
void login(Desk& desk, const CallPtr& call);
void logout(Desk& desk, const CallPtr& call);
void whoAmI(Desk& desk, const CallPtr& call);

}  // namespace api

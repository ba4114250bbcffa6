// The paths of the server's keys: what there is, a new authority, a new sealing key, another
// key for the audit log, a clock that is right after all.
// The management server's thread.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

void showKeys(Desk& desk, const CallPtr& call);
void rotateAuthority(Desk& desk, const CallPtr& call);
void disownAuthorities(Desk& desk, const CallPtr& call);
void rotateSealing(Desk& desk, const CallPtr& call);
void rotateLogKey(Desk& desk, const CallPtr& call);
void acceptClock(Desk& desk, const CallPtr& call);

}  // namespace api

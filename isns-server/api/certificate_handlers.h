// The client certificates of people: to issue, list and make void. One's own, or with user.manage another's.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

void issueUserCertificate(Desk& desk, const CallPtr& call);
void listUserCertificates(Desk& desk, const CallPtr& call);
void revokeUserCertificate(Desk& desk, const CallPtr& call);

}  // namespace api

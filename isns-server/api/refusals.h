// What is refused for want of a right also goes to the audit log, at the pace of a RefusedAccess. The management
// server's thread.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

// The key of a tally: what is tried from where.
std::string refusalKey(std::string_view what, std::string_view origin);
// Somebody tried what he may not: the record (access.refused), where he is known with his name; the answer is the
// caller's. `code`: of the refusal.
void recordRefusal(Desk& desk, const Call& call, const people::Principal& who, std::string_view right,
                   std::string_view code = "right-missing");
// Writes the records that are due.
void writeRefusals(Desk& desk, base::Now now);
// Whether the caller has the right; where not, the call is refused and the refusal recorded.
[[nodiscard]] bool permitted(Desk& desk, const CallPtr& call, people::Right right);
// Whether the caller may make a way in for a user, a password or a certificate, since by it he can act as him: who may
// not see secrets gives himself no way in as somebody who may. Where not, it is refused and recorded.
[[nodiscard]] bool mayLetIn(Desk& desk, const CallPtr& call, const people::User& user);

}  // namespace api

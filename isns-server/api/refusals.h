// What is refused for want of a right also goes to the audit log. The management server's thread.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

// Somebody who is known tried what he may not: the record (access.refused); the answer is the caller's.
void recordRefusal(Clerk& clerk, const Call& call, const people::Principal& who, std::string_view right);
// Whether the caller has the right; where not, the call is refused and the refusal recorded.
[[nodiscard]] bool permitted(Desk& desk, const CallPtr& call, people::Right right);

}  // namespace api

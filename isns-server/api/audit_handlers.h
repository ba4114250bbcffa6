// The audit log: its records, and its export for a check offline.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

void listAudit(Desk& desk, const CallPtr& call);
void exportAudit(Desk& desk, const CallPtr& call);

// A record that the caller did something, of an event that is done.
ops::AuditRecord recordOf(const Call& call, ops::AuditEvent event, std::string object);

}  // namespace api

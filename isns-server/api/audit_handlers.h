// The audit log: its records, its export for a check offline, and the word that an older database was put back.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

void listAudit(Desk& desk, const CallPtr& call);
void exportAudit(Desk& desk, const CallPtr& call);
void acceptRestore(Desk& desk, const CallPtr& call);

// A record that the caller did something, of an event that is done.
ops::AuditRecord recordOf(const Call& call, ops::AuditEvent event, std::string object);

}  // namespace api

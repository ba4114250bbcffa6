// The records of change sets in the audit log: what ChangeSets tells (manage::AuditEvent) as rows of ops::AuditEvent.
//
// Pure functions.
#pragma once

#include <optional>
#include <string>

#include "isns-server/core/server.h"
#include "isns-server/manage/audit/paced_tally.h"
#include "isns-server/manage/changes/change_outputs.h"
#include "shared/ops/audit_record.h"

namespace app {

// `origin`: the address of who asked. Nothing for steps of a commit that the log tells of by its beginning and its end.
std::optional<ops::AuditRecord> auditRecordOf(const manage::AuditEvent& event, const std::string& origin);

// Of a change of domains that came by iSNS; isWireChange() of its kind.
ops::AuditRecord wireRecordOf(const core::ChangeNote& note, bool controlNode);

// Of requests by iSNS that strangers were refused.
ops::AuditRecord wireRefusalOf(const manage::RefusalTally::Told& refused);

}  // namespace app

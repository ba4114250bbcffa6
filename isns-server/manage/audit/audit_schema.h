// How the audit log stands in the store: two tables, the id of a row is the sequence number.
//
// Rows are only added. They are written in the change that they tell of, so that both become durable or neither does.
// Reading and writing are each other's inverse; a row that does not read says which column is wrong. Pure functions.
#pragma once

#include "db/store/row_codec.h"
#include "db/store/schema.h"
#include "shared/base/result.h"
#include "shared/evidence/audit_chain.h"

namespace manage {

// Numbers never change (db/store/schema.h); 1 to 14 are those of the registry (isns-server/core/schema.h).
inline constexpr std::uint8_t kAuditRecordTable = 80;
inline constexpr std::uint8_t kAuditCheckpointTable = 81;

// The two tables, for the schema that the application puts together.
std::span<const store::Table> auditTables();

void writeRow(store::OpsWriter& ops, const evidence::SealedRecord& sealed);
void writeRow(store::OpsWriter& ops, const evidence::AuditCheckpoint& checkpoint);

base::Status readRow(std::int64_t id, std::span<const store::Cell> cells, evidence::SealedRecord& sealed);
base::Status readRow(std::int64_t id, std::span<const store::Cell> cells, evidence::AuditCheckpoint& checkpoint);

}  // namespace manage

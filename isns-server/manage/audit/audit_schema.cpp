#include "isns-server/manage/audit/audit_schema.h"

#include <algorithm>
#include <array>
#include <string>

#include "shared/base/clock.h"

namespace manage {
namespace {

using store::Cell;
using store::ColumnType;

constexpr store::Column kRecordColumns[] = {
    {"revision", ColumnType::Integer}, {"time", ColumnType::Integer}, {"actor_kind", ColumnType::Integer},
    {"outcome", ColumnType::Integer},  {"actor", ColumnType::Text},   {"origin", ColumnType::Text},
    {"event", ColumnType::Text},       {"object", ColumnType::Text},  {"code", ColumnType::Text},
    {"ticket", ColumnType::Text},      {"reason", ColumnType::Text},  {"details", ColumnType::Blob},
    {"hash", ColumnType::Blob},
};
constexpr store::Column kCheckpointColumns[] = {
    {"hash", ColumnType::Blob},
    {"time", ColumnType::Integer},
    {"public_key", ColumnType::Blob},
    {"signature", ColumnType::Blob},
};
constexpr store::Table kTables[] = {
    {kAuditRecordTable, "audit_record", kRecordColumns},
    {kAuditCheckpointTable, "audit_checkpoint", kCheckpointColumns},
};
static_assert(store::problem(store::Schema{kTables}).empty());

// The text columns in their order, from `actor` on.
constexpr std::size_t kFirstText = 4;
constexpr std::string ops::AuditRecord::*kTexts[] = {
    &ops::AuditRecord::actor, &ops::AuditRecord::origin, &ops::AuditRecord::event, &ops::AuditRecord::object,
    &ops::AuditRecord::code,  &ops::AuditRecord::ticket, &ops::AuditRecord::reason};
constexpr std::size_t kDetails = kFirstText + std::size(kTexts);

base::Status checkCells(std::span<const Cell> cells, std::span<const store::Column> columns) {
  if (cells.size() != columns.size()) return base::fail("the row has another number of columns");
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].isNull() || !store::fits(cells[i], columns[i].type)) {
      return base::fail("column " + std::string(columns[i].name) + " has a value of another type");
    }
  }
  return {};
}

template <std::size_t N>
bool readArray(const Cell& cell, std::array<std::uint8_t, N>& out) {
  if (cell.bytes.size() != N) return false;
  std::copy(cell.bytes.begin(), cell.bytes.end(), out.begin());
  return true;
}

base::WallTime timeOf(const Cell& cell) { return base::WallTime{std::chrono::seconds(cell.integer)}; }

}  // namespace

std::span<const store::Table> auditTables() { return kTables; }

void writeRow(store::OpsWriter& ops, const evidence::SealedRecord& sealed) {
  const ops::AuditRecord& record = sealed.record;
  ops.put(kAuditRecordTable, static_cast<std::int64_t>(record.sequence));
  ops.integer(static_cast<std::int64_t>(record.revision));
  ops.integer(base::unixSeconds(record.time));
  ops.integer(static_cast<std::int64_t>(record.actorKind));
  ops.integer(static_cast<std::int64_t>(record.outcome));
  for (const auto text : kTexts) ops.text(record.*text);
  base::Bytes details;
  ops::appendDetails(details, record.details);
  ops.blob(details);
  ops.blob(sealed.hash);
}

void writeRow(store::OpsWriter& ops, const evidence::AuditCheckpoint& checkpoint) {
  ops.put(kAuditCheckpointTable, static_cast<std::int64_t>(checkpoint.sequence));
  ops.blob(checkpoint.hash);
  ops.integer(base::unixSeconds(checkpoint.time));
  ops.blob(checkpoint.key);
  ops.blob(checkpoint.signature);
}

base::Status readRow(std::int64_t id, std::span<const Cell> cells, evidence::SealedRecord& sealed) {
  if (auto status = checkCells(cells, kRecordColumns); !status) return status;
  ops::AuditRecord& record = sealed.record;
  record.sequence = static_cast<std::uint64_t>(id);
  record.revision = static_cast<std::uint64_t>(cells[0].integer);
  record.time = timeOf(cells[1]);
  if (cells[2].integer < 0 || cells[2].integer >= std::ssize(ops::kActorKindWords)) {
    return base::fail("column actor_kind has a value that is not known here");
  }
  if (cells[3].integer < 0 || cells[3].integer >= std::ssize(ops::kAuditOutcomeWords)) {
    return base::fail("column outcome has a value that is not known here");
  }
  record.actorKind = static_cast<ops::ActorKind>(cells[2].integer);
  record.outcome = static_cast<ops::AuditOutcome>(cells[3].integer);
  for (std::size_t i = 0; i < std::size(kTexts); ++i) record.*kTexts[i] = cells[kFirstText + i].text();
  auto details = ops::readDetails(cells[kDetails].bytes);
  if (!details) return base::fail("column details is not well-formed");
  record.details = std::move(*details);
  if (!readArray(cells[kDetails + 1], sealed.hash)) return base::fail("column hash is no SHA-256");
  return ops::checkAuditRecord(record);
}

base::Status readRow(std::int64_t id, std::span<const Cell> cells, evidence::AuditCheckpoint& checkpoint) {
  if (auto status = checkCells(cells, kCheckpointColumns); !status) return status;
  checkpoint.sequence = static_cast<std::uint64_t>(id);
  checkpoint.time = timeOf(cells[1]);
  if (!readArray(cells[0], checkpoint.hash)) return base::fail("column hash is no SHA-256");
  if (!readArray(cells[2], checkpoint.key)) return base::fail("column public_key is no Ed25519 key");
  if (!readArray(cells[3], checkpoint.signature)) return base::fail("column signature is no Ed25519 signature");
  return {};
}

}  // namespace manage

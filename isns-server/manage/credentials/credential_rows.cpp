#include "isns-server/manage/credentials/credential_rows.h"

#include "isns-server/manage/row_cells.h"
#include "shared/base/clock.h"

namespace credentials {
namespace {

using manage::RowCells;
using store::ColumnType;

constexpr store::Column kCredential[] = {{"ends", ColumnType::Blob},
                                         {"mutual", ColumnType::Integer},
                                         {"user_name", ColumnType::Text},
                                         {"mutual_user", ColumnType::Text},
                                         {"version", ColumnType::Integer},
                                         {"next_version", ColumnType::Integer},
                                         {"last_version", ColumnType::Integer},
                                         {"phase", ColumnType::Integer},
                                         {"step", ColumnType::Integer},
                                         {"set_at", ColumnType::Integer},
                                         {"next_set_at", ColumnType::Integer},
                                         {"proven_at", ColumnType::Integer},
                                         {"deadline", ColumnType::Integer},
                                         {"at_deadline", ColumnType::Integer},
                                         {"md5", ColumnType::Integer},
                                         {"weaknesses", ColumnType::Integer},
                                         {"next_weaknesses", ColumnType::Integer},
                                         {"object", ColumnType::Integer},
                                         {"all_targets", ColumnType::Integer},
                                         {"current_step", ColumnType::Integer},
                                         {"next_step", ColumnType::Integer},
                                         {"ends_mutual", ColumnType::Integer},
                                         {"former_user", ColumnType::Text},
                                         {"uses_former", ColumnType::Integer}};
constexpr store::Column kSecret[] = {{"credential", ColumnType::Integer},
                                     {"way", ColumnType::Integer},
                                     {"version", ColumnType::Integer},
                                     {"sealed", ColumnType::Blob},
                                     {"fingerprint", ColumnType::Blob}};
constexpr store::Column kPending[] = {{"draft", ColumnType::Integer},       {"initiator", ColumnType::Text},
                                      {"target", ColumnType::Text},         {"mutual_user", ColumnType::Text},
                                      {"sealed_forward", ColumnType::Blob}, {"sealed_reverse", ColumnType::Blob},
                                      {"weaknesses", ColumnType::Integer}};
constexpr store::Column kBatch[] = {
    {"waiting", ColumnType::Blob},   {"running", ColumnType::Blob},       {"failed", ColumnType::Blob},
    {"done", ColumnType::Integer},   {"at_once", ColumnType::Integer},    {"paused", ColumnType::Integer},
    {"made_by", ColumnType::Text},   {"reason", ColumnType::Text},        {"made_at", ColumnType::Integer},
    {"within", ColumnType::Integer}, {"at_deadline", ColumnType::Integer}};
constexpr store::Table kTables[] = {{kCredentialTable, "credential", kCredential},
                                    {kSecretTable, "secret", kSecret},
                                    {kPendingTable, "pending_secret", kPending},
                                    {kBatchTable, "rotation_batch", kBatch}};
constexpr store::Schema kSchema{kTables};
static_assert(store::problem(kSchema).empty());

// The initiator and then the targets: node length u16, node, managed u8, applied u32, proven u32, revealed u32.
void writeEnd(base::ByteWriter& out, const CredentialEnd& end) {
  out.u16(static_cast<std::uint16_t>(end.node.size()));
  out.bytes(base::asBytes(end.node));
  out.u8(end.managed ? 1 : 0);
  out.u32(end.applied);
  out.u32(end.proven);
  out.u32(end.revealed);
}

CredentialEnd readEnd(base::ByteReader& in) {
  CredentialEnd end;
  end.node = base::asText(in.bytes(in.u16()));
  end.managed = in.u8() != 0;
  end.applied = in.u32();
  end.proven = in.u32();
  end.revealed = in.u32();
  return end;
}

bool readEnds(base::ByteView bytes, Credential& row) {
  base::ByteReader in(bytes);
  row.initiator = readEnd(in);
  row.targets.clear();
  while (!in.failed() && in.remaining() > 0 && row.targets.size() < kMaxTargets) row.targets.push_back(readEnd(in));
  return !in.failed() && in.remaining() == 0;
}

// Numbers of credentials, 8 bytes each.
base::Bytes listed(const std::vector<CredentialId>& ids) {
  base::Bytes bytes;
  base::ByteWriter out(bytes);
  for (const CredentialId id : ids) out.u64(id);
  return bytes;
}

bool readListed(const base::Bytes& bytes, std::vector<CredentialId>& ids) {
  base::ByteReader in(bytes);
  while (!in.failed() && in.remaining() > 0 && ids.size() <= kMaxBatch) ids.push_back(in.u64());
  return !in.failed() && in.remaining() == 0;
}

}  // namespace

const store::Schema& schema() { return kSchema; }

keys::SealPlace placeOf(const SecretRow& row) {
  return {kSecretTable, row.credential, static_cast<std::uint8_t>(row.way), row.version};
}

keys::SealPlace pendingPlace(std::int64_t row, Way way) {
  return {kPendingTable, static_cast<std::uint64_t>(row), static_cast<std::uint8_t>(way), 0};
}

void writeRow(store::OpsWriter& ops, std::int64_t id, const Credential& row) {
  base::Bytes ends;
  base::ByteWriter out(ends);
  writeEnd(out, row.initiator);
  for (const CredentialEnd& target : row.targets) writeEnd(out, target);
  ops.put(kCredentialTable, id);
  ops.blob(ends);
  ops.integer(row.mutual ? 1 : 0);
  ops.text(row.userName);
  ops.text(row.mutualUserName);
  ops.integer(row.current);
  ops.integer(row.next);
  ops.integer(row.last);
  ops.integer(static_cast<std::int64_t>(row.phase));
  ops.integer(row.step);
  ops.integer(base::unixSeconds(row.setAt));
  ops.integer(base::unixSeconds(row.nextSetAt));
  ops.integer(base::unixSeconds(row.provenAt));
  ops.integer(base::unixSeconds(row.deadline));
  ops.integer(static_cast<std::int64_t>(row.atDeadline));
  ops.integer(row.md5 ? 1 : 0);
  ops.integer(row.weaknesses);
  ops.integer(row.nextWeaknesses);
  ops.integer(row.object);
  ops.integer(row.allTargets ? 1 : 0);
  ops.integer(row.currentStep);
  ops.integer(row.nextStep);
  ops.integer(1 + (row.initiatorMutual ? 1 : 0) + (row.targetMutual ? 2 : 0));
  ops.text(row.formerUserName);
  ops.integer(row.usesFormer ? 1 : 0);
}

base::Status readRow(std::span<const store::Cell> cells, Credential& row) {
  RowCells in(cells);
  const base::Bytes ends = in.blob();
  row.mutual = in.flag();
  row.userName = in.text();
  row.mutualUserName = in.text();
  row.current = in.integer<Version>();
  row.next = in.integer<Version>();
  row.last = in.integer<Version>();
  row.phase = in.one(Phase::Retired);
  row.step = in.integer<std::uint32_t>();
  row.setAt = in.time();
  row.nextSetAt = in.time();
  row.provenAt = in.time();
  row.deadline = in.time();
  row.atDeadline = in.one(AtDeadline::RetireOld);
  row.md5 = in.flag();
  row.weaknesses = in.integer<std::uint32_t>();
  row.nextWeaknesses = in.integer<std::uint32_t>();
  row.object = in.integer<san::Id>();
  row.allTargets = in.flag();
  row.currentStep = in.integer<std::uint32_t>();
  row.nextStep = in.integer<std::uint32_t>();
  const auto mutual = in.integer<std::uint8_t>(4);  // 0: both sides as the credential, in a row from before the column
  row.initiatorMutual = mutual == 0 ? row.mutual : ((mutual - 1) & 1) != 0;
  row.targetMutual = mutual == 0 ? row.mutual : ((mutual - 1) & 2) != 0;
  row.formerUserName = in.text();
  row.usesFormer = in.flag();
  if (row.currentStep == 0) row.currentStep = row.step;  // a row from before the column: at the latest by then
  if (base::Status status = in.done("credential"); !status) return status;
  if (!readEnds(ends, row)) return base::fail("table credential: column ends is not what it should be");
  return {};
}

void writeRow(store::OpsWriter& ops, std::int64_t id, const SecretRow& row) {
  ops.put(kSecretTable, id);
  ops.integer(static_cast<std::int64_t>(row.credential));
  ops.integer(static_cast<std::int64_t>(row.way));
  ops.integer(row.version);
  ops.blob(row.sealed);
  ops.blob(row.fingerprint);
}

base::Status readRow(std::span<const store::Cell> cells, SecretRow& row) {
  RowCells in(cells);
  row.credential = in.integer<CredentialId>();
  row.way = in.one(Way::Reverse);
  row.version = in.integer<Version>();
  row.sealed = in.blob();
  row.fingerprint = in.fixed<keys::kDigestSize>();
  return in.done("secret");
}

void writeRow(store::OpsWriter& ops, const PendingSecret& row) {
  ops.put(kPendingTable, row.row);
  ops.integer(row.draft);
  ops.text(row.initiator);
  ops.text(row.target);
  ops.text(row.mutualUserName);
  ops.blob(row.forward);
  ops.blob(row.reverse);
  ops.integer(row.weaknesses);
}

base::Status readRow(std::span<const store::Cell> cells, PendingSecret& row) {
  RowCells in(cells);
  row.draft = in.integer<san::Id>();
  row.initiator = in.text();
  row.target = in.text();
  row.mutualUserName = in.text();
  row.forward = in.blob();
  row.reverse = in.blob();
  row.weaknesses = in.integer<std::uint32_t>();
  return in.done("pending_secret");
}

void writeRow(store::OpsWriter& ops, const BatchRow& row) {
  const RotationBatch::State state = row.batch.state();
  ops.put(kBatchTable, row.id);
  ops.blob(listed(state.waiting));
  ops.blob(listed(state.running));
  ops.blob(listed(state.failed));
  ops.integer(static_cast<std::int64_t>(state.done));
  ops.integer(static_cast<std::int64_t>(state.limit));
  ops.integer(state.paused ? 1 : 0);
  ops.text(row.by);
  ops.text(row.reason);
  ops.integer(base::unixSeconds(row.madeAt));
  ops.integer(row.within.count());
  ops.integer(static_cast<std::int64_t>(row.atDeadline));
}

base::Status readRow(std::span<const store::Cell> cells, BatchRow& row) {
  RowCells in(cells);
  RotationBatch::State state;
  bool good = true;
  for (auto* list : {&state.waiting, &state.running, &state.failed}) good = readListed(in.blob(), *list) && good;
  state.done = in.integer<std::size_t>();
  state.limit = in.integer<std::size_t>();
  state.paused = in.flag();
  row.by = in.text();
  row.reason = in.text();
  row.madeAt = in.time();
  row.within = std::chrono::seconds(in.integer());
  row.atDeadline = in.one(AtDeadline::RetireOld);
  if (base::Status status = in.done("rotation_batch"); !status) return status;
  if (!good || state.limit == 0) return base::fail("table rotation_batch: a list is not what it should be");
  row.batch = RotationBatch::restore(state);
  return {};
}

}  // namespace credentials

#include "isns-server/manage/credentials/credential_rows.h"

#include "isns-server/manage/row_cells.h"

namespace credentials {
namespace {

using manage::RowCells;
using manage::secondsOf;
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
                                         {"weaknesses", ColumnType::Integer}};
constexpr store::Column kSecret[] = {{"credential", ColumnType::Integer},
                                     {"way", ColumnType::Integer},
                                     {"version", ColumnType::Integer},
                                     {"sealed", ColumnType::Blob},
                                     {"fingerprint", ColumnType::Blob}};
constexpr store::Table kTables[] = {{kCredentialTable, "credential", kCredential}, {kSecretTable, "secret", kSecret}};
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
  return !in.failed() && in.remaining() == 0 && !row.targets.empty();
}

}  // namespace

const store::Schema& schema() { return kSchema; }

keys::SealPlace placeOf(const SecretRow& row) {
  return {kSecretTable, row.credential, static_cast<std::uint8_t>(row.way), row.version};
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
  ops.integer(secondsOf(row.setAt));
  ops.integer(secondsOf(row.nextSetAt));
  ops.integer(secondsOf(row.provenAt));
  ops.integer(secondsOf(row.deadline));
  ops.integer(static_cast<std::int64_t>(row.atDeadline));
  ops.integer(row.md5 ? 1 : 0);
  ops.integer(row.weaknesses);
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

}  // namespace credentials

#include "isns-server/manage/keys/key_rows.h"

#include "isns-server/manage/row_cells.h"
#include "shared/base/clock.h"

namespace keys {
namespace {

using manage::RowCells;
using store::ColumnType;

constexpr store::Column kAuthority[] = {{"root", ColumnType::Blob},
                                        {"cross_certificate", ColumnType::Blob},
                                        {"sealed_key", ColumnType::Blob},
                                        {"believed_until", ColumnType::Integer}};
constexpr store::Column kCertificate[] = {
    {"der", ColumnType::Blob},           {"expires", ColumnType::Integer},  {"issued_by", ColumnType::Text},
    {"revoked_at", ColumnType::Integer}, {"revoked_by", ColumnType::Text},  {"reason", ColumnType::Text},
    {"made_with", ColumnType::Integer},  {"maker_token", ColumnType::Blob}, {"maker_certificate", ColumnType::Text}};
constexpr store::Column kToken[] = {
    {"hash", ColumnType::Blob},         {"agent", ColumnType::Text},       {"eid", ColumnType::Text},
    {"nodes", ColumnType::Blob},        {"made_by", ColumnType::Text},     {"made_at", ColumnType::Integer},
    {"expires", ColumnType::Integer},   {"used_by_key", ColumnType::Blob}, {"used_at", ColumnType::Integer},
    {"made_with", ColumnType::Integer}, {"maker_token", ColumnType::Blob}, {"maker_certificate", ColumnType::Text}};
constexpr store::Column kSealKey[] = {
    {"key_check", ColumnType::Blob}, {"is_current", ColumnType::Integer}, {"made_at", ColumnType::Integer}};
constexpr store::Column kClock[] = {{"floor", ColumnType::Integer}};
constexpr store::Column kAddress[] = {
    {"entity", ColumnType::Text}, {"reported", ColumnType::Blob}, {"peer", ColumnType::Text}};
constexpr store::Table kTables[] = {
    {kAuthorityTable, "authority", kAuthority}, {kCertificateTable, "certificate", kCertificate},
    {kTokenTable, "enrolment_token", kToken},   {kSealKeyTable, "sealing_key", kSealKey},
    {kClockTable, "certificate_clock", kClock}, {kAddressTable, "agent_address", kAddress}};
constexpr store::Schema kSchema{kTables};
static_assert(store::problem(kSchema).empty());

}  // namespace

const store::Schema& schema() { return kSchema; }

void writeRow(store::OpsWriter& ops, std::int64_t id, const AuthorityRow& row) {
  ops.put(kAuthorityTable, id);
  ops.blob(row.root);
  ops.blob(row.cross);
  ops.blob(row.sealedKey);
  ops.integer(base::unixSeconds(row.believedUntil));
}

base::Status readRow(std::span<const store::Cell> cells, AuthorityRow& row) {
  RowCells in(cells);
  row.root = in.blob();
  row.cross = in.blob();
  row.sealedKey = in.blob();
  row.believedUntil = in.time();
  return in.done("authority");
}

void writeRow(store::OpsWriter& ops, std::int64_t id, const CertificateRow& row) {
  ops.put(kCertificateTable, id);
  ops.blob(row.der);
  ops.integer(base::unixSeconds(row.expires));
  ops.text(row.issuedBy);
  ops.integer(base::unixSeconds(row.revokedAt));
  ops.text(row.revokedBy);
  ops.text(row.reason);
  manage::writeMaker(ops, row.madeWith);
}

base::Status readRow(std::span<const store::Cell> cells, CertificateRow& row) {
  RowCells in(cells);
  row.der = in.blob();
  row.expires = in.time();
  row.issuedBy = in.text();
  row.revokedAt = in.time();
  row.revokedBy = in.text();
  row.reason = in.text();
  row.madeWith = manage::readMaker(in);
  return in.done("certificate");
}

void writeRow(store::OpsWriter& ops, std::int64_t id, const TokenRecord& row) {
  ops.put(kTokenTable, id);
  ops.blob(row.hash.view());
  ops.text(row.grant.agent);
  ops.text(row.grant.entity);
  ops.blob(manage::joined(row.grant.nodes));
  ops.text(row.grant.madeBy);
  ops.integer(base::unixSeconds(row.madeAt));
  ops.integer(base::unixSeconds(row.expiresAt));
  ops.blob(row.usedByKey.view());
  ops.integer(base::unixSeconds(row.usedAt));
  manage::writeMaker(ops, row.grant.madeWith);
}

base::Status readRow(std::span<const store::Cell> cells, TokenRecord& row) {
  RowCells in(cells);
  row.hash.bytes = in.fixed<mgmt::Fingerprint::kSize>();
  row.grant.agent = in.text();
  row.grant.entity = in.text();
  row.grant.nodes = in.list();
  row.grant.madeBy = in.text();
  row.madeAt = in.time();
  row.expiresAt = in.time();
  row.usedByKey.bytes = in.fixed<mgmt::Fingerprint::kSize>();
  row.usedAt = in.time();
  row.grant.madeWith = manage::readMaker(in);
  return in.done("enrolment_token");
}

void writeRow(store::OpsWriter& ops, std::int64_t id, const SealKeyRow& row) {
  ops.put(kSealKeyTable, id);
  ops.blob(row.check);
  ops.integer(row.current ? 1 : 0);
  ops.integer(base::unixSeconds(row.madeAt));
}

base::Status readRow(std::span<const store::Cell> cells, SealKeyRow& row) {
  RowCells in(cells);
  row.check = in.fixed<kDigestSize>();
  row.current = in.flag();
  row.madeAt = in.time();
  return in.done("sealing_key");
}

void writeRow(store::OpsWriter& ops, std::int64_t id, const ClockRow& row) {
  ops.put(kClockTable, id);
  ops.integer(base::unixSeconds(row.floor));
}

base::Status readRow(std::span<const store::Cell> cells, ClockRow& row) {
  RowCells in(cells);
  row.floor = in.time();
  return in.done("certificate_clock");
}

void writeRow(store::OpsWriter& ops, std::int64_t id, const AddressRow& row) {
  ops.put(kAddressTable, id);
  ops.text(row.entity);
  ops.blob(manage::joined(row.reported));
  ops.text(row.peer);
}

base::Status readRow(std::span<const store::Cell> cells, AddressRow& row) {
  RowCells in(cells);
  row.entity = in.text();
  row.reported = in.list();
  row.peer = in.text();
  return in.done("agent_address");
}

}  // namespace keys

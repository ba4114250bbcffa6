#include "isns-server/manage/people/people_rows.h"

#include "isns-server/manage/row_cells.h"
#include "shared/base/clock.h"

namespace people {
namespace {

using manage::RowCells;
using store::ColumnType;

constexpr std::uint8_t kAllRoles = (1U << kRoles) - 1;

constexpr store::Column kUser[] = {{"name", ColumnType::Text},
                                   {"roles", ColumnType::Integer},
                                   {"label_scope", ColumnType::Blob},
                                   {"password_hash", ColumnType::Text},
                                   {"disabled", ColumnType::Integer},
                                   {"made_at", ColumnType::Integer},
                                   {"password_set_at", ColumnType::Integer},
                                   {"last_login", ColumnType::Integer}};
constexpr store::Column kToken[] = {
    {"hash", ColumnType::Blob},         {"kind", ColumnType::Integer},      {"user_name", ColumnType::Text},
    {"name", ColumnType::Text},         {"roles", ColumnType::Integer},     {"made_at", ColumnType::Integer},
    {"expires", ColumnType::Integer},   {"last_used", ColumnType::Integer}, {"last_address", ColumnType::Text},
    {"made_with", ColumnType::Integer}, {"maker_token", ColumnType::Blob},  {"maker_certificate", ColumnType::Text}};
constexpr store::Table kTables[] = {{kUserTable, "person", kUser}, {kAccessTokenTable, "access_token", kToken}};
constexpr store::Schema kSchema{kTables};
static_assert(store::problem(kSchema).empty());

}  // namespace

const store::Schema& schema() { return kSchema; }

void writeRow(store::OpsWriter& ops, std::int64_t id, const User& row) {
  ops.put(kUserTable, id);
  ops.text(row.name);
  ops.integer(row.roles.bits());
  ops.blob(manage::joined(row.scope));
  ops.text(row.passwordHash);
  ops.integer(row.disabled ? 1 : 0);
  ops.integer(base::unixSeconds(row.madeAt));
  ops.integer(base::unixSeconds(row.passwordSetAt));
  ops.integer(base::unixSeconds(row.lastLogin));
}

base::Status readRow(std::span<const store::Cell> cells, User& row) {
  RowCells in(cells);
  row.name = in.text();
  row.roles = RoleSet::ofBits(in.integer<std::uint8_t>(kAllRoles));
  row.scope = in.list();
  row.passwordHash = in.text();
  row.disabled = in.flag();
  row.madeAt = in.time();
  row.passwordSetAt = in.time();
  row.lastLogin = in.time();
  return in.done("person");
}

void writeRow(store::OpsWriter& ops, std::int64_t id, const AccessToken& row) {
  ops.put(kAccessTokenTable, id);
  ops.blob(row.hash.view());
  ops.integer(static_cast<std::int64_t>(row.kind));
  ops.text(row.user);
  ops.text(row.name);
  ops.integer(row.roles.bits());
  ops.integer(base::unixSeconds(row.madeAt));
  ops.integer(base::unixSeconds(row.expires));
  ops.integer(base::unixSeconds(row.lastUsed));
  ops.text(row.lastAddress);
  manage::writeMaker(ops, row.madeWith);
}

base::Status readRow(std::span<const store::Cell> cells, AccessToken& row) {
  RowCells in(cells);
  row.hash.bytes = in.fixed<mgmt::Fingerprint::kSize>();
  row.kind = in.one(TokenKind::Api);
  row.user = in.text();
  row.name = in.text();
  row.roles = RoleSet::ofBits(in.integer<std::uint8_t>(kAllRoles));
  row.madeAt = in.time();
  row.expires = in.time();
  row.lastUsed = in.time();
  row.lastAddress = in.text();
  row.madeWith = manage::readMaker(in);
  return in.done("access_token");
}

}  // namespace people

#include "isns-server/manage/keys/key_rows.h"

#include "tests/unit/manage_keys/row_testing.h"

namespace keys_test {
namespace {

constexpr base::WallTime at(int seconds) { return base::WallTime(std::chrono::seconds(1'800'000'000 + seconds)); }

TEST(KeyRows, ATokenReadsBack) {
  const keys::TokenRecord record{mgmt::sha256(base::asBytes("t")),
                                 {"web1",
                                  "web1.example",
                                  {"iqn.a", "iqn.b"},
                                  "ada",
                                  manage::Login{manage::Login::Proof::Token, mgmt::sha256({}), {}}},
                                 at(0),
                                 at(3600),
                                 mgmt::sha256(base::asBytes("k")),
                                 at(9)};
  const WrittenRow written(record, keys::schema());
  keys::TokenRecord read;
  ASSERT_TRUE(readRow(written.cells, read));
  EXPECT_EQ(read.hash, record.hash);
  EXPECT_EQ(read.grant.agent, "web1");
  EXPECT_EQ(read.grant.entity, "web1.example");
  EXPECT_EQ(read.grant.nodes, record.grant.nodes);
  EXPECT_EQ(read.grant.madeBy, "ada");
  EXPECT_EQ(read.grant.madeWith, record.grant.madeWith);
  EXPECT_EQ(read.madeAt, at(0));
  EXPECT_EQ(read.expiresAt, at(3600));
  EXPECT_EQ(read.usedByKey, record.usedByKey);
  EXPECT_EQ(read.usedAt, at(9));
  expectBrokenRowsToFail<keys::TokenRecord>(written);
}

TEST(KeyRows, AnAuthorityReadsBack) {
  const keys::AuthorityRow row{{1, 2}, {3}, {4, 5, 6}, at(1)};
  const WrittenRow written(row, keys::schema());
  keys::AuthorityRow read;
  ASSERT_TRUE(readRow(written.cells, read));
  EXPECT_EQ(read.root, row.root);
  EXPECT_EQ(read.cross, row.cross);
  EXPECT_EQ(read.sealedKey, row.sealedKey);
  EXPECT_EQ(read.believedUntil, row.believedUntil);
  expectBrokenRowsToFail<keys::AuthorityRow>(written);
}

TEST(KeyRows, ACertificateReadsBack) {
  const keys::CertificateRow row{
      {1, 2},
      at(1),
      "ada",
      at(2),
      "bob",
      "stolen",
      manage::Login{manage::Login::Proof::Certificate, mgmt::sha256(base::asBytes("t")), "12ab"}};
  const WrittenRow written(row, keys::schema());
  keys::CertificateRow read;
  ASSERT_TRUE(readRow(written.cells, read));
  EXPECT_EQ(read.der, row.der);
  EXPECT_EQ(read.expires, row.expires);
  EXPECT_EQ(read.issuedBy, "ada");
  EXPECT_EQ(read.revokedAt, at(2));
  EXPECT_EQ(read.revokedBy, "bob");
  EXPECT_EQ(read.reason, "stolen");
  EXPECT_EQ(read.madeWith, row.madeWith);
  expectBrokenRowsToFail<keys::CertificateRow>(written);
}

TEST(KeyRows, ASealingKeysCheckReadsBack) {
  keys::SealKeyRow row{{}, true, at(1)};
  row.check.fill(7);
  const WrittenRow written(row, keys::schema());
  keys::SealKeyRow read;
  ASSERT_TRUE(readRow(written.cells, read));
  EXPECT_EQ(read.check, row.check);
  EXPECT_TRUE(read.current);
  EXPECT_EQ(read.madeAt, at(1));
  expectBrokenRowsToFail<keys::SealKeyRow>(written);
  std::vector<store::Cell> cells = written.cells;
  cells[1].integer = 2;
  EXPECT_FALSE(readRow(cells, read));
}

TEST(KeyRows, TheAddressesOfAnAgentReadBack) {
  const keys::AddressRow row{"web1", {"10.0.0.1", "fd00::1"}, "192.0.2.1"};
  const WrittenRow written(row, keys::schema());
  keys::AddressRow read;
  ASSERT_TRUE(readRow(written.cells, read));
  EXPECT_EQ(read.entity, "web1");
  EXPECT_EQ(read.reported, row.reported);
  EXPECT_EQ(read.peer, "192.0.2.1");
  expectBrokenRowsToFail<keys::AddressRow>(written);
}

TEST(KeyRows, TheFloorOfTheClockReadsBack) {
  const keys::ClockRow row{at(7)};
  const WrittenRow written(row, keys::schema());
  keys::ClockRow read;
  ASSERT_TRUE(readRow(written.cells, read));
  EXPECT_EQ(read.floor, at(7));
  expectBrokenRowsToFail<keys::ClockRow>(written);
}

}  // namespace
}  // namespace keys_test

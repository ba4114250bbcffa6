#include "isns-server/manage/people/access_tokens.h"

#include <gmock/gmock.h>

#include "isns-server/manage/people/people_rows.h"
#include "shared/mgmt/enrolment_token.h"
#include "tests/support/random_bytes.h"
#include "tests/unit/manage_keys/row_testing.h"

namespace {

using namespace people;
using enum Role;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr base::WallTime kNow{seconds(1'800'000'000)};

struct Desk {
  base::RandomSource random = support::knownBytes();
  AccessTokens tokens;
  std::string open(base::WallTime now = kNow, std::string_view user = "ada") {
    const auto issued = tokens.openSession(user, {Zoner}, "192.0.2.1", now, random);
    return std::string(base::asText(issued->text.reveal()));
  }
  std::string make(base::WallTime expires) {
    const auto issued = tokens.makeApiToken({"ada", {}, {}}, "backup", {Viewer}, expires, kNow, random);
    return issued ? std::string(base::asText(issued->text.reveal())) : issued.error().text;
  }
  std::string use(const std::string& text, base::WallTime now) {
    const auto used = tokens.use(text, "192.0.2.1", now);
    return used ? used->token->user : std::string(accessFaultWord(used.error()));
  }
};

TEST(AccessTokens, ASessionIsItsUserUntilItRestsOrEnds) {
  Desk desk;
  const std::string text = desk.open();
  EXPECT_EQ(desk.use(text, kNow + minutes(29)), "ada");
  EXPECT_EQ(desk.use(text, kNow + minutes(58)), "ada");  // used in between
  EXPECT_EQ(desk.use(text, kNow + minutes(89)), "idle");
  base::WallTime now = kNow;
  const std::string busy = desk.open();
  for (; now < kNow + hours(12); now += minutes(20)) EXPECT_EQ(desk.use(busy, now), "ada");
  EXPECT_EQ(desk.use(busy, kNow + hours(12)), "expired");
}

TEST(AccessTokens, WhatWasMadeWhileTheClockWasAheadIsRefusedWhenItIsRight) {
  Desk desk;
  const base::WallTime ahead = kNow + hours(24 * 3650);
  const std::string text = desk.open(ahead);
  EXPECT_EQ(desk.use(text, ahead), "ada");
  EXPECT_EQ(desk.use(text, kNow + hours(24)), "clock-went-back");
  EXPECT_EQ(desk.tokens.live(*AccessTokens::hashOf(text), kNow + hours(24)), nullptr);
  EXPECT_EQ(desk.use(text, ahead - minutes(5)), "ada") << "a clock is a little behind now and then";
  const auto made = desk.tokens.makeApiToken({"ada", {}, {}}, "backup", {Viewer}, ahead + hours(1), ahead, desk.random);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(desk.use(std::string(base::asText(made->text.reveal())), kNow), "clock-went-back");
}

TEST(AccessTokens, AnApiTokenNeedsAnEndWithinAYear) {
  Desk desk;
  EXPECT_EQ(desk.make(kNow), "a token ends in the future: name the day");
  EXPECT_EQ(desk.make(kNow + hours(24 * 367)), "a token is good for a year at most");
  const std::string text = desk.make(kNow + hours(24 * 30));
  EXPECT_EQ(desk.use(text, kNow + hours(24 * 30) - seconds(1)), "ada");
  EXPECT_EQ(desk.use(text, kNow + hours(24 * 30)), "expired");
}

TEST(AccessTokens, OnlyAHashIsKept) {
  Desk desk;
  const auto issued = desk.tokens.openSession("ada", {Zoner}, "192.0.2.1", kNow, desk.random);
  base::ByteArena bytes;
  store::OpsWriter ops(bytes);
  writeRow(ops, 1, issued->record);
  const std::string_view text = base::asText(issued->text.reveal());
  EXPECT_EQ(base::asText(bytes.view()).find(text.substr(0, 8)), std::string_view::npos);
  AccessTokens again;
  again.load(issued->record);
  EXPECT_TRUE(again.use(text, "192.0.2.1", kNow));
}

TEST(AccessTokens, StrangeTokensAreRefused) {
  Desk desk;
  Desk other;
  other.random = support::knownBytes(9);
  const std::string text = desk.open();
  EXPECT_EQ(desk.use(other.open(), kNow), "unknown");
  EXPECT_EQ(desk.use("", kNow), "malformed");
  EXPECT_EQ(desk.use(text.substr(1), kNow), "malformed");
  const auto enrolment = mgmt::EnrolmentToken::make({}, desk.random);
  EXPECT_EQ(desk.use(std::string(base::asText(enrolment->text().reveal())), kNow), "malformed");
  EXPECT_FALSE(mgmt::EnrolmentToken::parse(text));
}

TEST(AccessTokens, ARemovedUsersTokensAreGoneAtOnce) {
  Desk desk;
  const std::string session = desk.open();
  const std::string api = desk.make(kNow + hours(24));
  const std::string others = desk.open(kNow, "bob");
  EXPECT_EQ(desk.tokens.removeAll("ada").size(), 2U);
  EXPECT_EQ(desk.use(session, kNow), "unknown");
  EXPECT_EQ(desk.use(api, kNow), "unknown");
  EXPECT_EQ(desk.use(others, kNow), "bob");
}

TEST(AccessTokens, TheSeventeenthSessionTakesThePlaceOfTheOneUsedLongestAgo) {
  Desk desk;
  std::vector<std::string> texts;
  for (int i = 0; i < 16; ++i) texts.push_back(desk.open(kNow + seconds(i)));
  EXPECT_EQ(desk.use(texts[0], kNow + minutes(6)), "ada");
  const auto more = desk.tokens.openSession("ada", {Zoner}, "192.0.2.1", kNow + minutes(7), desk.random);
  ASSERT_TRUE(more);
  EXPECT_EQ(more->removed.size(), 1U);
  EXPECT_EQ(desk.use(texts[1], kNow + minutes(7)), "unknown");
  EXPECT_EQ(desk.use(texts[0], kNow + minutes(7)), "ada");
}

TEST(AccessTokens, A33rdApiTokenIsRefused) {
  Desk desk;
  for (int i = 0; i < 32; ++i) EXPECT_EQ(desk.make(kNow + hours(1)).find("at most"), std::string::npos);
  EXPECT_EQ(desk.make(kNow + hours(1)), "a user has at most 32 API tokens");
}

TEST(AccessTokens, TheLastUseIsStoredNowAndThen) {
  Desk desk;
  const std::string text = desk.open();
  EXPECT_FALSE(desk.tokens.use(text, "192.0.2.1", kNow + minutes(4))->toStore);
  EXPECT_TRUE(desk.tokens.use(text, "192.0.2.1", kNow + minutes(5))->toStore);
  EXPECT_FALSE(desk.tokens.use(text, "192.0.2.1", kNow + minutes(6))->toStore);
  EXPECT_TRUE(desk.tokens.use(text, "192.0.2.2", kNow + minutes(6))->toStore);
}

TEST(AccessTokens, EndedOnesArePruned) {
  Desk desk;
  (void)desk.open();
  (void)desk.make(kNow + hours(24));
  EXPECT_EQ(desk.tokens.prune(kNow + minutes(29)).size(), 0U);
  EXPECT_EQ(desk.tokens.prune(kNow + minutes(31)).size(), 1U);
  EXPECT_EQ(desk.tokens.prune(kNow + hours(24)).size(), 1U);
  EXPECT_EQ(desk.tokens.size(), 0U);
}

TEST(AccessTokens, ReadBackFromTheirRows) {
  const AccessToken token{mgmt::sha256(base::asBytes("t")),
                          TokenKind::Api,
                          "ada",
                          "backup",
                          {Viewer},
                          kNow,
                          kNow + seconds(1),
                          kNow + seconds(2),
                          "192.0.2.1",
                          Login{Login::Proof::Certificate, mgmt::sha256(base::asBytes("u")), "12ab"}};
  const keys_test::WrittenRow written(token, schema());
  AccessToken read;
  ASSERT_TRUE(readRow(written.cells, read));
  EXPECT_EQ(keys_test::WrittenRow(read, schema()).cells, written.cells);
  EXPECT_EQ(read.hash, token.hash);
  EXPECT_EQ(read.kind, TokenKind::Api);
  EXPECT_EQ(read.madeWith, token.madeWith);
  // As a database of an older version is brought forward.
  std::vector<store::Cell> older(written.cells.begin(), written.cells.end() - 3);
  older.resize(written.cells.size());
  ASSERT_TRUE(readRow(older, read));
  EXPECT_FALSE(read.madeWith);
  keys_test::expectBrokenRowsToFail<AccessToken>(written);
}

}  // namespace

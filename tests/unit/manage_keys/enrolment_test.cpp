#include "isns-server/manage/keys/enrolment.h"

#include <gmock/gmock.h>

#include "tests/support/random_bytes.h"

namespace {

using keys::EnrolmentTokens;
using keys::TokenFault;
using mgmt::Fingerprint;
using std::chrono::seconds;

constexpr base::WallTime kNow{seconds(1'800'000'000)};
const Fingerprint kRoot = mgmt::sha256(base::asBytes("root"));
const Fingerprint kKey = mgmt::sha256(base::asBytes("key of the agent"));
const Fingerprint kOtherKey = mgmt::sha256(base::asBytes("key of a thief"));

struct Desk {
  base::RandomSource random = support::knownBytes();
  EnrolmentTokens tokens;
  std::string issue(base::WallTime now = kNow) {
    auto issued = tokens.issue({"web1", "web1.example", {"iqn.2026-01.example:web1"}, "ada"}, kRoot, now, random);
    return std::string(base::asText(issued->text.reveal()));
  }
  std::string redeem(const std::string& text, base::WallTime now, const Fingerprint& key = kKey,
                     const Fingerprint& root = kRoot) {
    const auto record = tokens.redeem(text, key, {&root, 1}, now);
    return record ? record->grant.entity : std::string(keys::tokenFaultWord(record.error().fault));
  }
};

TEST(EnrolmentTokens, ATokenGivesWhatItWasMadeForOnce) {
  Desk desk;
  const std::string text = desk.issue();
  EXPECT_EQ(desk.redeem(text, kNow + seconds(3599)), "web1.example");
  EXPECT_EQ(desk.redeem(text, kNow + seconds(3599), kOtherKey), "used");
}

TEST(EnrolmentTokens, AnAgentThatDiedAsksAgainWithTheSameKey) {
  Desk desk;
  const std::string text = desk.issue();
  EXPECT_EQ(desk.redeem(text, kNow), "web1.example");
  EXPECT_EQ(desk.redeem(text, kNow + seconds(10)), "web1.example");
  EXPECT_EQ(desk.redeem(text, kNow + seconds(3600)), "expired");
}

TEST(EnrolmentTokens, ATokenIsGoodForOneHour) {
  Desk desk;
  EXPECT_EQ(desk.redeem(desk.issue(), kNow + seconds(3600)), "expired");
}

TEST(EnrolmentTokens, StrangersLearnNothingOfWhichTokensThereAre) {
  Desk desk;
  Desk other;
  other.random = support::knownBytes(5);
  const std::string expired = desk.issue(kNow - seconds(4000));
  const auto unknown = desk.tokens.redeem(other.issue(), kKey, {&kRoot, 1}, kNow);
  const auto late = desk.tokens.redeem(expired, kKey, {&kRoot, 1}, kNow);
  ASSERT_FALSE(unknown);
  ASSERT_FALSE(late);
  EXPECT_EQ(unknown.error().fault, TokenFault::Unknown);
  EXPECT_EQ(late.error().fault, TokenFault::Expired);
  EXPECT_EQ(unknown.error().text, late.error().text);
}

TEST(EnrolmentTokens, ATypingErrorAndAForeignTokenAreTold) {
  Desk desk;
  std::string text = desk.issue();
  EXPECT_EQ(desk.redeem(text, kNow, kKey, kOtherKey), "other-authority");
  text[3] = text[3] == 'A' ? 'B' : 'A';
  EXPECT_EQ(desk.redeem(text, kNow), "malformed");
}

TEST(EnrolmentTokens, AreNotJudgedByAClockThatWentBack) {
  Desk desk;
  const std::string text = desk.issue();
  EXPECT_EQ(desk.redeem(text, kNow - seconds(100)), "web1.example");
  EXPECT_EQ(desk.redeem(text, kNow - seconds(1000)), "clock-went-back");
}

TEST(EnrolmentTokens, AWithdrawnTokenIsUnknownAndAUsedOneCannotBeWithdrawn) {
  Desk desk;
  auto issued = desk.tokens.issue({"web1", "web1.example", {}, "ada"}, kRoot, kNow, desk.random);
  const std::string text(base::asText(issued->text.reveal()));
  EXPECT_TRUE(desk.tokens.withdraw(issued->record.hash));
  EXPECT_EQ(desk.redeem(text, kNow), "unknown");
  const std::string used = desk.issue();
  EXPECT_EQ(desk.redeem(used, kNow), "web1.example");
  EXPECT_FALSE(desk.tokens.withdraw(mgmt::EnrolmentToken::parse(used)->secretHash()));
}

TEST(EnrolmentTokens, NoMoreThan1024WaitAtOnce) {
  Desk desk;
  for (std::size_t i = 0; i < EnrolmentTokens::kMaxOutstanding; ++i) (void)desk.issue();
  EXPECT_FALSE(desk.tokens.issue({"a", "a", {}, "ada"}, kRoot, kNow, desk.random));
  EXPECT_TRUE(desk.tokens.issue({"a", "a", {}, "ada"}, kRoot, kNow + seconds(3600), desk.random));
  EXPECT_EQ(desk.tokens.prune(kNow + seconds(3600)).size(), EnrolmentTokens::kMaxOutstanding);
  EXPECT_EQ(desk.tokens.size(), 1U);
}

TEST(EnrolmentTokens, OnlyAHashIsKept) {
  Desk desk;
  auto issued = desk.tokens.issue({"web1", "web1.example", {}, "ada"}, kRoot, kNow, desk.random);
  const auto token = mgmt::EnrolmentToken::parse(base::asText(issued->text.reveal()));
  EXPECT_EQ(issued->record.hash, token->secretHash());
  EnrolmentTokens again;  // after a restart
  again.load(issued->record);
  const auto record = again.redeem(base::asText(issued->text.reveal()), kKey, {&kRoot, 1}, kNow);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->usedByKey, kKey);
}

}  // namespace

#include "isns-server/manage/people/users.h"

#include <gmock/gmock.h>

#include "isns-server/manage/people/login_guard.h"
#include "isns-server/manage/people/people_rows.h"
#include "tests/support/random_bytes.h"
#include "tests/unit/manage_keys/row_testing.h"

namespace {

using namespace people;
using enum Role;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr base::WallTime kNow{seconds(1'800'000'000)};
constexpr keys::ScryptCost kCheap{4, 8, 1};

base::Secret secret(std::string_view text) { return std::move(*base::Secret::from(text)); }

TEST(Password, IsVerifiedByItsHash) {
  const auto hash = hashPassword(secret("correct horse battery"), support::knownBytes(), kCheap);
  ASSERT_TRUE(hash);
  EXPECT_THAT(*hash, testing::StartsWith("$scrypt$ln=4,r=8,p=1$"));
  EXPECT_THAT(*hash, Not(HasSubstr("horse")));
  EXPECT_TRUE(verifyPassword(secret("correct horse battery"), *hash));
  EXPECT_FALSE(verifyPassword(secret("correct horse batterx"), *hash));
  EXPECT_FALSE(verifyPassword({}, *hash));
}

// Made by another implementation (Python's hashlib.scrypt).
TEST(Password, OfAnotherImplementationIsVerified) {
  constexpr std::string_view kHash =
      "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$coHb6LlzckOeOHbDHR6JGt8ViaJ/p4LgT4TcMJHWRUI";
  EXPECT_TRUE(verifyPassword(secret("correct horse battery"), kHash));
  EXPECT_FALSE(verifyPassword(secret("correct horse Battery"), kHash));
}

TEST(Password, TwoOfTheSameHaveDifferentHashes) {
  const base::RandomSource random = support::knownBytes();
  EXPECT_NE(*hashPassword(secret("correct horse battery"), random, kCheap),
            *hashPassword(secret("correct horse battery"), random, kCheap));
  EXPECT_FALSE(hashPassword(secret("correct horse battery"), support::noRandomBytes(), kCheap));
}

TEST(Password, WhatIsNoHashIsNeverRight) {
  const std::string hash = *hashPassword(secret("correct horse battery"), support::knownBytes(), kCheap);
  for (std::size_t size = 0; size < hash.size(); ++size) {
    EXPECT_FALSE(verifyPassword(secret("correct horse battery"), hash.substr(0, size))) << size;
  }
  EXPECT_FALSE(verifyPassword(secret("correct horse battery"), hash + "A"));
  std::string costly = hash;
  costly.replace(costly.find("ln=4"), 4, "ln=30");
  EXPECT_FALSE(verifyPassword(secret("correct horse battery"), costly));
}

TEST(Password, NobodysHashIsOfTheSameCostAndFitsNoPassword) {
  EXPECT_EQ(kPasswordCost, (keys::ScryptCost{15, 8, 3}));
  EXPECT_TRUE(nobodysHash().starts_with("$scrypt$ln=15,r=8,p=3$"));
  EXPECT_FALSE(verifyPassword(secret(""), nobodysHash()));
}

TEST(Password, WeakOnesAreRefusedWithoutRepeatingThem) {
  EXPECT_EQ(passwordProblem(secret("kQ7.vW2+bP9"), "ada"), "a password has at least 12 characters");
  EXPECT_EQ(passwordProblem(secret("administrator"), "administrator"), "the password is the user's name");
  EXPECT_THAT(passwordProblem(secret("Password2026"), "ada"), HasSubstr("common word"));
  EXPECT_THAT(passwordProblem(secret("aaaaaaaaaaaaaaaa"), "ada"), HasSubstr("easy to guess"));
  EXPECT_EQ(passwordProblem(secret("kQ7.vW2+bP9_"), "ada"), "");
  EXPECT_THAT(passwordProblem(secret("Password2026"), "ada"), Not(HasSubstr("2026")));
}

TEST(Users, ThereIsNoUserUntilTheFirstAdministratorIsMade) {
  Users users;
  EXPECT_EQ(users.size(), 0U);
  EXPECT_FALSE(users.principalOf("admin"));
  const auto password = users.makeFirst("ada", kNow, support::knownBytes(), kCheap);
  ASSERT_TRUE(password);
  EXPECT_EQ(password->size(), 20U);
  EXPECT_TRUE(verifyPassword(*password, users.find("ada")->passwordHash));
  EXPECT_TRUE(users.principalOf("ada")->roles.has(Administrator));
  EXPECT_FALSE(users.makeFirst("bob", kNow, support::knownBytes(), kCheap));
  Users other;
  EXPECT_FALSE(verifyPassword(
      *password, other.makeFirst("ada", kNow, support::knownBytes(2), kCheap) ? other.find("ada")->passwordHash : ""));
}

TEST(Users, TheLastAdministratorStays) {
  Users users;
  ASSERT_TRUE(users.add("ada", {Administrator, Zoner}, {}, kNow));
  EXPECT_FALSE(users.remove("ada"));
  EXPECT_FALSE(users.setDisabled("ada", true));
  EXPECT_FALSE(users.setRoles("ada", {Zoner}, {}));
  ASSERT_TRUE(users.add("bob", {Administrator}, {}, kNow));
  ASSERT_TRUE(users.setDisabled("bob", true));
  EXPECT_FALSE(users.remove("ada"));  // a disabled one is none
  ASSERT_TRUE(users.setDisabled("bob", false));
  ASSERT_TRUE(users.setRoles("bob", {Administrator}, {"PCI"}));
  EXPECT_FALSE(users.remove("ada"));  // nor is one with a scope
  EXPECT_FALSE(users.setRoles("ada", {Administrator}, {"PCI"}));
  ASSERT_TRUE(users.setRoles("bob", {Administrator}, {}));
  EXPECT_TRUE(users.remove("ada"));
}

TEST(Users, NamesRolesAndScopesHaveBounds) {
  Users users;
  for (const char* name : {"", "Ada", "-ada", "a b", "a/b", "\xc3\xa4"})
    EXPECT_FALSE(users.add(name, {Viewer}, {}, kNow));
  EXPECT_FALSE(users.add(std::string(65, 'a'), {Viewer}, {}, kNow));
  EXPECT_FALSE(users.add("ada", {}, {}, kNow));
  EXPECT_FALSE(users.add("ada", {Viewer}, std::vector<std::string>(65, "x"), kNow));
  EXPECT_TRUE(users.add("ada.b_c-d@example.com", {Viewer}, {}, kNow));
  EXPECT_FALSE(users.add("ada.b_c-d@example.com", {Viewer}, {}, kNow));
  // Records would not tell them from the server and from root at the local socket.
  for (const char* name : {"isns-server", "root"}) {
    const auto made = users.add(name, {Viewer}, {}, kNow);
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().pointer, "/name");
    EXPECT_NE(made.error().text.find("is kept for"), std::string::npos) << made.error().text;
  }
}

TEST(Users, ACertificateLogsItsUserInUnlessDisabled) {
  Users users;
  ASSERT_TRUE(users.add("ada", {Zoner}, {"pci"}, kNow));
  const mgmt::Identity ada{mgmt::PeerKind::Person, "ada", {}, "01"};
  ASSERT_TRUE(users.principalOf(ada));
  EXPECT_EQ(users.principalOf(ada)->scope, std::vector<std::string>{"pci"});
  EXPECT_FALSE(users.principalOf(mgmt::Identity{mgmt::PeerKind::Agent, "ada", {}, "01"}));
  EXPECT_FALSE(users.principalOf(mgmt::Identity{mgmt::PeerKind::Person, "bob", {}, "01"}));
  ASSERT_TRUE(users.setDisabled("ada", true));
  EXPECT_FALSE(users.principalOf(ada));
}

TEST(Users, AScopeIsOfLabelsThatCanBeStored) {
  const std::string longest(Users::kMaxLabel, 'x');
  for (const std::string& bad : {std::string(), longest + "x", std::string(70'000, 'x'), std::string("a\nb"),
                                 std::string("a\0b", 3), std::string("\xff")}) {
    Users users;
    const auto added = users.add("ann", {Viewer}, {"PCI", bad}, kNow);
    ASSERT_FALSE(added) << bad.size();
    EXPECT_EQ(added.error().pointer, "/scope/1");
    ASSERT_TRUE(users.add("ann", {Viewer}, {longest}, kNow));
    EXPECT_EQ(users.setRoles("ann", {Viewer}, {bad}).error().pointer, "/scope/0");
    EXPECT_EQ(users.find("ann")->scope, std::vector{longest});
  }
}

// Whatever comes into a row, it is read again: a server that does not start is worse than a text that is cut.
TEST(Users, ARowIsReadAgainWhateverIsInIt) {
  User user;
  user.name = "ann";
  user.scope = {std::string(70'000, 'x'), "PCI"};
  const keys_test::WrittenRow written(user, schema());
  User read;
  ASSERT_TRUE(readRow(written.cells, read));
  ASSERT_EQ(read.scope.size(), 2U);
  EXPECT_EQ(read.scope[0].size(), 65'535U);
  EXPECT_EQ(read.scope[1], "PCI");
}

TEST(Users, ReadBackFromTheirRows) {
  const User user{"ada", {Zoner, Auditor},  {"pci", "test"},  "$scrypt$x", true,
                  kNow,  kNow + seconds(1), kNow + seconds(2)};
  const keys_test::WrittenRow written(user, schema());
  User read;
  ASSERT_TRUE(readRow(written.cells, read));
  EXPECT_EQ(keys_test::WrittenRow(read, schema()).cells, written.cells);
  EXPECT_EQ(read.roles, user.roles);
  EXPECT_EQ(read.scope, user.scope);
  EXPECT_TRUE(read.disabled);
  keys_test::expectBrokenRowsToFail<User>(written);
}

struct Gate {
  LoginGuard guard;
  base::TimePoint now{};
  seconds wait(std::string_view user = "ada", std::string_view address = "192.0.2.1") const {
    return guard.wait(user, address, now);
  }
  void fail(int times, std::string_view user = "ada", std::string_view address = "192.0.2.1") {
    for (int i = 0; i < times; ++i) guard.onFailure(user, address, now);
  }
};

TEST(LoginGuard, TheFirstFiveMistakesCostNothingAndThenTheWaitDoubles) {
  Gate gate;
  gate.fail(5);
  EXPECT_EQ(gate.wait(), seconds(0));
  gate.fail(1);
  EXPECT_EQ(gate.wait(), seconds(1));
  gate.fail(3);
  EXPECT_EQ(gate.wait(), seconds(8));
  gate.now += seconds(7);
  EXPECT_EQ(gate.wait(), seconds(1));
  gate.now += seconds(1);
  EXPECT_EQ(gate.wait(), seconds(0));
  gate.fail(500);
  EXPECT_EQ(gate.wait("ada", "192.0.2.9"), std::chrono::minutes(15));
}

TEST(LoginGuard, AUserIsSlowedFromEveryAddressAndAnAddressForEveryUser) {
  Gate gate;
  for (int i = 0; i < 10; ++i) gate.fail(1, "ada", "192.0.2." + std::to_string(i));
  EXPECT_GT(gate.wait("ada", "198.51.100.1"), seconds(0));
  EXPECT_EQ(gate.wait("bob", "198.51.100.1"), seconds(0));
  for (int i = 0; i < 30; ++i) gate.fail(1, "user" + std::to_string(i), "203.0.113.5");
  EXPECT_GT(gate.wait("carol", "203.0.113.5"), seconds(0));
}

TEST(LoginGuard, ASuccessForgetsTheUsersMistakesAndADayForgetsAll) {
  Gate gate;
  gate.fail(10);
  gate.guard.onSuccess("ada", "192.0.2.1");
  EXPECT_EQ(gate.wait(), seconds(0));
  gate.fail(10);
  gate.now += std::chrono::hours(24);
  gate.fail(1);
  EXPECT_EQ(gate.wait(), seconds(0));
}

TEST(LoginGuard, TriesUnderWayCountAsThoseThatFailed) {
  Gate gate;
  const auto begin = [&](int tries) {
    for (int i = 0; i < tries; ++i) gate.guard.onBegin("ada", "192.0.2.1", gate.now);
  };
  begin(5);
  EXPECT_EQ(gate.wait(), seconds(0));
  begin(1);
  EXPECT_EQ(gate.wait(), seconds(1));
  // They end wrong: each counts once.
  gate.fail(6);
  EXPECT_EQ(gate.wait(), seconds(1));
}
TEST(LoginGuard, TriesThatEndRightOrWithoutALookAreNoFailures) {
  Gate other;
  for (int i = 0; i < 6; ++i) other.guard.onBegin("ada", "192.0.2.1", other.now);
  other.guard.onSuccess("ada", "192.0.2.1");
  EXPECT_EQ(other.wait(), seconds(0));
  for (int i = 0; i < 20; ++i) {
    other.guard.onBegin("bob", "192.0.2.1", other.now);
    other.guard.onGivenUp("bob", "192.0.2.1");
  }
  EXPECT_EQ(other.wait("bob", "192.0.2.1"), seconds(0));
}
TEST(LoginGuard, ASuccessIsNoFailureOfItsAddress) {
  Gate gate;
  for (int i = 0; i < 100; ++i) {
    gate.guard.onBegin("ada", "192.0.2.1", gate.now);
    gate.guard.onSuccess("ada", "192.0.2.1");
  }
  EXPECT_EQ(gate.wait("carol", "192.0.2.1"), seconds(0));
}
TEST(LoginGuard, KeepsNoMoreThanItsBoundAndForgetsTheOldest) {
  FailureTable table({0, seconds(900)});
  const base::TimePoint now{};
  for (std::size_t i = 0; i < FailureTable::kMaxEntries + 10; ++i) table.onFailure("user" + std::to_string(i), now);
  EXPECT_EQ(table.size(), FailureTable::kMaxEntries);
  EXPECT_EQ(table.wait("user0", now), seconds(0));
  EXPECT_EQ(table.wait("user10", now), seconds(1));
}

}  // namespace

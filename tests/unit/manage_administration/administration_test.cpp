#include "isns-server/manage/administration/administration.h"

#include <gtest/gtest.h>

#include "tests/support/random_bytes.h"

namespace {

using manage::Administration;
using manage::Step;
using mgmt::ProblemCode;
using enum people::Role;

constexpr base::Now kNow{base::TimePoint(std::chrono::seconds(100)), base::WallTime(std::chrono::seconds(1'800'000'000))};
const manage::Actor kActor{ops::ActorKind::Person, "root", "unix"};

struct AdministrationTest : testing::Test {
  AdministrationTest() : administration(support::knownBytes()) {
    for (const char* name : {"ann", "bob"})
      commit(administration.addUser(name, {Administrator}, {}, "hash", kActor, kNow));
  }
  void commit(manage::Wanted<Step> step) {
    ASSERT_TRUE(step.ok());
    if (step->committed) step->committed(1);
  }
  manage::Wanted<Step> demote(std::string_view name) {
    Administration::UserChange change;
    change.roles = people::RoleSet{Viewer};
    return administration.changeUser(name, change, kActor);
  }
  Administration administration;
};

TEST_F(AdministrationTest, TwoChangesOnTheirWayCannotTakeAwayTheLastAdministrator) {
  auto first = demote("ann");
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(administration.users().find("ann")->roles.has(Administrator));  // not durable yet
  const auto second = demote("bob");
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ProblemCode::BadValue);
  EXPECT_FALSE(administration.removeUser("bob", kActor).ok());
  first->failed();  // the store did not take it
  EXPECT_TRUE(demote("bob").ok());
}

TEST_F(AdministrationTest, AChangeIsTakenWholeOrNotAtAll) {
  commit(demote("ann"));
  Administration::UserChange change;
  change.scope = {"PCI"};
  change.disabled = true;  // bob is the last administrator
  EXPECT_FALSE(administration.changeUser("bob", change, kActor).ok());
  change.disabled.reset();
  change.scope.reset();
  commit(administration.changeUser("bob", change, kActor));
  EXPECT_TRUE(administration.users().find("bob")->scope.empty());
}

TEST_F(AdministrationTest, ARecordTellsEachFieldThatChanged) {
  Administration::UserChange change;
  change.roles = people::RoleSet{Viewer};
  change.scope = {"PCI", "HIPAA"};
  auto step = administration.changeUser("ann", change, kActor);
  ASSERT_TRUE(step.ok());
  ASSERT_EQ(step->audit.size(), 2U);
  EXPECT_EQ(step->audit[1].details[2].value, "PCI, HIPAA");
}

TEST_F(AdministrationTest, AStepThatFailsLeavesThoseOfOthersAsTheyArePlanned) {
  Administration::UserChange disable;
  disable.disabled = true;
  auto first = administration.changeUser("ann", disable, kActor);
  auto other = administration.setPasswordHash("bob", "other", kActor, kNow);
  ASSERT_TRUE(first.ok() && other.ok());
  other->failed();
  first->committed(2);
  EXPECT_TRUE(administration.users().find("ann")->disabled);
  EXPECT_FALSE(administration.finishLogin("ann", "10.0.0.1", "hash", kNow).ok());
  // What starts from the plan has it, too.
  Administration::UserChange scope;
  scope.scope = {"PCI"};
  commit(administration.changeUser("ann", scope, kActor));
  EXPECT_TRUE(administration.users().find("ann")->disabled);
}

TEST_F(AdministrationTest, AUserWhoIsBeingMadeIsKnownThoughAnotherStepFails) {
  auto made = administration.addUser("eve", {Viewer}, {}, "hash of eve", kActor, kNow);
  auto other = administration.setPasswordHash("bob", "other", kActor, kNow);
  ASSERT_TRUE(made.ok() && other.ok());
  other->failed();
  made->committed(2);
  EXPECT_TRUE(administration.finishLogin("eve", "10.0.0.1", "hash of eve", kNow).ok());
}

TEST_F(AdministrationTest, AStepOfAUserThatFailsTakesBackOnlyWhatItPlanned) {
  Administration::UserChange disable;
  disable.disabled = true;
  auto first = administration.changeUser("ann", disable, kActor);
  auto second = administration.setPasswordHash("ann", "other", kActor, kNow);
  ASSERT_TRUE(first.ok() && second.ok());
  second->failed();
  auto third = demote("ann");
  ASSERT_TRUE(third.ok());
  first->committed(2);
  third->committed(3);
  EXPECT_TRUE(administration.users().find("ann")->disabled);
  EXPECT_EQ(administration.users().find("ann")->passwordHash, "hash");
  auto eve = administration.addUser("eve", {Viewer}, {}, "", kActor, kNow);
  ASSERT_TRUE(eve.ok());
  eve->failed();
  EXPECT_TRUE(administration.addUser("eve", {Viewer}, {}, "", kActor, kNow).ok()) << "the name is free again";
}

TEST_F(AdministrationTest, AnOldPasswordLetsNobodyInOnceAnotherOneIsSet) {
  const auto begun = administration.beginLogin("ann", "10.0.0.1", kNow);
  ASSERT_EQ(*begun, "hash");
  auto set = administration.setPasswordHash("ann", "new", kActor, kNow);  // on its way is enough
  ASSERT_TRUE(set.ok());
  EXPECT_FALSE(administration.finishLogin("ann", "10.0.0.1", *begun, kNow).ok());
  EXPECT_EQ(administration.setPasswordHash("ann", "his", kActor, kNow, *begun).error().pointer, "/old");
  set->committed(2);
  EXPECT_FALSE(administration.finishLogin("ann", "10.0.0.1", *begun, kNow).ok());
  EXPECT_TRUE(administration.finishLogin("ann", "10.0.0.1", "new", kNow).ok());
  EXPECT_TRUE(administration.setPasswordHash("ann", "his", kActor, kNow, "new").ok());
}

TEST_F(AdministrationTest, ALoginIsNotedAndDoesNotBringBackWhoIsBeingRemoved) {
  auto session = administration.finishLogin("ann", "10.0.0.1", "hash", kNow);
  ASSERT_TRUE(session.ok());
  auto removal = administration.removeUser("ann", kActor);
  ASSERT_TRUE(removal.ok());
  session->step.committed(2);
  EXPECT_EQ(administration.users().find("ann")->lastLogin, kNow.wall);
  EXPECT_FALSE(administration.finishLogin("ann", "10.0.0.1", "hash", kNow).ok());
  removal->committed(3);
  EXPECT_EQ(administration.users().find("ann"), nullptr);
  EXPECT_FALSE(administration.authenticate(base::asText(session->token.reveal()), "10.0.0.1", kNow).ok());
}

TEST_F(AdministrationTest, ATokenHasANameOfItsOwnAndOnlyRolesOfItsMaker) {
  const people::Principal ann{"ann", {Administrator}, {}};
  const base::WallTime end = kNow.wall + std::chrono::hours(1);
  const auto token = administration.makeToken(ann, "backup", {Administrator, Viewer}, end, kActor, kNow);
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->who.roles, people::RoleSet{Administrator});
  EXPECT_EQ(administration.makeToken(ann, "backup", {Administrator}, end, kActor, kNow).error().code, ProblemCode::NameTaken);
  EXPECT_EQ(administration.makeToken(ann, "other", {Viewer}, end, kActor, kNow).error().code, ProblemCode::BadValue);
}

TEST_F(AdministrationTest, WhoWasLetInStandsAsLongAsHeCouldComeInAndBeTheSame) {
  const auto login = [&] {
    auto session = administration.finishLogin("ann", "10.0.0.1", "hash", kNow);
    EXPECT_TRUE(session.ok());
    return std::string(base::asText(session->token.reveal()));
  };
  const auto in = [&](const std::string& token) { return *administration.authenticate(token, "10.0.0.1", kNow); };
  std::string token = login();
  people::Principal who = in(token);
  EXPECT_TRUE(administration.stands(who, kNow.wall));
  EXPECT_FALSE(administration.stands(who, kNow.wall + people::AccessTokens::kSessionRest));
  (void)administration.logout(token, kActor);
  EXPECT_FALSE(administration.stands(who, kNow.wall));
  Administration::UserChange change;
  change.scope = {"PCI"};
  who = in(token = login());
  commit(administration.changeUser("ann", change, kActor));
  EXPECT_FALSE(administration.stands(who, kNow.wall));
  who = in(token = login());
  EXPECT_TRUE(administration.stands(who, kNow.wall));
  commit(demote("ann"));
  EXPECT_FALSE(administration.stands(who, kNow.wall));
  who = in(token = login());
  commit(administration.removeUser("ann", kActor));
  EXPECT_FALSE(administration.stands(who, kNow.wall));
  EXPECT_TRUE(administration.stands({"root", {Administrator}, {}}, kNow.wall));
}

TEST_F(AdministrationTest, ATokenThatWasSeenIsVoid) {
  auto session = administration.finishLogin("ann", "10.0.0.1", "hash", kNow);
  ASSERT_TRUE(session.ok());
  const std::string token(base::asText(session->token.reveal()));
  EXPECT_FALSE(administration.voidSeen("nonsense", kActor));
  const auto step = administration.voidSeen(token, kActor);
  ASSERT_TRUE(step);
  EXPECT_EQ(step->audit.front().object, "session:ann");
  EXPECT_FALSE(administration.authenticate(token, "10.0.0.1", kNow).ok());
  EXPECT_FALSE(administration.voidSeen(token, kActor));
}

TEST_F(AdministrationTest, ATokenIsThereAgainWhereTheStoreDidNotTakeItsRevocation) {
  const base::WallTime end = kNow.wall + std::chrono::hours(1);
  const auto made = administration.makeToken(*administration.users().principalOf("ann"), "backup", {Administrator}, end, kActor, kNow);
  auto session = administration.finishLogin("ann", "10.0.0.1", "hash", kNow);
  ASSERT_TRUE(made.ok() && session.ok());
  const std::string token(base::asText(made->token.reveal()));
  const std::string login(base::asText(session->token.reveal()));
  const auto isIn = [&](const std::string& text) { return administration.authenticate(text, "10.0.0.1", kNow).ok(); };
  // Each of them ends what it ends at once, and may be tried again.
  const auto expectTakenBack = [&](const std::string& text, Step step) {
    EXPECT_FALSE(isIn(text));
    ASSERT_TRUE(step.failed);
    step.failed();
    EXPECT_TRUE(isIn(text));
  };
  Administration::UserChange disable;
  disable.disabled = true;
  for (int i = 0; i < 2; ++i) {
    expectTakenBack(token, *administration.revokeToken("ann", "backup", kActor));
    expectTakenBack(token, *administration.voidSeen(token, kActor));
    expectTakenBack(login, administration.logout(login, kActor));
    expectTakenBack(token, *administration.setPasswordHash("ann", "hash", kActor, kNow));
    expectTakenBack(token, *administration.removeUser("ann", kActor));
    expectTakenBack(login, *administration.changeUser("ann", disable, kActor));
  }
}

TEST_F(AdministrationTest, ALoginThatTheStoreDidNotTakeGivesBackTheRoomThatItMade) {
  std::vector<std::string> sessions;
  for (std::size_t i = 0; i < people::AccessTokens::kMaxSessions; ++i) {
    auto session = administration.finishLogin("ann", "10.0.0.1", "hash", kNow);
    ASSERT_TRUE(session.ok());
    sessions.emplace_back(base::asText(session->token.reveal()));
  }
  auto more = administration.finishLogin("ann", "10.0.0.1", "hash", kNow);
  ASSERT_TRUE(more.ok());
  more->step.failed();
  EXPECT_FALSE(administration.authenticate(base::asText(more->token.reveal()), "10.0.0.1", kNow).ok());
  for (const std::string& one : sessions) EXPECT_TRUE(administration.authenticate(one, "10.0.0.1", kNow).ok());
}

TEST(Administration, FailuresOfANetworkCountTogetherWhereOneIsOne) {
  Administration administration(support::knownBytes(), [](std::string_view) { return std::string("a network"); });
  for (int i = 0; i < 25; ++i) {
    (void)administration.refuseLogin("user" + std::to_string(i), "2001:db8::" + std::to_string(i), "password", kNow);
  }
  EXPECT_FALSE(administration.beginLogin("somebody", "2001:db8::9999", kNow).ok());
}

TEST_F(AdministrationTest, AWaitSaysHowLong) {
  for (int i = 0; i < 6; ++i) (void)administration.refuseLogin("ann", "10.0.0.1", "password", kNow);
  const auto begun = administration.beginLogin("ann", "10.0.0.1", kNow);
  ASSERT_FALSE(begun.ok());
  EXPECT_GT(begun.error().retryAfter, 0U);
}

TEST_F(AdministrationTest, TheLogTellsWhenSomebodyMustWaitAndHowLong) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(administration.refuseLogin("ann", "10.0.0.1", "password", kNow).step.audit.size(), 1U);
  }
  (void)administration.refuseLogin("ann", "10.0.0.1", "password", kNow);
  const auto refused = administration.refuseLogin("ann", "10.0.0.1", "password", kNow);
  ASSERT_EQ(refused.step.audit.size(), 2U);
  EXPECT_EQ(refused.step.audit[0].event, "login.refused");
  const ops::AuditRecord& locked = refused.step.audit[1];
  EXPECT_EQ(locked.event, "login.locked");
  EXPECT_EQ(locked.object, refused.step.audit[0].object);
  ASSERT_EQ(locked.details.size(), 2U);
  EXPECT_EQ(locked.details[0].value, "7");  // failures
  EXPECT_EQ(locked.details[1].value, "2");  // seconds
}

TEST_F(AdministrationTest, TokensThatHaveEndedGoAndUsesAreStored) {
  auto session = administration.finishLogin("ann", "10.0.0.1", "hash", kNow);
  ASSERT_TRUE(session.ok());
  EXPECT_FALSE(administration.upkeep(kNow.wall));
  const base::Now later{kNow.mono, kNow.wall + std::chrono::minutes(20)};
  ASSERT_TRUE(administration.authenticate(base::asText(session->token.reveal()), "10.0.0.1", later).ok());
  EXPECT_TRUE(administration.upkeep(later.wall));
  EXPECT_FALSE(administration.upkeep(later.wall));
  EXPECT_TRUE(administration.upkeep(later.wall + std::chrono::minutes(31)));
  EXPECT_TRUE(administration.tokensOf("ann").empty());
}

TEST_F(AdministrationTest, ATokenMadeWithATokenEndsNoLaterThanThatOne) {
  const base::WallTime end = kNow.wall + std::chrono::hours(48);
  const people::Principal ann = *administration.users().principalOf("ann");
  auto first = administration.makeToken(ann, "first", ann.roles, end, kActor, kNow);
  ASSERT_TRUE(first.ok());
  const auto who = administration.authenticate(base::asText(first->token.reveal()), "10.0.0.1", kNow);
  ASSERT_TRUE(who.ok());
  const auto later = administration.makeToken(*who, "later", ann.roles, end + std::chrono::seconds(1), kActor, kNow);
  ASSERT_FALSE(later.ok());
  EXPECT_EQ(later.error().pointer, "/expires");
  EXPECT_TRUE(administration.makeToken(*who, "second", ann.roles, end, kActor, kNow).ok());
  // A login makes what it likes, up to a year.
  auto session = administration.finishLogin("ann", "10.0.0.1", "hash", kNow);
  ASSERT_TRUE(session.ok());
  const auto logged = administration.authenticate(base::asText(session->token.reveal()), "10.0.0.1", kNow);
  EXPECT_TRUE(administration.makeToken(*logged, "third", ann.roles, end + std::chrono::hours(1), kActor, kNow).ok());
}

TEST_F(AdministrationTest, PasswordsTriedAtOnceAreNoMoreThanThoseOneAfterAnother) {
  std::size_t taken = 0;
  for (int i = 0; i < 50; ++i) taken += administration.beginLogin("ann", "10.0.0.1", kNow).ok() ? 1U : 0U;
  EXPECT_EQ(taken, 6U);  // five for nothing, and one after which each waits
  for (std::size_t i = 0; i < taken; ++i) EXPECT_FALSE(administration.finishLogin("ann", "10.0.0.1", "", kNow).ok());
  const auto wait = administration.beginLogin("ann", "10.0.0.1", kNow);
  ASSERT_FALSE(wait.ok());
  EXPECT_EQ(wait.error().retryAfter, 1U);
}

}  // namespace

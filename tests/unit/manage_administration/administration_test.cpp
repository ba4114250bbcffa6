#include "isns-server/manage/administration/administration.h"

#include <gtest/gtest.h>

#include <algorithm>

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
  (void)administration.logout(token, kActor, kNow);
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
  EXPECT_FALSE(administration.voidSeen("nonsense", kActor, kNow));
  const auto step = administration.voidSeen(token, kActor, kNow);
  ASSERT_TRUE(step);
  EXPECT_EQ(step->audit.front().object, "session:ann");
  EXPECT_FALSE(administration.authenticate(token, "10.0.0.1", kNow).ok());
  EXPECT_FALSE(administration.voidSeen(token, kActor, kNow));
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
    expectTakenBack(token, *administration.revokeToken("ann", "backup", kActor, kNow));
    expectTakenBack(token, *administration.voidSeen(token, kActor, kNow));
    expectTakenBack(login, administration.logout(login, kActor, kNow));
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

// ---- What ends with what made it -----------------------------------------------------------------------------------

struct MadeWith : AdministrationTest {
  static constexpr base::WallTime kEnd{kNow.wall + std::chrono::hours(1)};
  // Somebody makes a token; its text. What is stored goes to `rows`.
  std::string make(const people::Principal& who, const std::string& name) {
    auto made = administration.makeToken(who, name, who.roles, kEnd, kActor, kNow);
    EXPECT_TRUE(made.ok());
    store::OpsWriter ops(rows);
    made->step.rows(ops, 1);
    return std::string(base::asText(made->token.reveal()));
  }
  static people::Principal in(Administration& administration, const std::string& text) {
    const auto who = administration.authenticate(text, "10.0.0.1", kNow);
    return who ? *who : people::Principal{};
  }
  people::Principal in(const std::string& text) { return in(administration, text); }
  std::string login() {
    auto session = administration.finishLogin("ann", "10.0.0.1", "hash", kNow);
    EXPECT_TRUE(session.ok());
    return std::string(base::asText(session->token.reveal()));
  }
  people::Principal byCertificate(const std::string& serial) {
    people::Principal who = *administration.users().principalOf("ann");
    who.login = {people::Login::Proof::Certificate, {}, serial};
    return who;
  }
  std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const people::AccessToken* token : administration.tokensOf("ann")) {
      if (token->kind == people::TokenKind::Api) all.push_back(token->name);
    }
    std::sort(all.begin(), all.end());
    return all;
  }
  static std::vector<std::string> told(const Step& step) {
    std::vector<std::string> lines;
    for (const ops::AuditRecord& one : step.audit) lines.push_back(one.event + " " + one.object + " " + one.reason);
    return lines;
  }
  using Names = std::vector<std::string>;
  base::ByteArena rows;
};

TEST_F(MadeWith, ATokenThatIsRevokedTakesAlongWhatWasMadeWithItFromHandToHand) {
  const std::string first = make(in(login()), "first");
  const std::string second = make(in(first), "second");
  const std::string third = make(in(second), "third");
  (void)make(in(login()), "other");
  auto step = administration.revokeToken("ann", "first", kActor, kNow);
  ASSERT_TRUE(step.ok());
  EXPECT_EQ(names(), Names{"other"});
  EXPECT_EQ(told(*step), (Names{"token.revoked token:ann/first ",
                                "token.revoked token:ann/second The token first, with which it was made, has ended.",
                                "token.revoked token:ann/third The token first, with which it was made, has ended."}));
  base::ByteArena bytes;
  store::OpsWriter ops(bytes);
  step->rows(ops, 2);
  store::OpsReader reader(bytes.view());
  std::size_t erased = 0;
  for (store::Op op; reader.next(op);) erased += op.kind == store::OpKind::Erase ? 1U : 0U;
  EXPECT_EQ(erased, 3U) << "of the store too";
  step->failed();
  EXPECT_EQ(in(third).user, "ann") << "the store did not take it";
}

TEST_F(MadeWith, ItIsKnownAfterAStart) {
  const std::string first = make(in(login()), "first");
  const std::string second = make(in(first), "second");
  Administration fresh(support::knownBytes());
  commit(fresh.addUser("ann", {Administrator}, {}, "hash", kActor, kNow));
  store::OpsReader reader(rows.view());
  for (store::Op op; reader.next(op);) ASSERT_TRUE(fresh.loadRow(op.table, op.id, op.cells).ok());
  EXPECT_EQ(in(fresh, second).user, "ann");
  commit(fresh.revokeToken("ann", "first", kActor, kNow));
  EXPECT_EQ(in(fresh, second).user, "");
}

TEST_F(MadeWith, ACertificateThatIsVoidTakesAlongWhatWasMadeWithItFromHandToHand) {
  const std::string first = make(byCertificate("12ab"), "first");
  (void)make(in(first), "second");
  (void)make(byCertificate("34cd"), "other");
  const Step step = administration.endMadeWith("12ab", kActor, kNow);
  EXPECT_EQ(names(), Names{"other"});
  EXPECT_EQ(told(step),
            (Names{"token.revoked token:ann/first The certificate 12ab, with which it was made, is void.",
                   "token.revoked token:ann/second The certificate 12ab, with which it was made, is void."}));
}

TEST_F(MadeWith, ALogoutOfASessionLeavesItsTokensAndOfATokenTakesThemAlong) {
  const std::string session = login();
  const std::string first = make(in(session), "first");
  (void)make(in(first), "second");
  (void)administration.logout(session, kActor, kNow);
  EXPECT_EQ(names(), (Names{"first", "second"}));
  const Step step = administration.logout(first, kActor, kNow);
  EXPECT_EQ(names(), Names{});
  EXPECT_EQ(told(step).back(), "token.revoked token:ann/second The token first, with which it was made, has ended.");
}

TEST_F(MadeWith, WhatASessionOrTokenMadeThatStoodInAUrlEndsToo) {
  const std::string session = login();
  (void)make(in(make(in(session), "first")), "second");
  const auto step = administration.voidSeen(session, kActor, kNow);
  ASSERT_TRUE(step);
  EXPECT_EQ(names(), Names{});
  EXPECT_EQ(told(*step), (Names{"token.revoked session:ann It stood in a URL.",
                                "token.revoked token:ann/first What it was made with stood in a URL.",
                                "token.revoked token:ann/second What it was made with stood in a URL."}));
  const std::string seen = make(in(login()), "seen");
  (void)make(in(seen), "by seen");
  EXPECT_TRUE(administration.voidSeen(seen, kActor, kNow));
  EXPECT_EQ(names(), Names{});
}

TEST_F(MadeWith, TheLogNamesTheTokensOfAUserWhoIsDisabledOrRemovedOrGetsAnotherPassword) {
  Administration::UserChange disable;
  disable.disabled = true;
  const auto expectTold = [&](manage::Wanted<Step> step, const std::string& why) {
    ASSERT_TRUE(step.ok());
    EXPECT_EQ(names(), Names{});
    EXPECT_EQ(told(*step).back(), "token.revoked token:ann/backup " + why);
    step->failed();
    EXPECT_EQ(names(), Names{"backup"});
  };
  (void)make(in(login()), "backup");
  expectTold(administration.changeUser("ann", disable, kActor), "The user was disabled.");
  expectTold(administration.setPasswordHash("ann", "other", kActor, kNow), "Another password was set.");
  expectTold(administration.removeUser("ann", kActor), "The user was removed.");
}

TEST_F(MadeWith, OneWhoIsBeingDisabledMakesNoTokenThatWouldOutliveIt) {
  const auto who = in(login());
  Administration::UserChange disable;
  disable.disabled = true;
  auto step = administration.changeUser("ann", disable, kActor);
  ASSERT_TRUE(step.ok());
  const auto made = administration.makeToken(who, "late", who.roles, kNow.wall + std::chrono::hours(1), kActor, kNow);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, mgmt::ProblemCode::TokenEnded);
  step->committed(7);
  EXPECT_EQ(names(), Names{});
}

TEST_F(MadeWith, TheListSaysWhatATokenWasMadeWith) {
  const auto maker = [&](const std::string& name) {
    for (const people::AccessToken* token : administration.tokensOf("ann")) {
      if (token->name == name) return administration.makerOf(token->madeWith);
    }
    return std::string("?");
  };
  (void)make(in(make(in(login()), "first")), "second");
  (void)make(byCertificate("12ab"), "third");
  EXPECT_EQ(maker("first"), "password");
  EXPECT_EQ(maker("second"), "token first");
  EXPECT_EQ(maker("third"), "certificate 12ab");
  people::AccessToken old;
  old.kind = people::TokenKind::Api;
  EXPECT_EQ(administration.makerOf(old.madeWith), "") << "of an older version";
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

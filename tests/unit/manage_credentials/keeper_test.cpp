// Credentials from the model to their sealed rows and back: works, the keeper that follows, batches.
#include <gmock/gmock.h>

#include "tests/unit/manage_credentials/keeper_world.h"

namespace credentials_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct Pair : testing::Test {
  KeeperWorld world;
  san::Id object = 0;
  void SetUp() override {
    world.agentOf("web1", world.host);
    world.agentOf("disk1", world.disk);
    object = world.credential(world.disk, true);
    ASSERT_TRUE(world.sync());
  }
  void startChange(Brought brought = {}, const ChangeOptions& options = {}) {
    CredentialWork work = world.work();
    ASSERT_TRUE(work.startChange(world.of(object).id, options, std::move(brought)));
    world.commit(work);
  }
};

TEST_F(Pair, HasItsSecretsSealedWithItsRowAndTheModelSaysWhereItStands) {
  const Credential& made = world.of(object);
  EXPECT_TRUE(made.initiator.managed && made.targets[0].managed);
  EXPECT_EQ(made.userName, kHost);
  EXPECT_THAT(world.keeper.secretsOf(made.id), SizeIs(2));
  EXPECT_THAT(world.secret(object, Way::Forward, 1), SizeIs(32));
  EXPECT_EQ(world.shown(object).setAt, kStart.time_since_epoch().count());
  EXPECT_EQ(world.shown(object).targetHolds, san::Truth::No);
  EXPECT_THAT(world.audit, ElementsAre(testing::Field(&ops::AuditRecord::event, "secret.created")));
  EXPECT_FALSE(world.sync()) << "there is nothing more to do";
}

TEST_F(Pair, EventsThatSayWhatIsKnownLeaveAWorkEmpty) {
  world.settle(object);
  EXPECT_EQ(world.shown(object).initiatorHolds, san::Truth::Yes);
  CredentialWork again = world.work();
  again.onEvent(world.of(object).id, [&](CredentialMachine& machine) {
    machine.onApplied(Side::Target, kDisk, world.of(object).step, world.now);
    machine.onLogin({Side::Target, kDisk, 7, 7, false}, world.now);
    machine.onTimer(world.now);
  });
  EXPECT_TRUE(again.empty());
}

TEST_F(Pair, AfterARestoreNoVersionGetsANumberThatOneMayHaveHadBefore) {
  world.settle(object);
  world.keeper.reached(7 + base::kRevisionsLeftOut);
  startChange();
  EXPECT_EQ(world.of(object).next, CredentialKeeper::kVersionsLeftOut + 1);
  EXPECT_EQ(world.of(object).current, 1U);
}

TEST_F(Pair, AfterARestoreACredentialThatIsNewBeginsAboveThoseOfBefore) {
  const std::string disk2 = "iqn.2026-01.example:disk2";
  const san::Id other = world.credential(world.san.target(disk2));  // no agent speaks for that one
  world.keeper.reached(7 + base::kRevisionsLeftOut);
  ASSERT_TRUE(world.sync());
  const Version first = CredentialKeeper::kVersionsLeftOut + 1;
  EXPECT_EQ(world.of(other).current, first);
  EXPECT_THAT(world.secret(other, Way::Forward, first), testing::Not(IsEmpty()));
  const auto login = [&](Version version) {
    world.event(other, [&](CredentialMachine& machine) {
      machine.onLogin({Side::Initiator, disk2, version, 0, false}, world.now);
    });
  };
  // A session may still be told of that is of a credential of this number with another secret.
  login(1);
  EXPECT_EQ(world.shown(other).provenAt, 0);
  EXPECT_EQ(world.shown(other).state, san::CredentialState::WaitingForForeign) << "it has never been used";
  login(first);
  EXPECT_EQ(world.shown(other).state, san::CredentialState::Active);
}

TEST_F(Pair, AnotherKeeperReadsTheSameFromTheRows) {
  world.settle(object);
  startChange();
  CredentialKeeper other(world.ring);
  for (std::size_t i = 0; i < world.stored.size(); ++i) ASSERT_TRUE(other.apply(world.stored[i]));
  EXPECT_EQ(other.all(), world.keeper.all());
  EXPECT_THAT(other.secretsOf(world.of(object).id), SizeIs(4));
  EXPECT_EQ(other.ofObject(object)->deadline, kStart + std::chrono::hours(24));
  EXPECT_GT(other.newSecret(), 4) << "numbers of rows are given once";
}

TEST_F(Pair, ARotationLeavesTheNewSecretsAlone) {
  world.settle(object);
  startChange();
  const std::string next = world.secret(object, Way::Forward, 2);
  world.settle(object);
  EXPECT_EQ(world.of(object).phase, Phase::Switching);
  for (const Side side : {Side::Target, Side::Initiator}) {
    world.event(object, [&](CredentialMachine& machine) { machine.onLogin({side, kDisk, 2, 2, true}, world.now); });
  }
  EXPECT_EQ(world.of(object).current, 2U);
  EXPECT_EQ(world.secret(object, Way::Forward, 2), next);
  EXPECT_EQ(world.secret(object, Way::Forward, 1), "");
  EXPECT_THAT(world.keeper.secretsOf(world.of(object).id), SizeIs(2));
  EXPECT_TRUE(world.shown(object).md5);
  EXPECT_EQ(world.shown(object).provenAt, kStart.time_since_epoch().count());
}

TEST_F(Pair, WhatAPersonBroughtIsTheNextVersionWithItsWeaknesses) {
  world.settle(object);
  Brought brought;
  brought.forward = base::Secret::from("brought by hand");
  brought.weaknesses = san::weakness::kShort;
  startChange(std::move(brought), {std::chrono::seconds(10), AtDeadline::RetireOld});
  EXPECT_EQ(world.secret(object, Way::Forward, 2), "brought by hand");
  EXPECT_THAT(world.secret(object, Way::Reverse, 2), SizeIs(32));
  EXPECT_EQ(world.shown(object).weaknesses, 0U);
  world.now += std::chrono::seconds(10);
  world.event(object, [&](CredentialMachine& machine) { machine.onTimer(world.now); });
  EXPECT_EQ(world.shown(object).weaknesses, san::weakness::kShort);
}

TEST_F(Pair, AWallClockThatIsSetNeitherEndsAChangeNorDrawsItOut) {
  using std::chrono::hours;
  using std::chrono::seconds;
  for (const hours set : {hours(1), hours(-1), hours(24 * 365), hours(-24 * 365)}) {
    world.settle(object);
    startChange({}, {seconds(600), AtDeadline::RetireOld});
    const base::TimePoint begun(hours(5));
    const auto due = [&](seconds later, hours by) {
      return world.keeper.due(manage::steadyWall({begun + later, world.now + later + by}), begun + later).size();
    };
    EXPECT_EQ(due(seconds(1), hours(0)), 0U);
    world.settle(object);  // its row changes meanwhile
    EXPECT_EQ(due(seconds(599), set), 0U);
    ASSERT_EQ(due(seconds(600), set), 1U);
    const auto one =
        world.keeper.due(manage::steadyWall({begun + seconds(600), world.now}), begun + seconds(600)).front();
    EXPECT_EQ(one.id, world.of(object).id);
    world.event(object, [&](CredentialMachine& machine) { machine.onTimer(one.deadline); });
    EXPECT_EQ(due(seconds(601), set), 0U);
  }
}

TEST_F(Pair, WithoutRandomBytesNothingIsPlanned) {
  world.settle(object);
  const Credential before = world.of(object);
  CredentialWork work(world.keeper, support::noRandomBytes(), manage::serverActor(), world.now);
  EXPECT_FALSE(work.startChange(before.id, {}, {}));
  CredentialWork event(world.keeper, support::noRandomBytes(), manage::serverActor(), world.now);
  event.onEvent(before.id, [&](CredentialMachine& machine) { (void)machine.startChange(world.now); });
  EXPECT_THAT(event.alarms(), SizeIs(1));
  EXPECT_EQ(world.of(object), before);
}

TEST_F(Pair, ASecretThatIsSealedAnewIsKnownByItsNewFingerprint) {
  const auto [row, secret] = *world.keeper.secretsOf(world.of(object).id).begin();
  SecretRow anew = secret;
  anew.fingerprint[0] ^= 1;
  store::OpsWriter ops = world.stored.begin(world.stored.size() + 1, 0, 1, "isns-server", "");
  writeRow(ops, row, anew);
  world.stored.end();
  ASSERT_TRUE(world.keeper.apply(world.stored[world.stored.size() - 1]));
  EXPECT_FALSE(world.keeper.isUsedElsewhere(secret.fingerprint, 99, secret.way));
  EXPECT_TRUE(world.keeper.isUsedElsewhere(anew.fingerprint, 99, secret.way));
  EXPECT_THAT(world.keeper.secretsOf(world.of(object).id), SizeIs(2));
}

TEST_F(Pair, OnlyNodesThatAreToHoldSomethingElseAreTold) {
  EXPECT_THAT(world.keeper.takeTouched(), ElementsAre(kDisk, kHost));
  world.event(object, [&](CredentialMachine& machine) {
    machine.onApplied(Side::Target, kDisk, world.of(object).step, world.now);
  });
  EXPECT_THAT(world.keeper.takeTouched(), ElementsAre(kHost)) << "it is the initiator's turn";
  world.event(object, [&](CredentialMachine& machine) {
    machine.onLogin({Side::Target, kDisk, 1, 1, false}, world.now);
  });
  EXPECT_THAT(world.keeper.takeTouched(), IsEmpty());
}

TEST_F(Pair, MutualIsAddedWithoutANewVersion) {
  const san::Id oneWay = world.san.target("iqn.2026-01.example:disk2");
  const san::Id second = world.credential(oneWay);
  ASSERT_TRUE(world.sync());
  const std::string before = world.secret(second, Way::Forward, 1);
  world.san.set({san::Kind::Credential, second}, "mutual", true);
  ASSERT_TRUE(world.sync());
  EXPECT_EQ(world.secret(second, Way::Forward, 1), before);
  EXPECT_NE(world.secret(second, Way::Reverse, 1), "");
}

TEST_F(Pair, AnErasedOneKeepsItsSecretsUntilItCannotComeBack) {
  const std::string secret = world.secret(object, Way::Forward, 1);
  const CredentialId id = world.of(object).id;
  world.san.erase({san::Kind::Credential, object});
  world.held = true;
  EXPECT_FALSE(world.sync());
  // A rollback makes it anew, under another number perhaps.
  const san::Snapshot before = world.san.done();
  const san::Id again = world.credential(world.disk, true);
  CredentialWork work = world.work();
  ASSERT_TRUE(createNew(work, world.keeper, before, san::SanIndex(world.san.done()), {5, true}));
  world.commit(work);
  EXPECT_EQ(world.of(again).id, id);
  EXPECT_EQ(world.secret(again, Way::Forward, 1), secret);
  world.san.erase({san::Kind::Credential, again});
  world.held = false;
  EXPECT_TRUE(world.sync());
  EXPECT_EQ(world.keeper.find(id), nullptr);
  EXPECT_THAT(world.keeper.secretsOf(id), IsEmpty());
  EXPECT_EQ(world.audit.back().event, "secret.retired");
}

// Whoever erases a credential and makes one of the same pair does not trust the secret any more.
TEST_F(Pair, OneThatSomebodyMakesAnewHasAnotherSecretAndTheOldOneRetires) {
  const std::string secret = world.secret(object, Way::Forward, 1);
  const CredentialId id = world.of(object).id;
  const san::Snapshot before = world.san.done();
  world.san.erase({san::Kind::Credential, object});
  const san::Id again = world.credential(world.disk, true);
  world.held = true;
  world.random = support::knownBytes(2);
  CredentialWork work = world.work();
  ASSERT_TRUE(createNew(work, world.keeper, before, san::SanIndex(world.san.done()), {5, false}));
  world.commit(work);
  ASSERT_NE(world.of(again).id, id);
  EXPECT_THAT(world.secret(again, Way::Forward, 1), SizeIs(32));
  EXPECT_NE(world.secret(again, Way::Forward, 1), secret);
  EXPECT_EQ(world.audit.back().event, "secret.created");
  EXPECT_EQ(world.secret(object, Way::Forward, 1), secret) << "as long as a rollback may want it";
  world.held = false;
  EXPECT_TRUE(world.sync());
  EXPECT_EQ(world.keeper.find(id), nullptr);
  EXPECT_EQ(world.audit.back().event, "secret.retired");
}

// What its agents told before, they told of what they have dropped since.
TEST_F(Pair, OneThatCameBackIsHeldByWhoTellsItAnew) {
  const auto applies = [&](san::Id which, Side side, const std::string& node) {
    world.event(which,
                [&](CredentialMachine& machine) { machine.onApplied(side, node, world.of(which).step, world.now); });
  };
  world.settle(object);
  ASSERT_EQ(world.shown(object).targetHolds, san::Truth::Yes);
  ASSERT_EQ(world.shown(object).initiatorHolds, san::Truth::Yes);
  world.held = true;
  const std::uint32_t step = world.of(object).step;
  world.san.erase({san::Kind::Credential, object});
  const san::Snapshot before = world.san.done();
  const san::Id again = world.credential(world.disk, true);
  CredentialWork work = world.work();
  ASSERT_TRUE(createNew(work, world.keeper, before, san::SanIndex(world.san.done()), {5, true}));
  world.commit(work);
  EXPECT_GT(world.of(again).step, step) << "they are given it again";
  EXPECT_EQ(holds(world.of(again), world.of(again).targets[0]), san::Truth::Unknown);
  EXPECT_EQ(holds(world.of(again), world.of(again).initiator), san::Truth::Unknown);
  applies(again, Side::Target, kDisk);
  EXPECT_EQ(holds(world.of(again), world.of(again).targets[0]), san::Truth::Yes);
  EXPECT_NE(holds(world.of(again), world.of(again).initiator), san::Truth::Yes);
  applies(again, Side::Initiator, kHost);
  EXPECT_EQ(holds(world.of(again), world.of(again).initiator), san::Truth::Yes);
}

// To bring back what was erased is not to undo what was done before.
TEST_F(Pair, OneThatWasRetiredComesBackRetired) {
  const CredentialId id = world.of(object).id;
  CredentialWork retiring = world.work();
  ASSERT_TRUE(retiring.retire(id));
  world.commit(retiring);
  world.held = true;
  const std::uint32_t step = world.of(object).step;
  world.san.erase({san::Kind::Credential, object});
  const san::Snapshot before = world.san.done();
  const san::Id again = world.credential(world.disk, true);
  CredentialWork work = world.work();
  ASSERT_TRUE(createNew(work, world.keeper, before, san::SanIndex(world.san.done()), {5, true}));
  world.commit(work);
  ASSERT_EQ(world.of(again).id, id);
  EXPECT_EQ(world.of(again).phase, Phase::Retired);
  EXPECT_EQ(world.of(again).step, step);
  EXPECT_THAT(world.keeper.secretsOf(id), IsEmpty());
  EXPECT_EQ(world.shown(again).state, san::CredentialState::Retired);
}

TEST_F(Pair, ARollbackGivesTheOneBackThatWasReplacedAndNotTheOneThatReplacedIt) {
  const CredentialId first = world.of(object).id;
  const auto replaced = [&](san::Id old, bool rollback) {
    const san::Snapshot before = world.san.done();
    world.san.erase({san::Kind::Credential, old});
    const san::Id made = world.credential(world.disk, true);
    CredentialWork work = world.work();
    EXPECT_TRUE(createNew(work, world.keeper, before, san::SanIndex(world.san.done()), {5, rollback}));
    world.commit(work);
    return made;
  };
  world.held = true;
  const san::Id second = replaced(object, false);
  const CredentialId other = world.of(second).id;
  ASSERT_NE(other, first);
  const san::Id back = replaced(second, true);
  EXPECT_EQ(world.of(back).id, first);
  // And when nobody confirms the rollback either.
  EXPECT_EQ(world.of(replaced(back, true)).id, other);
}

TEST(Keeper, SecretsOfADraftBecomeTheFirstVersionOfItsPairAlone) {
  KeeperWorld world;
  Brought brought;
  brought.forward = base::Secret::from("typed for the draft");
  CredentialWork hold = world.work();
  ASSERT_TRUE(hold.hold({0, 9, kHost, kDisk, "disk-user", {}, {}, 0}, brought));
  world.commit(hold);
  const san::Snapshot before = world.san.done();
  const san::Id other = world.san.target("iqn.2026-01.example:disk2");
  const san::Id second = world.credential(other);
  const san::Id first = world.credential(world.disk);
  CredentialWork work = world.work();
  ASSERT_TRUE(createNew(work, world.keeper, before, san::SanIndex(world.san.done()), {9, false}));
  world.commit(work);
  EXPECT_EQ(world.secret(first, Way::Forward, 1), "typed for the draft");
  EXPECT_EQ(world.of(first).mutualUserName, "disk-user");
  EXPECT_NE(world.secret(second, Way::Forward, 1), "typed for the draft");
  EXPECT_THAT(world.keeper.pending(), IsEmpty());
  const auto fingerprint = world.ring.reuseFingerprint(*base::Secret::from("typed for the draft"));
  EXPECT_TRUE(world.keeper.isUsedElsewhere(*fingerprint, world.of(second).id, Way::Forward));
  EXPECT_FALSE(world.keeper.isUsedElsewhere(*fingerprint, world.of(first).id, Way::Forward));
}

// As whoever asks is told: to remove some helps in the one case alone.
TEST(Keeper, SecretsThatCannotBeSealedAreToldFromTooMany) {
  KeeperWorld world;
  Brought brought;
  brought.forward = base::Secret::from("typed for the draft");
  const PendingSecret pending{0, 9, kHost, kDisk, {}, {}, {}, 0};
  CredentialWork many = world.work();
  for (std::size_t i = 0; i < CredentialKeeper::kMaxPending; ++i) ASSERT_TRUE(many.hold(pending, {}));
  const auto full = many.hold(pending, brought);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, mgmt::ProblemCode::LimitReached);
  EXPECT_EQ(full.error().detail, "Too many drafts hold secrets: commit or discard some.");

  const keys::KeyRing none;
  CredentialKeeper keeper(none);
  CredentialWork work(keeper, world.random, {ops::ActorKind::Person, "admin", "unix"}, world.now);
  const auto unsealed = work.hold(pending, brought);
  ASSERT_FALSE(unsealed);
  EXPECT_EQ(unsealed.error().code, mgmt::ProblemCode::Internal);
  EXPECT_EQ(unsealed.error().detail, "The secret was not sealed: there is no sealing key.");
  EXPECT_TRUE(work.empty());
}

TEST(Keeper, SecretsOfAPairAreWithdrawnWhenTheDraftMakesItsCredentialNoMore) {
  KeeperWorld world;
  CredentialWork hold = world.work();
  ASSERT_TRUE(hold.hold({0, 9, kHost, kDisk, {}, {}, {}, 0}, {}));
  ASSERT_TRUE(hold.hold({0, 9, kHost, {}, {}, {}, {}, 0}, {}));
  ASSERT_TRUE(hold.hold({0, 8, kHost, kDisk, {}, {}, {}, 0}, {}));
  world.commit(hold);
  const auto credential = [&](san::Id number, san::Id target) {
    const san::ObjectRef made{san::Kind::Credential, san::kFirstProvisional + number};
    std::vector<san::Edit> edits{{san::EditOp::Create, made, {}, {}},
                                 {san::EditOp::Set, made, "initiator", KeeperWorld::node(world.host)}};
    if (target != 0) edits.push_back({san::EditOp::Set, made, "target", KeeperWorld::node(target)});
    return edits;
  };
  const auto rows = [&](const std::vector<san::Edit>& edits) {
    return withdrawn(world.keeper, world.san.done(), 9, edits);
  };
  std::vector<san::Edit> both = credential(0, world.disk);
  for (const san::Edit& edit : credential(1, 0)) both.push_back(edit);
  EXPECT_THAT(rows(both), IsEmpty());
  EXPECT_THAT(rows(credential(0, world.disk)), ElementsAre(2)) << "what is for all targets is another one";
  EXPECT_THAT(rows(credential(0, 0)), ElementsAre(1));
  EXPECT_THAT(rows({}), ElementsAre(1, 2)) << "another draft keeps its own";
  both.push_back({san::EditOp::Erase, both.front().object, {}, {}});
  EXPECT_THAT(rows(both), ElementsAre(1));
}

TEST(Keeper, SecretsOfADraftThatHasEndedGo) {
  KeeperWorld world;
  CredentialWork hold = world.work();
  ASSERT_TRUE(hold.hold({0, 9, kHost, kDisk, "disk-user", {}, {}, 0}, {}));
  world.commit(hold);
  EXPECT_FALSE(world.sync());
  world.live = false;
  EXPECT_TRUE(world.sync());
  EXPECT_THAT(world.keeper.pending(), IsEmpty());
}

TEST(Keeper, OneForAllTargetsFollowsTheZonesAndWhoHasHisOwn) {
  KeeperWorld world;
  const san::Id object = world.credential(0);
  world.sync();
  EXPECT_THAT(world.of(object).targets, IsEmpty());
  const std::string second = "iqn.2026-01.example:disk2";
  const san::Id other = world.san.target(second);
  world.san.zone("zone1", {world.host, world.disk, other});
  world.agentOf("disk2", other);
  ASSERT_TRUE(world.sync());
  ASSERT_THAT(world.of(object).targets, SizeIs(2));
  EXPECT_FALSE(world.of(object).targets[0].managed);
  EXPECT_TRUE(world.of(object).targets[1].managed);
  EXPECT_THAT(world.keeper.at(Side::Target, second), SizeIs(1));
  world.credential(other);
  ASSERT_TRUE(world.sync());
  ASSERT_THAT(world.of(object).targets, SizeIs(1));
  EXPECT_EQ(world.of(object).targets[0].node, kDisk);
}

TEST(Keeper, OfOneForAllTargetsEachTargetIsShownForItself) {
  KeeperWorld world;
  world.agentOf("web1", world.host);
  world.agentOf("disk1", world.disk);
  const san::Id object = world.credential(0);
  const san::Id second = world.san.target("iqn.2026-01.example:disk2");
  const san::Id foreign = world.san.target("iqn.foreign");
  const san::Id zone = world.san.zone("zone1", {world.host, world.disk});
  world.sync();
  world.settle(object);
  EXPECT_EQ(world.shown(object).heldByBoth(world.disk), san::Truth::Yes);
  world.agentOf("disk2", second);
  world.san.set({san::Kind::Domain, zone}, "nodes",
                test::SanBuilder::refs(san::Kind::Node, {world.host, world.disk, second, foreign}));
  ASSERT_TRUE(world.sync());
  EXPECT_EQ(world.shown(object).heldByBoth(world.disk), san::Truth::Yes);
  EXPECT_EQ(world.shown(object).heldByBoth(second), san::Truth::No);
  EXPECT_EQ(world.shown(object).heldByBoth(foreign), san::Truth::Unknown);
  EXPECT_EQ(world.shown(object).targetHolds, san::Truth::No) << "one of them has it not";
  world.settle(object);
  EXPECT_EQ(world.shown(object).heldByBoth(second), san::Truth::Yes);
}

TEST(Keeper, ARevokedAgentSpeaksForNobody) {
  KeeperWorld world;
  world.agentOf("disk1", world.disk);
  const san::Id object = world.credential(world.disk);
  world.sync();
  EXPECT_TRUE(world.of(object).targets[0].managed);
  const auto agent = world.san.done().find(san::Kind::Agent, "disk1");
  world.san.edit([&](san::SnapshotEditor& editor) { editor.own<san::Agent>(*agent).revoked = true; });
  ASSERT_TRUE(world.sync());
  EXPECT_FALSE(world.of(object).targets[0].managed);
}

TEST(Keeper, ABatchPausesInTheTransactionOfTheFailure) {
  KeeperWorld world;
  world.agentOf("web1", world.host);
  world.agentOf("disk1", world.disk);
  const san::Id first = world.credential(world.disk);
  const san::Id second = world.credential(0);
  world.sync();
  world.settle(first);
  CredentialWork start = world.work();
  start.because("once a year");
  const auto batch = start.startBatch({world.of(first).id, world.of(second).id}, 1, {});
  ASSERT_TRUE(batch);
  world.commit(start);
  EXPECT_EQ(world.of(first).phase, Phase::Spreading);
  EXPECT_EQ(world.of(second).phase, Phase::Settled);
  EXPECT_EQ(world.audit.back().reason, "once a year");
  CredentialWork cancel = world.work();
  ASSERT_TRUE(cancel.cancelChange(world.of(first).id));
  world.commit(cancel);
  const RotationBatch& paused = world.keeper.batches().at(*batch).batch;
  EXPECT_TRUE(paused.paused());
  EXPECT_THAT(paused.failed(), ElementsAre(world.of(first).id));
  CredentialWork resume = world.work();
  ASSERT_TRUE(resume.stepBatch(*batch, CredentialWork::BatchStep::Resume));
  world.commit(resume);
  EXPECT_NE(world.of(second).phase, Phase::Settled);
  CredentialWork gone = world.work();
  ASSERT_TRUE(gone.retire(world.of(second).id));
  world.commit(gone);
  EXPECT_TRUE(world.keeper.batches().at(*batch).batch.finished());
}

}  // namespace
}  // namespace credentials_test

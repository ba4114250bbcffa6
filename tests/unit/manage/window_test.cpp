// The window in which what was committed waits to be confirmed, and how it is taken back: then, or later.
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

TEST_F(Changes, NobodyConfirmsAndItIsTakenBack) {
  const Id id = committed(giveWeb1());
  world.advance(std::chrono::seconds(119));
  EXPECT_EQ(draft(id).state, DraftState::Confirming);
  world.advance(std::chrono::seconds(1));
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::RolledBack);
  EXPECT_EQ(works(web1, unit1), san::Truth::No);
  EXPECT_FALSE(world.named(Kind::Domain, "zone1"));
  EXPECT_EQ(world.model().get<san::ChangeSet>(id)->state, san::ChangeState::RolledBack);
  EXPECT_TRUE(logged("change.rolled-back change-set:#" + std::to_string(id) + " by isns-server"));
  EXPECT_EQ(draft(id + 1).state, DraftState::Confirmed);
  EXPECT_EQ(draft(id + 1).undoes, id);
}

TEST_F(Changes, TheConfirmDeadlineSurvivesARestart) {
  const Id id = committed(giveWeb1());
  ChangeWorld again(world.database(), world.wallSeconds() + 100);
  again.run();
  EXPECT_EQ(again.sets().find(id)->state, DraftState::Confirming);
  EXPECT_EQ(again.wireJoins(again.named(Kind::Domain, "zone1").id, "iqn.2026-01.example:web2"), 12U);
  again.advance(std::chrono::seconds(20));
  again.settle();
  EXPECT_EQ(again.sets().find(id)->state, DraftState::RolledBack);
  EXPECT_FALSE(again.named(Kind::Domain, "zone1"));
  EXPECT_EQ(again.model().table<san::Map>().size(), 0U);
}

TEST_F(Changes, AClockThatIsPutBackOrForthNeitherDrawsAWindowOutNorEndsIt) {
  for (const auto by : {std::chrono::hours(-24), std::chrono::hours(24)}) {
    const Id id = committed(giveWeb1());
    world.advance(std::chrono::seconds(10));
    world.setClock(by);
    world.advance(std::chrono::seconds(100));
    EXPECT_EQ(draft(id).state, DraftState::Confirming);
    world.advance(std::chrono::seconds(10));
    world.settle();
    EXPECT_EQ(draft(id).state, DraftState::RolledBack);
  }
}

TEST_F(Changes, AfterARestartWithAClockThatWentBackAWindowIsNoLongerThanItWas) {
  const Id id = committed(giveWeb1());
  ChangeWorld again(world.database(), world.wallSeconds() - 86'400);
  again.run();
  again.advance(std::chrono::seconds(100));
  EXPECT_EQ(again.sets().find(id)->state, DraftState::Confirming);
  again.advance(std::chrono::seconds(60));
  again.settle();
  EXPECT_EQ(again.sets().find(id)->state, DraftState::RolledBack);
}

TEST_F(Changes, AfterARestartWithAClockThatIsAheadAWindowIsNotOver) {
  const Id id = committed(giveWeb1());
  NotBelieved clock;
  ChangeWorld again(world.database(), world.wallSeconds() + 3600 + 20, clock.options());
  again.run();
  again.advance(std::chrono::seconds(90));
  EXPECT_EQ(again.sets().find(id)->state, DraftState::Confirming);
  again.advance(std::chrono::seconds(10));
  again.settle();
  EXPECT_EQ(again.sets().find(id)->state, DraftState::RolledBack);
}

TEST_F(Changes, AWindowThatEndedDuringALongStopEndsWhenTheClockIsBelieved) {
  const Id id = committed(giveWeb1());
  NotBelieved clock;
  ChangeWorld again(world.database(), world.wallSeconds() + 3600 + 20, clock.options());
  again.run();
  again.advance(std::chrono::seconds(5));
  EXPECT_EQ(again.sets().find(id)->state, DraftState::Confirming);
  clock.believed = true;  // an administrator says that it is right
  again.advance(std::chrono::seconds(1));
  again.settle();
  EXPECT_EQ(again.sets().find(id)->state, DraftState::RolledBack);
}

TEST_F(Changes, AHostThatKeepsAccessAndLosesItsSessionTakesItBack) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  settings({{"confirm_within", std::uint64_t{600}}});
  world.session("web1", disk1);
  world.session("web2", disk2);
  // web2 joins: web1 keeps what it has, and disk1 is in the footprint.
  const Id id = committed({add(world.named(Kind::Domain, "zone1"), "nodes", world.initiatorOf("web2"))});
  ASSERT_EQ(draft(id).state, DraftState::Confirming);
  ASSERT_EQ(draft(id).watched.size(), 1U);
  world.endSessions("web2");  // not in the footprint
  world.advance(std::chrono::seconds(30));
  EXPECT_EQ(draft(id).state, DraftState::Confirming);
  world.endSessions("web1");
  world.advance(std::chrono::seconds(3));
  world.session("web1", disk1);  // it logged in again in time
  world.advance(std::chrono::seconds(30));
  EXPECT_EQ(draft(id).state, DraftState::Confirming);
  world.endSessions("web1");
  world.advance(std::chrono::seconds(5));
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::RolledBack);
}

// web1 keeps its session while web2 joins its zone.
struct KeepsItsSession : Changes {
  KeepsItsSession() {
    settings({{"confirm_within", std::uint64_t{0}}});
    (void)committed(giveWeb1());
    (void)world.manageObject(
        Kind::Agent, {{"name", std::string("web1")}, {"nodes", std::vector<ObjectRef>{world.initiatorOf("web1")}}});
    settings({{"confirm_within", std::uint64_t{600}}});
  }
  std::vector<Edit> web2Joins() {
    return {add(world.named(Kind::Domain, "zone1"), "nodes", world.initiatorOf("web2"))};
  }
};

TEST_F(KeepsItsSession, WhatARevokedAgentAloneToldOfIsNotLost) {
  world.session("web1", disk1, {"disk1"});
  const Id id = committed(web2Joins());
  ASSERT_EQ(draft(id).watched.size(), 1U);
  world.revoke("disk1");
  world.advance(std::chrono::seconds(30));
  EXPECT_EQ(draft(id).state, DraftState::Confirming);
  world.session("web1", disk1, {"web1"});
  world.endSessions("web1");
  world.advance(std::chrono::seconds(5));
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::RolledBack) << "whom one believes told of it, and that it went";
}

TEST_F(KeepsItsSession, ItIsLostWhereAnotherAgentThatToldOfItTellsOfItNoMore) {
  world.session("web1", disk1, {"disk1", "web1"});
  const Id id = committed(web2Joins());
  world.revoke("disk1");
  world.advance(std::chrono::seconds(30));
  EXPECT_EQ(draft(id).state, DraftState::Confirming);
  world.endSessions("web1");
  world.advance(std::chrono::seconds(5));
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::RolledBack);
}

TEST_F(KeepsItsSession, AnAgentThatIsRevokedDuringTheCommitLosesNoneEither) {
  for (const bool revoked : {true, false}) {
    SCOPED_TRACE(revoked);
    world.session("web1", disk1, {revoked ? "disk1" : "web1"});
    world.agentsAnswer = false;
    const Id id = submitted(
        revoked ? web2Joins()
                : std::vector<Edit>{leave(world.named(Kind::Domain, "zone1"), "nodes", world.initiatorOf("web2"))});
    (void)commit(id);
    ASSERT_EQ(draft(id).state, DraftState::Committing);
    ASSERT_EQ(draft(id).watched.size(), 1U);
    if (revoked) world.revoke("disk1");
    if (!revoked) world.endSessions("web1");
    world.settle();
    ASSERT_EQ(draft(id).state, DraftState::Confirming);
    world.advance(std::chrono::seconds(5));
    world.settle();
    EXPECT_EQ(draft(id).state, revoked ? DraftState::Confirming : DraftState::RolledBack);
    if (revoked) (void)world.ask(world.sets().confirm(alice, id, world.now()));
  }
}

TEST_F(Changes, WhileAWindowIsOpenTheWireGetsStatus12) {
  const Id id = committed(giveWeb1());
  const ObjectRef zone = world.named(Kind::Domain, "zone1");
  base::IdSet domains;
  domains.insert(zone.id);
  EXPECT_FALSE(world.sets().mayWireChange(domains, {}));
  EXPECT_EQ(world.wireJoins(zone.id, "iqn.2026-01.example:web2"), 12U);
  EXPECT_EQ(world.wireJoins(0, "iqn.2026-01.example:web2"), 0U);  // another one
  ASSERT_EQ(world.ask(world.sets().confirm(alice, id, world.now())).what, Answer::What::Done);
  EXPECT_EQ(world.wireJoins(zone.id, "iqn.2026-01.example:web2"), 0U);
  EXPECT_TRUE(world.sets().mayWireChange(domains, {}));
}

TEST_F(Changes, AnotherChangeSetWaitsForTheWindowOfTheSameObjects) {
  const Id first = committed(giveWeb1());
  const Id second = submitted({add(world.named(Kind::Domain, "zone1"), "nodes", world.initiatorOf("web2"))});
  EXPECT_EQ(commit(second).refusal, Refusal::Held);
  (void)committed({set({Kind::Node, disk2}, "alias", std::string("other"))});  // of other objects
  ASSERT_EQ(world.ask(world.sets().confirm(alice, first, world.now())).what, Answer::What::Done);
  EXPECT_EQ(commit(second).what, Answer::What::Done);
}

TEST_F(Changes, ARollbackInTheWindowIsAtOnce) {
  const Id id = committed(giveWeb1());
  const Answer answer = world.ask(world.sets().rollback(bob, id, "something broke", world.now()));
  ASSERT_EQ(answer.what, Answer::What::Done) << answer.text;
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::RolledBack);
  EXPECT_EQ(works(web1, unit1), san::Truth::No);
  EXPECT_EQ(world.sets().confirm(bob, id, world.now()).refusal, Refusal::WrongState);
}

TEST_F(Changes, ARollbackLaterIsAChangeSetThatLeavesAloneWhatOthersChanged) {
  settings({{"confirm_within", std::uint64_t{0}}});
  const Id id = committed(giveWeb1() + std::vector<Edit>{set({Kind::Node, disk2}, "alias", std::string("old one"))});
  (void)committed({set({Kind::Node, disk2}, "alias", std::string("newer"))});
  for (const bool restarted : {false, true}) {
    SCOPED_TRACE(restarted);
    std::unique_ptr<ChangeWorld> again;
    if (restarted) again = std::make_unique<ChangeWorld>(world.database(), world.wallSeconds());
    ChangeWorld& here = restarted ? *again : world;
    const Answer answer = here.ask(here.sets().rollback(bob, id, "it was wrong", here.now()));
    ASSERT_EQ(answer.what, Answer::What::Done) << answer.text;
    EXPECT_EQ(answer.left.size(), 1U);
    const Id back = answer.draft;
    ASSERT_NE(here.recordOf("change.created", back), nullptr);
    EXPECT_EQ(here.recordOf("change.created", back)->details,
              "to roll back change set " + std::to_string(id) +
                  ": it was wrong; 1 facts were left as they are: others had changed them");
    EXPECT_EQ(here.sets().find(back)->origin, san::ChangeOrigin::Rollback);
    ASSERT_EQ(here.ask(here.sets().submit(bob, back, 1, "it was wrong", "", here.now())).what, Answer::What::Done);
    if (!restarted) {
      ASSERT_EQ(here.ask(here.sets().discard(bob, back, 2, here.now())).what, Answer::What::Done);
      continue;
    }
    ASSERT_EQ(here.ask(here.sets().commit(bob, {back, 2, "yes", {}}, here.now())).what, Answer::What::Done);
    here.settle();
    EXPECT_EQ(here.sets().find(id)->state, DraftState::RolledBack);
    EXPECT_EQ(here.model().get<san::Node>(disk2)->alias, "newer");
    EXPECT_FALSE(here.named(Kind::Domain, "zone1"));
    EXPECT_EQ(here.model().table<san::Map>().size(), 0U);
  }
}

// The commit of another one is under way; meanwhile his account goes.
TEST_F(Changes, ARollbackThatWaitsIsNotDoneForWhoMayNoMore) {
  const Id id = committed({set({Kind::Node, disk2}, "alias", std::string("new"))});
  world.agentsAnswer = false;
  ASSERT_EQ(commit(submitted(giveWeb1())).what, Answer::What::Done);
  manage::Who leaving = bob;
  bool stands = true;
  leaving.stands = [&] { return stands; };
  const Answer waits = world.sets().rollback(leaving, id, "it was wrong", world.now());
  ASSERT_EQ(waits.what, Answer::What::Waits);
  stands = false;
  world.settle();
  EXPECT_EQ(world.replies.at(waits.ticket).refusal, Refusal::NotAllowed);
  EXPECT_EQ(world.replies.at(waits.ticket).text, "What you may has changed while the rollback waited: ask again.");
  EXPECT_EQ(draft(id).state, DraftState::Confirming);
  ASSERT_FALSE(world.audit.empty());
  EXPECT_EQ(world.audit.back().event, "change.denied");
}

// As without one: what others have taken the place of stays, and the rest is taken back.
TEST_F(Changes, ALaterRollbackAfterARestartLeavesWhatOthersHaveTakenThePlaceOf) {
  settings({{"confirm_within", std::uint64_t{0}}});
  const auto site = [&](const char* name) {
    return ObjectRef{Kind::Site, world.manageObject(Kind::Site, {{"name", std::string(name)}})};
  };
  const ObjectRef one = site("s1"), two = site("s2");
  const Id id = committed({erase(one), erase(two)});
  (void)site("s1");
  for (const bool restarted : {false, true}) {
    SCOPED_TRACE(restarted);
    std::unique_ptr<ChangeWorld> again;
    if (restarted) again = std::make_unique<ChangeWorld>(world.database(), world.wallSeconds());
    ChangeWorld& here = restarted ? *again : world;
    const Answer answer = here.ask(here.sets().rollback(bob, id, "it was wrong", here.now()));
    ASSERT_EQ(answer.what, Answer::What::Done) << answer.text;
    EXPECT_FALSE(answer.left.empty());
    const Draft& back = *here.sets().find(answer.draft);
    ASSERT_EQ(here.ask(here.sets().submit(bob, back.id, 1, "it was wrong", "", here.now())).what, Answer::What::Done);
    if (!restarted) {
      ASSERT_EQ(here.ask(here.sets().discard(bob, back.id, 2, here.now())).what, Answer::What::Done);
      continue;
    }
    ASSERT_EQ(here.ask(here.sets().commit(bob, {back.id, 2, "yes", {}}, here.now())).what, Answer::What::Done);
    here.settle();
    EXPECT_TRUE(here.named(Kind::Site, "s2"));
    EXPECT_EQ(here.model().table<san::Site>().size(), 2U);
  }
}

// Before the model is read, what its row says is enough to lock what it holds.
TEST_F(Changes, TheRowOfAnOpenWindowSaysWhatItHolds) {
  const auto held = [](const Draft& draft) {
    base::ByteArena arena;
    store::OpsWriter ops(arena);
    manage::writeRow(ops, draft);
    store::OpsReader reader(arena.view());
    store::Op op;
    EXPECT_TRUE(reader.next(op));
    return manage::heldByRow(op.id, op.cells);
  };
  const Id id = committed(giveWeb1());
  EXPECT_EQ(held(draft(id)), draft(id).touched);
  manage::Lock lock;
  lock.take(held(draft(id)));
  EXPECT_TRUE(lock.domains.contains(world.named(Kind::Domain, "zone1").id));
  EXPECT_EQ(lock.sets.size(), 1U);
  Draft row = draft(id);
  row.state = DraftState::Committing;
  EXPECT_EQ(held(row), row.touched);
  row.state = DraftState::Confirmed;
  EXPECT_TRUE(held(row).empty());
}

// It was confirmed after the backup, and that is lost with the rest: its time is long over.
TEST_F(Changes, AfterARestoreAWindowBeginsAnewAndIsSaid) {
  settings({{"confirm_within", std::uint64_t{120}}});
  const Id id = committed(giveWeb1());
  world.putBack();
  const std::int64_t later = world.wallSeconds() + 7 * 86400;
  {
    ChangeWorld again(world.database(), later);
    again.settle();
    EXPECT_EQ(again.sets().find(id)->state, DraftState::Confirming);
    EXPECT_EQ(again.sets().find(id)->confirmBy, later + 120);
    EXPECT_EQ(std::ranges::count(again.notices, manage::Notice::Kind::BegunAnew, &manage::Notice::kind), 1);
  }
  // Once, not at each start.
  ChangeWorld third(world.database(), later + 60);
  third.settle();
  EXPECT_EQ(third.sets().find(id)->confirmBy, later + 120);
  EXPECT_TRUE(third.notices.empty());
  third.advance(std::chrono::seconds(60));
  third.settle();
  EXPECT_EQ(third.sets().find(id)->state, DraftState::RolledBack);
}

// The clock of a server that was put back is beyond the time that its database knew last, and is not believed yet.
TEST_F(Changes, AWindowThatBeganAnewIsAsLongAsItWasWhileTheClockIsNotBelieved) {
  settings({{"confirm_within", std::uint64_t{120}}});
  const Id id = committed(giveWeb1());
  world.putBack();
  NotBelieved clock;
  ChangeWorld again(world.database(), world.wallSeconds() + 7 * 86400, clock.options());
  again.settle();
  again.advance(std::chrono::seconds(119));
  EXPECT_EQ(again.sets().find(id)->state, DraftState::Confirming);
  again.advance(std::chrono::seconds(1));
  again.settle();
  EXPECT_EQ(again.sets().find(id)->state, DraftState::RolledBack);
}

TEST_F(Changes, AfterASecondRestoreAWindowIsNoLongerThanAfterTheFirst) {
  settings({{"confirm_within", std::uint64_t{120}}});
  const Id id = committed(giveWeb1());
  world.putBack();
  ChangeWorld first(world.database(), world.wallSeconds() + 7 * 86400);
  first.settle();
  first.putBack();
  const std::int64_t later = first.wallSeconds() + 7 * 86400;
  ChangeWorld second(world.database(), later);
  second.settle();
  EXPECT_EQ(second.sets().find(id)->confirmBy, later + 120);
}

TEST_F(Changes, ThatAWindowBeganAnewIsRecordedWithItsNewEnd) {
  settings({{"confirm_within", std::uint64_t{120}}});
  const Id id = committed(giveWeb1());
  world.putBack();
  const std::int64_t later = world.wallSeconds() + 7 * 86400;
  ChangeWorld again(world.database(), later);
  again.settle();
  const auto* told = again.recordOf("change.begun-anew", id);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->who.kind, ops::ActorKind::Server);
  EXPECT_EQ(told->until, later + 120);
}

TEST_F(Changes, TheStoreIsAwayAfterARestoreAndNothingIsTakenBackAllTheSame) {
  settings({{"confirm_within", std::uint64_t{120}}});
  const Id id = committed(giveWeb1());
  world.putBack();
  const std::int64_t later = world.wallSeconds() + 7 * 86400;
  ChangeWorld again(world.database(), later);
  again.failStore(true);
  again.run();
  again.advance(std::chrono::seconds(10));
  EXPECT_EQ(again.sets().find(id)->state, DraftState::Confirming);
  again.mendStore();
  EXPECT_EQ(again.sets().find(id)->confirmBy, later + 120);
}

// What web1 has was approved with change set `first`; later ones take from it and are rolled back.
struct ApprovedThenTaken : Changes {
  ApprovedThenTaken() {
    first = approved(giveWeb1());
    EXPECT_EQ(commit(first).what, Answer::What::Done);
    world.settle();
    EXPECT_EQ(world.ask(world.sets().confirm(alice, first, world.now())).what, Answer::What::Done);
    world.model().table<san::Map>().forEach([&](Id id, const san::Map&) { map = {Kind::Map, id}; });
  }
  Id taken(const std::vector<Edit>& edits) {
    const Id id = approved(edits);
    const Answer answer = commit(id, "it is meant");
    EXPECT_EQ(answer.what, Answer::What::Done) << answer.text;
    world.settle();
    return id;
  }
  // "read-write by 1": the one entry of the ledger.
  static std::string ledger(ChangeWorld& in) {
    std::string all;
    in.model().table<san::Approval>().forEach([&](Id, const san::Approval& one) {
      all += std::string(san::wordOf(one.right)) + " by " + std::to_string(one.change.id);
    });
    return all;
  }
  [[nodiscard]] std::string asApproved() const { return "read-write by " + std::to_string(first); }
  std::vector<Edit> readOnly() { return {set(map, "right", std::string("read-only"))}; }
  Id first = 0;
  ObjectRef map;
};

TEST_F(ApprovedThenTaken, ARollbackInTheWindowGivesBackWhoApprovedIt) {
  for (const bool whole : {false, true}) {
    SCOPED_TRACE(whole);
    world.model().table<san::Map>().forEach([&](Id id, const san::Map&) { map = {Kind::Map, id}; });
    const Id id = taken(whole ? std::vector<Edit>{erase(map)} : readOnly());
    EXPECT_EQ(ledger(world), whole ? std::string() : "read-only by " + std::to_string(id));
    ASSERT_EQ(world.ask(world.sets().rollback(alice, id, "no", world.now())).what, Answer::What::Done);
    world.settle();
    EXPECT_EQ(ledger(world), asApproved());
  }
}

TEST_F(ApprovedThenTaken, ARollbackInTheWindowAfterARestartGivesBackWhoApprovedIt) {
  const Id id = taken({erase(map)});
  ChangeWorld again(world.database(), world.wallSeconds());
  again.run();
  ASSERT_EQ(again.ask(again.sets().rollback(alice, id, "no", again.now())).what, Answer::What::Done);
  again.settle();
  EXPECT_EQ(ledger(again), asApproved());
}

TEST_F(ApprovedThenTaken, ARollbackInTheWindowAfterARestartGivesBackTheRightAndWhoApprovedIt) {
  const Id id = taken(readOnly());
  ChangeWorld again(world.database(), world.wallSeconds());
  again.run();
  ASSERT_EQ(again.ask(again.sets().rollback(alice, id, "no", again.now())).what, Answer::What::Done);
  again.settle();
  EXPECT_EQ(ledger(again), asApproved());
}

// Whoever writes in the ledger needs an approval, so what a later rollback gives is approved by that; an entry that
// alone comes back is as it was.
struct LaterRollback : ApprovedThenTaken {
  LaterRollback() { settings({{"confirm_within", std::uint64_t{0}}}); }
  Id rolledBack(ChangeWorld& here, Id id) {
    const Answer made = here.ask(here.sets().rollback(bob, id, "it was wrong", here.now()));
    EXPECT_EQ(made.what, Answer::What::Done) << made.text;
    EXPECT_EQ(here.ask(here.sets().submit(bob, made.draft, 1, "it was wrong", "", here.now())).what,
              Answer::What::Done);
    const std::string hash = here.sets().preview(made.draft)->hash;
    EXPECT_EQ(here.ask(here.sets().approve(alice, made.draft, 2, hash, here.now())).what, Answer::What::Done);
    const Answer back = here.ask(here.sets().commit(bob, {made.draft, 3, "yes", {}}, here.now()));
    EXPECT_EQ(back.what, Answer::What::Done) << back.text;
    here.settle();
    return made.draft;
  }
  std::vector<Edit> noEntry() {
    std::vector<Edit> edits;
    world.model().table<san::Approval>().forEach([&](Id id, const san::Approval&) {
      edits.push_back(erase({Kind::Approval, id}));
    });
    return edits;
  }
};

TEST_F(LaterRollback, GivesBackWhoApprovedAnEntry) {
  (void)rolledBack(world, taken(noEntry()));
  EXPECT_EQ(ledger(world), asApproved());
}

TEST_F(LaterRollback, AfterARestartGivesBackWhoApprovedAnEntry) {
  const Id id = taken(noEntry());
  ChangeWorld again(world.database(), world.wallSeconds());
  again.run();
  (void)rolledBack(again, id);
  EXPECT_EQ(ledger(again), asApproved());
}

TEST_F(LaterRollback, ApprovesWhatItGives) {
  const Id back = rolledBack(world, taken(readOnly()));
  EXPECT_EQ(ledger(world), "read-write by " + std::to_string(back));
}

TEST_F(ApprovedThenTaken, WhatSomebodyHasApprovedSinceStaysHis) {
  settings({{"confirm_within", std::uint64_t{0}}});
  const Id id = taken(readOnly() + std::vector<Edit>{set({Kind::Node, disk2}, "alias", std::string("old"))});
  const Id since = taken({set(map, "right", std::string("read-write"))});
  const Answer made = world.ask(world.sets().rollback(bob, id, "it was wrong", world.now()));
  ASSERT_EQ(made.what, Answer::What::Done) << made.text;
  ASSERT_EQ(world.ask(world.sets().submit(bob, made.draft, 1, "it was wrong", "", world.now())).what,
            Answer::What::Done);
  ASSERT_EQ(world.ask(world.sets().commit(bob, {made.draft, 2, "yes", {}}, world.now())).what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(ledger(world), "read-write by " + std::to_string(since));
}

TEST_F(Changes, TheTicketsOfACommitAndOfARollbackAreKept) {
  const Id id = submitted(giveWeb1());
  manage::CommitRequest request{id, draft(id).version, {}, {}};
  request.ticket = "CHG-2";
  ASSERT_EQ(world.ask(world.sets().commit(alice, request, world.now())).what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(draft(id).ticket, "CHG-2");
  EXPECT_EQ(world.model().get<san::ChangeSet>(id)->ticket, "CHG-2");
  EXPECT_EQ(world.recordOf("change.committed", id)->ticket, "CHG-2");
  ASSERT_EQ(world.ask(world.sets().rollback(bob, id, "no", world.now(), "CHG-3")).what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(draft(id + 1).ticket, "CHG-3");
  EXPECT_EQ(world.model().get<san::ChangeSet>(id + 1)->ticket, "CHG-3");
  EXPECT_EQ(world.recordOf("change.rolled-back", id)->ticket, "CHG-3");
}

TEST_F(Changes, TheTicketOfALaterRollbackHoldsUnlessItsSubmissionHasAnother) {
  settings({{"confirm_within", std::uint64_t{0}}});
  const Id id = committed(giveWeb1());
  for (const std::string& second : {std::string(), std::string("CHG-5")}) {
    const Answer back = world.ask(world.sets().rollback(bob, id, "no", world.now(), "CHG-4"));
    ASSERT_EQ(back.what, Answer::What::Done) << back.text;
    EXPECT_EQ(draft(back.draft).ticket, "CHG-4");
    ASSERT_EQ(world.ask(world.sets().submit(bob, back.draft, 1, "no", second, world.now())).what, Answer::What::Done);
    EXPECT_EQ(draft(back.draft).ticket, second.empty() ? "CHG-4" : second);
    ASSERT_EQ(world.ask(world.sets().discard(bob, back.draft, 2, world.now())).what, Answer::What::Done);
  }
}

TEST_F(Changes, ARollbackOfAnotherVersionThanWasLookedAtIsRefused) {
  const Id id = committed(giveWeb1());
  const std::uint64_t seen = draft(id).version;
  EXPECT_EQ(world.ask(world.sets().rollback(bob, id, "no", world.now(), {}, seen - 1)).refusal, Refusal::OldVersion);
  EXPECT_EQ(world.ask(world.sets().rollback(bob, id, "no", world.now(), {}, seen)).what, Answer::What::Done);
}

TEST_F(Changes, ARollbackWhoseEditsItsAuthorChangesIsNone) {
  settings({{"confirm_within", std::uint64_t{0}}});
  const Id id = committed(giveWeb1());
  const Answer back = world.ask(world.sets().rollback(bob, id, "it was wrong", world.now()));
  ASSERT_EQ(back.what, Answer::What::Done) << back.text;
  Answer titled = world.ask(world.sets().edit(
      bob, back.draft, 1, {manage::EditsChange::What::Append, {}, {}, std::string("back")}, world.now()));
  EXPECT_EQ(draft(back.draft).undoes, id);  // a title is no edit
  titled = world.ask(world.sets().edit(
      bob, back.draft, titled.version,
      {manage::EditsChange::What::Replace, {set({Kind::Node, disk2}, "alias", std::string("other"))}, {}},
      world.now()));
  ASSERT_EQ(titled.what, Answer::What::Done) << titled.text;
  EXPECT_EQ(draft(back.draft).undoes, 0U);
  EXPECT_EQ(draft(back.draft).origin, san::ChangeOrigin::Person);
  EXPECT_EQ(draft(back.draft).note, "It has other edits than those of the rollback. Change set " + std::to_string(id) +
                                        " stays in force: this is no rollback of it.");
  (void)world.ask(world.sets().submit(bob, back.draft, titled.version, "x", "", world.now()));
  (void)world.ask(world.sets().commit(bob, {back.draft, draft(back.draft).version, "yes", {}}, world.now()));
  world.settle();
  EXPECT_EQ(draft(back.draft).state, DraftState::Confirmed);
  EXPECT_EQ(draft(id).state, DraftState::Confirmed);
  EXPECT_EQ(world.model().get<san::ChangeSet>(id)->state, san::ChangeState::Confirmed);
  EXPECT_EQ(world.ask(world.sets().rollback(bob, id, "really", world.now())).what, Answer::What::Done);
}

TEST_F(Changes, ARollbackThatFindsNothingToTakeBackIsNone) {
  settings({{"confirm_within", std::uint64_t{0}}});
  const Id id = committed({set({Kind::Node, disk2}, "alias", std::string("old one"))});
  (void)committed({set({Kind::Node, disk2}, "alias", std::string("newer"))});
  const Answer back = world.ask(world.sets().rollback(bob, id, "it was wrong", world.now()));
  ASSERT_EQ(back.what, Answer::What::Done) << back.text;
  EXPECT_EQ(back.left.size(), 1U);
  EXPECT_EQ(draft(back.draft).undoes, 0U);
  EXPECT_TRUE(draft(back.draft).note.starts_with("There is nothing left to take back.")) << draft(back.draft).note;
}

// A rollback out of a later draft that nobody confirms: what it took back holds, and can be taken back again.
TEST_F(Changes, ARollbackThatNobodyConfirmsLeavesInForceWhatItTookBack) {
  for (const bool restarted : {false, true}) {
    SCOPED_TRACE(restarted);
    settings({{"confirm_within", std::uint64_t{0}}});
    const Id id = committed(giveWeb1());
    settings({{"confirm_within", std::uint64_t{120}}});
    const Answer back = world.ask(world.sets().rollback(bob, id, "it was wrong", world.now()));
    (void)world.ask(world.sets().submit(bob, back.draft, 1, "x", "", world.now()));
    (void)world.ask(world.sets().commit(bob, {back.draft, 2, "yes", {}}, world.now()));
    world.settle();
    ASSERT_EQ(draft(back.draft).state, DraftState::Confirming);
    EXPECT_EQ(draft(id).state, DraftState::RolledBack);
    std::unique_ptr<ChangeWorld> again;
    if (restarted) again = std::make_unique<ChangeWorld>(world.database(), world.wallSeconds());
    ChangeWorld& here = restarted ? *again : world;
    here.advance(std::chrono::seconds(120));
    here.settle();
    EXPECT_EQ(here.sets().find(back.draft)->state, DraftState::RolledBack);
    EXPECT_EQ(here.sets().find(id)->state, DraftState::Confirmed);
    EXPECT_EQ(here.model().get<san::ChangeSet>(id)->state, san::ChangeState::Confirmed);
    EXPECT_EQ(here.model().table<san::Map>().size(), 1U);
    const Answer second = here.ask(here.sets().rollback(bob, id, "still wrong", here.now()));
    ASSERT_EQ(second.what, Answer::What::Done) << second.text;
    EXPECT_TRUE(second.left.empty());
    (void)here.ask(here.sets().submit(bob, second.draft, 1, "x", "", here.now()));
    (void)here.ask(here.sets().commit(bob, {second.draft, 2, "yes", {}}, here.now()));
    here.settle();
    (void)here.ask(here.sets().confirm(bob, second.draft, here.now()));
    EXPECT_EQ(here.sets().find(id)->state, DraftState::RolledBack);
    EXPECT_TRUE(here.model().table<san::Map>().empty()) << "made again under another number, and found";
    EXPECT_FALSE(here.named(Kind::Domain, "zone1"));
  }
}

TEST_F(Changes, ACommitThatAStartResumesLosesNoSessionThatNobodyHasToldOfSince) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  settings({{"confirm_within", std::uint64_t{600}}});
  world.session("web1", disk1);
  world.agentsAnswer = false;
  const Id id = submitted({add(world.named(Kind::Domain, "zone1"), "nodes", world.initiatorOf("web2"))});
  (void)commit(id);
  ASSERT_EQ(draft(id).state, DraftState::Committing);
  ASSERT_FALSE(draft(id).watched.empty());
  ChangeWorld again(world.database(), world.wallSeconds());
  again.settle();
  ASSERT_EQ(again.sets().find(id)->state, DraftState::Confirming);
  const auto wait = [&] {
    for (int i = 0; i < 10; ++i) {
      again.advance(std::chrono::seconds(1));
      again.settle();
    }
  };
  wait();
  EXPECT_EQ(again.sets().find(id)->state, DraftState::Confirming);
  again.session("web1", disk1);
  wait();
  EXPECT_EQ(again.sets().find(id)->state, DraftState::Confirming);
  again.endSessions("web1");
  wait();
  EXPECT_EQ(again.sets().find(id)->state, DraftState::RolledBack) << "that one was there";
}

// web1 has unit1 as LUN 5, until a change set takes that away and gives it to web2: the window of that one is open.
struct LunFive : Changes {
  Id unit3 = world.unit("naa.6003", disk1, 2);
  ObjectRef ofWeb1, alias{Kind::Node, disk2};
  Id changed = 0;
  LunFive() {
    settings({{"confirm_within", std::uint64_t{0}}});
    (void)committed(mapping({Kind::Host, web1}, disk1, unit1, 5));
    ofWeb1 = {Kind::Map, mapOf(world, web1)};
    settings({{"confirm_within", std::uint64_t{120}}});
    changed = committed(std::vector<Edit>{erase(ofWeb1), set(alias, "alias", std::string("new"))} +
                        mapping({Kind::Host, web2}, disk1, unit1, 1));
    EXPECT_EQ(draft(changed).state, DraftState::Confirming);
  }
  static Id mapOf(ChangeWorld& here, Id host, std::uint64_t lun = 5) {
    Id found = 0;
    here.model().table<san::Map>().forEach([&](Id id, const san::Map& map) {
      if (map.who == ObjectRef{Kind::Host, host} && map.lun == lun) found = id;
    });
    return found;
  }
};

TEST_F(LunFive, AfterARestartWhatAnotherHasTakenThePlaceOfIsLeftAndTheRestIsTakenBack) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(mapping({Kind::Host, web1}, disk1, unit3, 5));
  ChangeWorld again(world.database(), world.wallSeconds());
  again.advance(std::chrono::seconds(120));
  again.settle();
  EXPECT_EQ(again.sets().find(changed)->state, DraftState::RolledBack);
  EXPECT_EQ(mapOf(again, web2, 1), 0U) << "web2 keeps what was to be taken back";
  EXPECT_EQ(again.model().get<san::Node>(disk2)->alias, "");
  const auto* kept = again.model().get<san::Map>(mapOf(again, web1));
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(kept->unit.id, unit3);
  ASSERT_FALSE(again.notices.empty());
  EXPECT_EQ(std::ranges::count(again.notices, manage::Notice::Kind::LeftAlone, &manage::Notice::kind), 1);
  const auto* told = again.recordOf("change.rolled-back", changed);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->left, 1U);
}

// Its row may have more edits than a change set that people make.
TEST_F(Changes, AfterARestartWhatNeedsVeryManyEditsIsTakenBackAllTheSame) {
  const Id id = committed(giveWeb1());
  Draft row = draft(id);
  row.undo.insert(row.undo.end(), san::kMaxEdits, set({Kind::Node, disk2}, "alias", std::string()));
  world.putRow(row);
  ChangeWorld again(world.database(), world.wallSeconds());
  again.advance(std::chrono::seconds(120));
  again.settle();
  EXPECT_EQ(again.sets().find(id)->state, DraftState::RolledBack);
  EXPECT_EQ(again.model().table<san::Map>().size(), 0U) << "web1 keeps what nobody has confirmed";
  EXPECT_FALSE(again.named(Kind::Domain, "zone1"));
}

TEST_F(Changes, AfterARestartARollbackOfMoreEditsThanGoIsSaidToHaveFailed) {
  const Id id = committed(giveWeb1());
  Draft row = draft(id);
  for (Id i = 0; i <= san::kMaxEdits / 2; ++i) {
    row.undo.push_back(create(fresh(Kind::Site, i)));
    row.undo.push_back(set(fresh(Kind::Site, i), "name", "site" + std::to_string(i)));
  }
  world.putRow(row);
  ChangeWorld again(world.database(), world.wallSeconds());
  again.advance(std::chrono::seconds(120));
  again.settle();
  EXPECT_EQ(again.sets().find(id)->state, DraftState::Confirmed);
  EXPECT_TRUE(again.sets().find(id)->note.starts_with("It could not be rolled back: A change set has at most"));
  EXPECT_EQ(std::ranges::count(again.notices, manage::Notice::Kind::NotTakenBack, &manage::Notice::kind), 1);
}

// Here it is no matter of what may be beside what: a name has one holder.
TEST_F(Changes, AfterARestartWhatCannotBeThereAgainIsNamedAndTheRestIsTakenBack) {
  const ObjectRef site{Kind::Site, world.manageObject(Kind::Site, {{"name", std::string("here")}})};
  const Id id =
      committed({set(site, "name", std::string("there")), set({Kind::Node, disk2}, "alias", std::string("new"))});
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed({create(fresh(Kind::Site)), set(fresh(Kind::Site), "name", std::string("here"))});
  ChangeWorld again(world.database(), world.wallSeconds());
  const Answer answer = again.ask(again.sets().rollback(bob, id, "it was wrong", again.now()));
  ASSERT_EQ(answer.what, Answer::What::Done) << answer.text;
  ASSERT_EQ(answer.left.size(), 1U);
  EXPECT_EQ(answer.left[0].object, site);
  EXPECT_EQ(answer.left[0].field, "name");
  again.settle();
  EXPECT_EQ(again.model().get<san::Node>(disk2)->alias, "");
}

TEST_F(LunFive, AfterARestartAMapIsGivenBackThoughAnotherNewOneHasTheNextNumber) {
  ChangeWorld again(world.database(), world.wallSeconds());
  (void)again.manageObject(Kind::Map, {{"who", ObjectRef{Kind::Host, web2}},
                                       {"target", ObjectRef{Kind::Node, disk2}},
                                       {"unit", ObjectRef{Kind::LogicalUnit, unit2}}});
  const Answer answer = again.ask(again.sets().rollback(bob, changed, "it was wrong", again.now()));
  ASSERT_EQ(answer.what, Answer::What::Done) << answer.text;
  EXPECT_TRUE(answer.left.empty()) << answer.left[0].why;
  again.settle();
  EXPECT_NE(mapOf(again, web1), 0U);
}

}  // namespace

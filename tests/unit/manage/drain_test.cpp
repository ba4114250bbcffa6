// Change sets that drain: what they take away stays, to be read, until a change set of the server's own takes it away.
#include "shared/san/desired.h"
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

constexpr san::Seconds kTenMinutes = 600;

// web1 sees disk1 and has its unit; nothing waits to be confirmed, unless a test says so.
struct Drains : Changes {
  Drains() {
    settings({{"confirm_within", std::uint64_t{0}}});
    (void)committed(giveWeb1());
    map = firstMap();
  }
  Id firstMap() {
    Id id = 0;
    world.model().table<san::Map>().forEach([&](Id one, const san::Map&) { id = one; });
    return id;
  }
  [[nodiscard]] Edit unzone() const {
    return leave(world.named(Kind::Domain, "zone1"), "nodes", world.initiatorOf("web1"));
  }
  Answer commitDraining(Id id, san::Seconds drain = kTenMinutes) {
    return world.ask(world.sets().commit(alice, {id, draft(id).version, "the host knows", {}, drain}, world.now()));
  }
  // Committed with a drain of ten minutes.
  Id draining(const std::vector<Edit>& edits) {
    const Id id = submitted(edits);
    const Answer answer = commitDraining(id);
    EXPECT_EQ(answer.what, Answer::What::Done) << answer.text;
    world.settle();
    return id;
  }
  const Draft& laterPart(Id drained) { return laterPartIn(world, drained); }
  static const Draft& laterPartIn(ChangeWorld& here, Id drained) {
    for (const Draft* one : here.sets().list()) {
      if (one->drains == drained) return *one;
    }
    static const Draft none;
    return none;
  }
  // What web1 may do with the unit of disk1, as its target is told.
  std::string may() { return mayIn(world); }
  std::string mayIn(ChangeWorld& here) const {
    const auto desired = san::desiredAt(san::SanIndex(here.model()), disk1);
    for (const san::DesiredInitiator& one : desired.value_or(san::DesiredTarget{}).initiators) {
      for (const san::DesiredMap& its : one.maps) return std::string(san::wordOf(its.right));
    }
    return "nothing";
  }
  [[nodiscard]] bool noticed(manage::Notice::Kind kind) const {
    return std::ranges::any_of(world.notices, [&](const manage::Notice& one) { return one.kind == kind; });
  }

  Id map = 0;
};

TEST_F(Drains, WhatItTakesAwayMayBeReadUntilItsTimeAndGoesThen) {
  const Id id = draining({erase({Kind::Map, map})});
  EXPECT_EQ(draft(id).state, DraftState::Confirmed);
  EXPECT_EQ(may(), "read-only");
  const Draft& later = laterPart(id);
  EXPECT_EQ(later.state, DraftState::Waiting);
  EXPECT_EQ(later.origin, san::ChangeOrigin::Drain);
  EXPECT_EQ(later.dueAt, world.wallSeconds() + kTenMinutes);
  EXPECT_TRUE(noticed(manage::Notice::Kind::DrainBegun));
  world.advance(std::chrono::seconds(599));
  EXPECT_EQ(may(), "read-only");
  world.advance(std::chrono::seconds(1));
  world.settle();
  EXPECT_EQ(laterPart(id).state, DraftState::Confirmed);
  EXPECT_EQ(may(), "nothing");
  EXPECT_EQ(world.model().get<san::Map>(map), nullptr);
  EXPECT_TRUE(world.model().table<san::Departure>().empty());
  const std::string number = std::to_string(laterPart(id).id);
  EXPECT_TRUE(logged("change.draining change-set:#" + number + " by alice"));
  EXPECT_TRUE(logged("change.committed change-set:#" + number + " by isns-server"));
}

TEST_F(Drains, AZoneThatGoesStaysInTheRegistryUntilThen) {
  const Id id = draining({unzone()});
  const ObjectRef zone = world.named(Kind::Domain, "zone1");
  EXPECT_EQ(may(), "read-only");
  EXPECT_TRUE(world.model().get<san::Domain>(zone.id)->nodes.contains(world.initiatorOf("web1").id));
  world.advance(std::chrono::seconds(kTenMinutes));
  world.settle();
  EXPECT_EQ(may(), "nothing");
  EXPECT_FALSE(world.model().get<san::Domain>(zone.id)->nodes.contains(world.initiatorOf("web1").id));
  EXPECT_EQ(laterPart(id).state, DraftState::Confirmed);
}

TEST_F(Drains, TheTargetIsToldBeforeTheMapMayBeReadAloneAndAgainWhenItGoes) {
  world.timeline.clear();
  (void)draining({erase({Kind::Map, map})});
  EXPECT_LT(at("commit 20002"), at("new disk1"));
  world.timeline.clear();
  world.advance(std::chrono::seconds(kTenMinutes));
  world.settle();
  EXPECT_LT(at("commit 20002"), at("new disk1"));
  EXPECT_LT(at("new disk1"), world.timeline.size());
}

TEST_F(Drains, TheDraftSaysHowLongWhereTheCommitDoesNot) {
  const Answer made =
      world.ask(world.sets().create(alice, "x", {erase({Kind::Map, map})}, world.now(), san::Seconds{60}));
  ASSERT_EQ(made.what, Answer::What::Done) << made.text;
  const Answer edited =
      world.ask(world.sets().edit(alice, made.draft, made.version,
                                  {manage::EditsChange::What::Append, {}, {}, {}, san::Seconds{120}}, world.now()));
  ASSERT_EQ(edited.what, Answer::What::Done) << edited.text;
  const Answer sent =
      world.ask(world.sets().submit(alice, made.draft, edited.version, "it is needed", "", world.now()));
  ASSERT_EQ(world.ask(world.sets().commit(alice, {made.draft, sent.version, "yes", {}}, world.now())).what,
            Answer::What::Done);
  world.settle();
  EXPECT_EQ(laterPart(made.draft).dueAt, world.wallSeconds() + 120);
}

TEST_F(Drains, ALengthThatIsNoneOfThemIsRefused) {
  const Id id = submitted({erase({Kind::Map, map})});
  for (const san::Seconds wrong : {san::Seconds{59}, san::Seconds{7 * 86400 + 1}, san::Seconds{-1}}) {
    const Answer answer = commitDraining(id, wrong);
    EXPECT_EQ(answer.refusal, Refusal::BadEdits);
    EXPECT_EQ(answer.text, "A drain lasts from 1 minute to 7 days; 0: none.");
  }
  EXPECT_EQ(may(), "read-write");
  EXPECT_EQ(commitDraining(id, 7 * 86400).what, Answer::What::Done);
}

TEST_F(Drains, DeparturesAreNotMadeByHand) {
  const ObjectRef made = fresh(Kind::Departure);
  const Answer answer = world.ask(world.sets().create(
      alice, "x", {create(made), set(made, "map", ObjectRef{Kind::Map, map}), set(made, "everybody", true)},
      world.now()));
  EXPECT_EQ(answer.refusal, Refusal::BadEdits);
  ASSERT_TRUE(answer.edit.has_value());
  EXPECT_EQ(answer.edit->edit, 0U);
}

TEST_F(Drains, WhereNobodyLosesAnythingNothingWaits) {
  const Id id = draining({set({Kind::Node, disk2}, "alias", std::string("other"))});
  EXPECT_EQ(laterPart(id).id, 0U);
  EXPECT_EQ(draft(id).note, "Nobody loses a logical unit at a target of ours: nothing waits.");
}

// ---- Approval and guards: of all that it does, also of what waits.

TEST_F(Drains, AnApprovalIsForWhatItWillHaveDone) {
  const Id id = approved({erase({Kind::Map, map})});
  EXPECT_EQ(commitDraining(id).refusal, Refusal::WrongState);  // with another drain than was approved
  Answer made = world.ask(world.sets().create(alice, "x", {unzone()}, world.now(), kTenMinutes));
  const Answer sent = world.ask(world.sets().submit(alice, made.draft, made.version, "why", "", world.now()));
  const Answer okay = world.ask(
      world.sets().approve(bob, made.draft, sent.version, world.sets().preview(made.draft)->hash, world.now()));
  ASSERT_EQ(okay.what, Answer::What::Done) << okay.text;
  const Answer done = world.ask(world.sets().commit(alice, {made.draft, okay.version, "yes", {}}, world.now()));
  ASSERT_EQ(done.what, Answer::What::Done) << done.text;
  world.settle();
  EXPECT_EQ(laterPart(made.draft).approver, "bob");
}

TEST_F(Drains, TheLedgerKeepsWhatMayBeReadAndLosesItWhenItIsGone) {
  settings({{"approval_needed", true}});
  ASSERT_EQ(world.ask(world.sets().baseline(bob, "as it is", world.now())).what, Answer::What::Done);
  ASSERT_EQ(world.model().table<san::Approval>().size(), 1U);
  Answer made = world.ask(world.sets().create(alice, "x", {erase({Kind::Map, map})}, world.now(), kTenMinutes));
  const Answer sent = world.ask(world.sets().submit(alice, made.draft, made.version, "why", "", world.now()));
  const Answer okay = world.ask(
      world.sets().approve(bob, made.draft, sent.version, world.sets().preview(made.draft)->hash, world.now()));
  ASSERT_EQ(world.ask(world.sets().commit(alice, {made.draft, okay.version, "yes", {}}, world.now())).what,
            Answer::What::Done);
  world.settle();
  world.model().table<san::Approval>().forEach(
      [&](Id, const san::Approval& one) { EXPECT_EQ(one.right, san::Right::ReadWrite); });
  EXPECT_EQ(world.model().table<san::Approval>().size(), 1U);
  world.advance(std::chrono::seconds(kTenMinutes));
  world.settle();
  EXPECT_EQ(world.model().table<san::Approval>().size(), 0U);
}

TEST_F(Drains, ALiveSessionThatWillEndNeedsAReasonAtTheCommit) {
  world.session("web1", disk1);
  const Id id = submitted({erase({Kind::Map, map})});
  const Answer no = world.ask(world.sets().commit(alice, {id, draft(id).version, {}, {}, kTenMinutes}, world.now()));
  EXPECT_EQ(no.what, Answer::What::Refused);
  EXPECT_FALSE(no.objections.empty());
  EXPECT_EQ(commitDraining(id).what, Answer::What::Done);
}

TEST_F(Drains, AFreezeThatWillHoldWhenItIsDueStopsTheCommit) {
  const auto starts = static_cast<std::uint64_t>(world.wallSeconds()) + 300;
  (void)world.manageObject(Kind::Window, {{"name", std::string("year end")},
                                          {"purpose", std::string("freeze")},
                                          {"starts", starts},
                                          {"ends", starts + 3600}});
  const Id id = submitted({erase({Kind::Map, map})});
  const Answer no = commitDraining(id);
  EXPECT_EQ(no.refusal, Refusal::Frozen);
  EXPECT_TRUE(no.text.starts_with("When the drain ends: ")) << no.text;
  EXPECT_EQ(commitDraining(id, 60).what, Answer::What::Done);
}

TEST_F(Drains, AFreezeThatSomebodyMadeSinceIsWaitedFor) {
  const Id id = draining({erase({Kind::Map, map})});
  const auto starts = static_cast<std::uint64_t>(world.wallSeconds()) + 300;
  (void)world.manageObject(Kind::Window, {{"name", std::string("year end")},
                                          {"purpose", std::string("freeze")},
                                          {"starts", starts},
                                          {"ends", starts + 600}});
  world.advance(std::chrono::seconds(kTenMinutes));
  world.advance(std::chrono::seconds(1));
  EXPECT_EQ(laterPart(id).state, DraftState::Waiting);
  EXPECT_EQ(std::ranges::count(world.notices, manage::Notice::Kind::DrainWaits, &manage::Notice::kind), 1);
  world.advance(std::chrono::seconds(300));
  world.settle();
  EXPECT_EQ(laterPart(id).state, DraftState::Confirmed);
}

TEST_F(Drains, AFreezeThatWasOverriddenAtTheCommitIsNotWaitedForAndOneThatCameLaterIs) {
  const auto freeze = [&](const char* name, int begins, int lasts) {
    const auto starts = static_cast<std::uint64_t>(world.wallSeconds() + begins);
    return world.manageObject(Kind::Window, {{"name", std::string(name)},
                                             {"purpose", std::string("freeze")},
                                             {"starts", starts},
                                             {"ends", starts + static_cast<std::uint64_t>(lasts)}});
  };
  const Id known = freeze("year end", 300, 600);
  const Id id = submitted({erase({Kind::Map, map})});
  const Answer done = world.ask(
      world.sets().commit(alice, {id, draft(id).version, "the host knows", "it must go", kTenMinutes}, world.now()));
  ASSERT_EQ(done.what, Answer::What::Done) << done.text;
  world.settle();
  EXPECT_EQ(laterPart(id).overrideReason, "it must go");
  (void)freeze("audit", 500, 200);
  world.advance(std::chrono::seconds(kTenMinutes));
  world.settle();
  EXPECT_EQ(laterPart(id).state, DraftState::Waiting) << "the audit was not known";
  world.advance(std::chrono::seconds(100));
  world.settle();
  EXPECT_EQ(laterPart(id).state, DraftState::Confirmed);
  ASSERT_TRUE(world.model().get<san::Window>(known)->holds(world.wallSeconds()));
}

TEST_F(Drains, AFreezeThatIsMovedAfterTheCommitIsWaitedForThoughItWasOverridden) {
  const auto starts = static_cast<std::uint64_t>(world.wallSeconds()) + 300;
  const Id known = world.manageObject(Kind::Window, {{"name", std::string("year end")},
                                                     {"purpose", std::string("freeze")},
                                                     {"starts", starts},
                                                     {"ends", starts + 600}});
  const Id id = submitted({erase({Kind::Map, map})});
  ASSERT_EQ(world
                .ask(world.sets().commit(alice, {id, draft(id).version, "the host knows", "it must go", kTenMinutes},
                                         world.now()))
                .what,
            Answer::What::Done);
  world.settle();
  world.byManagement([&](san::SnapshotEditor& editor) { editor.own<san::Window>(known).ends += 100; });
  world.advance(std::chrono::seconds(kTenMinutes));
  world.settle();
  EXPECT_EQ(laterPart(id).state, DraftState::Waiting);
}

TEST_F(Drains, AfterARestoreItWaitsTheWholeDrainOnceMore) {
  const Id id = draining({erase({Kind::Map, map})});
  world.putBack();
  const std::int64_t later = world.wallSeconds() + 7 * 86400;
  ChangeWorld again(world.database(), later);
  again.settle();
  EXPECT_EQ(laterPartIn(again, id).state, DraftState::Waiting);
  EXPECT_EQ(laterPartIn(again, id).dueAt, later + kTenMinutes);
  EXPECT_EQ(mayIn(again), "read-only");
  again.advance(std::chrono::seconds(kTenMinutes));
  again.settle();
  EXPECT_EQ(laterPartIn(again, id).state, DraftState::Confirmed);
}

TEST_F(Drains, ADrainThatBeganAnewIsAsLongAsItWasWhileTheClockIsNotBelieved) {
  const Id id = draining({erase({Kind::Map, map})});
  world.putBack();
  NotBelieved clock;
  ChangeWorld again(world.database(), world.wallSeconds() + 7 * 86400, clock.options());
  again.settle();
  again.advance(std::chrono::seconds(kTenMinutes - 1));
  EXPECT_EQ(laterPartIn(again, id).state, DraftState::Waiting);
  again.advance(std::chrono::seconds(1));
  again.settle();
  EXPECT_EQ(laterPartIn(again, id).state, DraftState::Confirmed);
}

TEST_F(Drains, AfterASecondRestoreItWaitsNoLongerThanAfterTheFirst) {
  const Id id = draining({erase({Kind::Map, map})});
  world.putBack();
  ChangeWorld first(world.database(), world.wallSeconds() + 7 * 86400);
  first.settle();
  first.putBack();
  const std::int64_t later = first.wallSeconds() + 7 * 86400;
  ChangeWorld second(world.database(), later);
  second.settle();
  EXPECT_EQ(laterPartIn(second, id).dueAt, later + kTenMinutes);
  const auto* told = second.recordOf("change.begun-anew", laterPartIn(second, id).id);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->until, later + kTenMinutes);
}

// ---- Taking back

TEST_F(Drains, ItIsNotBegunBeforeTheOneThatDrainsIsConfirmed) {
  settings({{"confirm_within", std::uint64_t{900}}});
  const Id id = draining({erase({Kind::Map, map})});
  EXPECT_EQ(draft(id).state, DraftState::Confirming);
  world.advance(std::chrono::seconds(kTenMinutes));
  world.settle();
  EXPECT_EQ(laterPart(id).state, DraftState::Waiting);
  EXPECT_EQ(world.notices.back().kind, manage::Notice::Kind::DrainWaits);
  EXPECT_NE(world.notices.back().text.find("is not confirmed yet"), std::string::npos) << world.notices.back().text;
  ASSERT_EQ(world.ask(world.sets().confirm(alice, id, world.now())).what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(laterPart(id).state, DraftState::Confirmed);
  EXPECT_EQ(may(), "nothing");
}

TEST_F(Drains, NobodyConfirmsAndBothAreOver) {
  settings({{"confirm_within", std::uint64_t{120}}});
  const Id id = draining({erase({Kind::Map, map})});
  world.advance(std::chrono::seconds(120));
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::RolledBack);
  EXPECT_EQ(laterPart(id).state, DraftState::Discarded);
  EXPECT_EQ(may(), "read-write");
  EXPECT_TRUE(logged("change.discarded change-set:#" + std::to_string(laterPart(id).id) + " by isns-server"));
  world.advance(std::chrono::seconds(kTenMinutes));
  world.settle();
  EXPECT_EQ(may(), "read-write");
}

TEST_F(Drains, AHostThatLetsGoOfItsDiskTakesNothingBack) {
  settings({{"confirm_within", std::uint64_t{120}}});
  world.session("web1", disk1);
  const Id id = draining({erase({Kind::Map, map})});
  world.endSessions("web1");
  world.advance(std::chrono::seconds(30));
  EXPECT_EQ(draft(id).state, DraftState::Confirming);
}

TEST_F(Drains, ARollbackBeforeItIsDueDiscardsIt) {
  for (const bool restarted : {false, true}) {
    SCOPED_TRACE(restarted);
    const Id id = draining({erase({Kind::Map, map})});
    std::unique_ptr<ChangeWorld> again;
    if (restarted) again = std::make_unique<ChangeWorld>(world.database(), world.wallSeconds());
    ChangeWorld& here = restarted ? *again : world;
    const Answer back = here.ask(here.sets().rollback(bob, id, "not yet", here.now()));
    ASSERT_EQ(back.what, Answer::What::Done) << back.text;
    EXPECT_EQ(laterPartIn(here, id).state, DraftState::Waiting);  // as long as that is a draft
    ASSERT_EQ(here.ask(here.sets().submit(bob, back.draft, 1, "not yet", "", here.now())).what, Answer::What::Done);
    const Answer done = here.ask(here.sets().commit(bob, {back.draft, 2, "yes", {}}, here.now()));
    ASSERT_EQ(done.what, Answer::What::Done) << done.text;
    here.settle();
    EXPECT_EQ(here.sets().find(id)->state, DraftState::RolledBack);
    EXPECT_EQ(laterPartIn(here, id).state, DraftState::Discarded);
    EXPECT_EQ(mayIn(here), "read-write");
    here.advance(std::chrono::seconds(2 * kTenMinutes));
    here.settle();
    EXPECT_EQ(mayIn(here), "read-write");
  }
}

// The first change set of the three drains, the second takes it back, the third takes that back.
struct DrainsTakenBack : Drains {
  void takenBack(bool restarted) {
    const Id id = draining({erase({Kind::Map, map}), unzone()});
    settings({{"confirm_within", std::uint64_t{120}}});
    const Answer back = world.ask(world.sets().rollback(bob, id, "not yet", world.now()));
    (void)world.ask(world.sets().submit(bob, back.draft, 1, "not yet", "", world.now()));
    const Answer done = world.ask(world.sets().commit(bob, {back.draft, 2, "yes", {}}, world.now()));
    ASSERT_EQ(done.what, Answer::What::Done) << done.text;
    world.settle();
    EXPECT_EQ(laterPart(id).state, DraftState::Discarded);
    EXPECT_EQ(may(), "read-write");
    // As many dry runs as push others out.
    for (std::size_t i = 0; i < ChangeSets::Options{}.maxDiscarded + 2; ++i) {
      const Answer dry = world.ask(world.sets().create(alice, "dry", {}, world.now()));
      (void)world.ask(world.sets().discard(alice, dry.draft, dry.version, world.now()));
    }
    std::unique_ptr<ChangeWorld> again;
    if (restarted) again = std::make_unique<ChangeWorld>(world.database(), world.wallSeconds());
    ChangeWorld& here = restarted ? *again : world;
    here.advance(std::chrono::seconds(120));
    here.settle();
    EXPECT_EQ(here.sets().find(back.draft)->state, DraftState::RolledBack);
    EXPECT_EQ(here.sets().find(id)->state, DraftState::Confirmed);
    EXPECT_EQ(laterPartIn(here, id).state, DraftState::Waiting);
    EXPECT_EQ(mayIn(here), "read-only");
    here.advance(std::chrono::seconds(kTenMinutes));
    here.settle();
    EXPECT_EQ(laterPartIn(here, id).state, DraftState::Confirmed);
    EXPECT_EQ(mayIn(here), "nothing");
    EXPECT_TRUE(here.model().table<san::Departure>().empty());
  }
};

TEST_F(DrainsTakenBack, ARollbackThatNobodyConfirmsLeavesItWaiting) { takenBack(false); }

TEST_F(DrainsTakenBack, ARollbackThatNobodyConfirmsLeavesItWaitingAfterARestartToo) { takenBack(true); }

TEST_F(Drains, WhatWaitsAgainGoesWithTheNextRollback) {
  const Id id = draining({erase({Kind::Map, map})});
  settings({{"confirm_within", std::uint64_t{120}}});
  for (const bool confirmed : {false, true}) {
    const Answer back = world.ask(world.sets().rollback(bob, id, "not yet", world.now()));
    ASSERT_EQ(back.what, Answer::What::Done) << back.text;
    (void)world.ask(world.sets().submit(bob, back.draft, 1, "not yet", "", world.now()));
    (void)world.ask(world.sets().commit(bob, {back.draft, 2, "yes", {}}, world.now()));
    world.settle();
    if (confirmed) (void)world.ask(world.sets().confirm(bob, back.draft, world.now()));
    world.advance(std::chrono::seconds(120));
    world.settle();
    EXPECT_EQ(may(), confirmed ? "read-write" : "read-only");
    EXPECT_EQ(laterPart(id).state, confirmed ? DraftState::Discarded : DraftState::Waiting);
    EXPECT_EQ(world.model().table<san::Departure>().size(), confirmed ? 0U : 1U);
  }
}

TEST_F(Drains, WhatWaitsIsNotHandledByItself) {
  const Id id = draining({erase({Kind::Map, map})});
  const Draft later = laterPart(id);
  auto& sets = world.sets();
  EXPECT_EQ(world.ask(sets.discard(alice, later.id, later.version, world.now())).refusal, Refusal::WrongState);
  EXPECT_EQ(world.ask(sets.commit(alice, {later.id, later.version, {}, {}}, world.now())).refusal, Refusal::WrongState);
  EXPECT_EQ(world.ask(sets.edit(alice, later.id, later.version, {}, world.now())).refusal, Refusal::WrongState);
  const Answer answer = world.ask(sets.rollback(alice, later.id, "no", world.now()));
  EXPECT_EQ(answer.refusal, Refusal::WrongState);
  EXPECT_NE(answer.text.find("roll that one back"), std::string::npos);
}

TEST_F(Drains, WhenItIsGoneTheTakingAwayIsRolledBackFirstAndGivesBackToWrite) {
  for (const bool restarted : {false, true}) {
    SCOPED_TRACE(restarted);
    const Id id = draining({unzone(), erase({Kind::Map, firstMap()})});
    world.advance(std::chrono::seconds(kTenMinutes));
    world.settle();
    ASSERT_EQ(may(), "nothing");
    std::unique_ptr<ChangeWorld> again;
    if (restarted) again = std::make_unique<ChangeWorld>(world.database(), world.wallSeconds());
    ChangeWorld& here = restarted ? *again : world;
    const Id later = laterPartIn(here, id).id;
    const Answer no = here.ask(here.sets().rollback(bob, id, "give it back", here.now()));
    EXPECT_EQ(no.refusal, Refusal::WrongState);
    EXPECT_NE(no.text.find("Change set " + std::to_string(later)), std::string::npos);
    const Answer back = here.ask(here.sets().rollback(bob, later, "give it back", here.now()));
    ASSERT_EQ(back.what, Answer::What::Done) << back.text;
    ASSERT_EQ(here.ask(here.sets().submit(bob, back.draft, 1, "x", "", here.now())).what, Answer::What::Done);
    const Answer done = here.ask(here.sets().commit(bob, {back.draft, 2, "yes", {}}, here.now()));
    ASSERT_EQ(done.what, Answer::What::Done) << done.text;
    here.settle();
    EXPECT_EQ(mayIn(here), "read-write");
    EXPECT_TRUE(here.model().table<san::Departure>().empty());
  }
}

// Else the departure would go, and what waits would take away the disk without a word.
TEST_F(Drains, ARollbackThatIsMadeAnotherChangeSetLiftsNoDeparture) {
  const Id id = draining({erase({Kind::Map, map}), set({Kind::Node, disk2}, "alias", std::string("old"))});
  const Answer back = world.ask(world.sets().rollback(bob, id, "not yet", world.now()));
  ASSERT_EQ(back.what, Answer::What::Done) << back.text;
  std::vector<std::size_t> departures, others;
  for (std::size_t i = 0; i < draft(back.draft).edits.size(); ++i) {
    (draft(back.draft).edits[i].object.kind == Kind::Departure ? departures : others).push_back(i);
  }
  ASSERT_FALSE(departures.empty());
  ASSERT_FALSE(others.empty());
  const auto dropped = [&](const std::vector<std::size_t>& numbers) {
    manage::EditsChange change;
    change.what = manage::EditsChange::What::Drop;
    change.drop = numbers;
    return world.ask(world.sets().edit(bob, back.draft, 1, std::move(change), world.now()));
  };
  const Answer no = dropped(others);
  EXPECT_EQ(no.refusal, Refusal::BadEdits);
  EXPECT_NE(no.text.find("departures go with a rollback alone: drop edit 0"), std::string::npos) << no.text;
  EXPECT_EQ(draft(back.draft).undoes, id);
  EXPECT_EQ(dropped(departures).what, Answer::What::Done);
  EXPECT_EQ(draft(back.draft).undoes, 0U);
}

TEST_F(Drains, ADraftOfAnOlderVersionThatIsNoRollbackAnyMoreLiftsNoDeparture) {
  const Id id = draining({erase({Kind::Map, map})});
  const Answer back = world.ask(world.sets().rollback(bob, id, "not yet", world.now()));
  ASSERT_EQ(back.what, Answer::What::Done) << back.text;
  Draft row = draft(back.draft);
  row.undoes = 0;
  row.origin = san::ChangeOrigin::Person;
  row.state = DraftState::Submitted;
  row.reason = "it was wrong";
  world.putRow(row);
  ChangeWorld again(world.database(), world.wallSeconds());
  again.run();
  const auto lifted = [&](const Answer& no) {
    EXPECT_EQ(no.refusal, Refusal::BadEdits);
    EXPECT_NE(no.text.find("departures go with a rollback alone: drop edit"), std::string::npos) << no.text;
  };
  lifted(again.ask(again.sets().commit(bob, {row.id, row.version, "yes", {}}, again.now())));
  const Answer open = again.ask(again.sets().refuse(alice, row.id, row.version, "not so", again.now()));
  ASSERT_EQ(open.what, Answer::What::Done) << open.text;
  lifted(again.ask(again.sets().submit(bob, row.id, open.version, "it was wrong", "", again.now())));
  again.settle();
  EXPECT_EQ(mayIn(again), "read-only");
}

TEST_F(Drains, ARollbackThatIsDraftedBeforeItIsGoneIsNoneAfterwards) {
  const Id id = draining({erase({Kind::Map, map}), set({Kind::Node, disk2}, "alias", std::string("old"))});
  const Answer open = world.ask(world.sets().rollback(bob, id, "not yet", world.now()));
  ASSERT_EQ(open.what, Answer::What::Done) << open.text;
  world.advance(std::chrono::seconds(kTenMinutes));
  world.settle();
  ASSERT_EQ(laterPart(id).state, DraftState::Confirmed);
  const Answer merged = world.ask(world.sets().rebase(bob, open.draft, 1, world.now()));
  ASSERT_EQ(merged.what, Answer::What::Done) << merged.text;
  EXPECT_EQ(draft(open.draft).undoes, id);
  const Answer no = world.ask(world.sets().submit(bob, open.draft, 2, "it is needed", "", world.now()));
  EXPECT_EQ(no.refusal, Refusal::WrongState);
  EXPECT_NE(no.text.find("roll that one back first"), std::string::npos) << no.text;
  EXPECT_EQ(draft(id).state, DraftState::Confirmed);
}

TEST_F(Drains, ARollbackThatWasApprovedBeforeItIsGoneIsNotCommittedAfterwards) {
  const Id id = draining({erase({Kind::Map, map}), set({Kind::Node, disk2}, "alias", std::string("old"))});
  const Answer open = world.ask(world.sets().rollback(bob, id, "not yet", world.now()));
  ASSERT_EQ(open.what, Answer::What::Done) << open.text;
  // What it takes back besides moves nothing that it is about.
  manage::Draft row = draft(open.draft);
  std::erase_if(row.edits, [](const Edit& edit) { return edit.object.kind != Kind::Node; });
  row.footprint = {};
  row.state = DraftState::Submitted;
  row.reason = "it is needed";
  world.advance(std::chrono::seconds(kTenMinutes));
  world.settle();
  ASSERT_EQ(laterPart(id).state, DraftState::Confirmed);
  world.putRow(row);
  ChangeWorld again(world.database(), world.wallSeconds());
  const Answer no = again.ask(again.sets().commit(bob, {open.draft, row.version, "yes", {}}, again.now()));
  EXPECT_EQ(no.refusal, Refusal::WrongState) << no.text;
  EXPECT_EQ(again.sets().find(id)->state, DraftState::Confirmed);
}

// ---- What others do meanwhile

TEST_F(Drains, WhatSomebodyHasChangedIsLeftAloneAndSaid) {
  const Id id = draining({erase({Kind::Map, map}), set({Kind::Node, disk1}, "alias", std::string("old"))});
  (void)committed({set({Kind::Map, map}, "lun", std::uint64_t{7})});
  world.advance(std::chrono::seconds(kTenMinutes));
  world.settle();
  EXPECT_EQ(laterPart(id).state, DraftState::Confirmed);
  EXPECT_EQ(laterPart(id).note,
            "It stays, as others have changed it meanwhile: " + san::refText(world.model(), {Kind::Map, map}) + ".");
  EXPECT_TRUE(noticed(manage::Notice::Kind::DrainLeft));
  EXPECT_EQ(may(), "read-write");
  EXPECT_TRUE(world.model().table<san::Departure>().empty());
}

TEST_F(Drains, ItWaitsForAnotherOneThatHoldsItsObjects) {
  const Id id = draining({unzone()});
  settings({{"confirm_within", std::uint64_t{900}}});
  const Id other = committed({add(world.named(Kind::Domain, "zone1"), "nodes", world.initiatorOf("web2"))});
  world.advance(std::chrono::seconds(kTenMinutes));
  world.settle();
  EXPECT_EQ(laterPart(id).state, DraftState::Waiting);
  ASSERT_EQ(world.ask(world.sets().confirm(alice, other, world.now())).what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(laterPart(id).state, DraftState::Confirmed);
  const auto* zone = world.model().get<san::Domain>(world.named(Kind::Domain, "zone1").id);
  EXPECT_FALSE(zone->nodes.contains(world.initiatorOf("web1").id));
  EXPECT_TRUE(zone->nodes.contains(world.initiatorOf("web2").id));
}

TEST_F(Drains, ATakingAwayThatSomebodyOvertakesIsPlannedAnewOnWhatThereIsThen) {
  const Id id = draining({unzone()});
  const ObjectRef zone = world.named(Kind::Domain, "zone1");
  // Just before it is due another domain is made by the wire; its own is locked then.
  world.meanwhile = [&] {
    EXPECT_EQ(world.wireJoins(zone.id, "iqn.2026-01.example:web2"), 12U);
    EXPECT_EQ(world.wireJoins(0, "iqn.2026-01.example:web2"), 0U);
  };
  world.advance(std::chrono::seconds(kTenMinutes));
  world.settle();
  EXPECT_EQ(laterPart(id).state, DraftState::Confirmed);
  EXPECT_EQ(may(), "nothing");
  EXPECT_EQ(world.model().table<san::Domain>().size(), 2U);
}

TEST_F(Drains, TheStoreIsAwayWhenItIsDueAndItWaitsForIt) {
  const Id id = draining({erase({Kind::Map, map})});
  world.failStore(true);
  world.advance(std::chrono::seconds(kTenMinutes));
  EXPECT_EQ(laterPart(id).state, DraftState::Waiting);
  EXPECT_EQ(may(), "read-only");
  world.mendStore();
  world.settle();
  EXPECT_EQ(laterPart(id).state, DraftState::Confirmed);
  EXPECT_EQ(may(), "nothing");
}

struct SetClock : Drains, testing::WithParamInterface<std::chrono::hours> {};

TEST_P(SetClock, NeitherBringsTheEndNearerNorPutsItOff) {
  const Id id = draining({unzone()});
  world.advance(std::chrono::seconds(1));
  world.setClock(GetParam());
  world.advance(std::chrono::seconds(598));
  EXPECT_EQ(laterPart(id).state, DraftState::Waiting);
  world.advance(std::chrono::seconds(1));
  world.settle();
  EXPECT_EQ(laterPart(id).state, DraftState::Confirmed);
}

INSTANTIATE_TEST_SUITE_P(By, SetClock,
                         testing::Values(std::chrono::hours(1), std::chrono::hours(-1), std::chrono::hours(24 * 365),
                                         std::chrono::hours(-24 * 365)));

// ---- Restarts

TEST_F(Drains, ItsTimeSurvivesARestart) {
  const Id id = draining({unzone()});
  ChangeWorld again(world.database(), world.wallSeconds() + 599);
  again.run();
  EXPECT_EQ(laterPartIn(again, id).state, DraftState::Waiting);
  EXPECT_EQ(mayIn(again), "read-only");
  again.advance(std::chrono::seconds(1));
  again.settle();
  EXPECT_EQ(laterPartIn(again, id).state, DraftState::Confirmed);
  EXPECT_EQ(mayIn(again), "nothing");
}

TEST_F(Drains, WhatBecameDueWhileTheServerWasAwayGoesAtItsStart) {
  const Id id = draining({unzone()});
  ChangeWorld again(world.database(), world.wallSeconds() + 86400);
  again.settle();
  EXPECT_EQ(laterPartIn(again, id).state, DraftState::Confirmed);
  EXPECT_EQ(mayIn(again), "nothing");
}

TEST_F(Drains, AfterARestartWithAClockThatIsBehindItWaitsNoLongerThanItWas) {
  const Id id = draining({unzone()});
  ChangeWorld again(world.database(), world.wallSeconds() - 86400);
  again.run();
  again.advance(std::chrono::seconds(599));
  EXPECT_EQ(laterPartIn(again, id).state, DraftState::Waiting);
  again.advance(std::chrono::seconds(1));
  again.settle();
  EXPECT_EQ(laterPartIn(again, id).state, DraftState::Confirmed);
}

TEST_F(Drains, AfterARestartWithAClockThatIsAheadTheTimeThatIsKnownCounts) {
  const Id id = draining({unzone()});
  NotBelieved clock;
  ChangeWorld again(world.database(), world.wallSeconds() + 3600, clock.options());
  again.run();
  again.advance(std::chrono::seconds(599));
  EXPECT_EQ(laterPartIn(again, id).state, DraftState::Waiting);
  again.advance(std::chrono::seconds(1));
  again.settle();
  EXPECT_EQ(laterPartIn(again, id).state, DraftState::Confirmed);
}

}  // namespace

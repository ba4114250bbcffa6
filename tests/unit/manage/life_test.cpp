// A change set from its first edit to its end, against a real registry and store; and each rule of DESIGN seam 5.
#include "tests/unit/manage/change_world.h"

using namespace test;

namespace {

struct Changes : testing::Test, SmallSan {
  manage::Who alice = administrator("alice");
  manage::Who bob = administrator("bob");

  // A draft that is submitted; its number.
  Id submitted(const std::vector<Edit>& edits) {
    const Answer made = world.ask(world.sets().create(alice, "a change", edits, world.now()));
    EXPECT_EQ(made.what, Answer::What::Done) << made.text;
    const Answer sent =
        world.ask(world.sets().submit(alice, made.draft, made.version, "it is needed", "T-1", world.now()));
    EXPECT_EQ(sent.what, Answer::What::Done) << sent.text;
    return made.draft;
  }
  Id approved(const std::vector<Edit>& edits) {
    const Id id = submitted(edits);
    const Answer answer =
        world.ask(world.sets().approve(bob, id, draft(id).version, world.sets().preview(id)->hash, world.now()));
    EXPECT_EQ(answer.what, Answer::What::Done) << answer.text;
    return id;
  }
  const Draft& draft(Id id) { return *world.sets().find(id); }
  Answer commit(Id id, std::string exception = {}, std::string overrides = {}) {
    return world.ask(
        world.sets().commit(alice, {id, draft(id).version, std::move(exception), std::move(overrides)}, world.now()));
  }
  Id committed(const std::vector<Edit>& edits) {
    const Id id = submitted(edits);
    const Answer answer = commit(id);
    EXPECT_EQ(answer.what, Answer::What::Done) << answer.text;
    world.settle();
    return id;
  }
  void settings(const ChangeWorld::Fields& fields) {
    world.byManagement([&](san::SnapshotEditor& editor) {
      const ObjectRef ref{Kind::Settings, san::Settings::kId};
      if (editor.view().get(ref) == nullptr) (void)editor.create(Kind::Settings, ref.id);
      for (const auto& [name, value] : fields)
        EXPECT_TRUE(editor.set(ref, *san::findField(ref.kind, name), value).ok());
    });
  }
  san::Truth works(Id host, Id unit) { return cellOf(world.model(), host, unit).works; }
  std::size_t at(const std::string& what) {
    const auto found = std::find(world.timeline.begin(), world.timeline.end(), what);
    return static_cast<std::size_t>(found - world.timeline.begin());
  }
  bool logged(const std::string& what) {
    for (const std::string& line : world.auditLog()) {
      if (line.starts_with(what)) return true;
    }
    return false;
  }
};

TEST_F(Changes, AWholeLifeFromDraftToConfirmed) {
  const Id id = approved(giveWeb1());
  EXPECT_EQ(works(web1, unit1), san::Truth::No);
  const Answer answer = commit(id);
  ASSERT_EQ(answer.what, Answer::What::Done) << answer.text;
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::Confirming);
  EXPECT_EQ(draft(id).confirmBy, world.wallSeconds() + 120);
  EXPECT_NE(works(web1, unit1), san::Truth::No);
  EXPECT_EQ(world.model().get<san::ChangeSet>(id)->state, san::ChangeState::Confirming);
  EXPECT_EQ(world.model().get<san::ChangeSet>(id)->approver, "bob");
  ASSERT_EQ(world.ask(world.sets().confirm(bob, id, world.now())).what, Answer::What::Done);
  EXPECT_EQ(draft(id).state, DraftState::Confirmed);
  EXPECT_EQ(world.model().get<san::ChangeSet>(id)->state, san::ChangeState::Confirmed);
  for (const char* event : {"change.created", "change.submitted", "change.approved", "change.committed", "change.zoned",
                            "change.confirming", "change.confirmed"}) {
    EXPECT_TRUE(logged(event)) << event;
  }
}

TEST_F(Changes, GrantsReachTargetsBeforeDomains) {
  world.timeline.clear();
  (void)committed(giveWeb1());
  EXPECT_LT(at("lock " + std::to_string(world.named(Kind::Domain, "zone1").id)), at("commit 20002"));
  EXPECT_LT(at("commit 20002"), at("union disk1"));
  EXPECT_LT(at("union disk1"), at("commit 20003"));
  EXPECT_EQ(at("new disk1"), world.timeline.size()) << "it has lost nothing: it is not told again";
  EXPECT_EQ(at("union disk2"), world.timeline.size());
}

TEST_F(Changes, OfAnExchangeTheTargetHasBothBeforeTheDomainsAndWhatIsLeftAfter) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  world.timeline.clear();
  const ObjectRef zone = world.named(Kind::Domain, "zone1");
  const Id id = submitted({leave(zone, "nodes", world.initiatorOf("web1")), add(zone, "nodes", world.initiatorOf("web2"))});
  ASSERT_EQ(commit(id, "web2 takes over").what, Answer::What::Done);
  world.settle();
  EXPECT_LT(at("union disk1"), at("commit 20003"));
  EXPECT_LT(at("commit 20003"), at("new disk1"));
  EXPECT_LT(at("new disk1"), at("commit 20004"));
}

TEST_F(Changes, APureRevokeGoesToTheTargetsFirst) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  world.timeline.clear();
  const Id id = submitted({leave(world.named(Kind::Domain, "zone1"), "nodes", world.initiatorOf("web1"))});
  ASSERT_EQ(commit(id, "it is taken away").what, Answer::What::Done);
  world.settle();
  EXPECT_LT(at("new disk1"), at("commit 20003"));
  EXPECT_EQ(at("union disk1"), world.timeline.size());
  EXPECT_EQ(draft(id).state, DraftState::Confirmed);
}

TEST_F(Changes, AnAgentThatIsAwayNeverBlocksAndIsPending) {
  world.agentsAnswer = false;
  const Id id = submitted(giveWeb1());
  ASSERT_EQ(commit(id).what, Answer::What::Done);
  EXPECT_EQ(draft(id).step, manage::CommitStep::Granting);
  EXPECT_TRUE(world.sets().transition());
  EXPECT_EQ(world.sets().transition()->phase, manage::TargetPhase::Union);
  world.advance(std::chrono::seconds(4));
  EXPECT_EQ(draft(id).step, manage::CommitStep::Granting);
  world.advance(std::chrono::seconds(1));
  EXPECT_EQ(draft(id).state, DraftState::Confirming) << "nothing is taken from it: there is no second wait";
  EXPECT_EQ(draft(id).pending, std::vector<Id>{disk1});
  EXPECT_EQ(world.notices.front().kind, manage::Notice::Kind::TargetPending);
  world.applied(disk1, world.told.at(disk1).revision);
  EXPECT_TRUE(draft(id).pending.empty());
}

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

TEST_F(Changes, AChangeFromTheWireIsRecordedAndNotApproved) {
  settings({{"max_changed_objects", std::uint64_t{1}}});
  EXPECT_EQ(world.wireJoins(0, "iqn.2026-01.example:web2"), 0U);
  const Id id = manage::wireId(world.model().revision);
  const auto* record = world.model().get<san::ChangeSet>(id);
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->origin, san::ChangeOrigin::Wire);
  EXPECT_EQ(record->author, ChangeWorld::kControl);
  EXPECT_EQ(record->approver, "");
  EXPECT_EQ(world.model().table<san::Approval>().size(), 0U);
}

TEST_F(Changes, StaleIsWhatTheDraftIsAboutAndTheMergeIsListed) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  const ObjectRef zone = world.named(Kind::Domain, "zone1");
  const Id id = submitted({add(zone, "nodes", world.initiatorOf("web2"))});
  // Something else changes: not stale.
  EXPECT_EQ(world.wireJoins(0, "iqn.2026-01.example:other"), 0U);
  EXPECT_TRUE(san::staleObjects(draft(id).footprint, world.model()).empty());
  // The domain itself changes.
  EXPECT_EQ(world.wireJoins(zone.id, "iqn.2026-01.example:other"), 0U);
  const Answer answer = commit(id);
  EXPECT_EQ(answer.refusal, Refusal::Stale);
  ASSERT_TRUE(answer.merged);
  EXPECT_EQ(answer.merged->conflicts.size(), 0U);
  EXPECT_FALSE(answer.merged->taken.empty());
  const std::uint64_t before = draft(id).version;
  const Answer merged = world.ask(world.sets().rebase(alice, id, before, world.now()));
  ASSERT_EQ(merged.what, Answer::What::Done) << merged.text;
  EXPECT_GT(draft(id).version, before);
  EXPECT_EQ(draft(id).state, DraftState::Open);
}

TEST_F(Changes, AMergeAfterARestartListsWhatOthersChangedOnceTheBaseIsThereAgain) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  const ObjectRef disk{Kind::Node, disk1};
  const san::Snapshot base = world.model();
  const Id id = submitted({set(disk, "alias", std::string("mine"))});
  EXPECT_EQ(world.sets().baseWanted(id), 0U) << "it is at hand";
  (void)committed({set(disk, "alias", std::string("theirs"))});
  ChangeWorld again(world.database(), world.wallSeconds());
  EXPECT_EQ(again.sets().baseWanted(id), base.revision);
  const std::uint64_t version = again.sets().find(id)->version;
  // A state that is not the one: it says nothing of what others changed.
  const Answer other = again.ask(again.sets().rebase(bob, id, version, again.now(), base));
  EXPECT_EQ(other.refusal, Refusal::NotAllowed) << "not the author's";
  EXPECT_EQ(again.sets().baseWanted(id), base.revision);
  const Answer merged = again.ask(again.sets().rebase(alice, id, version, again.now(), base));
  ASSERT_EQ(merged.what, Answer::What::Done) << merged.text;
  ASSERT_TRUE(merged.merged);
  ASSERT_EQ(merged.merged->conflicts.size(), 1U);
  EXPECT_EQ(merged.merged->conflicts[0].field, "alias");
  EXPECT_EQ(merged.merged->conflicts[0].theirs, san::Value(std::string("theirs")));
  EXPECT_EQ(merged.merged->conflicts[0].ours, san::Value(std::string("mine")));
  EXPECT_TRUE(again.sets().find(id)->edits.empty()) << "theirs stands until somebody decides";
  EXPECT_EQ(again.sets().baseWanted(id), 0U);
}

TEST_F(Changes, AMergeAfterARestartTakesNoStateThatIsAnother) {
  settings({{"confirm_within", std::uint64_t{0}}});
  const ObjectRef disk{Kind::Node, disk1};
  const Id id = submitted({set(disk, "alias", std::string("mine"))});
  (void)committed({set(disk, "alias", std::string("theirs"))});
  ChangeWorld again(world.database(), world.wallSeconds());
  const Answer merged =
      again.ask(again.sets().rebase(alice, id, again.sets().find(id)->version, again.now(), again.model()));
  ASSERT_EQ(merged.what, Answer::What::Done) << merged.text;
  EXPECT_FALSE(merged.merged);
  EXPECT_EQ(again.sets().find(id)->edits.size(), 1U);
}

TEST_F(Changes, TheIndexOfThePresentStateIsAskedForWhereSomebodyKeepsOne) {
  std::vector<san::Revision> asked;
  ChangeSets::Options options;
  options.indexOf = [&](const san::Snapshot& snapshot) {
    asked.push_back(snapshot.revision);
    return std::make_shared<const san::SanIndex>(snapshot);
  };
  settings({{"confirm_within", std::uint64_t{0}}});
  const Id id = submitted(giveWeb1());
  ChangeWorld again(world.database(), world.wallSeconds(), options);
  const std::string own = world.sets().preview(id)->hash;
  EXPECT_EQ(again.sets().preview(id)->hash, own);
  ASSERT_EQ(asked, std::vector<san::Revision>{again.model().revision});
  ASSERT_EQ(again.ask(again.sets().commit(alice, {id, 2, "yes", {}}, again.now())).what, Answer::What::Done);
  EXPECT_EQ(asked.size(), 2U);
}

TEST_F(Changes, AnApprovalIsBoundToTheCellsThatWereSeen) {
  settings({{"approval_needed", true}, {"author_may_approve", false}, {"confirm_within", std::uint64_t{0}}});
  const Id id = submitted(giveWeb1());
  EXPECT_EQ(commit(id).refusal, Refusal::ApprovalNeeded);
  const std::string hash = world.sets().preview(id)->hash;
  EXPECT_EQ(world.sets().approve(alice, id, draft(id).version, hash, world.now()).refusal, Refusal::AuthorApproves);
  EXPECT_EQ(world.sets().approve(bob, id, draft(id).version, "0", world.now()).refusal, Refusal::ImpactDiffers);
  ASSERT_EQ(world.ask(world.sets().approve(bob, id, draft(id).version, hash, world.now())).what, Answer::What::Done);
  // A second initiator of web1 registers, which is not in the draft's footprint: the cells are other ones only if the
  // reach is.
  world.byManagement([&](san::SnapshotEditor& editor) {  // the host is another one now: web2's initiator joins it
    const auto* nodes = san::findField(Kind::Host, "nodes");
    ASSERT_TRUE(editor.remove({Kind::Host, web2}, *nodes, world.initiatorOf("web2")).ok());
  });
  (void)world.unit("naa.6003", disk1, 1);
  const Id other = world.manageObject(Kind::Map, {{"who", ObjectRef{Kind::Node, world.initiatorOf("web2").id}},
                                                  {"target", ObjectRef{Kind::Node, disk1}},
                                                  {"unit", world.named(Kind::LogicalUnit, "naa.6003")},
                                                  {"lun", std::uint64_t{1}}});
  (void)other;
  ASSERT_EQ(commit(id).what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(world.model().table<san::Approval>().size(), 1U);
  world.model().table<san::Approval>().forEach([&](Id, const san::Approval& one) {
    EXPECT_EQ(one.who, (ObjectRef{Kind::Host, web1}));
    EXPECT_EQ(one.unit.id, unit1);
    EXPECT_EQ(one.change.id, id);
  });
}

TEST_F(Changes, WhereTheCellsDifferItGoesBackToBeSubmitted) {
  settings({{"confirm_within", std::uint64_t{0}}});
  // The draft zones; a map that comes meanwhile makes its zoning worth another cell.
  const Id id = approved(zoning("zone1", {world.initiatorOf("web1"), ObjectRef{Kind::Node, disk1}}));
  (void)world.manageObject(Kind::Map, {{"who", ObjectRef{Kind::Host, web1}},
                                       {"target", ObjectRef{Kind::Node, disk1}},
                                       {"unit", ObjectRef{Kind::LogicalUnit, unit1}},
                                       {"lun", std::uint64_t{0}}});
  const Answer answer = commit(id);
  EXPECT_EQ(answer.refusal, Refusal::ImpactDiffers) << answer.text;
  EXPECT_EQ(draft(id).state, DraftState::Submitted);
  EXPECT_EQ(draft(id).approver, "");
  EXPECT_FALSE(world.named(Kind::Domain, "zone1"));
}

TEST_F(Changes, GuardsStopACommit) {
  settings({{"max_changed_objects", std::uint64_t{2}}, {"confirm_within", std::uint64_t{0}}});
  const Id large = submitted(giveWeb1());
  EXPECT_EQ(commit(large).refusal, Refusal::TooLarge);
  settings({{"max_changed_objects", std::uint64_t{0}}});
  ASSERT_EQ(commit(large).what, Answer::What::Done);
  world.settle();
  world.session("web1", disk1);
  const Id loses = submitted({erase(world.named(Kind::Domain, "zone1"))});
  EXPECT_EQ(commit(loses).refusal, Refusal::LosesSessions);
  (void)world.manageObject(Kind::Window, {{"name", std::string("year's end")},
                                          {"purpose", std::string("freeze")},
                                          {"starts", std::uint64_t(world.wallSeconds() - 10)},
                                          {"ends", std::uint64_t(world.wallSeconds() + 1000)}});
  EXPECT_EQ(commit(loses, "it is old").refusal, Refusal::Frozen);
  alice.rights.override = false;
  EXPECT_EQ(commit(loses, "it is old", "an emergency").refusal, Refusal::Frozen);
  alice.rights.override = true;
  ASSERT_EQ(commit(loses, "it is old", "an emergency").what, Answer::What::Done);
  EXPECT_EQ(draft(loses).exception, "it is old");
  EXPECT_EQ(draft(loses).overrideReason, "an emergency");
  EXPECT_EQ(world.audit.back().event, "change.denied");
}

TEST_F(Changes, WhoMayNotIsRefusedAndLogged) {
  manage::Who nobody{"eve", "192.0.2.66", {}};
  EXPECT_EQ(world.sets().create(nobody, "x", {}, world.now()).refusal, Refusal::NotAllowed);
  const Id id = submitted(giveWeb1());
  EXPECT_EQ(world.sets().commit(nobody, {id, draft(id).version, {}, {}}, world.now()).refusal, Refusal::NotAllowed);
  EXPECT_EQ(world.sets().edit(bob, id, draft(id).version, {}, world.now()).refusal, Refusal::NotAllowed);
  world.run();
  EXPECT_EQ(world.audit.size(), 3U);
  EXPECT_EQ(world.audit[0].who, "eve");
}

TEST_F(Changes, CommitsWaitForTheOneThatIsCarriedOutAndAreJudgedAgainThen) {
  world.agentsAnswer = false;
  const Id first = submitted(giveWeb1());
  const Id second = submitted(mapping({Kind::Host, world.named(Kind::Host, "web2").id}, disk2, unit2, 0));
  const Id third = submitted({set(world.named(Kind::Host, "web2"), "name", std::string("web9"))});
  ASSERT_EQ(commit(first).what, Answer::What::Done);
  EXPECT_EQ(draft(first).step, manage::CommitStep::Granting);
  const auto ask = [&](Id id) {
    return world.ask(world.sets().commit(alice, {id, draft(id).version, {}, {}}, world.now()));
  };
  const Answer one = ask(second);
  const Answer other = ask(third);
  EXPECT_EQ(one.what, Answer::What::Waits);
  EXPECT_EQ(draft(second).state, DraftState::Submitted);
  // The last one is taken away before its turn.
  ASSERT_EQ(world.ask(world.sets().discard(alice, third, draft(third).version, world.now())).what, Answer::What::Done);
  for (int i = 0; i < 12; ++i) world.advance(std::chrono::seconds(1));
  EXPECT_EQ(draft(first).state, DraftState::Confirming);
  EXPECT_EQ(draft(second).state, DraftState::Confirming);
  EXPECT_EQ(world.replies.at(one.ticket).what, Answer::What::Done);
  EXPECT_EQ(world.replies.at(other.ticket).refusal, Refusal::OldVersion);
}

TEST_F(Changes, NoMoreThanTheirBoundMayWait) {
  world.agentsAnswer = false;
  ASSERT_EQ(commit(submitted(giveWeb1())).what, Answer::What::Done);
  const Id next = submitted({set(world.named(Kind::Host, "web2"), "name", std::string("web9"))});
  const std::size_t bound = ChangeSets::Options{}.maxQueued;
  for (std::size_t i = 0; i < bound; ++i) {
    ASSERT_EQ(world.sets().commit(alice, {next, draft(next).version, {}, {}}, world.now()).what, Answer::What::Waits);
  }
  EXPECT_EQ(world.sets().commit(alice, {next, draft(next).version, {}, {}}, world.now()).refusal, Refusal::Busy);
}

TEST_F(Changes, EditsAreOptimisticByVersion) {
  const Answer made = world.ask(world.sets().create(alice, "x", giveWeb1(), world.now()));
  const Answer first =
      world.sets().edit(alice, made.draft, made.version, {manage::EditsChange::What::Drop, {}, {4}}, world.now());
  EXPECT_EQ(first.what, Answer::What::Waits);
  EXPECT_EQ(world.sets().edit(alice, made.draft, made.version, {}, world.now()).refusal, Refusal::Busy);
  world.run();
  EXPECT_EQ(draft(made.draft).edits.size(), giveWeb1().size() - 1);
  EXPECT_EQ(world.sets().edit(alice, made.draft, made.version, {}, world.now()).refusal, Refusal::OldVersion);
  const Answer bad =
      world.sets().edit(alice, made.draft, made.version + 1,
                        {manage::EditsChange::What::Append, {erase({Kind::Host, 999})}, {}}, world.now());
  EXPECT_EQ(bad.refusal, Refusal::BadEdits);
  ASSERT_TRUE(bad.edit);
  const Answer gone = world.ask(world.sets().discard(alice, made.draft, made.version + 1, world.now()));
  EXPECT_EQ(gone.what, Answer::What::Done);
  EXPECT_EQ(draft(made.draft).state, DraftState::Discarded);
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

TEST_F(Changes, ARollbackInTheWindowIsAtOnce) {
  const Id id = committed(giveWeb1());
  const Answer answer = world.ask(world.sets().rollback(bob, id, "something broke", world.now()));
  ASSERT_EQ(answer.what, Answer::What::Done) << answer.text;
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::RolledBack);
  EXPECT_EQ(works(web1, unit1), san::Truth::No);
  EXPECT_EQ(world.sets().confirm(bob, id, world.now()).refusal, Refusal::WrongState);
}

TEST_F(Changes, AnotherChangeSetWaitsForTheWindowOfTheSameObjects) {
  const Id first = committed(giveWeb1());
  const Id second = submitted({add(world.named(Kind::Domain, "zone1"), "nodes", world.initiatorOf("web2"))});
  EXPECT_EQ(commit(second).refusal, Refusal::Held);
  (void)committed({set({Kind::Node, disk2}, "alias", std::string("other"))});  // of other objects
  ASSERT_EQ(world.ask(world.sets().confirm(alice, first, world.now())).what, Answer::What::Done);
  EXPECT_EQ(commit(second).what, Answer::What::Done);
}

TEST_F(Changes, TheBaselineApprovesThePresentReach) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  EXPECT_EQ(world.model().table<san::Approval>().size(), 0U);
  const Answer answer = world.ask(world.sets().baseline(bob, "as it is", world.now()));
  ASSERT_EQ(answer.what, Answer::What::Done) << answer.text;
  EXPECT_EQ(world.model().table<san::Approval>().size(), 1U);
  EXPECT_EQ(world.model().get<san::ChangeSet>(answer.draft)->origin, san::ChangeOrigin::Baseline);
  ASSERT_EQ(world.ask(world.sets().baseline(bob, "again", world.now())).what, Answer::What::Done);
  EXPECT_EQ(world.model().table<san::Approval>().size(), 1U);
}

TEST_F(Changes, AStoreThatFailsIsWaitedForAndItIsSaid) {
  const Id id = submitted(giveWeb1());
  world.failStore(true);
  const Answer answer = world.ask(world.sets().commit(alice, {id, draft(id).version, {}, {}}, world.now()));
  EXPECT_EQ(answer.what, Answer::What::Waits);
  ASSERT_FALSE(world.notices.empty());
  EXPECT_EQ(world.notices.back().kind, manage::Notice::Kind::StoreFailed);
  world.mendStore();
  world.advance(std::chrono::seconds(2));
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::Confirming);
}

TEST_F(Changes, AStoreThatFailsForLongEndsACommitOfWhichNothingIsStored) {
  const Id id = submitted(giveWeb1());
  world.failStore(true);
  const Answer waits = world.ask(world.sets().commit(alice, {id, draft(id).version, {}, {}}, world.now()));
  for (int i = 0; i < 120; ++i) world.advance(std::chrono::seconds(1));
  EXPECT_EQ(world.replies.at(waits.ticket).refusal, Refusal::StoreFailed);
  EXPECT_EQ(draft(id).state, DraftState::Submitted);
}

// The domains cannot be stored (somebody has the name): what was stored before is taken back.
TEST_F(Changes, WhatCannotBeCarriedOutIsTakenBack) {
  world.agentsAnswer = false;
  const Id id = submitted(giveWeb1());
  ASSERT_EQ(commit(id).what, Answer::What::Done);
  EXPECT_EQ(world.model().table<san::Map>().size(), 1U);
  base::Bytes payload;
  isns::AttributeWriter out(payload);
  out.text(isns::tag::kIscsiName, ChangeWorld::kControl);
  out.delimiter();
  out.u32(isns::tag::kDdId, 77);
  out.text(isns::tag::kDdName, "zone1");
  ASSERT_EQ(world.send(isns::Function::DDReg, payload), 0U);
  world.advance(std::chrono::seconds(5));
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::RolledBack);
  EXPECT_EQ(world.model().table<san::Map>().size(), 0U);
  EXPECT_EQ(world.named(Kind::Domain, "zone1").id, 77U);
}

TEST_F(Changes, WhatADraftNamesKeepsItsNumberOverARestart) {
  world.registerNode("iqn.2026-01.example:lone", isns::node_type::kInitiator, 99);
  const ObjectRef lone = world.node("iqn.2026-01.example:lone");
  EXPECT_FALSE(world.isPinned(lone));
  (void)submitted(zoning("zone1", {lone, ObjectRef{Kind::Node, disk1}}));
  EXPECT_TRUE(world.isPinned(lone));
  ChangeWorld again(world.database(), world.wallSeconds());
  EXPECT_EQ(again.node("iqn.2026-01.example:lone"), lone);
}

// ---- Hosts that have not registered --------------------------------------------------------------------------------

constexpr const char* kLater = "iqn.2026-01.example:later";

// zone1 of disk1 and a node that is named in it.
std::vector<Edit> zoningOfLater(Id disk) {
  const ObjectRef node{Kind::Node, san::kFirstProvisional + 900};
  return std::vector<Edit>{{EditOp::Create, node, {}, {}}, {EditOp::Set, node, "name", std::string(kLater)}} +
         zoning("zone1", {node, ObjectRef{Kind::Node, disk}});
}

TEST_F(Changes, AHostIsZonedBeforeItRegisters) {
  (void)committed(zoningOfLater(disk1));
  const ObjectRef node = world.node(kLater);
  ASSERT_TRUE(node);
  EXPECT_TRUE(world.isPinned(node));
  EXPECT_FALSE(world.model().get<san::Node>(node.id)->registered());
  const Id zone = world.named(Kind::Domain, "zone1").id;
  EXPECT_TRUE(world.model().get<san::Domain>(zone)->nodes.contains(node.id));
  EXPECT_EQ(world.registry().get<core::Domain>(zone)->nodes.size(), 2U);

  ChangeWorld again(world.database(), world.wallSeconds());
  EXPECT_EQ(again.node(kLater), node);
  again.registerNode(kLater, isns::node_type::kInitiator, 77);
  EXPECT_EQ(again.node(kLater), node);
  EXPECT_TRUE(again.model().get<san::Node>(node.id)->registered());
  EXPECT_TRUE(again.model().get<san::Domain>(zone)->nodes.contains(node.id));
}

TEST_F(Changes, ARollbackLeavesTheNodeThatWasNamed) {
  const Id id = committed(zoningOfLater(disk1));
  ASSERT_EQ(world.ask(world.sets().rollback(alice, id, "wrong host", world.now())).what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::RolledBack);
  EXPECT_FALSE(world.named(Kind::Domain, "zone1"));
  EXPECT_TRUE(world.node(kLater));
  // And it can be zoned again, by the same edits.
  (void)committed(zoningOfLater(disk1));
  EXPECT_TRUE(world.named(Kind::Domain, "zone1"));
}

TEST_F(Changes, WhoRegistersWhileItIsStoredIsTheNodeThatWasNamed) {
  const Id id = submitted(zoningOfLater(disk1));
  world.meanwhile = [&] { world.registerNode(kLater, isns::node_type::kInitiator, 77); };
  ASSERT_EQ(commit(id).what, Answer::What::Waits);
  EXPECT_EQ(draft(id).state, DraftState::Submitted);  // planned again: its number was another's
  world.advance(std::chrono::seconds(1));
  world.settle();
  ASSERT_EQ(draft(id).state, DraftState::Confirming);
  const ObjectRef node = world.node(kLater);
  EXPECT_TRUE(world.model().get<san::Node>(node.id)->registered());
  EXPECT_TRUE(world.model().get<san::Domain>(world.named(Kind::Domain, "zone1").id)->nodes.contains(node.id));
}

TEST(WireChanges, WhatAChangeSetCouldNotHaveDoneIsAnAlarm) {
  ChangeSets::Options options;
  options.newViolations = [](const san::Snapshot&, const san::Snapshot&) {
    return std::vector<std::string>{"labels meet"};
  };
  SmallSan small(options);
  ChangeWorld& world = small.world;
  EXPECT_EQ(world.wireJoins(0, "iqn.2026-01.example:web2"), 0U);
  ASSERT_EQ(world.notices.size(), 1U);
  EXPECT_EQ(world.notices[0].kind, manage::Notice::Kind::WireViolation);
  EXPECT_EQ(world.notices[0].draft, manage::wireId(world.model().revision));
  EXPECT_EQ(world.notices[0].text, "labels meet");
  ASSERT_EQ(world.audit.size(), 1U);
  EXPECT_EQ(world.audit[0].event, "wire.violation");
  EXPECT_EQ(world.audit[0].who, ChangeWorld::kControl);
}

TEST(ChangeBounds, DraftsAndBytesAreBounded) {
  ChangeSets::Options options;
  options.maxDrafts = 3;
  options.maxDraftBytes = 4000;
  SmallSan small(options);
  const manage::Who alice = administrator("alice");
  auto& sets = small.world.sets();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(small.world.ask(sets.create(alice, "x", {}, small.world.now())).what, Answer::What::Done);
  EXPECT_EQ(sets.create(alice, "x", {}, small.world.now()).refusal, Refusal::TooMany);
  ASSERT_EQ(small.world.ask(sets.discard(alice, 1, 1, small.world.now())).what, Answer::What::Done);
  EXPECT_EQ(small.world.ask(sets.create(alice, "x", {}, small.world.now())).what, Answer::What::Done);
  std::vector<Edit> many;
  for (int i = 0; i < 100; ++i) many.push_back(set({Kind::Node, small.disk1}, "alias", "a" + std::to_string(i)));
  EXPECT_EQ(sets.edit(alice, 2, 1, {manage::EditsChange::What::Replace, many, {}}, small.world.now()).refusal,
            Refusal::TooMany);
  EXPECT_EQ(
      sets.edit(alice, 2, 1, {manage::EditsChange::What::Replace, std::vector<Edit>(san::kMaxEdits + 1, many[0]), {}},
                small.world.now())
          .refusal,
      Refusal::BadEdits);
}

TEST(ChangeBounds, EndedDraftsAreKeptUpToABound) {
  ChangeSets::Options options;
  options.maxDiscarded = 2;
  SmallSan small(options);
  const manage::Who alice = administrator("alice");
  auto& sets = small.world.sets();
  for (Id i = 1; i <= 5; ++i) {
    ASSERT_EQ(small.world.ask(sets.create(alice, "x", {}, small.world.now())).draft, i);
    ASSERT_EQ(small.world.ask(sets.discard(alice, i, 1, small.world.now())).what, Answer::What::Done);
  }
  EXPECT_LE(sets.list().size(), 3U);
  ChangeWorld again(small.world.database());
  EXPECT_EQ(again.sets().list().size(), sets.list().size());
  EXPECT_EQ(again.ask(again.sets().create(alice, "x", {}, again.now())).draft, 6U);
}

}  // namespace

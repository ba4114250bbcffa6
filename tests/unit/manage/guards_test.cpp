// What stops a change set: rights, approvals, guards of a commit, and the bounds of drafts.
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

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
  EXPECT_EQ(commit(loses, "it is old", "an emergency").refusal, Refusal::NotAllowed);
  alice.rights.override = true;
  ASSERT_EQ(commit(loses, "it is old", "an emergency").what, Answer::What::Done);
  EXPECT_EQ(draft(loses).exception, "it is old");
  EXPECT_EQ(draft(loses).overrideReason, "an emergency");
  const auto* told = world.recordOf("change.committed", loses);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->exception, "it is old");
  EXPECT_EQ(told->overrideReason, "an emergency");
  EXPECT_EQ(world.audit.back().event, "change.denied");
}

// Such a reason would be kept, and taken for one against a freeze that somebody makes later.
TEST_F(Changes, AReasonAgainstAFreezeIsOfWhoMayAndForAFreezeThatHolds) {
  const Id id = submitted({set({Kind::Node, disk2}, "alias", std::string("new"))});
  alice.rights.override = false;
  const Answer no = commit(id, {}, "I cannot wait");
  EXPECT_EQ(no.refusal, Refusal::NotAllowed);
  EXPECT_EQ(no.text, "You may not commit in a freeze window.");
  alice.rights.override = true;
  ASSERT_EQ(commit(id, {}, "I cannot wait").what, Answer::What::Done);
  EXPECT_EQ(draft(id).overrideReason, "") << "there is no freeze";
}

// What the windows said stays with the record, as they are edited and erased later (R18).
TEST_F(Changes, TheRecordKeepsTheWindowsAsTheyStoodBeforeTheCommit) {
  settings({{"confirm_within", std::uint64_t{0}}});
  const auto now = static_cast<std::uint64_t>(world.wallSeconds());
  const auto windowed = [&](const char* name, const char* purpose, std::uint64_t starts, std::uint64_t ends) {
    return world.manageObject(
        Kind::Window,
        {{"name", std::string(name)}, {"purpose", std::string(purpose)}, {"starts", starts}, {"ends", ends}});
  };
  const auto kept = [&](Id id) { return san::keptWindows(*world.model().get<san::ChangeSet>(id)); };
  const auto renamed = [&](const char* alias) { return set({Kind::Node, disk2}, "alias", std::string(alias)); };
  const Id before = committed({renamed("one")});
  EXPECT_EQ(kept(before).outside, san::Truth::No);
  EXPECT_EQ(kept(before).freezes, "");
  const Id freeze = windowed("year end", "freeze", now - 10, now + 1000);
  (void)windowed("night", "change", now + 1000, now + 2000);
  const Id frozen = submitted({erase({Kind::Window, freeze}), renamed("two")});
  ASSERT_EQ(commit(frozen, "it is meant", "it must be").what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(world.model().get<san::Window>(freeze), nullptr);
  EXPECT_EQ(kept(frozen).outside, san::Truth::Yes);
  EXPECT_EQ(kept(frozen).freezes, "year end");
  ChangeWorld again(world.database(), world.wallSeconds());
  EXPECT_EQ(san::keptWindows(*again.model().get<san::ChangeSet>(frozen)).freezes, "year end");
}

TEST_F(Changes, TheRecordOfAClientsChangeKeepsTheWindowsToo) {
  const auto now = static_cast<std::uint64_t>(world.wallSeconds());
  (void)world.manageObject(Kind::Window, {{"name", std::string("year end")},
                                          {"purpose", std::string("freeze")},
                                          {"starts", now - 10},
                                          {"ends", now + 1000}});
  ASSERT_EQ(world.wireJoins(0, "iqn.2026-01.example:web1"), 0U);
  const auto* record = world.model().get<san::ChangeSet>(manage::wireId(world.model().revision));
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->freezes, "year end");
  EXPECT_EQ(record->outsideWindows, san::Truth::No);
}

TEST_F(Changes, WhoMayNotIsRefusedAndLogged) {
  manage::Who nobody{"eve", "192.0.2.66", {}};
  EXPECT_EQ(world.sets().create(nobody, "x", {}, world.now()).refusal, Refusal::NotAllowed);
  const Id id = submitted(giveWeb1());
  EXPECT_EQ(world.sets().commit(nobody, {id, draft(id).version, {}, {}}, world.now()).refusal, Refusal::NotAllowed);
  EXPECT_EQ(world.sets().edit(bob, id, draft(id).version, {}, world.now()).refusal, Refusal::NotAllowed);
  world.run();
  EXPECT_EQ(world.audit.size(), 3U);
  EXPECT_EQ(world.audit[0].who.name, "eve");
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

TEST(ChangeBounds, NobodyTakesTheRoomOfAll) {
  ChangeSets::Options options;
  options.maxDraftsOfOne = 2;
  SmallSan small(options);
  const auto made = [&](const char* name) {
    return small.world.ask(small.world.sets().create(administrator(name), "x", {}, small.world.now()));
  };
  EXPECT_EQ(made("alice").what, Answer::What::Done);
  EXPECT_EQ(made("alice").what, Answer::What::Done);
  const Answer third = made("alice");
  EXPECT_EQ(third.refusal, Refusal::TooMany);
  EXPECT_EQ(third.text, "Your 2 change sets have not ended: commit or discard some.");
  EXPECT_EQ(made("bob").what, Answer::What::Done);
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

// web1 has what it has by zone1 alone, and is left with nothing without it.
TEST_F(Changes, AnExceptionThatItWasSubmittedWithHoldsAtTheCommitUnlessItsEditsAreOtherOnes) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  settings({{"approval_needed", true}});
  const std::vector<Edit> takes{erase(world.named(Kind::Domain, "zone1"))};
  const Id id = world.ask(world.sets().create(alice, "x", takes, world.now())).draft;
  const auto ready = [&](const std::string& exception) {
    EXPECT_EQ(world.ask(world.sets().submit(alice, id, draft(id).version, "y", "", world.now(), exception)).what,
              Answer::What::Done);
    const std::string hash = world.sets().preview(id)->hash;
    EXPECT_EQ(world.ask(world.sets().approve(bob, id, draft(id).version, hash, world.now())).what, Answer::What::Done);
  };
  EXPECT_EQ(world.sets().submit(alice, id, 1, "y", "", world.now(), "two\nlines").refusal, Refusal::TooMany);
  ready("it is meant");
  EXPECT_EQ(draft(id).exception, "it is meant") << "for whoever approves";
  const manage::EditsChange same{manage::EditsChange::What::Replace, takes, {}};
  ASSERT_EQ(world.ask(world.sets().edit(alice, id, draft(id).version, same, world.now())).what, Answer::What::Done);
  ready("");
  EXPECT_EQ(commit(id).refusal, Refusal::LocksOut);
  ASSERT_EQ(world.ask(world.sets().edit(alice, id, draft(id).version, same, world.now())).what, Answer::What::Done);
  ready("it is meant");
  EXPECT_EQ(commit(id).what, Answer::What::Done);
  ASSERT_NE(world.recordOf("change.committed", id), nullptr);
  EXPECT_EQ(world.recordOf("change.committed", id)->exception, "it is meant");
}

// Each unit that a host gains is an entry in the ledger of what is approved, which goes again with a rollback.
TEST_F(Changes, WhatCouldNotBeTakenBackWithItsEntriesOfTheLedgerIsRefused) {
  const std::string raw = "iqn.2026-01.example:raw";
  world.registerNode(raw, isns::node_type::kTarget, 250);  // no agent: all of it is for whom the zone lets in
  std::vector<ObjectRef> nodes{world.node(raw)};
  constexpr std::uint8_t kHosts = 180;
  for (std::uint8_t i = 0; i < kHosts; ++i) {
    const std::string name = "host" + std::to_string(i);
    (void)world.host(name, static_cast<std::uint8_t>(20 + i));
    nodes.push_back(world.initiatorOf(name));
  }
  world.byManagement([&](san::SnapshotEditor& editor) {
    for (std::size_t i = 0; i <= san::kMaxEdits / kHosts; ++i) {
      auto& unit = editor.own<san::LogicalUnit>(editor.create(Kind::LogicalUnit)->id);
      unit.designator = "naa.7" + std::to_string(i);
      const san::UnitPath path{nodes[0].id, static_cast<std::uint32_t>(i)};
      unit.paths = base::SharedArray<san::UnitPath>(std::vector{path});
    }
  });
  const Id id = approved(zoning("wide", nodes));
  const Answer answer = commit(id);
  EXPECT_EQ(answer.refusal, Refusal::TooMany);
  EXPECT_TRUE(answer.text.starts_with("To take it back would need 100")) << answer.text;
  EXPECT_EQ(draft(id).state, DraftState::Approved);
  EXPECT_TRUE(world.model().table<san::Approval>().empty());
}

}  // namespace

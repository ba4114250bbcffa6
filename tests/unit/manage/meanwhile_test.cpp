// What others change while a draft waits: it is stale and merged, also after a restart; and changes from the iSNS wire.
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

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

TEST_F(Changes, ADraftOfAStateThatItsAuthorHasSeenIsStaleFromTheBeginning) {
  settings({{"confirm_within", std::uint64_t{0}}});
  const ObjectRef disk{Kind::Node, disk1};
  const san::Snapshot seen = world.model();
  (void)committed({set(disk, "alias", std::string("theirs"))});
  for (const bool kept : {true, false}) {
    const std::vector<Edit> edits{set(disk, "alias", std::string("mine"))};
    const Answer made =
        world.ask(world.sets().create(alice, "late", edits, world.now(), 0, manage::DraftBase{seen, kept}));
    ASSERT_EQ(made.what, Answer::What::Done) << made.text;
    EXPECT_EQ(draft(made.draft).base, seen.revision);
    EXPECT_EQ(world.sets().baseWanted(made.draft), kept ? 0U : seen.revision) << "what nobody else keeps is asked for";
    const Answer sent =
        world.ask(world.sets().submit(alice, made.draft, made.version, "it is needed", "", world.now()));
    EXPECT_EQ(sent.refusal, Refusal::Stale);
    const Answer merged = world.ask(
        world.sets().rebase(alice, made.draft, made.version, world.now(), kept ? std::nullopt : std::optional(seen)));
    ASSERT_TRUE(merged.merged);
    EXPECT_EQ(merged.merged->conflicts.size(), 1U) << "both have written the name";
  }
}

TEST_F(Changes, ItIsKnownThatAStepIsOnItsWayIntoTheStore) {
  settings({{"confirm_within", std::uint64_t{0}}});
  const Id id = submitted(giveWeb1());
  std::optional<bool> during;
  world.meanwhile = [&] { during = world.sets().storing(); };
  EXPECT_FALSE(world.sets().storing());
  (void)commit(id);
  EXPECT_EQ(during, true);
  EXPECT_FALSE(world.sets().storing());
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
  EXPECT_EQ(world.audit[0].who.name, ChangeWorld::kControl);
  EXPECT_EQ(world.audit[0].who.kind, ops::ActorKind::Node);
}

}  // namespace

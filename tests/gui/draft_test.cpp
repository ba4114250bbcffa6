// The draft: deeds, undo, provisional objects, what it does, and others who change the same.
#include "console-gui/model/draft.h"

#include <gmock/gmock.h>
#include <malloc.h>

#include "console-gui/model/edit_change.h"
#include "console-gui/model/zone_edits.h"
#include "tests/gui/pump.h"
#include "tests/support/san_builder.h"

using namespace console;
using namespace test;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

struct DraftTest : testing::Test {
  SanBuilder san;
  Id host = san.host("web1", "iqn.2026-01.example:web1");
  Id initiator = san.nodeNamed("iqn.2026-01.example:web1");
  Id target = san.target("iqn.2026-01.example:disk1");
  Id unit = san.unit("naa.6001", target, 0);
  Id agent = san.create(Kind::Agent, {{"name", std::string("a")}, {"nodes", std::vector<ObjectRef>{{Kind::Node, target}}}});
  Id map = san.map({Kind::Host, host}, target, unit, 0);
  Id domain = san.zone("zone1", {target});
  Draft draft;

  void SetUp() override { present(); }
  void present() { draft.setPresent(viewOf(san.done(), 1000)); }
  ObjectRef zone() const { return {Kind::Domain, domain}; }
  bool has(Id node) const { return draft.result().get<Domain>(domain)->nodes.contains(node); }
  QString add() { return draft.push(QStringLiteral("Add web1"), addToZone(draft.result(), zone(), {{Kind::Node, initiator}})); }
};

TEST_F(DraftTest, aDeedIsDoneUndoneAndDoneAgainByName) {
  EXPECT_EQ(add(), QString());
  EXPECT_TRUE(has(initiator));
  EXPECT_EQ(draft.undo().undoText(), QStringLiteral("Add web1"));
  draft.undo().undo();
  EXPECT_FALSE(has(initiator));
  EXPECT_TRUE(draft.isEmpty());
  draft.undo().redo();
  EXPECT_TRUE(has(initiator));
}

TEST_F(DraftTest, whoeverHearsOfAChangeCanUndoItAtOnce) {
  bool undo = false, redo = false;
  int told = 0;
  QObject::connect(&draft, &Draft::changed, [&] {
    undo = draft.undo().canUndo();
    redo = draft.undo().canRedo();
    ++told;
  });
  EXPECT_EQ(add(), QString());
  EXPECT_TRUE(undo);
  EXPECT_EQ(told, 1);
  draft.undo().undo();
  EXPECT_FALSE(undo);
  EXPECT_TRUE(redo);
  draft.undo().redo();
  EXPECT_TRUE(undo);
  draft.clear();
  EXPECT_FALSE(undo);
  EXPECT_TRUE(draft.isEmpty());
}

TEST_F(DraftTest, whatDoesNotGoIsRefusedWithASentenceAndNothingHasChanged) {
  EXPECT_EQ(add(), QString());
  const QString why = draft.push(QStringLiteral("Rename"), {{EditOp::Set, zone(), "name", std::uint64_t{7}}});
  EXPECT_FALSE(why.isEmpty());
  EXPECT_EQ(draft.edits().size(), 1U);
  EXPECT_EQ(draft.undo().undoText(), QStringLiteral("Add web1"));
}

TEST_F(DraftTest, aNewZoneCanBeGoneOnWithByTheIdThatItHasInTheResult) {
  EXPECT_EQ(draft.push(QStringLiteral("New"), newZone(draft.newObject(Kind::Domain), "zone2", {}, {})), QString());
  const auto made = draft.result().find(Kind::Domain, "zone2");
  ASSERT_TRUE(made);
  EXPECT_EQ(draft.push(QStringLiteral("Fill"), addToZone(draft.result(), {Kind::Domain, *made}, {{Kind::Node, initiator}})), QString());
  EXPECT_EQ(draft.push(QStringLiteral("New"), newZone(draft.newObject(Kind::Domain), "zone3", {}, {})), QString());
  EXPECT_TRUE(draft.result().find(Kind::Domain, "zone3"));
  const auto again = draft.result().find(Kind::Domain, "zone2");
  ASSERT_TRUE(again);
  EXPECT_TRUE(draft.result().get<Domain>(*again)->nodes.contains(initiator));
  for (const Edit& edit : draft.edits()) EXPECT_TRUE(isProvisional(edit.object.id)) << "others may use the number before it is committed";
}

TEST_F(DraftTest, theEffectSaysWhatHostsGainBeforeAnythingHappens) {
  EXPECT_EQ(add(), QString());
  EXPECT_TRUE(draft.isWorking());
  ASSERT_TRUE(pumpUntil([&] { return !draft.isWorking(); }));
  ASSERT_TRUE(draft.effect());
  EXPECT_EQ(draft.effect()->impact.cells.gained, 1U);
  EXPECT_THAT(draft.effect()->sentences, Contains(HasSubstr("1 host gains naa.6001")));
  EXPECT_THAT(draft.effect()->lines, Contains(HasSubstr("+")));
}

TEST_F(DraftTest, anEmptyDraftMovesAlongWithTheSan) {
  san.create(Kind::Site, {{"name", std::string("Zurich")}});
  present();
  EXPECT_EQ(draft.base().revision, san.done().revision);
  EXPECT_TRUE(draft.result().find(Kind::Site, "Zurich"));
}

TEST_F(DraftTest, whatOthersChangeInItsFootprintMakesItStaleAndNothingElse) {
  EXPECT_EQ(add(), QString());
  san.create(Kind::Site, {{"name", std::string("Zurich")}});
  present();
  EXPECT_THAT(draft.stale(), IsEmpty());
  san.set(zone(), "name", std::string("zone1b"));
  present();
  EXPECT_THAT(draft.stale(), Contains(zone()));
  EXPECT_TRUE(has(initiator)) << "what was drafted is still there to be looked at";
  ASSERT_TRUE(draft.rebase());
  EXPECT_THAT(draft.stale(), IsEmpty());
  EXPECT_TRUE(has(initiator));
  EXPECT_EQ(draft.result().get<Domain>(domain)->name, "zone1b");
}

TEST_F(DraftTest, undoAfterItWasBroughtOntoThePresentSanGivesTheDraftThatWasThereBefore) {
  EXPECT_EQ(add(), QString());
  const Revision made = draft.base().revision;
  san.set(zone(), "name", std::string("zone1b"));
  present();
  ASSERT_TRUE(draft.rebase());
  const Revision now = draft.base().revision;
  ASSERT_NE(now, made);
  draft.undo().undo();
  EXPECT_TRUE(has(initiator));
  EXPECT_EQ(draft.base().revision, made);
  EXPECT_THAT(draft.stale(), Contains(zone()));
  draft.undo().undo();
  EXPECT_TRUE(draft.isEmpty());
  EXPECT_EQ(draft.base().revision, now) << "an empty draft is on the present SAN";
  draft.undo().redo();
  draft.undo().redo();
  EXPECT_TRUE(has(initiator));
  EXPECT_EQ(draft.base().revision, now);
  EXPECT_THAT(draft.stale(), IsEmpty());
}

// The present SAN has another zone of that name: on it the step would not go.
TEST_F(DraftTest, whatWasUndoneComesBackOnTheBaseThatItWasMadeOn) {
  EXPECT_EQ(draft.push(QStringLiteral("Rename"), {{EditOp::Set, zone(), "name", std::string("zone2")}}), QString());
  const Revision made = draft.base().revision;
  draft.undo().undo();
  san.zone("zone2", {target});
  present();
  draft.undo().redo();
  EXPECT_EQ(draft.base().revision, made);
  EXPECT_EQ(draft.result().get<Domain>(domain)->name, "zone2");
}

// It grows with the SAN.
TEST_F(DraftTest, theIndexOfAnOlderBaseIsMadeOnceForAllSteps) {
  const auto settled = [&] { return draft.effect() && !draft.isWorking(); };
  EXPECT_EQ(add(), QString());
  draft.undo().undo();
  san.create(Kind::Site, {{"name", std::string("Zurich")}});
  present();
  draft.undo().redo();
  ASSERT_TRUE(pumpUntil(settled));
  const auto before = draft.effect()->before;
  EXPECT_EQ(draft.push(QStringLiteral("Rename"), {{EditOp::Set, zone(), "name", std::string("zone2")}}), QString());
  ASSERT_TRUE(pumpUntil(settled));
  EXPECT_EQ(draft.effect()->before, before);
}

TEST(EditChange, keepsWhatIsOtherAloneAndLeadsBothWays) {
  const auto edit = [](Id id) { return Edit{EditOp::Erase, {Kind::Site, id}, {}, {}}; };
  const std::vector<Edit> few{edit(1), edit(2)}, more{edit(1), edit(2), edit(3)}, other{edit(1), edit(4)}, none;
  struct Case {
    const std::vector<Edit>&before, &after;
    std::size_t kept;
  };
  for (const auto& [before, after, kept] : {Case{few, more, 1}, Case{more, few, 1}, Case{few, other, 2},
                                            Case{none, few, 2}, Case{few, none, 2}, Case{few, few, 0}}) {
    const EditChange change(before, after);
    EXPECT_EQ(change.size(), kept);
    EXPECT_EQ(change.undone(after), before);
    EXPECT_EQ(change.redone(before), after);
  }
}

TEST_F(DraftTest, stepsOnADraftOfThousandsOfEditsCostWhatTheyChange) {
  std::vector<Edit> many;
  for (int i = 0; i < 6000; ++i)
    many.push_back({EditOp::Set, zone(), "name", std::string(40, 'z') + std::to_string(i)});
  ASSERT_EQ(draft.push(QStringLiteral("Import"), many), QString());
  const auto settled = [&] { return !draft.isWorking(); };
  ASSERT_TRUE(pumpUntil(settled));
  const std::size_t before = mallinfo2().uordblks;  // 0 under sanitizers, where this says nothing
  for (int i = 0; i < 30; ++i) {
    const std::string name = "zone" + std::to_string(i);
    ASSERT_EQ(draft.push(QStringLiteral("Rename"), {{EditOp::Set, zone(), "name", name}}), QString());
  }
  ASSERT_TRUE(pumpUntil(settled));
  EXPECT_LE(mallinfo2().uordblks, before + (std::size_t{8} << 20));
  for (int i = 0; i < 31; ++i) draft.undo().undo();
  EXPECT_TRUE(draft.isEmpty());
  for (int i = 0; i < 31; ++i) draft.undo().redo();
  EXPECT_EQ(draft.edits().size(), 6030U);
  EXPECT_EQ(draft.result().get<Domain>(domain)->name, "zone29");
}

TEST_F(DraftTest, clearingItForgetsItsSteps) {
  EXPECT_EQ(add(), QString());
  draft.clear();
  EXPECT_TRUE(draft.isEmpty());
  EXPECT_FALSE(draft.undo().canUndo());
  EXPECT_EQ(draft.effect(), nullptr);
}

}  // namespace

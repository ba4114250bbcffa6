// The models of the zoning page, under the model tester, over random-looking changes.
#include <gmock/gmock.h>

#include <QAbstractItemModelTester>
#include <QMimeData>
#include <QSignalSpy>

#include "console-gui/model/member_list.h"
#include "console-gui/model/zone_edits.h"
#include "console-gui/model/zone_tree.h"
#include "tests/support/san_builder.h"

using namespace console;
using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

struct ZoneModels : testing::Test {
  SanBuilder san;
  Id a = san.initiator("iqn.2026-01.example:a");
  Id b = san.initiator("iqn.2026-01.example:b");
  Id target = san.target("iqn.2026-01.example:t");
  Id zone1 = san.zone("zone1", {a, target});
  Id zone2 = san.domain("zone2", {b});
  ZoneTree tree;
  QAbstractItemModelTester tester{&tree, QAbstractItemModelTester::FailureReportingMode::Fatal};

  void show(const Snapshot& after) { tree.setSans(san.done(), after, false); }
  void show() { show(san.done()); }
  QStringList below(const QModelIndex& parent) const {
    QStringList names;
    for (int i = 0; i < tree.rowCount(parent); ++i) names << tree.index(i, 0, parent).data().toString();
    return names;
  }
};

TEST_F(ZoneModels, setsHoldTheirZonesAndWhatIsInNoneStandsLast) {
  show();
  EXPECT_EQ(below({}), QStringList({QStringLiteral("set1"), QStringLiteral("In no set")}));
  EXPECT_EQ(below(tree.index(0, 0)), QStringList({QStringLiteral("zone1")}));
  EXPECT_EQ(below(tree.index(1, 0)), QStringList({QStringLiteral("zone2")}));
  EXPECT_EQ(below(tree.indexOf({Kind::Domain, zone1})), QStringList({QStringLiteral("iqn.2026-01.example:a"), QStringLiteral("iqn.2026-01.example:t")}));
}

TEST_F(ZoneModels, aDraftMarksWhatComesAndKeepsWhatGoesInSight) {
  show();
  SanBuilder after(san.done());
  after.add({Kind::Domain, zone1}, "nodes", {Kind::Node, b});
  after.remove({Kind::Domain, zone1}, "nodes", {Kind::Node, a});
  after.erase({Kind::Domain, zone2});
  QSignalSpy inserted(&tree, &QAbstractItemModel::rowsInserted);
  QSignalSpy removed(&tree, &QAbstractItemModel::rowsRemoved);
  QSignalSpy reset(&tree, &QAbstractItemModel::modelReset);
  show(after.done());
  EXPECT_EQ(reset.count(), 0);
  EXPECT_EQ(inserted.count(), 1);
  EXPECT_EQ(removed.count(), 0) << "what is removed in the draft stays to be seen";
  const QModelIndex zone = tree.indexOf({Kind::Domain, zone1});
  std::vector<int> marks;
  for (int i = 0; i < tree.rowCount(zone); ++i) marks.push_back(tree.index(i, 0, zone).data(ZoneTree::MarkRole).toInt());
  EXPECT_THAT(marks, ElementsAre(int(DraftMark::Removed), int(DraftMark::Added), int(DraftMark::None)));
  EXPECT_EQ(tree.indexOf({Kind::Domain, zone2}).data(ZoneTree::MarkRole).toInt(), int(DraftMark::Removed));
  show();
  EXPECT_EQ(tree.rowCount(tree.indexOf({Kind::Domain, zone1})), 2);
}

TEST_F(ZoneModels, aRowThatStaysKeepsItsPersistentIndexWhenOthersComeBeforeIt) {
  show();
  const QPersistentModelIndex kept = tree.indexOf({Kind::Domain, zone1});
  san.zone("a-zone", {a});
  show();
  EXPECT_TRUE(kept.isValid());
  EXPECT_EQ(tree.refOf(kept), (ObjectRef{Kind::Domain, zone1}));
  EXPECT_EQ(kept.row(), 1);
}

TEST_F(ZoneModels, whatIsCalledOtherwiseTakesItsRowToItsPlaceWithAllThatIsBelow) {
  for (const char* name : {"zone3", "zone5", "zone7"}) san.zone(name, {a});
  show();
  const QPersistentModelIndex kept = tree.indexOf({Kind::Domain, zone1});
  const QPersistentModelIndex member = tree.index(0, 0, kept);
  QSignalSpy inserted(&tree, &QAbstractItemModel::rowsInserted);
  QSignalSpy removed(&tree, &QAbstractItemModel::rowsRemoved);
  for (const auto& [name, row] : {std::pair("zone6", 2), {"zone9", 3}, {"a-zone", 0}, {"b-zone", 0}, {"zone4", 1}}) {
    san.set({Kind::Domain, zone1}, "name", std::string(name));
    show();
    ASSERT_TRUE(kept.isValid()) << name;
    EXPECT_EQ(kept.row(), row) << name;
    EXPECT_EQ(kept.data().toString(), QLatin1String(name));
    EXPECT_EQ(tree.refOf(member), (ObjectRef{Kind::Node, a}));
  }
  EXPECT_EQ(inserted.count() + removed.count(), 0);
}

TEST_F(ZoneModels, severalThatAreCalledOtherwiseAtOnceBesideOthersThatComeAndGoStandInOrder) {
  std::vector<Id> zones;
  for (int i = 0; i < 8; ++i) zones.push_back(san.zone("z" + std::to_string(i), {a}));
  show();
  const QPersistentModelIndex kept = tree.indexOf({Kind::Domain, zones[2]});
  san.set({Kind::Domain, zones[2]}, "name", std::string("z9"));
  san.set({Kind::Domain, zones[6]}, "name", std::string("a6"));
  san.set({Kind::Domain, zones[7]}, "name", std::string("z2"));
  san.erase({Kind::Domain, zones[0]});
  san.zone("z55", {a});
  show();
  EXPECT_EQ(below(tree.index(0, 0)).join(QLatin1Char(' ')), QStringLiteral("a6 z1 z2 z3 z4 z5 z55 z9 zone1"));
  EXPECT_EQ(tree.refOf(kept), (ObjectRef{Kind::Domain, zones[2]}));
}

TEST_F(ZoneModels, onlyWhatCanBeAMemberDropsOnAZoneAndNothingMovesByItself) {
  show();
  QSignalSpy dropped(&tree, &ZoneTree::dropped);
  QMimeData data;
  data.setData(QString::fromLatin1(kRefsMime), refsToMime({{Kind::Node, b}}));
  const QModelIndex zone = tree.indexOf({Kind::Domain, zone1});
  EXPECT_TRUE(tree.canDropMimeData(&data, Qt::CopyAction, -1, -1, zone));
  EXPECT_FALSE(tree.canDropMimeData(&data, Qt::CopyAction, -1, -1, tree.index(0, 0))) << "a set holds zones";
  (void)tree.dropMimeData(&data, Qt::CopyAction, -1, -1, zone);
  EXPECT_EQ(dropped.count(), 1);
  EXPECT_EQ(tree.rowCount(zone), 2);
}

TEST_F(ZoneModels, referencesGoThroughTheClipboardAndRubbishIsLeftOut) {
  const std::vector<ObjectRef> refs{{Kind::Node, 7}, {Kind::Host, 3}};
  EXPECT_EQ(refsFromMime(refsToMime(refs)), refs);
  EXPECT_THAT(refsFromMime("node:\nnonsense:3\nnode:x\n:\n"), IsEmpty());
}

TEST_F(ZoneModels, membersAreFoundByAnyWordOfTheirNameOrHost) {
  MemberList list(MemberList::Side::Initiators);
  QAbstractItemModelTester listTester(&list, QAbstractItemModelTester::FailureReportingMode::Fatal);
  list.setSan(san.done());
  EXPECT_EQ(list.rowCount(), 2);
  list.setWords(QStringLiteral("EXAMPLE:b"));
  ASSERT_EQ(list.rowCount(), 1);
  EXPECT_EQ(list.refOf(list.index(0, 0)), (ObjectRef{Kind::Node, b}));
  list.setWords({});
  EXPECT_EQ(list.rowCount(), 2);
}

TEST_F(ZoneModels, pastedNamesAreFoundBySpellingAliasAndHostAndTheRestIsNamed) {
  const Id host = san.host("web1", "iqn.2026-01.example:web1");
  (void)host;
  san.set({Kind::Node, target}, "alias", std::string("Array 1"));
  const SanIndex index(san.done());
  std::vector<std::string> unknown;
  const auto found = pastedMembers(index, "iqn.2026-01.example:a, web1\nArray 1;nobody", unknown);
  EXPECT_THAT(found, testing::UnorderedElementsAre(ObjectRef{Kind::Node, a}, ObjectRef{Kind::Node, san.nodeNamed("iqn.2026-01.example:web1")}, ObjectRef{Kind::Node, target}));
  EXPECT_THAT(unknown, ElementsAre("nobody"));
}

TEST_F(ZoneModels, whatIsSoAlreadyMakesNoEdit) {
  EXPECT_THAT(addToZone(san.done(), {Kind::Domain, zone1}, {{Kind::Node, a}}), IsEmpty());
  EXPECT_EQ(addToZone(san.done(), {Kind::Domain, zone1}, {{Kind::Node, b}}).size(), 1U);
}

}  // namespace

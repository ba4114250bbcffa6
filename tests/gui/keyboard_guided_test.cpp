// The five guided tasks of the demo, each from its hint to its tick by keyboard alone. That they open their pages is
// held by guided_test.cpp.
#include <QTreeView>

#include "console-gui/model/member_list.h"
#include "console-gui/model/zone_tree.h"
#include "console-gui/pages/access_page.h"
#include "console-gui/pages/topology_page.h"
#include "console-gui/widgets/guided_tasks.h"
#include "tests/gui/keyboard_world.h"

namespace console {
namespace {

using test::pumpUntil;

struct KeyboardTasks : test_keys::KeyboardTest {
  GuidedTasks& tasks() { return *window.findChild<GuidedTasks*>(); }
  QTreeView& zones() { return *window.findChild<QTreeView*>(QStringLiteral("zones")); }
  const ZoneTree& zoneModel() { return *static_cast<const ZoneTree*>(zones().model()); }
  san::ObjectRef zoneRow() { return zoneModel().refOf(zones().currentIndex()); }
  bool isDone(std::size_t which) { return tasks().tasks()[which].done(workspace.present()->snapshot()); }

  // Opens the task in its list and goes where it leads.
  void begin(std::size_t which) {
    command(QStringLiteral("Guided tasks of the demo"));
    ASSERT_TRUE(button(tasks().tasks()[which].title));
    ASSERT_TRUE(button(QStringLiteral("Take me there")));
    test::pump();
    ASSERT_FALSE(isDone(which));
  }
  void end(std::size_t which) {
    commitDraft(QStringLiteral("As the task says"));
    if (HasFatalFailure()) return;
    EXPECT_TRUE(isDone(which));
    EXPECT_EQ(tasks().done(), 1U);
  }
  // Every line of a list that is so, with Ctrl+Space.
  void pick(const QString& list, const QString& word) {
    ASSERT_TRUE(tabTo(list, "QTableView"));
    auto* view = qobject_cast<QTableView*>(QApplication::focusWidget());
    const auto is = [&](int row) { return view->model()->index(row, 0).data().toString().contains(word); };
    press(Qt::Key_Home, Qt::ControlModifier);
    for (int i = 0; i < view->model()->rowCount() && !is(view->currentIndex().row()); ++i) press(Qt::Key_Down);
    ASSERT_TRUE(is(view->currentIndex().row())) << word.toStdString();
    ASSERT_FALSE(view->selectionModel()->selectedRows().empty());
  }
};

TEST_F(KeyboardTasks, theTestHostIsTakenFromCardData) {
  begin(0);
  ASSERT_TRUE(tabTo(QStringLiteral("Findings by rule and cause"), "QTreeView"));
  press(Qt::Key_Home);
  for (int i = 0; i < 20 && !window.actions().whyNot(ActionId::FindingMend).isEmpty(); ++i) press(Qt::Key_Down);
  press(Qt::Key_M, Qt::ControlModifier);
  ASSERT_FALSE(workspace.draft().isEmpty()) << window.actions().whyNot(ActionId::FindingMend).toStdString();
  press(Qt::Key_4, Qt::ControlModifier);
  end(0);
}

TEST_F(KeyboardTasks, app09GetsTheDiskThatWasApproved) {
  begin(1);
  auto* page = static_cast<AccessPage*>(window.page(PageId::Access));
  ASSERT_TRUE(pumpUntil([&] { return !page->isBusy() && page->why().answer() != nullptr; }));
  ASSERT_TRUE(tabTo(QStringLiteral("Access matrix"), "console::MatrixCanvas"));
  press(Qt::Key_Return);
  ASSERT_TRUE(button(QStringLiteral("Mend as draft")));
  ASSERT_FALSE(workspace.draft().isEmpty()) << lastNotice();
  press(Qt::Key_4, Qt::ControlModifier);
  end(1);
}

TEST_F(KeyboardTasks, eachWebHostGetsAZoneOfItsOwn) {
  begin(2);
  ASSERT_TRUE(tabTo(QStringLiteral("Zone sets, zones and their members"), "QTreeView"));
  ASSERT_EQ(zoneRow(), object(san::Kind::Domain, "z_web_content"));
  const san::ObjectRef zone = zoneRow();
  for (const char* host : {"web02", "web03"}) {
    // From the zone down to the member that goes.
    while (zoneRow() != zone) press(Qt::Key_Up);
    press(Qt::Key_Right);
    const auto edits = workspace.draft().edits().size();
    for (int i = 0; i < 8 && !zones().currentIndex().data().toString().contains(QLatin1String(host)); ++i)
      press(Qt::Key_Down);
    ASSERT_TRUE(zones().currentIndex().data().toString().contains(QLatin1String(host)))
        << zones().currentIndex().data().toString().toStdString();
    press(Qt::Key_Delete);
    ASSERT_EQ(workspace.draft().edits().size(), edits + 1) << lastNotice();
  }
  const san::Snapshot& san = workspace.draft().result();
  const auto* left = san.get<san::Domain>(zone.id);
  std::string target;
  for (const auto& member : left->nodes.items()) {
    if (san.get<san::Node>(member.id)->target) target = titleOf(san, {san::Kind::Node, member.id});
  }
  for (const char* host : {"web02", "web03"}) {
    pick(QStringLiteral("Initiators"), QLatin1String(host));
    pick(QStringLiteral("Targets"), QString::fromStdString(target));
    if (HasFatalFailure()) return;
    press(Qt::Key_N, Qt::ControlModifier);
    typeAnew(QStringLiteral("z_%1_own").arg(QLatin1String(host)));
    press(Qt::Key_Return);
    const auto fresh = workspace.draft().result().find(san::Kind::Domain, std::string("z_") + host + "_own");
    ASSERT_TRUE(fresh) << lastNotice();
    EXPECT_EQ(workspace.draft().result().get<san::Domain>(*fresh)->nodes.size(), 2U) << "the host and the target";
  }
  end(2);
}

TEST_F(KeyboardTasks, theWebHostsBecomeOneCluster) {
  begin(3);
  EXPECT_FALSE(window.actions().whyNot(ActionId::NewCluster).isEmpty()) << "one host is no cluster";
  press(Qt::Key_2, Qt::ControlModifier);
  auto* page = static_cast<TopologyPage*>(window.page(PageId::Topology));
  ASSERT_TRUE(pumpUntil([&] { return page->canvas().scene().topology && !page->isBusy(); }));
  // Three that stand together in the table: the first, and two more with Shift.
  ASSERT_TRUE(button(QStringLiteral("Show as a table")));
  ASSERT_TRUE(tabTo(QStringLiteral("Topology as a table"), "QTableView"));
  auto* rows = qobject_cast<QTableView*>(QApplication::focusWidget());
  const auto at = [&] { return rows->model()->index(rows->currentIndex().row(), 0).data().toString(); };
  type(QStringLiteral("web01"));
  ASSERT_EQ(at().toStdString(), "web01");
  press(Qt::Key_Down, Qt::ShiftModifier, 2);
  std::vector<std::string> chosen;
  for (const san::ObjectRef one : workspace.selection().objects()) chosen.push_back(title(one));
  ASSERT_THAT(chosen, testing::UnorderedElementsAre("web01", "web02", "web03"));
  command(QStringLiteral("Make the hosts one cluster"));
  ASSERT_EQ(focusName(), QStringLiteral("Name of the cluster"));
  type(QStringLiteral("web"));
  press(Qt::Key_Return);
  ASSERT_FALSE(workspace.draft().isEmpty()) << lastNotice();
  end(3);
}

TEST_F(KeyboardTasks, theZoneOfTheMailSystemGoesIntoTheSet) {
  begin(4);
  ASSERT_TRUE(tabTo(QStringLiteral("Zone sets, zones and their members"), "QTreeView"));
  ASSERT_EQ(zoneRow(), object(san::Kind::Domain, "z_mail_next"));
  press(Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
  ASSERT_EQ(focusName(), QStringLiteral("Into which zone set?"));
  typeAnew(QStringLiteral("no such set"));
  press(Qt::Key_Return);
  EXPECT_TRUE(workspace.draft().isEmpty());
  EXPECT_THAT(lastNotice(), testing::HasSubstr("no such set"));
  press(Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
  typeAnew(QStringLiteral("production"));
  press(Qt::Key_Return);
  ASSERT_EQ(workspace.draft().edits().size(), 1U) << lastNotice();
  end(4);
}

}  // namespace
}  // namespace console

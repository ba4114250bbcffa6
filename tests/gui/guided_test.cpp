// The demo's guided tasks, what can be done about a finding from the menus, and since when a finding is.
#include <gmock/gmock.h>

#include <QAction>
#include <QDockWidget>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>
#include <algorithm>
#include <map>

#include "console-gui/app/main_window.h"
#include "console-gui/model/finding_tree.h"
#include "console-gui/widgets/ask_strip.h"
#include "console-gui/widgets/guided_tasks.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/support/san_builder.h"

namespace console {
namespace {

constexpr san::Seconds kTime = 1'795'788'000;

TEST(FindingTimes, aRevisionThatWasSeenTellsSinceWhenAFindingIs) {
  const auto history = demoHistory(kTime);
  ViewPtr seen;
  std::map<san::Revision, san::Seconds> made;
  for (const DemoRevision& one : history) {
    if (one.snapshot.revision == history.back().snapshot.revision) break;
    seen = viewOf(one.snapshot, kTime, seen, Rules::Keep);
    made[one.snapshot.revision] = one.snapshot.time;
  }
  const ViewPtr alone = viewOf(history.back().snapshot, kTime);
  const ViewPtr known = viewOf(history.back().snapshot, kTime, seen);
  ASSERT_EQ(alone->findings->list.size(), known->findings->list.size());
  int gained = 0;
  for (std::size_t i = 0; i < known->findings->list.size(); ++i) {
    const san::Finding& finding = known->findings->list[i];
    ASSERT_EQ(finding.cause, alone->findings->list[i].cause);
    if (alone->findings->list[i].sinceTime != 0 || !made.contains(finding.since)) continue;
    EXPECT_EQ(finding.sinceTime, made[finding.since]) << finding.cause;
    ++gained;
  }
  EXPECT_GT(gained, 0);
}

TEST(FindingTimes, aCommittedChangeSetTellsWhenItsRevisionWasMade) {
  const auto history = demoHistory(kTime);
  const ViewPtr view = viewOf(history.back().snapshot, kTime);
  std::size_t committed = 0;
  history.back().snapshot.table<san::ChangeSet>().forEach([&](san::Id, const san::ChangeSet& change) {
    if (change.committedAt == 0) return;
    ++committed;
    EXPECT_TRUE(std::ranges::binary_search(*view->times, std::pair{change.created, change.committedAt}));
  });
  EXPECT_GT(committed, 0U);
  EXPECT_TRUE(std::ranges::is_sorted(*view->times));
}

struct GuidedTest : testing::Test {
  QTemporaryDir own;
  Settings settings{own.filePath(QStringLiteral("settings.ini"))};
  Workspace workspace{nullptr, own.filePath(QStringLiteral("drafts"))};
  MainWindow window{workspace, settings};

  void SetUp() override { window.show(); }
  bool openDemo(san::Seconds now = kTime) {
    window.openDemo(now);
    return test::pumpUntil([&] { return workspace.present() && workspace.present()->findings; });
  }
  GuidedTasks* tasks() { return window.findChild<GuidedTasks*>(); }
  QDockWidget* dock() { return window.findChild<QDockWidget*>(QStringLiteral("tasks")); }
  QString whyNot(ActionId id) { return window.actions().whyNot(id); }
  // What the draft makes of it, as if it were committed; in the source's own words there is no shorter way.
  void publish(const san::Snapshot& snapshot) {
    auto source = std::make_unique<test::TestSource>(snapshot);
    workspace.setSource(std::move(source));
    ASSERT_TRUE(test::pumpUntil([&] { return workspace.present() != nullptr; }));
  }
};

TEST_F(GuidedTest, theTasksAreOfTheDemoAloneAndSayWhyNotElsewhere) {
  EXPECT_THAT(whyNot(ActionId::Tasks).toStdString(), testing::HasSubstr("demo"));
  ASSERT_TRUE(openDemo(0));
  EXPECT_TRUE(dock()->isVisible()) << "whoever opens the demo is shown what to do there";
  EXPECT_EQ(whyNot(ActionId::Tasks), QString());
  dock()->close();
  window.actions().action(ActionId::Tasks)->trigger();
  EXPECT_TRUE(dock()->isVisible());
  QTest::mouseClick(tasks()->findChild<QToolButton*>(), Qt::LeftButton);
  EXPECT_FALSE(dock()->isVisible());
  window.actions().action(ActionId::Tasks)->trigger();
  test::SanBuilder san;
  (void)san.create(san::Kind::Site, {{"name", std::string("Bern")}});
  publish(san.done());
  EXPECT_FALSE(dock()->isVisible()) << "it goes with the demo";
}

TEST_F(GuidedTest, eachTaskTakesOneToItsPageWithItsObjectsChosen) {
  ASSERT_TRUE(openDemo());
  window.actions().action(ActionId::Tasks)->trigger();
  ASSERT_EQ(tasks()->tasks().size(), 5U);
  const std::array pages{PageId::Findings, PageId::Access, PageId::Zoning, PageId::Access, PageId::Zoning};
  const std::array<std::size_t, 5> objects{1, 2, 1, 2, 1};
  for (std::size_t i = 0; i < 5; ++i) {
    workspace.go(PageId::Overview);
    workspace.filter().setText(QStringLiteral("nothing is called so"));
    tasks()->openTask(i);
    QPushButton* go = nullptr;
    for (auto* one : tasks()->findChildren<QPushButton*>()) {
      if (one->isVisible()) go = one;
    }
    ASSERT_NE(go, nullptr) << i;
    go->setFocus();
    QTest::keyClick(go, Qt::Key_Space);
    EXPECT_EQ(workspace.page(), pages[i]) << i;
    EXPECT_EQ(workspace.selection().objects().size(), objects[i]) << i;
    EXPECT_TRUE(workspace.filter().text().isEmpty()) << i;
  }
}

TEST_F(GuidedTest, aTaskIsTickedWhenItIsDoneAndTheNextOneOpens) {
  ASSERT_TRUE(openDemo());
  window.actions().action(ActionId::Tasks)->trigger();
  EXPECT_EQ(tasks()->done(), 0U);
  EXPECT_EQ(tasks()->open(), 0U);
  const san::Snapshot before = workspace.present()->snapshot();
  test::SanBuilder mended(before);
  const auto host = before.find(san::Kind::Host, "test05");
  ASSERT_TRUE(host);
  std::vector<san::Id> gone;
  before.table<san::Map>().forEach([&](san::Id id, const san::Map& map) {
    if (map.who == san::ObjectRef{san::Kind::Host, *host}) gone.push_back(id);
  });
  ASSERT_FALSE(gone.empty());
  for (const san::Id id : gone) mended.erase({san::Kind::Map, id});
  publish(mended.done());
  EXPECT_EQ(tasks()->done(), 1U);
  EXPECT_EQ(tasks()->open(), 1U);
}

TEST_F(GuidedTest, aFindingIsMendedAndWaivedByActionsOnItsPageAlone) {
  ASSERT_TRUE(openDemo());
  for (const ActionId id : {ActionId::FindingMend, ActionId::FindingWaive})
    EXPECT_EQ(whyNot(id).toStdString(), "Open Findings and choose one.");
  workspace.go(PageId::Findings);
  test::pump();
  for (const ActionId id : {ActionId::FindingMend, ActionId::FindingWaive})
    EXPECT_EQ(whyNot(id).toStdString(), "Choose a finding.");
  auto* tree = window.page(PageId::Findings)->findChild<QTreeView*>();
  ASSERT_NE(tree, nullptr);
  tree->expandAll();
  tree->setFocus();
  QTest::keyClick(tree, Qt::Key_Home);
  for (int i = 0; i < 500 && !window.actions().action(ActionId::FindingMend)->isEnabled(); ++i)
    QTest::keyClick(tree, Qt::Key_Down);
  ASSERT_EQ(whyNot(ActionId::FindingMend), QString()) << "the menu follows what is chosen";
  QTest::keyClick(tree, Qt::Key_M, Qt::ControlModifier);
  EXPECT_FALSE(workspace.draft().isEmpty());
  EXPECT_THAT(workspace.draft().undo().undoText().toStdString(), testing::StartsWith("Mend R"));
  ASSERT_TRUE(window.actions().action(ActionId::FindingWaive)->isEnabled());
  window.actions().action(ActionId::FindingWaive)->trigger();
  EXPECT_TRUE(window.page(PageId::Findings)->findChild<AskStrip*>()->isVisible());
}

}  // namespace
}  // namespace console

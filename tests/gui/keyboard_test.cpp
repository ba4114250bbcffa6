// What is looked at by keyboard alone: from a number to its proof, the topology, the matrix, the omnibox.
#include <QComboBox>
#include <QDialog>
#include <QDockWidget>
#include <QFile>
#include <QPointer>
#include <QPushButton>
#include <QToolButton>
#include <QTreeView>

#include "console-gui/canvas/theme.h"
#include "console-gui/model/finding_tree.h"
#include "console-gui/model/overview_facts.h"
#include "console-gui/pages/access_page.h"
#include "console-gui/pages/topology_page.h"
#include "tests/gui/keyboard_world.h"

namespace console {
namespace {

using test::pumpUntil;

struct KeyboardLooks : test_keys::KeyboardTest {};

TEST_F(KeyboardLooks, aNumberOfTheOverviewLeadsToItsFindingsAndBack) {
  const OverviewFacts facts = overviewOf(*workspace.present(), 0, test_keys::kNow);
  ASSERT_GT(facts.tooMuch.count, 0U);
  ASSERT_TRUE(tabTo(QStringLiteral("Is anything reachable that should not be?")));
  press(Qt::Key_Return);
  ASSERT_EQ(workspace.page(), PageId::Findings);
  const auto* tree = static_cast<const FindingTree*>(part<QTreeView>(PageId::Findings)->model());
  ASSERT_GT(tree->rowCount(), 0);
  for (int row = 0; row < tree->rowCount(); ++row) {
    const san::RuleRow* rule = tree->ruleOf(tree->index(row, 0));
    ASSERT_NE(rule, nullptr);
    EXPECT_THAT(facts.tooMuch.rules, testing::Contains(rule->id)) << "the proof of another question";
  }
  press(Qt::Key_Left, Qt::AltModifier);
  EXPECT_EQ(workspace.page(), PageId::Overview);
}

// --- topology ---

struct KeyboardTopology : test_keys::KeyboardTest {
  TopologyPage& page() { return *static_cast<TopologyPage*>(window.page(PageId::Topology)); }
  TopologyCanvas& canvas() { return page().canvas(); }
  const TopologyGraph& graph() { return canvas().scene().topology->graph; }
  const TopologyNode& node() { return graph().nodes[canvas().current()]; }
  void open() {
    press(Qt::Key_2, Qt::ControlModifier);
    ASSERT_TRUE(settled());
    ASSERT_TRUE(tabTo(QStringLiteral("Topology"), "console::TopologyCanvas"));
  }
  bool settled() {
    return pumpUntil([&] { return canvas().scene().topology && !page().isBusy(); });
  }
};

TEST_F(KeyboardTopology, arrowsFollowLinksAndColumnsAndEnterInspects) {
  open();
  press(Qt::Key_Down);
  ASSERT_NE(canvas().current(), kNoNode);
  ASSERT_EQ(node().key.column, TopologyColumn::Host);
  const std::uint32_t first = canvas().current();
  EXPECT_EQ(current(), node().key.object);
  press(Qt::Key_Right);
  ASSERT_NE(canvas().current(), first);
  EXPECT_NE(graph().edgeBetween(first, canvas().current()), kNoNode) << "along a link";
  press(Qt::Key_Left);
  EXPECT_EQ(canvas().current(), first) << "back where it came from";
  const auto rank = [&] { return canvas().scene().topology->layout.rank[canvas().current()]; };
  const std::uint32_t place = rank();
  press(Qt::Key_Down);
  EXPECT_EQ(node().key.column, TopologyColumn::Host);
  EXPECT_EQ(rank(), place + 1) << "whoever has gone back is free in the column";
  press(Qt::Key_Up);
  EXPECT_EQ(canvas().current(), first);
  auto* inspector = window.findChild<QDockWidget*>(QStringLiteral("inspector"));
  press(Qt::Key_F9);
  ASSERT_FALSE(inspector->isVisible());
  const san::ObjectRef here = node().key.object;
  press(Qt::Key_Return);
  EXPECT_TRUE(inspector->isVisible());
  EXPECT_EQ(current(), here);
  press(Qt::Key_Escape);
  EXPECT_FALSE(static_cast<bool>(current())) << "Esc chooses nothing";
}

TEST_F(KeyboardTopology, pathModeTakesAHostAndAUnitAndEnds) {
  open();
  ASSERT_TRUE(button(QStringLiteral("Paths")));
  ASSERT_TRUE(page().isPathMode());
  find(QStringLiteral("app09"));
  ASSERT_EQ(title(current()), "app09");
  EXPECT_EQ(canvas().scene().paths, nullptr) << "one end is not enough";
  find(QStringLiteral("app09-reports"));
  ASSERT_EQ(current().kind, san::Kind::LogicalUnit);
  ASSERT_TRUE(pumpUntil([&] { return canvas().scene().paths != nullptr; }));
  ASSERT_TRUE(button(QStringLiteral("End path mode")));
  EXPECT_FALSE(page().isPathMode());
  EXPECT_EQ(canvas().scene().paths, nullptr);
}

TEST_F(KeyboardTopology, aGroupIsOpenedByEnterAndClosedByBackspace) {
  open();
  ASSERT_TRUE(tabTo(QStringLiteral("Group by"), "QComboBox"));
  press(Qt::Key_S);  // Site
  ASSERT_TRUE(pumpUntil([&] { return settled() && graph().grouping == TopologyGrouping::Site; }));
  ASSERT_TRUE(menu(QStringLiteral("Open or close all groups"), QStringLiteral("Close all groups")));
  const auto allClosed = [&] { return std::ranges::all_of(graph().groups, &TopologyGroup::collapsed); };
  ASSERT_TRUE(pumpUntil([&] { return settled() && !graph().groups.empty() && allClosed(); }));
  ASSERT_TRUE(tabTo(QStringLiteral("Topology"), "console::TopologyCanvas"));
  press(Qt::Key_Down);
  ASSERT_NE(canvas().current(), kNoNode);
  ASSERT_TRUE(node().key.group);
  const TopologyKey key = node().key;
  const auto isClosed = [&] {
    const auto at = std::ranges::find(graph().groups, key, &TopologyGroup::key);
    return at == graph().groups.end() || at->collapsed;
  };
  press(Qt::Key_Return);
  ASSERT_TRUE(pumpUntil([&] { return settled() && !isClosed(); }));
  // The first one in it is where the keys go on; nobody is thrown into another column.
  ASSERT_NE(canvas().current(), kNoNode);
  ASSERT_FALSE(node().key.group);
  ASSERT_NE(node().group, kNoNode);
  EXPECT_EQ(graph().groups[node().group].key, key);
  press(Qt::Key_Backspace);
  EXPECT_TRUE(pumpUntil([&] { return settled() && isClosed(); }));
  ASSERT_NE(canvas().current(), kNoNode);
  EXPECT_EQ(node().key, key) << "the group is where its member was";
}

TEST_F(KeyboardTopology, keysZoomShowAllAndGoToTheSelection) {
  open();
  press(Qt::Key_Home);
  const double whole = canvas().seen().scale;
  press(Qt::Key_Plus, {}, 3);
  const double near = canvas().seen().scale;
  EXPECT_GT(near, whole);
  press(Qt::Key_Minus);
  EXPECT_LT(canvas().seen().scale, near);
  press(Qt::Key_Home);
  EXPECT_DOUBLE_EQ(canvas().seen().scale, whole);
  press(Qt::Key_Down);
  press(Qt::Key_F);
  const QRectF box = canvas().seen().boxOf(canvas().scene().topology->layout, graph(), canvas().current());
  EXPECT_GT(canvas().seen().scale, whole);
  EXPECT_TRUE(QRectF(QPointF(0, 0), canvas().seen().size).contains(box));
}

TEST_F(KeyboardTopology, theTableHasTheSelectionOfThePictureAndIsExported) {
  open();
  press(Qt::Key_Down);
  const san::ObjectRef before = current();
  ASSERT_TRUE(button(QStringLiteral("Show as a table")));
  ASSERT_TRUE(page().isTable());
  ASSERT_TRUE(tabTo(QStringLiteral("Topology as a table"), "QTableView"));
  EXPECT_EQ(current(), before);
  press(Qt::Key_Down);
  const san::ObjectRef after = current();
  EXPECT_NE(after, before);
  ASSERT_TRUE(static_cast<bool>(after));
  auto* rows = qobject_cast<QTableView*>(QApplication::focusWidget());
  ASSERT_EQ(rows->selectionModel()->selectedRows().size(), 1);
  EXPECT_EQ(rows->selectionModel()->selectedRows().front().row(), rows->currentIndex().row())
      << "what is lit is what is meant";
  ASSERT_FALSE(canvas().overlay().selected.empty());
  EXPECT_EQ(graph().nodes[canvas().overlay().selected.front()].key.object, after);
  ASSERT_TRUE(button(QStringLiteral("Show as a table")));
  EXPECT_FALSE(page().isTable());
  const QString path = folder.filePath(QStringLiteral("topology.csv"));
  ASSERT_TRUE(fileDialog([&] { menu(QStringLiteral("Export"), QStringLiteral("Table (CSV)")); }, path));
  EXPECT_TRUE(pumpUntil([&] { return QFile::exists(path); })) << lastNotice();
}

// --- access ---

struct KeyboardAccess : test_keys::KeyboardTest {
  AccessPage& page() { return *static_cast<AccessPage*>(window.page(PageId::Access)); }
  MatrixCanvas& canvas() { return page().canvas(); }
  std::size_t rows() { return page().model().grid()->rows(); }
  std::size_t columns() { return page().model().grid()->columns(); }
  MatrixPlace at() { return canvas().current().value_or(MatrixPlace{9999, 9999}); }
  void toMatrix() { ASSERT_TRUE(tabTo(QStringLiteral("Access matrix"), "console::MatrixCanvas")); }
  void open() {
    press(Qt::Key_3, Qt::ControlModifier);
    ASSERT_TRUE(pumpUntil([&] { return !page().isBusy(); }));
    toMatrix();
  }
};

TEST_F(KeyboardAccess, keysWalkTheMatrixToAllItsEnds) {
  open();
  press(Qt::Key_Down);
  ASSERT_EQ(at(), (MatrixPlace{0, 0}));
  press(Qt::Key_Down);
  press(Qt::Key_Right, {}, 2);
  EXPECT_EQ(at(), (MatrixPlace{1, 2}));
  EXPECT_EQ(workspace.selection().objects().size(), 2U) << "a host and a logical unit";
  press(Qt::Key_End);
  EXPECT_EQ(at(), (MatrixPlace{1, columns() - 1}));
  press(Qt::Key_Home);
  EXPECT_EQ(at(), (MatrixPlace{1, 0}));
  press(Qt::Key_PageDown);
  const std::size_t below = at().row;
  EXPECT_GT(below, 2U);
  press(Qt::Key_PageUp);
  EXPECT_EQ(at().row, 1U);
  press(Qt::Key_End, Qt::ControlModifier);
  EXPECT_EQ(at(), (MatrixPlace{rows() - 1, columns() - 1}));
  press(Qt::Key_Home, Qt::ControlModifier);
  EXPECT_EQ(at(), (MatrixPlace{0, 0}));
}

TEST_F(KeyboardAccess, enterGivesTheProofOfTheCell) {
  open();
  press(Qt::Key_Down, {}, 2);
  press(Qt::Key_Return);
  ASSERT_TRUE(pumpUntil([&] { return !page().isBusy() && page().why().answer() != nullptr; }));
  EXPECT_TRUE(page().why().isAncestorOf(QApplication::focusWidget())) << focusName().toStdString();
  EXPECT_THAT(workspace.selection().objects(), testing::Contains(page().why().answer()->why.host));
}

// Nothing comes between the keys, and so no proof either.
struct KeyboardProof : KeyboardAccess {
  void askForTheFirst() {
    open();
    ASSERT_EQ(page().why().answer(), nullptr);
    for (const Qt::Key key : {Qt::Key_Down, Qt::Key_Return}) QTest::keyClick(keyTarget(), key);
    ASSERT_TRUE(canvas().hasFocus());
  }
  bool isThere() {
    return pumpUntil([&] { return page().why().answer() != nullptr; });
  }
};

TEST_F(KeyboardProof, thatComesAfterEnterTakesTheFocus) {
  askForTheFirst();
  ASSERT_TRUE(isThere());
  EXPECT_TRUE(page().why().isAncestorOf(QApplication::focusWidget())) << focusName().toStdString();
}

TEST_F(KeyboardProof, leavesTheFocusWithWhoHasGoneElsewhereMeanwhile) {
  askForTheFirst();
  QTest::keyClick(keyTarget(), Qt::Key_Backtab);
  const QWidget* elsewhere = QApplication::focusWidget();
  ASSERT_NE(elsewhere, &canvas());
  ASSERT_TRUE(isThere());
  EXPECT_EQ(QApplication::focusWidget(), elsewhere) << focusName().toStdString();
}

TEST_F(KeyboardAccess, aSavedQuestionIsAskedAndTheFilterCleared) {
  open();
  const std::size_t all = rows();
  ASSERT_TRUE(menu(QStringLiteral("Questions"), QStringLiteral("hosts in Geneva")));
  EXPECT_EQ(workspace.filter().text(), QStringLiteral("kind:host site:Geneva"));
  ASSERT_TRUE(pumpUntil([&] { return rows() < all; }));
  press(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
  EXPECT_TRUE(pumpUntil([&] { return rows() == all; }));
}

TEST_F(KeyboardAccess, thePastIsReachedByTheMenuAndByANumberAndLeftByAKey) {
  open();
  const san::Revision now = workspace.present()->revision();
  ASSERT_TRUE(menu(QStringLiteral("Now"), QStringLiteral("Revision ")));
  ASSERT_TRUE(pumpUntil([&] { return workspace.isPast(); }));
  EXPECT_LE(workspace.shown()->revision(), now);
  press(Qt::Key_Home, Qt::AltModifier);
  EXPECT_TRUE(pumpUntil([&] { return !workspace.isPast(); }));
  ASSERT_TRUE(menu(QStringLiteral("Now"), QStringLiteral("Another revision or time")));
  type(QStringLiteral("5"));
  press(Qt::Key_Return);
  ASSERT_TRUE(pumpUntil([&] { return workspace.isPast(); }));
  EXPECT_EQ(workspace.shown()->revision(), 5U);
  ASSERT_TRUE(menu(QStringLiteral("Revision 5"), QStringLiteral("Now, revision")));
  EXPECT_TRUE(pumpUntil([&] { return !workspace.isPast(); }));
}

// --- omnibox ---

TEST_F(KeyboardLooks, theOmniboxFindsAnObjectRunsACommandAndOpensHelp) {
  press(Qt::Key_F, Qt::ControlModifier);
  ASSERT_TRUE(qobject_cast<QLineEdit*>(QApplication::focusWidget())) << "from a line, which has keys of its own";
  find(QStringLiteral("test05"));
  EXPECT_EQ(current(), object(san::Kind::Host, "test05"));
  const ThemeKind before = theme().kind;
  command(QStringLiteral("Next theme"));
  EXPECT_NE(theme().kind, before);
  ThemeHolder::instance().set(before);
  command(QStringLiteral("Actions and keys"));
  QPointer<QWidget> help =
      QApplication::activeModalWidget() ? QApplication::activeModalWidget() : QApplication::activeWindow();
  ASSERT_TRUE(qobject_cast<QDialog*>(help.data())) << "help is a window of its own";
  type(QStringLiteral("evidence"));
  EXPECT_TRUE(help->isAncestorOf(QApplication::focusWidget()));
  press(Qt::Key_Escape);
  EXPECT_TRUE(pumpUntil([&] { return !help || !help->isVisible(); }));
}

}  // namespace
}  // namespace console

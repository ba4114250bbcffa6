// Lists in which a row goes while it is chosen: nothing is chosen then, not the neighbour on which nobody has decided.
// And lists without any row.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QImage>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QTableView>
#include <QTest>
#include <QTreeView>

#include "console-gui/model/feed.h"
#include "console-gui/pages/activity_page.h"
#include "console-gui/pages/credentials_page.h"
#include "console-gui/pages/findings_page.h"
#include "console-gui/pages/zoning_page.h"
#include "console-gui/widgets/page_parts.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/support/san_builder.h"

namespace console {
namespace {

using test::pumpUntil;

void fill(QStandardItem& parent, std::initializer_list<const char*> names) {
  for (const char* name : names) parent.appendRow(new QStandardItem(QString::fromLatin1(name)));
}
std::string chosen(const QAbstractItemView& view) {
  const QModelIndex at = chosenIn(view);
  return at.isValid() ? at.siblingAtColumn(0).data().toString().toStdString() : "none";
}

TEST(Lists, aTableSaysWhatItIsEmptyOfAndNothingBesideItsRows) {
  QStandardItemModel model;
  const std::unique_ptr<QTableView> view(tableOf(&model, QStringLiteral("Letters"), nullptr));
  view->resize(300, 200);
  view->show();
  const auto seen = [&] {
    test::pump();
    return view->grab().toImage();
  };
  const QImage silent = seen();
  sayWhenEmpty(view.get(), QStringLiteral("None yet."));
  EXPECT_NE(seen(), silent);
  fill(*model.invisibleRootItem(), {"a"});
  const QImage spoken = seen();
  sayWhenEmpty(view.get(), {});
  EXPECT_EQ(seen(), spoken);
  model.clear();
  EXPECT_EQ(seen(), silent);
}

TEST(Lists, aRowThatGoesLeavesNothingChosenInATable) {
  QStandardItemModel model;
  fill(*model.invisibleRootItem(), {"a", "b", "c", "d"});
  const std::unique_ptr<QTableView> view(tableOf(&model, QStringLiteral("Letters"), nullptr));
  view->show();
  int told = 0;
  whenChosen(view.get(), view.get(), [&] { ++told; });
  view->selectRow(1);
  ASSERT_EQ(chosen(*view), "b");
  model.removeRow(0);
  EXPECT_EQ(chosen(*view), "b") << "it is there still";
  told = 0;
  model.removeRow(0);
  EXPECT_EQ(chosen(*view), "none");
  EXPECT_TRUE(view->selectionModel()->selectedRows().isEmpty()) << "nor does it look so";
  EXPECT_GT(told, 0);
  EXPECT_EQ(view->currentIndex().data().toString(), QStringLiteral("c")) << "the keys go on from there";
  QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(view->currentIndex()).center());
  EXPECT_EQ(chosen(*view), "c");
  QTest::keyClick(view.get(), Qt::Key_Down);
  EXPECT_EQ(chosen(*view), "d");
  model.removeRows(0, 2);
  EXPECT_EQ(chosen(*view), "none");
}

TEST(Lists, aRowThatGoesLeavesNothingChosenInATree) {
  QStandardItemModel model;
  fill(*model.invisibleRootItem(), {"r1", "r2"});
  fill(*model.item(0), {"a", "b"});
  const std::unique_ptr<QTreeView> view(treeOf(&model, QStringLiteral("Letters"), nullptr));
  view->expandAll();
  view->setCurrentIndex(model.item(0)->child(1)->index());
  ASSERT_EQ(chosen(*view), "b");
  model.item(0)->removeRow(1);
  EXPECT_EQ(chosen(*view), "none");
  view->setCurrentIndex(model.item(0)->child(0)->index());
  model.item(0)->removeRow(0);
  EXPECT_EQ(chosen(*view), "none") << "what it stood under is another one";
  view->setCurrentIndex(model.item(0)->index());
  model.removeRow(0);
  EXPECT_EQ(chosen(*view), "none");
}

TEST(Lists, ofSeveralThatAreChosenTheOthersStaySo) {
  QStandardItemModel model;
  fill(*model.invisibleRootItem(), {"a", "b", "c"});
  const std::unique_ptr<QTableView> view(tableOf(&model, QStringLiteral("Letters"), nullptr));
  view->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view->selectRow(0);
  view->selectionModel()->setCurrentIndex(model.index(1, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
  ASSERT_EQ(chosen(*view), "b");
  model.removeRow(1);
  EXPECT_EQ(view->selectionModel()->selectedRows().size(), 1);
}

// --- on the pages ---

struct ListWorld : testing::Test {
  test::SanBuilder san;
  Workspace workspace;
  test::TestSource* source = nullptr;

  void open(Page& page) {
    auto own = std::make_unique<test::TestSource>(san.done());
    source = own.get();
    workspace.setSource(std::move(own));
    page.resize(1400, 900);
    page.show();
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
    test::pump();
  }
  static QLineEdit* line(const QWidget& page, const char* name) {
    for (QLineEdit* one : page.findChildren<QLineEdit*>()) {
      if (one->accessibleName() == QLatin1String(name)) return one;
    }
    return nullptr;
  }
  static QTableView* table(const QWidget& page, const char* name) {
    for (QTableView* one : page.findChildren<QTableView*>()) {
      if (one->accessibleName() == QLatin1String(name)) return one;
    }
    return nullptr;
  }
};

TEST_F(ListWorld, ofCredentialsTheNeighbourOfOneThatGoesIsNotSelected) {
  const san::Id target = san.target("iqn.2026-01.example:disk");
  std::vector<san::Id> credentials;
  for (const char* host : {"a", "b", "c"}) {
    san.host(host, std::string("iqn.2026-01.example:") + host);
    credentials.push_back(san.create(
        san::Kind::Credential,
        {{"initiator", san::ObjectRef{san::Kind::Node, san.nodeNamed(std::string("iqn.2026-01.example:") + host)}},
         {"target", san::ObjectRef{san::Kind::Node, target}}}));
  }
  CredentialsPage page(workspace);
  open(page);
  auto* rows = table(page, "Credentials");
  ASSERT_EQ(rows->model()->rowCount(), 3);
  rows->selectRow(1);
  const san::ObjectRef own = workspace.selection().current();
  ASSERT_EQ(own.kind, san::Kind::Credential);
  san.erase(own);
  source->put(san.done());
  ASSERT_TRUE(pumpUntil([&] { return rows->model()->rowCount() == 2; }));
  EXPECT_EQ(workspace.selection().current(), own) << "nobody has chosen another one";
  EXPECT_EQ(chosen(*rows), "none");
  EXPECT_FALSE(page.whyNoRetire().isEmpty());
}

TEST_F(ListWorld, ofMembersOfZonesTheNeighbourOfOneThatIsHiddenIsNotSelected) {
  for (const char* host : {"web1", "web2", "db1"}) san.host(host, std::string("iqn.2026-01.example:") + host);
  ZoningPage page(workspace);
  open(page);
  auto* rows = table(page, "Initiators");
  ASSERT_EQ(rows->model()->rowCount(), 3);
  rows->selectRow(1);
  const san::ObjectRef own = workspace.selection().current();
  ASSERT_TRUE(own);
  const QString name = rows->model()->index(1, 0).data().toString();
  line(page, "Part of a name of an initiator or a target")
      ->setText(name.contains(QStringLiteral("db")) ? QStringLiteral("web") : QStringLiteral("db"));
  ASSERT_LT(rows->model()->rowCount(), 3);
  EXPECT_EQ(workspace.selection().current(), own);
  EXPECT_EQ(chosen(*rows), "none");
}

TEST_F(ListWorld, ofTheFeedNothingIsChosenWhenTheLineGoes) {
  san.host("web1", "iqn.2026-01.example:web1");
  ActivityPage page(workspace);
  open(page);
  auto* rows = table(page, "What happens, the newest first");
  auto* feed = dynamic_cast<FeedList*>(dynamic_cast<QSortFilterProxyModel*>(rows->model())->sourceModel());
  ASSERT_NE(feed, nullptr);
  std::vector<FeedEntry> some(4);
  for (std::size_t i = 0; i < some.size(); ++i) {
    some[i].text = QStringLiteral("line %1").arg(i);
    some[i].kind = i == 1 ? FeedKind::Zoning : FeedKind::Finding;
    some[i].revision = i + 2;
  }
  feed->take(some);
  feed->setPaused(true);
  feed->setPaused(false);
  ASSERT_EQ(rows->model()->rowCount(), 4);
  for (int row = 0; row < 4; ++row) {
    if (rows->model()->index(row, FeedList::What).data().toString() == QStringLiteral("line 1")) rows->selectRow(row);
  }
  ASSERT_TRUE(page.whyNoCompare().isEmpty()) << page.whyNoCompare().toStdString();
  for (QComboBox* one : page.findChildren<QComboBox*>()) {
    if (one->accessibleName() == QStringLiteral("Kind of event"))
      one->setCurrentIndex(one->findData(static_cast<int>(FeedKind::Finding)));
  }
  ASSERT_EQ(rows->model()->rowCount(), 3);
  EXPECT_EQ(page.whyNoThen(), QStringLiteral("Choose a line."));
  EXPECT_EQ(page.whyNoCompare(), QStringLiteral("Choose a line."));
}

TEST_F(ListWorld, ofFindingsNoneLooksChosenWhenTheFindingGoesAndTheNextOneCanBeClicked) {
  for (const char* zone : {"z1", "z2", "z3"}) san.domain(zone, {});
  FindingsPage page(workspace);
  open(page);
  auto* tree = page.findChild<QTreeView*>();
  tree->expandAll();
  const auto ruleOf = [&](int children) {
    for (int row = 0; row < tree->model()->rowCount(); ++row) {
      const QModelIndex rule = tree->model()->index(row, 0);
      if (tree->model()->rowCount(rule) == children) return rule;
    }
    return QModelIndex();
  };
  const QPersistentModelIndex rule = ruleOf(3);
  ASSERT_TRUE(rule.isValid());
  tree->setCurrentIndex(tree->model()->index(1, 0, rule));
  const std::string text = chosen(*tree);
  const std::size_t at = text.find_first_of("123", text.find('z'));
  ASSERT_NE(at, std::string::npos) << text;
  san.erase({san::Kind::Domain, *san.done().find(san::Kind::Domain, "z" + std::string(1, text[at]))});
  source->put(san.done());
  ASSERT_TRUE(pumpUntil([&] { return tree->model()->rowCount(rule) == 2; }));
  EXPECT_EQ(chosen(*tree), "none");
  EXPECT_EQ(page.whyNoWaive(), QStringLiteral("Choose a finding."));
  const QModelIndex near = tree->currentIndex();
  ASSERT_TRUE(near.isValid() && near.parent().isValid());
  QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->visualRect(near).center());
  EXPECT_NE(page.whyNoWaive(), QStringLiteral("Choose a finding."));
}

}  // namespace
}  // namespace console

// What assistive technology is told of the whole window: names, roles, and tables where something is painted.
#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <set>

#include "console-gui/pages/access_page.h"
#include "console-gui/pages/topology_page.h"
#include "tests/gui/keyboard_world.h"

namespace console {
namespace {

using test::pumpUntil;

struct AccessibleTest : test_keys::KeyboardTest {
  std::size_t met = 0;

  static std::string where(QAccessibleInterface& face) {
    std::string path;
    for (QAccessibleInterface* at = &face; at != nullptr; at = at->parent()) {
      const QObject* object = at->object();
      path = std::string(object == nullptr ? "-" : object->metaObject()->className()) + "/" + path;
    }
    return path;
  }
  // Everything that is there to be seen; of lists and tables not their cells.
  void walk(QAccessibleInterface* face, const std::string& page) {
    if (face == nullptr || !face->isValid() || face->state().invisible) return;
    const auto* widget = qobject_cast<QWidget*>(face->object());
    if (widget != nullptr && widget->focusPolicy() != Qt::NoFocus && widget->isEnabled() && widget->isVisible() &&
        widget->focusProxy() == nullptr && face->state().focusable) {
      ++met;
      EXPECT_FALSE(face->text(QAccessible::Name).isEmpty()) << page << ": no name: " << where(*face);
      EXPECT_NE(face->role(), QAccessible::NoRole) << page << where(*face);
      EXPECT_NE(face->role(), QAccessible::Client) << page << ": says only that it is something: " << where(*face);
    }
    if (face->tableInterface() != nullptr) return;
    for (int i = 0; i < face->childCount(); ++i) walk(face->child(i), page);
  }
  // A table with these, whose cells can be asked by row and column and say something.
  static void isTable(QWidget& canvas, int rows, int columns) {
    QAccessibleInterface* face = QAccessible::queryAccessibleInterface(&canvas);
    ASSERT_NE(face, nullptr);
    EXPECT_EQ(face->role(), QAccessible::Table);
    QAccessibleTableInterface* table = face->tableInterface();
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->rowCount(), rows);
    EXPECT_EQ(table->columnCount(), columns);
    EXPECT_EQ(table->cellAt(rows, 0), nullptr);
    EXPECT_EQ(table->cellAt(0, columns), nullptr);
    for (const auto& [row, column] : {std::pair{0, 0}, std::pair{0, columns - 1}}) {
      QAccessibleInterface* cell = table->cellAt(row, column);
      ASSERT_NE(cell, nullptr) << row << ", " << column;
      EXPECT_EQ(cell->role(), QAccessible::Cell);
      EXPECT_FALSE(cell->text(QAccessible::Name).isEmpty());
      ASSERT_NE(cell->tableCellInterface(), nullptr);
      EXPECT_EQ(cell->tableCellInterface()->rowIndex(), row);
      EXPECT_EQ(cell->tableCellInterface()->columnIndex(), column);
      EXPECT_FALSE(table->columnDescription(column).isEmpty());
    }
  }
};

TEST_F(AccessibleTest, everythingThatTakesTheFocusHasANameAndARoleOnEachPage) {
  for (std::size_t i = 0; i < kPages; ++i) {
    press(static_cast<Qt::Key>(Qt::Key_1 + i), Qt::ControlModifier);
    ASSERT_EQ(workspace.page(), static_cast<PageId>(i));
    ASSERT_TRUE(pumpUntil([&] { return !window.page(static_cast<PageId>(i))->isBusy(); }));
    met = 0;
    walk(QAccessible::queryAccessibleInterface(&window), window.page(static_cast<PageId>(i))->title().toStdString());
    EXPECT_GT(met, 14U) << i << ": the rail, the header and the page";
  }
}

TEST_F(AccessibleTest, theTopologyIsATableOfItsColumns) {
  press(Qt::Key_2, Qt::ControlModifier);
  auto* page = static_cast<TopologyPage*>(window.page(PageId::Topology));
  ASSERT_TRUE(pumpUntil([&] { return page->canvas().scene().topology && !page->isBusy(); }));
  std::size_t longest = 0;
  for (const auto& nodes : page->canvas().scene().topology->layout.columns) longest = std::max(longest, nodes.size());
  isTable(page->canvas(), static_cast<int>(longest), static_cast<int>(kTopologyColumns));
  QAccessibleTableInterface* table = QAccessible::queryAccessibleInterface(&page->canvas())->tableInterface();
  ASSERT_TRUE(tabTo(QStringLiteral("Topology"), "console::TopologyCanvas"));
  press(Qt::Key_Down);
  ASSERT_EQ(table->selectedCellCount(), 1);
  EXPECT_THAT(table->selectedCells().front()->text(QAccessible::Name).toStdString(),
              testing::HasSubstr(title(current())));
}

TEST_F(AccessibleTest, theMatrixIsATableOfItsCells) {
  press(Qt::Key_3, Qt::ControlModifier);
  auto* page = static_cast<AccessPage*>(window.page(PageId::Access));
  ASSERT_TRUE(pumpUntil([&] { return !page->isBusy(); }));
  isTable(page->canvas(), static_cast<int>(page->model().grid()->rows()),
          static_cast<int>(page->model().grid()->columns()));
  QAccessibleTableInterface* table = QAccessible::queryAccessibleInterface(&page->canvas())->tableInterface();
  ASSERT_TRUE(tabTo(QStringLiteral("Access matrix"), "console::MatrixCanvas"));
  press(Qt::Key_Down, {}, 2);
  press(Qt::Key_Right);
  ASSERT_EQ(table->selectedCells().size(), 1);
  EXPECT_EQ(table->selectedCells().front()->tableCellInterface()->rowIndex(), 1);
  EXPECT_EQ(table->selectedCells().front()->tableCellInterface()->columnIndex(), 1);
}

}  // namespace
}  // namespace console

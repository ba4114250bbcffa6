// The canvas of the access matrix: what it visits, keys, selection, words, accessibility, export, marks.
#include <gmock/gmock.h>

#include <QAccessible>
#include <QApplication>
#include <QHelpEvent>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolTip>
#include <QWheelEvent>
#include <set>

#include "console-gui/canvas/matrix_overview.h"
#include "tests/gui/access_world.h"
#include "tests/support/synthetic_san.h"

namespace {

using namespace console;
using test::AccessWorld;

AccessGridPtr gridOf(const san::Snapshot& snapshot, san::Seconds now = AccessWorld::kNow,
                     const AccessOptions& options = {}) {
  return AccessGrid::make(AccessFacts::make(viewOf(snapshot, now, nullptr, Rules::Keep), now), options);
}

class MatrixCanvasTest : public testing::Test {
 protected:
  MatrixCanvasTest() : canvas(selection) {
    canvas.resize(800, 500);
    canvas.setGrid(gridOf(world.san.done()));
    canvas.show();
    canvas.setFocus();
  }
  [[nodiscard]] MatrixPlace place(san::Id host, san::Id unit) const {
    return {canvas.grid()->rowOf(AccessWorld::ref(host)).value(),
            canvas.grid()->columnOf({san::Kind::LogicalUnit, unit}).value()};
  }

  AccessWorld world;
  Selection selection;
  MatrixCanvas canvas;
};

// A matrix of which a part is seen.
class MatrixCanvasLargeTest : public testing::Test {
 protected:
  void show(std::size_t hosts, std::size_t units) {
    test::SyntheticPlan plan;
    plan.hosts = hosts;
    plan.units = units;
    const auto made = test::syntheticSan(plan);
    canvas.resize(1000, 700);
    canvas.setGrid(gridOf(made.snapshot, made.snapshot.time));
    canvas.show();
  }

  Selection selection;
  MatrixCanvas canvas{selection};
};

TEST_F(MatrixCanvasLargeTest, AFrameVisitsTheVisibleCellsAlone) {
  show(1000, 2000);
  canvas.setCellSize(22);
  canvas.verticalScrollBar()->setValue(9000);
  canvas.horizontalScrollBar()->setValue(20000);
  (void)canvas.grab();
  const MatrixCounters& frame = canvas.lastFrame();
  EXPECT_GT(frame.cells, 500U);
  EXPECT_LT(frame.cells, (1000 / 22 + 2) * (700 / 22 + 2U));
  EXPECT_LT(frame.labels, 1000 / 22 + 700 / 22 + 8U);
}

TEST_F(MatrixCanvasTest, KeysWalkTheCellsAndSelectHostAndUnit) {
  QTest::keyClick(&canvas, Qt::Key_Down);  // the first key only enters
  EXPECT_EQ(canvas.current(), (MatrixPlace{0, 0}));
  QTest::keyClick(&canvas, Qt::Key_Down);
  QTest::keyClick(&canvas, Qt::Key_Right);
  EXPECT_EQ(canvas.current(), (MatrixPlace{1, 1}));
  QTest::keyClick(&canvas, Qt::Key_End);
  EXPECT_EQ(canvas.current()->column, canvas.grid()->columns() - 1);
  QTest::keyClick(&canvas, Qt::Key_Home, Qt::ControlModifier);
  EXPECT_EQ(canvas.current(), (MatrixPlace{0, 0}));
  QTest::keyClick(&canvas, Qt::Key_PageDown);
  EXPECT_EQ(canvas.current()->row, canvas.grid()->rows() - 1);
  QTest::keyClick(&canvas, Qt::Key_Left);
  EXPECT_EQ(canvas.current()->column, 0U);
  EXPECT_TRUE(selection.contains(canvas.grid()->row(canvas.current()->row).object));
  EXPECT_TRUE(selection.contains(canvas.grid()->column(0).object));
  QSignalSpy why(&canvas, &MatrixCanvas::whyAsked);
  QTest::keyClick(&canvas, Qt::Key_Return);
  EXPECT_EQ(why.count(), 1);
}

TEST_F(MatrixCanvasTest, FollowsTheSelectionAndKeepsTheCellWhenTheGridIsNew) {
  selection.set({AccessWorld::ref(world.web2), {san::Kind::LogicalUnit, world.cards}}, AccessWorld::ref(world.web2));
  EXPECT_EQ(canvas.current(), place(world.web2, world.cards));
  world.host("aaa");
  canvas.setGrid(gridOf(world.san.done()));
  EXPECT_EQ(canvas.current(), place(world.web2, world.cards));
}

TEST_F(MatrixCanvasTest, AnInitiatorSelectsTheRowOfItsHost) {
  selection.select({san::Kind::Node, world.node("app1")});
  ASSERT_TRUE(canvas.current());
  EXPECT_EQ(canvas.current()->row, *canvas.grid()->rowOf(AccessWorld::ref(world.app1)));
}

TEST_F(MatrixCanvasTest, PressingACellMakesItCurrent) {
  const MatrixPlace at = place(world.web1, world.data);
  QTest::mouseClick(canvas.viewport(), Qt::LeftButton, {}, canvas.cellRect(at).center());
  EXPECT_EQ(canvas.current(), at);
  QSignalSpy why(&canvas, &MatrixCanvas::whyAsked);
  QTest::mouseDClick(canvas.viewport(), Qt::LeftButton, {}, canvas.cellRect(at).center());
  EXPECT_EQ(why.count(), 1);
}

TEST_F(MatrixCanvasTest, ATableOfAssistiveTechnologySaysTheWords) {
  canvas.setCurrent(place(world.web1, world.data));
  QAccessibleInterface* table = QAccessible::queryAccessibleInterface(&canvas);
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->role(), QAccessible::Table);
  auto* rows = table->tableInterface();
  ASSERT_NE(rows, nullptr);
  EXPECT_EQ(rows->rowCount(), 5);
  EXPECT_EQ(rows->columnCount(), 4);
  EXPECT_EQ(rows->rowDescription(3).toStdString(), "web1");
  auto* cell = rows->cellAt(static_cast<int>(canvas.current()->row), static_cast<int>(canvas.current()->column));
  ASSERT_NE(cell, nullptr);
  EXPECT_THAT(cell->text(QAccessible::Name).toStdString(),
              testing::HasSubstr("web1 \u2192 db-data: reachable and approved, in use now"));
  EXPECT_TRUE(cell->state().selected);
  EXPECT_EQ(table->child(table->indexOfChild(cell)), cell);
  // What has gone below a header is out of sight, and there all the same.
  canvas.setCellSize(36);
  canvas.resize(300, 200);
  canvas.setCurrent({4, 3});
  QAccessibleInterface* first = rows->cellAt(0, 0);
  EXPECT_TRUE(first->state().offscreen);
  EXPECT_FALSE(first->state().invisible);
  // A grid made anew leaves no cell of the one before.
  canvas.setGrid(nullptr);
  EXPECT_EQ(rows->cellAt(0, 0), nullptr);
}

TEST_F(MatrixCanvasTest, ZoomKeepsTheCurrentCellInSight) {
  canvas.setCurrent(place(world.web2, world.log));
  for (int i = 0; i < 4; ++i) QTest::keyClick(&canvas, Qt::Key_Plus);
  EXPECT_EQ(canvas.cellSize(), 36);
  EXPECT_TRUE(canvas.viewport()->rect().contains(canvas.cellRect(*canvas.current())));
  canvas.zoom(-20);
  EXPECT_EQ(canvas.cellSize(), 3);
}

TEST_F(MatrixCanvasTest, SpaceOpensAndClosesTheGroupOfTheRow) {
  AccessOptions options;
  options.rowGroup = AccessGroup::Site;
  canvas.setGrid(gridOf(world.san.done(), AccessWorld::kNow, options));
  canvas.setCurrent({0, 0});
  QSignalSpy toggled(&canvas, &MatrixCanvas::groupToggled);
  QTest::keyClick(&canvas, Qt::Key_Space);
  ASSERT_EQ(toggled.count(), 1);
  EXPECT_TRUE(toggled[0][0].toBool());
}

TEST_F(MatrixCanvasTest, ScreenAndExportsShowTheSameMarks) {
  const MatrixPicture whole = canvas.picture(Theme::of(ThemeKind::Light));
  canvas.setGrid(nullptr);
  const QImage picture = whole.image();  // it holds all that it needs
  ASSERT_FALSE(picture.isNull());
  const QRgb good = Theme::of(ThemeKind::Light)[Token::Good].rgb();
  bool found = false;
  for (int y = 0; y < picture.height() && !found; ++y) {
    for (int x = 0; x < picture.width() && !found; ++x) found = picture.pixel(x, y) == good;
  }
  EXPECT_TRUE(found);
  EXPECT_TRUE(whole.png().startsWith("\x89PNG"));
  const QByteArray drawn = whole.svg(QStringLiteral("Access matrix"));
  EXPECT_TRUE(drawn.contains("<svg"));
  EXPECT_TRUE(drawn.contains("web1"));
}

TEST_F(MatrixCanvasTest, ADoubleClickOnANameInspectsWhatItNames) {
  const MatrixPlace at = place(world.web1, world.data);
  canvas.setCurrent(place(world.app1, world.log));
  std::vector<san::ObjectRef> inspected;
  QObject::connect(&canvas, &MatrixCanvas::inspected, [&](san::ObjectRef object) { inspected.push_back(object); });
  const QPoint cell = canvas.cellRect(at).center();
  QTest::mouseDClick(canvas.viewport(), Qt::LeftButton, {}, {cell.x(), 20});
  QTest::mouseDClick(canvas.viewport(), Qt::LeftButton, {}, {20, cell.y()});
  QTest::mouseDClick(canvas.viewport(), Qt::LeftButton, {}, {20, 20});  // the corner names nothing
  EXPECT_EQ(inspected,
            (std::vector<san::ObjectRef>{{san::Kind::LogicalUnit, world.data}, AccessWorld::ref(world.web1)}));
}

TEST_F(MatrixCanvasTest, ANameIsATextAlsoWhereItLooksLikeMarkup) {
  const san::Id odd = world.host("<b>odd</b>");
  canvas.setGrid(gridOf(world.san.done()));
  const QPoint at{20, canvas.cellRect(place(odd, world.data)).center().y()};
  QHelpEvent help(QEvent::ToolTip, at, canvas.viewport()->mapToGlobal(at));
  QApplication::sendEvent(canvas.viewport(), &help);
  EXPECT_TRUE(QToolTip::text().contains(QStringLiteral("&lt;b&gt;odd"))) << QToolTip::text().toStdString();
}

TEST_F(MatrixCanvasLargeTest, ZoomLeavesWhatIsLookedAtWhereItIs) {
  show(300, 600);
  canvas.setCurrent({0, 0});
  canvas.scrollTo({300, 150});
  const QPointF middle = canvas.seen().center();
  canvas.zoom(2);
  EXPECT_LT(QLineF(canvas.seen().center(), middle).length(), 1.0) << "the current cell is far away, and stays there";
  const QPoint pointer(300, 300);
  const auto below = canvas.placeAt(pointer);
  ASSERT_TRUE(below);
  for (const int turn : {120, -120, -120}) {
    QWheelEvent wheel(pointer, canvas.viewport()->mapToGlobal(pointer), {}, {0, turn}, Qt::NoButton,
                      Qt::ControlModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(canvas.viewport(), &wheel);
    EXPECT_EQ(canvas.placeAt(pointer), below);
  }
}

TEST_F(MatrixCanvasTest, GoesFromLeftToRightInEveryLanguage) {
  QApplication::setLayoutDirection(Qt::RightToLeft);
  MatrixCanvas other(selection);
  EXPECT_TRUE(other.isLeftToRight());
  QApplication::setLayoutDirection(Qt::LeftToRight);
}

TEST(MatrixOverviewTest, AViolationIsSeenFromAfar) {
  AccessWorld world;
  const auto& theme = Theme::of(ThemeKind::Dark);
  const QImage image = overviewOf(*gridOf(world.san.done()), {40, 50}, theme);
  const auto grid = gridOf(world.san.done());
  const auto row = *grid->rowOf(AccessWorld::ref(world.web2));
  const auto column = *grid->columnOf({san::Kind::LogicalUnit, world.cards});
  EXPECT_EQ(image.pixel(static_cast<int>(column) * 10 + 5, static_cast<int>(row) * 10 + 5), theme[Token::Bad].rgb());
  EXPECT_EQ(image.pixel(static_cast<int>(column) * 10 + 5,
                        5 + 10 * static_cast<int>(*grid->rowOf(AccessWorld::ref(world.app2)))),
            theme[Token::Panel].rgb());
}

TEST(MatrixOverviewTest, NothingIsGreenWhoseAgentIsSilent) {
  AccessWorld world;
  const auto& theme = Theme::of(ThemeKind::Light);
  const auto hasGreen = [&](san::Seconds now) {
    const QImage image = overviewOf(*gridOf(world.san.done(), now), {40, 50}, theme);
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        if (image.pixel(x, y) == theme[Token::Good].rgb()) return true;
      }
    }
    return false;
  };
  EXPECT_TRUE(hasGreen(AccessWorld::kNow));
  EXPECT_FALSE(hasGreen(AccessWorld::kNow + 3600));
}

// Told apart without colours: no two states give the same picture in grey.
TEST(StateMarkTest, ShapesDifferWithoutColours) {
  const Theme& light = Theme::of(ThemeKind::Light);
  Theme grey = light;
  for (auto& color : grey.colors) color = color == light[Token::Panel] ? color : QColor(Qt::black);
  for (auto& color : grey.series) color = Qt::black;
  std::vector<QImage> seen;
  std::vector<CellLook> looks;
  for (const AccessState state : kLegendStates) looks.push_back({state});
  CellLook more{AccessState::Reachable};
  more.readOnly = true;
  looks.push_back(more);
  more = {AccessState::Reachable};
  more.session = true;
  looks.push_back(more);
  for (const auto turn : {san::Turn::Gained, san::Turn::Lost, san::Turn::Right}) {
    more = {AccessState::Reachable};
    more.changed = true;
    more.turn = turn;
    looks.push_back(more);
  }
  for (const int size : {14, 22}) {
    seen.clear();
    for (const CellLook& look : looks) {
      QImage image(size, size, QImage::Format_RGB32);
      image.fill(grey[Token::Panel]);
      QPainter painter(&image);
      painter.setFont(QApplication::font());
      paintMark(painter, QRectF(0, 0, size, size), look, grey);
      painter.end();
      for (const QImage& other : seen) EXPECT_FALSE(image == other) << size << " " << lookWords(look).toStdString();
      seen.push_back(image);
    }
  }
}

TEST(StateMarkTest, ColoursStandOutFromThePanel) {
  for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::HighContrast}) {
    const Theme& theme = Theme::of(kind);
    for (const AccessState state : kLegendStates) {
      EXPECT_GE(contrastOf(stateColor(theme, state), theme[Token::Panel]), kGraphicContrast)
          << accessWord(state).toStdString();
      EXPECT_GE(contrastOf(stateColor(theme, state), theme[Token::AccentSoft]), 2.5) << accessWord(state).toStdString();
    }
  }
}

}  // namespace

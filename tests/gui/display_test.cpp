// On a real display, with a real pointer and keyboard: what no test without one can show. Drag and drop, the clipboard
// that other programs read, focus by keys. Run under Xvfb; xdotool moves the pointer, xclip reads the clipboard.
#include <gmock/gmock.h>

#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QProcess>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include "console-gui/app/main_window.h"
#include "console-gui/client/time_now.h"
#include "tests/gui/pump.h"

using namespace console;
using test::pumpUntil;

namespace {

constexpr san::Seconds kNow = 1'795'788'000;

// Runs a program to its end while this one lives; its standard output.
QString run(const QString& program, const QStringList& words) {
  QProcess process;
  process.start(program, words);
  EXPECT_TRUE(pumpUntil([&] { return process.state() == QProcess::NotRunning; })) << program.toStdString();
  EXPECT_EQ(process.exitCode(), 0) << program.toStdString() << ": " << process.readAllStandardError().toStdString();
  return QString::fromUtf8(process.readAllStandardOutput());
}

struct DisplayTest : testing::Test {
  QTemporaryDir folder;
  Settings settings{folder.filePath(QStringLiteral("settings.ini"))};
  Workspace workspace;
  MainWindow window{workspace, settings};

  void SetUp() override {
    if (QGuiApplication::platformName() != QLatin1String("xcb"))
      GTEST_SKIP() << "needs an X display: run it with xvfb-run";
    fixTime(kNow);
    window.resize(1500, 900);
    window.move(0, 0);
    window.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&window, 30'000));
    window.activateWindow();
    window.openDemo(kNow);
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
    workspace.go(PageId::Zoning);
    test::pump();
  }
  void TearDown() override { fixTime(0); }

  static QStringList at(QPoint point) { return {QString::number(point.x()), QString::number(point.y())}; }
  // The middle of a row on the screen.
  static QPoint place(QAbstractItemView* view, const QModelIndex& index) {
    view->scrollTo(index);
    test::pump();
    return view->viewport()->mapToGlobal(view->visualRect(index).center());
  }
  static void drag(QPoint from, QPoint to) {
    // Small steps: a drag begins after some pixels, and a drop needs to be seen above its place before.
    QStringList words{QStringLiteral("mousemove")};
    words << at(from) << QStringLiteral("sleep") << QStringLiteral("0.1") << QStringLiteral("mousedown")
          << QStringLiteral("1");
    for (int i = 1; i <= 10; ++i) {
      words << QStringLiteral("mousemove") << at(from + (to - from) * i / 10) << QStringLiteral("sleep")
            << QStringLiteral("0.03");
    }
    words << QStringLiteral("mousemove") << at(to + QPoint(2, 0)) << QStringLiteral("sleep") << QStringLiteral("0.1")
          << QStringLiteral("mouseup") << QStringLiteral("1");
    run(QStringLiteral("xdotool"), words);
    test::pump();
  }
  static void keys(const QString& chord) {
    run(QStringLiteral("xdotool"), {QStringLiteral("key"), QStringLiteral("--delay"), QStringLiteral("20"), chord});
    test::pump();
  }
};

TEST_F(DisplayTest, anInitiatorThatIsDraggedOntoAZoneIsInItInTheDraft) {
  auto* tree = window.findChild<QTreeView*>(QStringLiteral("zones"));
  ASSERT_NE(tree, nullptr);
  QTableView* initiators = nullptr;
  for (QTableView* view : window.page(PageId::Zoning)->findChildren<QTableView*>()) {
    if (view->dragEnabled() && initiators == nullptr) initiators = view;
  }
  ASSERT_NE(initiators, nullptr);
  const QModelIndex zone = tree->model()->index(2, 0, tree->model()->index(0, 0));
  ASSERT_TRUE(zone.isValid());
  const QString zoneName = zone.data().toString();
  // Where the console stands still for a moment, the moves are one, and nothing is dragged.
  for (int i = 0; i < 3 && workspace.draft().isEmpty(); ++i) {
    drag(place(initiators, initiators->model()->index(7, 0)), place(tree, zone));
    (void)pumpUntil([&] { return !workspace.draft().isEmpty(); }, 5'000);
  }
  ASSERT_FALSE(workspace.draft().isEmpty()) << "nothing was dropped";
  ASSERT_EQ(workspace.draft().edits().size(), 1U);
  EXPECT_EQ(workspace.draft().edits()[0].op, san::EditOp::Add);
  EXPECT_EQ(workspace.draft().edits()[0].object,
            (san::ObjectRef{san::Kind::Domain,
                            *workspace.present()->snapshot().find(san::Kind::Domain, zoneName.toStdString())}));
  // And by the keyboard back again.
  keys(QStringLiteral("ctrl+z"));
  EXPECT_TRUE(pumpUntil([&] { return workspace.draft().isEmpty(); }));
}

TEST_F(DisplayTest, whatIsCopiedIsReadByOtherPrograms) {
  const auto host = workspace.present()->snapshot().find(san::Kind::Host, "db01");
  ASSERT_TRUE(host);
  workspace.selection().select({san::Kind::Host, *host});
  test::pump();
  keys(QStringLiteral("ctrl+shift+c"));
  ASSERT_TRUE(pumpUntil([] { return QGuiApplication::clipboard()->text().startsWith(QStringLiteral("sanctl ")); }));
  EXPECT_THAT(
      run(QStringLiteral("xclip"), {QStringLiteral("-o"), QStringLiteral("-selection"), QStringLiteral("clipboard")})
          .toStdString(),
      testing::StartsWith("sanctl "));
}

TEST_F(DisplayTest, keysOfTheDisplayOpenPagesAndMoveTheFocus) {
  keys(QStringLiteral("ctrl+6"));
  EXPECT_TRUE(pumpUntil([&] { return workspace.page() == PageId::Findings; }));
  QWidget* before = QApplication::focusWidget();
  keys(QStringLiteral("Tab"));
  EXPECT_TRUE(
      pumpUntil([&] { return QApplication::focusWidget() != nullptr && QApplication::focusWidget() != before; }));
  keys(QStringLiteral("ctrl+k"));
  run(QStringLiteral("xdotool"),
      {QStringLiteral("type"), QStringLiteral("--delay"), QStringLiteral("20"), QStringLiteral("db02")});
  ASSERT_TRUE(pumpUntil([] {
    const auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    return line != nullptr && line->text() == QStringLiteral("db02");
  }));
  keys(QStringLiteral("Return"));
  EXPECT_TRUE(pumpUntil([&] { return workspace.selection().current().kind == san::Kind::Host; }));
}

}  // namespace

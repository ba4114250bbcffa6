// Tooltips of the whole window: names and reasons of strangers are texts.
#include "console-gui/canvas/plain_tips.h"

#include <gtest/gtest.h>

#include <QHelpEvent>
#include <QLabel>
#include <QMenu>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolTip>

#include "console-gui/app/main_window.h"
#include "console-gui/model/feed.h"
#include "console-gui/widgets/page_parts.h"
#include "tests/gui/pump.h"

using namespace console;

namespace {

struct PlainTipsTest : testing::Test {
  QTemporaryDir folder;
  Settings settings{folder.filePath(QStringLiteral("settings.ini"))};
  Workspace workspace;
  MainWindow window{workspace, settings};
  const QString odd = QStringLiteral("<b>odd</b> & <img src='file:///etc/hostname'>");

  void TearDown() override { QToolTip::hideText(); }
  static QString tipOf(QWidget& widget, QPoint point) {
    QHelpEvent event(QEvent::ToolTip, point, widget.mapToGlobal(point));
    QCoreApplication::sendEvent(&widget, &event);
    return QToolTip::text();
  }
  static void expectPlain(const QString& tip) {
    EXPECT_TRUE(tip.contains(QStringLiteral("&lt;b&gt;odd&lt;/b&gt;"))) << tip.toStdString();
    EXPECT_FALSE(tip.contains(QStringLiteral("<img"))) << tip.toStdString();
  }
};

TEST_F(PlainTipsTest, ofALineOfATable) {
  FeedList feed(workspace);
  FeedEntry entry;
  entry.text = odd;
  feed.take({entry});
  feed.setPaused(false);
  QTableView* view = tableOf(&feed, QStringLiteral("Feed"), nullptr);
  view->resize(600, 200);
  view->show();
  test::pump();
  expectPlain(tipOf(*view->viewport(), view->visualRect(feed.index(0, FeedList::What)).center()));
  delete view;
}

TEST_F(PlainTipsTest, ofAWidgetAndOfAnEntryOfAMenu) {
  QLabel label;
  label.setToolTip(odd);
  label.show();
  expectPlain(tipOf(label, {1, 1}));
  QToolTip::hideText();
  QMenu menu;
  menu.setToolTipsVisible(true);
  QAction* action = menu.addAction(QStringLiteral("Delete"));
  action->setToolTip(odd);
  menu.popup({0, 0});
  expectPlain(tipOf(menu, menu.actionGeometry(action).center()));
  menu.close();
}

TEST_F(PlainTipsTest, aTextWithoutATagIsLeftAsItIs) {
  QLabel label;
  label.setToolTip(QStringLiteral("3 < 4"));
  label.show();
  EXPECT_EQ(tipOf(label, {1, 1}), QStringLiteral("3 < 4"));
}

}  // namespace

// The whole window on the demo SAN, and a person who has a keyboard and nothing else: Tab to get somewhere, keys to do
// it. Everything else here only reads.
#pragma once

#include <gmock/gmock.h>

#include <QAccessible>
#include <QApplication>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include "console-gui/app/main_window.h"
#include "console-gui/client/time_now.h"
#include "tests/gui/pump.h"

namespace console::test_keys {

inline constexpr san::Seconds kNow = 1'795'788'000;

class KeyboardTest : public testing::Test {
 protected:
  QTemporaryDir folder;
  Settings settings{folder.filePath(QStringLiteral("settings.ini"))};
  Workspace workspace{nullptr, folder.filePath(QStringLiteral("drafts"))};
  MainWindow window{workspace, settings};

  void SetUp() override {
    fixTime(kNow);
    window.show();
    window.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&window, 30'000));
    window.openDemo(kNow);
    ASSERT_TRUE(test::pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
  }
  void TearDown() override { fixTime(0); }

  // Where a key goes: to what lies over all, to what has the focus, else to the window.
  QWidget* keyTarget() {
    if (QWidget* popup = QApplication::activePopupWidget()) return popup->focusWidget() ? popup->focusWidget() : popup;
    QWidget* focus = QApplication::focusWidget();
    return focus != nullptr ? focus : &window;
  }
  void press(int key, Qt::KeyboardModifiers modifiers = {}, int times = 1) {
    for (int i = 0; i < times; ++i) {
      QTest::keyClick(keyTarget(), static_cast<Qt::Key>(key), modifiers);
      test::pump();
    }
  }
  void type(const QString& text) {
    for (const QChar one : text) QTest::keyClick(keyTarget(), one.toLatin1());
    test::pump();
  }
  // Into a line that has something in it.
  void typeAnew(const QString& text) {
    press(Qt::Key_A, Qt::ControlModifier);
    type(text);
  }
  static QString nameOf(QWidget* widget) {
    // Of a choice or of tabs Qt says what is chosen; its own name is told as the label.
    if (widget != nullptr && !widget->accessibleName().isEmpty()) return widget->accessibleName();
    QAccessibleInterface* face = widget == nullptr ? nullptr : QAccessible::queryAccessibleInterface(widget);
    return face == nullptr ? QString() : face->text(QAccessible::Name);
  }
  QString focusName() { return nameOf(QApplication::focusWidget()); }
  // By Tab to what is called so, or begins so; false: a whole round does not come by.
  bool tabTo(const QString& name, const char* kind = "QWidget") {
    QString seen;
    for (int i = 0; i < 250; ++i) {
      QWidget* focus = QApplication::focusWidget();
      if (focus != nullptr && focus->inherits(kind) && nameOf(focus).startsWith(name)) return true;
      seen += nameOf(focus).simplified().left(30) + QStringLiteral("; ");
      QTest::keyClick(keyTarget(), Qt::Key_Tab);
      QCoreApplication::processEvents();
    }
    ADD_FAILURE() << "no Tab leads to " << name.toStdString() << " but to " << seen.left(3000).toStdString();
    return false;
  }
  // Presses a button that Tab leads to.
  bool button(const QString& name) {
    if (!tabTo(name, "QAbstractButton")) return false;
    press(Qt::Key_Space);
    return true;
  }

  // `open` may not come back before the popup or the dialog has gone, so what is pressed in it waits beside.
  template <class Found>
  bool within(Found found, const std::function<void()>& open, const std::function<void(QWidget*)>& keys) {
    bool done = false;
    QTimer watch;
    QObject::connect(&watch, &QTimer::timeout, &watch, [&] {
      QWidget* over = found();
      if (over == nullptr || done) return;
      done = true;
      watch.stop();
      keys(over);
      if (found() == over) QTest::keyClick(over, Qt::Key_Escape);  // else `open` would wait for ever
    });
    watch.start(1);
    open();
    const bool came = test::pumpUntil([&] { return done && found() == nullptr; });
    window.activateWindow();  // which a window manager does
    return came && QTest::qWaitForWindowActive(&window, 30'000);
  }
  // Opens the menu of a button and takes the entry with such a text.
  bool menu(const QString& buttonName, const QString& entry) {
    if (!tabTo(buttonName, "QAbstractButton")) return false;
    bool taken = false;
    QStringList seen;
    const bool opened =
        within([] { return qobject_cast<QMenu*>(QApplication::activePopupWidget()); }, [&] { press(Qt::Key_Space); },
               [&](QWidget* over) {
                 auto* shown = static_cast<QMenu*>(over);
                 for (int i = 0; i < 60 && !taken; ++i) {
                   QTest::keyClick(shown, Qt::Key_Down);
                   const QAction* at = shown->activeAction();
                   if (at == nullptr) continue;
                   seen << at->text();
                   if (!at->text().contains(entry)) continue;
                   taken = true;
                   QTest::keyClick(shown, Qt::Key_Return);
                 }
               });
    test::pump();
    EXPECT_TRUE(taken) << entry.toStdString() << " is not in "
                       << seen.join(QStringLiteral("; ")).left(2000).toStdString();
    return opened && taken;
  }
  // What asks for a file gets this one.
  bool fileDialog(const std::function<void()>& open, const QString& path) {
    // It asks for a name when its line has the focus.
    const auto asking = [] {
      auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
      const bool ready = dialog != nullptr && qobject_cast<QLineEdit*>(dialog->focusWidget()) != nullptr &&
                         dialog->focusWidget()->hasFocus();
      return ready ? dialog : nullptr;
    };
    const bool opened = within(asking, open, [&](QWidget* over) {
      QWidget* line = over->focusWidget();
      QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
      QTest::keyClicks(line, path);
      QTest::keyClick(line, Qt::Key_Return);
    });
    test::pump();
    return opened;
  }
  // By the omnibox: what has no key of its own.
  void command(const QString& words) {
    press(Qt::Key_K, Qt::ControlModifier);
    type(words);
    press(Qt::Key_Return);
  }
  void find(const QString& name) { command(name); }

  template <class T>
  T* part(PageId page) {
    return window.page(page)->findChild<T*>();
  }
  QTableView* table(const char* name) { return window.findChild<QTableView*>(QString::fromLatin1(name)); }
  san::ObjectRef object(san::Kind kind, const char* name) {
    const auto id = workspace.present()->snapshot().find(kind, name);
    return id ? san::ObjectRef{kind, *id} : san::ObjectRef{};
  }
  san::ObjectRef current() { return workspace.selection().current(); }
  std::string title(san::ObjectRef ref) { return titleOf(workspace.shown()->snapshot(), ref); }
  std::string lastNotice() {
    if (workspace.notices().all().empty()) return "no notice";
    const Notice& last = workspace.notices().all().back();
    return (last.title + QStringLiteral(" ") + last.detail).toStdString();
  }
  // Submits the draft, commits it, in spite of what a guard says for the same reason, and confirms it where that is
  // asked for.
  void commitDraft(const QString& why) {
    ASSERT_TRUE(test::pumpUntil([&] { return workspace.draft().effect() && !workspace.draft().isWorking(); }));
    const san::Revision before = workspace.present()->revision();
    // Those of the past first, else the newest one of them would be taken for this.
    ASSERT_TRUE(test::pumpUntil([&] { return table("changes")->model()->rowCount() > 0; }));
    const int rows = table("changes")->model()->rowCount();
    press(Qt::Key_Return, Qt::ControlModifier);
    type(why);
    press(Qt::Key_Return);
    ASSERT_TRUE(test::pumpUntil([&] { return workspace.draft().isEmpty(); })) << lastNotice();
    ASSERT_TRUE(test::pumpUntil([&] { return table("changes")->model()->rowCount() > rows; }));
    ASSERT_TRUE(tabTo(QStringLiteral("Change sets"), "QTableView"));
    press(Qt::Key_Down);
    press(Qt::Key_Home, Qt::ControlModifier);
    ASSERT_EQ(table("changes")->currentIndex().row(), 0) << "Ctrl+Home is the first line of a table";
    ASSERT_TRUE(test::pumpUntil([&] { return window.actions().whyNot(ActionId::Commit).isEmpty(); }))
        << window.actions().whyNot(ActionId::Commit).toStdString();
    command(QStringLiteral("Commit..."));
    const auto committed = [&] { return workspace.present()->revision() > before; };
    const auto isAsked = [&] { return focusName().contains(QStringLiteral("take effect all the same?")); };
    ASSERT_TRUE(test::pumpUntil([&] { return committed() || isAsked(); })) << lastNotice();
    if (!committed()) {
      type(why);
      press(Qt::Key_Return);
    }
    ASSERT_TRUE(test::pumpUntil(committed)) << lastNotice();
    ASSERT_TRUE(test::pumpUntil([&] { return window.actions().whyNot(ActionId::Confirm).isEmpty(); })) << lastNotice();
    command(QStringLiteral("Confirm"));
    ASSERT_TRUE(test::pumpUntil([&] {
      return table("changes")->model()->index(0, 1).data().toString() == QStringLiteral("confirmed");
    })) << lastNotice();
  }
};

}  // namespace console::test_keys

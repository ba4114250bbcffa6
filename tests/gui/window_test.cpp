// The whole window with the demo SAN: by keyboard alone.
#include "console-gui/app/main_window.h"

#include <gmock/gmock.h>

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>
#include <set>

#include "console-gui/client/login_keeper.h"
#include "console-gui/client/time_now.h"
#include "console-gui/pages/import_window.h"
#include "console-gui/pages/object_window.h"
#include "console-gui/pages/zoning_page.h"
#include "console-gui/widgets/ask_strip.h"
#include "console-gui/widgets/inspector.h"
#include "tests/gui/access_world.h"
#include "tests/gui/file_dialog.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/support/san_builder.h"

using namespace console;
using test::pumpUntil;

namespace {

constexpr san::Seconds kNow = 1'795'788'000;

struct WindowTest : testing::Test {
  QTemporaryDir folder;
  Settings settings{folder.filePath(QStringLiteral("settings.ini"))};
  Workspace workspace;
  MainWindow window{workspace, settings};

  void SetUp() override {
    window.show();
    window.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&window, 30'000));
  }
  void openDemo() {
    window.openDemo(kNow);
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
  }
  void press(int key, Qt::KeyboardModifiers modifiers = {}) {
    QWidget* focus = QApplication::focusWidget();
    QTest::keyClick(focus != nullptr ? focus : &window, static_cast<Qt::Key>(key), modifiers);
    test::pump();
  }
  void type(const QString& text) { QTest::keyClicks(QApplication::focusWidget(), text); }
  std::string lastNotice() {
    if (workspace.notices().all().empty()) return "no notice";
    const Notice& last = workspace.notices().all().back();
    return (last.title + QStringLiteral(" ") + last.detail).toStdString();
  }
  san::ObjectRef domain(const char* name) {
    const auto id = workspace.present()->snapshot().find(san::Kind::Domain, name);
    return id ? san::ObjectRef{san::Kind::Domain, *id} : san::ObjectRef{};
  }
};

// --- the registry ---

TEST(ActionTable, everyActionHasAHelpTextAndNoTwoHaveTheSameKeysOrName) {
  std::set<std::string> keys, names;
  for (const ActionRow& row : kActionTable) {
    EXPECT_NE(row.help[0], 0) << row.name;
    EXPECT_NE(row.twin[0], 0) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    if (row.shortcut[0] == 0) continue;
    EXPECT_FALSE(QKeySequence::fromString(QString::fromLatin1(row.shortcut)).isEmpty()) << row.name;
    EXPECT_TRUE(keys.insert(row.shortcut).second) << row.name << " shares " << row.shortcut;
  }
}

TEST_F(WindowTest, everyActionThatCannotBeDoneSaysWhy) {
  for (const bool open : {false, true}) {
    if (open) openDemo();
    for (const ActionRow& row : kActionTable) {
      QAction* action = window.actions().action(row.id);
      const QString why = window.actions().whyNot(row.id);
      EXPECT_EQ(action->isEnabled(), why.isEmpty()) << row.name;
      EXPECT_TRUE(action->toolTip().contains(why)) << row.name;
    }
  }
}

TEST_F(WindowTest, theKeysOfADisabledActionTellWhy) {
  openDemo();
  QString told;
  QObject::connect(&window.actions(), &ActionRegistry::refused, &window, [&](const QString&, const QString& why) { told = why; });
  press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(told, QStringLiteral("There is no step to take back."));
}

// --- pages ---

TEST_F(WindowTest, withoutASourceThreeDoorsAreShownAndTheDemoOpensByKeyboard) {
  ASSERT_EQ(workspace.source(), nullptr);
  for (int i = 0; i < 10 && !(QApplication::focusWidget() != nullptr && QApplication::focusWidget()->property("text").toString() == QStringLiteral("Open the demo SAN")); ++i) {
    press(Qt::Key_Tab);
  }
  press(Qt::Key_Space);
  EXPECT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
}

// The password, and the button below it.
std::pair<QLineEdit*, QPushButton*> loginOf(const FirstRunPage& page) {
  for (QLineEdit* one : page.findChildren<QLineEdit*>()) {
    if (one->echoMode() != QLineEdit::Password) continue;
    const auto buttons = one->parentWidget()->parentWidget()->findChildren<QPushButton*>();
    return {one, buttons.isEmpty() ? nullptr : buttons.last()};
  }
  return {};
}

TEST(FirstRunPage, aPasswordThatWasTypedIsNotInTheUndoHistoryAfterTheLogin) {
  FirstRunPage page;
  page.show();
  const auto [password, next] = loginOf(page);
  ASSERT_NE(password, nullptr);
  ASSERT_NE(next, nullptr);
  password->parentWidget()->show();  // as after the look at the certificate
  QTest::keyClicks(password, QStringLiteral("secret"));
  QTest::keyClick(password, Qt::Key_Return);
  ASSERT_EQ(password->text(), QString());
  password->setEchoMode(QLineEdit::Normal);  // a line that hides what is typed undoes nothing
  EXPECT_FALSE(password->isUndoAvailable());
  password->undo();
  EXPECT_EQ(password->text(), QString());
}

TEST(FirstRunPage, whoConnectsAgainLooksAtTheCertificateAgain) {
  FirstRunPage page;
  page.show();
  const auto [password, next] = loginOf(page);
  ASSERT_NE(password, nullptr);
  ASSERT_NE(next, nullptr);
  const QString look = next->text();
  password->parentWidget()->show();  // as after the look at the certificate
  next->setText(QStringLiteral("Log in"));
  page.begin();
  EXPECT_FALSE(password->isVisible());
  EXPECT_EQ(next->text(), look);
}

TEST(PageNames, aPageIsFoundByItsWordAndAnyOtherIsNone) {
  EXPECT_EQ(pageNamed(QStringLiteral("Topology")), PageId::Topology);
  EXPECT_EQ(pageNamed(QStringLiteral("topolgy")), std::nullopt);
  EXPECT_EQ(pageNames(),
            QStringLiteral("overview, topology, access, zoning, credentials, findings, reports, activity"));
}

TEST_F(WindowTest, keysOpenPagesAndBackGoesToTheOneBefore) {
  openDemo();
  press(Qt::Key_4, Qt::ControlModifier);
  EXPECT_EQ(workspace.page(), PageId::Zoning);
  press(Qt::Key_Left, Qt::AltModifier);
  EXPECT_EQ(workspace.page(), PageId::Overview);
  press(Qt::Key_Right, Qt::AltModifier);
  EXPECT_EQ(workspace.page(), PageId::Zoning);
}

TEST_F(WindowTest, whenTheLinkGoesDownTheOverviewDoesNotSayLiveAnyMore) {
  auto own = std::make_unique<test::TestSource>(test::SanBuilder().done());
  test::TestSource* source = own.get();
  workspace.setSource(std::move(own));
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
  const auto says = [&](const char* text) {
    const auto labels = window.page(PageId::Overview)->findChildren<QLabel*>();
    return std::ranges::any_of(labels, [&](const QLabel* one) { return one->text().contains(QLatin1String(text)); });
  };
  test::pump();
  EXPECT_TRUE(says("Live, revision"));
  source->link_ = {LinkState::Offline, "The server cannot be reached.", kNow, 0};
  emit source->statusChanged();
  EXPECT_TRUE(says("Not live"));
  EXPECT_FALSE(says("Live, revision"));
}

// Nor is the past, nor what came first, before the stream has told that nothing is missing.
TEST_F(WindowTest, theOverviewSaysLiveOnlyOfWhatIs) {
  test::SanBuilder san;
  (void)san.target("iqn.2026-01.example:disk1");
  auto own = std::make_unique<test::TestSource>(san.done());
  test::TestSource* source = own.get();
  const san::Revision before = san.done().revision;
  (void)san.target("iqn.2026-01.example:disk2");
  source->put(san.done());
  source->link_.state = LinkState::Snapshot;
  workspace.setSource(std::move(own));
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
  test::pump();
  const auto badge = [&] {
    for (const auto* one : window.page(PageId::Overview)->findChildren<QLabel*>()) {
      for (const char* begin : {"Live", "Not live", "Revision "}) {
        if (one->text().startsWith(QLatin1String(begin))) return one->text();
      }
    }
    return QString();
  };
  EXPECT_FALSE(badge().startsWith(QStringLiteral("Live"))) << badge().toStdString();
  source->link_.state = LinkState::Live;
  emit source->statusChanged();
  EXPECT_TRUE(badge().startsWith(QStringLiteral("Live, revision"))) << badge().toStdString();
  workspace.showPast(before);
  ASSERT_TRUE(pumpUntil([&] { return workspace.isPast(); }));
  test::pump();
  EXPECT_TRUE(badge().startsWith(QStringLiteral("Revision %1, as of").arg(before))) << badge().toStdString();
}

TEST_F(WindowTest, whenTheLinkGoesDownTheOverviewSaysThatItsAgentsReportedThen) {
  fixTime(test::AccessWorld::kNow);
  auto own = std::make_unique<test::TestSource>(test::AccessWorld().san.done());
  test::TestSource* source = own.get();
  workspace.setSource(std::move(own));
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
  test::pump();
  const auto says = [&](const char* text) {
    const auto labels = window.page(PageId::Overview)->findChildren<QLabel*>();
    return std::ranges::any_of(labels, [&](const QLabel* one) { return one->text().contains(QLatin1String(text)); });
  };
  EXPECT_FALSE(says("reported then"));
  source->link_ = {LinkState::Offline, "The server cannot be reached.", test::AccessWorld::kNow, 0};
  fixTime(test::AccessWorld::kNow + 600);
  emit source->statusChanged();
  EXPECT_TRUE(says("reported then")) << "which is not green: nobody knows what is now";
  source->link_ = {LinkState::Live, {}, 0, 0};
  emit source->statusChanged();
  EXPECT_TRUE(says("0 of 1 agents report"));
  fixTime(0);
}

TEST_F(WindowTest, ofASanThatIsNotAsFarAsTheOneThatWasSeenEverythingIsNewAndStaysSo) {
  test::SanBuilder san;
  const auto commit = [&] {
    san.create(san::Kind::ChangeSet, {{"author", std::string("zoe")}, {"reason", std::string("Zones")}});
  };
  commit();
  auto own = std::make_unique<test::TestSource>(san.done());
  test::TestSource* source = own.get();
  settings.setSeen(source->name(), san.done().revision + 2);  // of the server that was there before
  const auto shown = [&] {
    return pumpUntil([&] { return workspace.present() && workspace.present()->revision() == san.done().revision; });
  };
  const auto says = [&](const char* text) {
    const auto labels = window.page(PageId::Overview)->findChildren<QLabel*>();
    return std::ranges::any_of(labels, [&](const QLabel* one) { return one->text().contains(QLatin1String(text)); });
  };
  workspace.setSource(std::move(own));
  ASSERT_TRUE(shown());
  test::pump();
  EXPECT_TRUE(says("change sets"));
  EXPECT_FALSE(says("No change set since"));
  for (int i = 0; i < 4; ++i) san.create(san::Kind::Site, {{"name", std::string("site") + std::to_string(i)}});
  source->put(san.done());
  ASSERT_TRUE(shown());
  test::pump();
  EXPECT_FALSE(says("No change set since")) << "it is further than that by now";
  EXPECT_EQ(settings.seen(source->name()), 0U);
}

TEST_F(WindowTest, ofAServerThatWasNeverReachedItSaysWhyAndNothingOfTheSanBefore) {
  struct Unreached : test::TestSource {
    using TestSource::TestSource;
    void start() override { emit statusChanged(); }
  };
  const auto texts = [&] {
    QStringList all;
    for (const auto* one : window.findChildren<QLabel*>()) all << one->text();
    for (const auto* one : window.findChildren<QToolButton*>()) all << one->text();
    return all.join(QLatin1Char('\n'));
  };
  openDemo();
  test::pump();
  ASSERT_TRUE(texts().contains(QStringLiteral("Findings ("))) << "the demo has some that are high";
  auto own = std::make_unique<Unreached>(test::SanBuilder().done());
  own->link_ = {LinkState::Offline, "The server cannot be reached: Connection refused", kNow, kNow + 5};
  workspace.setSource(std::move(own));
  EXPECT_FALSE(texts().contains(QStringLiteral("Findings ("))) << "of the demo";
  EXPECT_FALSE(texts().contains(QStringLiteral("shown is what was there")));
  EXPECT_TRUE(texts().contains(QStringLiteral("Offline: The server cannot be reached: Connection refused")));
}

TEST_F(WindowTest, aSnapshotIsWrittenWhileTheWindowGoesOn) {
  openDemo();
  const QString path = folder.filePath(QStringLiteral("san.json"));
  const auto told = [&] { return QString::fromStdString(lastNotice()).contains(QStringLiteral("Saved as")); };
  test::fileFor([&] { window.actions().action(ActionId::SaveSnapshot)->trigger(); }, path);
  EXPECT_FALSE(told()) << "it is not written before the window goes on";
  ASSERT_TRUE(pumpUntil(told));
  EXPECT_GT(QFileInfo(path).size(), 1000);
}

TEST_F(WindowTest, untilTheSanOfAnotherSourceHasComeNothingOfTheOneBeforeIsShown) {
  struct Silent : test::TestSource {
    using TestSource::TestSource;
    void start() override {}
  };
  openDemo();
  QWidget* page = window.page(workspace.page());
  ASSERT_TRUE(page->isVisible());
  auto own = std::make_unique<Silent>(test::SanBuilder().done());
  Silent* source = own.get();
  workspace.setSource(std::move(own));
  EXPECT_FALSE(page->isVisible());
  EXPECT_FALSE(window.actions().whyNot(ActionId::CredentialNew).isEmpty());
  emit source->snapshotChanged();
  EXPECT_TRUE(pumpUntil([&] { return page->isVisible(); }));
}

// As when the language changes: another window shows the notices of the one that has gone.
TEST_F(WindowTest, aNoticeWhoseWindowHasGoneHasNoButtonAnyMore) {
  const auto buttons = [&](const QString& text) {
    return std::ranges::count_if(window.findChildren<QPushButton*>(),
                                 [&](const QPushButton* one) { return one->isVisible() && one->text() == text; });
  };
  int shown = 0;
  auto gone = std::make_unique<MainWindow>(workspace, settings);
  workspace.notices().tell({Notice::Level::Fault,
                            {},
                            QStringLiteral("Not saved"),
                            {},
                            QStringLiteral("Try again"),
                            [&, of = gone.get()] { shown = of->width(); },
                            gone.get()});
  workspace.notices().tell({Notice::Level::Success,
                            {},
                            QStringLiteral("Done"),
                            {},
                            QStringLiteral("Show the draft"),
                            [&] { workspace.go(PageId::Zoning); },
                            &workspace});
  test::pump();
  EXPECT_EQ(buttons(QStringLiteral("Try again")), 1);
  gone.reset();
  test::pump();
  EXPECT_EQ(buttons(QStringLiteral("Try again")), 0);
  EXPECT_EQ(buttons(QStringLiteral("Show the draft")), 1);
  const MainWindow fresh(workspace, settings);
  for (QPushButton* one : fresh.findChildren<QPushButton*>()) EXPECT_NE(one->text(), QStringLiteral("Try again"));
  EXPECT_EQ(shown, 0);
}

// What was begun on one SAN is not done on another.
TEST_F(WindowTest, formsOfOneSanCloseWhenAnotherIsOpened) {
  openDemo();
  for (const ActionId one : {ActionId::NewObject, ActionId::Template}) window.actions().action(one)->trigger();
  (new ImportWindow(workspace, &window))->show();
  const auto open = [&] { return std::ranges::count_if(window.findChildren<QDialog*>(), &QWidget::isVisible); };
  ASSERT_EQ(open(), 3);
  openDemo();
  EXPECT_EQ(open(), 0);
}

TEST_F(WindowTest, aLoginThatIsKeptIsThatOfItsUserAndGoesWhenItIsNotToBeKeptAnyMore) {
  KeptTokens kept;
  keepTokensIn(&kept);
  ServerPlace place;
  place.host = QStringLiteral("127.0.0.1");
  place.port = 1;  // nobody is there
  auto* first = window.findChild<FirstRunPage*>();
  const auto enter = [&](const char* user, bool keep) {
    place.user = QString::fromLatin1(user);
    emit first->entered(place, *base::Secret::from(std::string("token of ") + user), keep);
    test::pump();
  };
  enter("anna", true);
  ASSERT_EQ(kept.size(), 1U);
  enter("ben", false);
  workspace.setSource(nullptr);
  window.showServer(place.name());
  test::pump();
  EXPECT_EQ(workspace.source(), nullptr) << "opened with the token of anna, under the name of ben";
  enter("anna", false);
  EXPECT_TRUE(kept.empty());
  workspace.setSource(nullptr);
  keepTokensIn(nullptr);
}

// Every place where Tab stops has a name that can be read out, and the walk comes round.
TEST_F(WindowTest, everyTabStopOfEachPageHasAnAccessibleName) {
  const auto walk = [&](const std::string& where) {
    std::set<QWidget*> seen;
    window.setFocus();
    for (int i = 0; i < 300; ++i) {
      press(Qt::Key_Tab);
      QWidget* focus = QApplication::focusWidget();
      ASSERT_NE(focus, nullptr) << where;
      if (!seen.insert(focus).second) break;
      QAccessibleInterface* face = QAccessible::queryAccessibleInterface(focus);
      ASSERT_NE(face, nullptr) << where << focus->metaObject()->className();
      EXPECT_FALSE(face->text(QAccessible::Name).isEmpty()) << where << ": a " << focus->metaObject()->className() << " without a name";
    }
    EXPECT_GE(seen.size(), 2U) << where;
  };
  walk("first run");
  openDemo();
  for (std::size_t i = 0; i < kPages; ++i) {
    if (window.page(static_cast<PageId>(i)) == nullptr) continue;
    workspace.go(static_cast<PageId>(i));
    test::pump();
    walk(window.page(static_cast<PageId>(i))->title().toStdString());
  }
}

// --- a change from the first key to its end ---

TEST_F(WindowTest, aZoneIsMadeSubmittedCommittedConfirmedAndUndoneByKeyboard) {
  openDemo();
  press(Qt::Key_N, Qt::ControlModifier);
  auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
  ASSERT_NE(line, nullptr) << "the name is asked for in place";
  line->clear();
  type(QStringLiteral("z_new"));
  press(Qt::Key_Return);
  ASSERT_EQ(workspace.draft().edits().size(), 2U);
  press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_TRUE(workspace.draft().isEmpty());
  press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
  ASSERT_TRUE(pumpUntil([&] { return workspace.draft().effect() && !workspace.draft().isWorking(); }));

  press(Qt::Key_Return, Qt::ControlModifier);
  type(QStringLiteral("A zone for the new host"));
  press(Qt::Key_Return);
  ASSERT_TRUE(pumpUntil([&] { return workspace.draft().isEmpty(); })) << "the draft is a change set now";

  auto* changes = window.findChild<QTableView*>(QStringLiteral("changes"));
  ASSERT_NE(changes, nullptr);
  ASSERT_TRUE(pumpUntil([&] { return changes->model()->rowCount() == 9; })) << "eight of the past, and this";
  changes->setFocus();
  changes->selectRow(0);
  ASSERT_TRUE(pumpUntil([&] { return window.actions().whyNot(ActionId::Commit).isEmpty(); })) << window.actions().whyNot(ActionId::Commit).toStdString();
  window.actions().action(ActionId::Commit)->trigger();
  ASSERT_TRUE(pumpUntil([&] { return static_cast<bool>(domain("z_new")); })) << lastNotice();
  ASSERT_TRUE(pumpUntil([&] { return window.actions().whyNot(ActionId::Confirm).isEmpty(); }));
  window.actions().action(ActionId::Confirm)->trigger();
  ASSERT_TRUE(pumpUntil([&] { return changes->model()->index(0, 1).data().toString() == QStringLiteral("confirmed"); }));
}

TEST_F(WindowTest, afterAZoneIsCalledOtherwiseByKeyboardItIsStillTheOneThatIsPastedInto) {
  openDemo();
  workspace.go(PageId::Zoning);
  test::pump();
  auto* tree = window.findChild<QTreeView*>(QStringLiteral("zones"));
  const auto* model = static_cast<const ZoneTree*>(tree->model());
  const san::ObjectRef zone = domain("z_db01");
  tree->setFocus();
  tree->setCurrentIndex(model->indexOf(zone));
  window.actions().action(ActionId::Rename)->trigger();
  type(QStringLiteral("a_first"));
  press(Qt::Key_Return);
  ASSERT_EQ(workspace.draft().edits().size(), 1U) << lastNotice();
  ASSERT_TRUE(tree->hasFocus());
  QApplication::clipboard()->setText(QStringLiteral("test05"));
  for (QPushButton* one : window.findChildren<QPushButton*>()) {
    if (one->text() == QStringLiteral("Paste names")) one->click();
  }
  ASSERT_EQ(workspace.draft().edits().size(), 2U) << lastNotice();
  EXPECT_EQ(workspace.draft().edits()[1].object, zone);
}

// The id that the draft gave to its new zone is that of another one in the SAN by now.
TEST_F(WindowTest, whatMayBeOneOfTwoIsNeitherEditedNorDeletedAsItIsSelected) {
  test::SanBuilder san;
  (void)san.domain("old", {});
  auto own = std::make_unique<test::TestSource>(san.done());
  test::TestSource* source = own.get();
  workspace.setSource(std::move(own));
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
  workspace.go(PageId::Topology);
  const san::ObjectRef fresh = workspace.draft().newObject(san::Kind::Domain);
  ASSERT_TRUE(workspace.edit(QStringLiteral("Mine"), {{san::EditOp::Create, fresh, {}, {}},
                                                      {san::EditOp::Set, fresh, "name", std::string("mine")}}));
  const san::ObjectRef mine{san::Kind::Domain, *workspace.draft().result().find(san::Kind::Domain, "mine")};
  workspace.selection().select(mine);
  for (const ActionId one : {ActionId::Edit, ActionId::Delete}) {
    EXPECT_EQ(window.actions().whyNot(one).toStdString(), "") << "there is one of that id";
  }
  ASSERT_EQ(san.domain("theirs", {}), mine.id);
  source->put(san.done());
  ASSERT_TRUE(pumpUntil([&] { return workspace.present()->revision() == san.done().revision; }));
  for (const ActionId one : {ActionId::Edit, ActionId::Delete}) {
    EXPECT_THAT(window.actions().whyNot(one).toStdString(), testing::HasSubstr("theirs was made after the draft"));
  }
}

// --- the button of the inspector ---

struct InspectorButtonTest : WindowTest {
  test::SanBuilder san;
  san::Id web1 = san.host("web1", "iqn.2026-01.example:web1");
  san::Id web2 = san.host("web2", "iqn.2026-01.example:web2");
  san::Id target = san.target("iqn.2026-01.example:disk1");
  san::Id unit = san.unit("naa.6000000000000001", target, 0);
  test::TestSource* source = nullptr;

  void SetUp() override {
    WindowTest::SetUp();
    auto own = std::make_unique<test::TestSource>(san.done());
    source = own.get();
    workspace.setSource(std::move(own));
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
    workspace.go(PageId::Topology);
  }
  QPushButton* button() {
    for (QPushButton* one : window.findChild<Inspector*>()->findChildren<QPushButton*>()) {
      if (one->isVisible() && one->text() == QStringLiteral("Edit...")) return one;
    }
    return nullptr;
  }
  void put() {
    source->put(san.done());
    ASSERT_TRUE(pumpUntil([&] { return workspace.present()->revision() == san.done().revision; }));
    test::pump();
  }
  // What the one form that is open is about.
  std::string form() {
    std::string all;
    for (ObjectWindow* one : window.findChildren<ObjectWindow*>()) {
      for (QLabel* label : one->findChildren<QLabel*>()) {
        if (label->property("role").toString() == QStringLiteral("heading")) all += label->text().toStdString();
      }
    }
    return all;
  }
};

// As a cell of Access selects a host and a unit.
TEST_F(InspectorButtonTest, ofAHostThatIsSelectedWithAUnitItEditsTheOneThatItStandsBeside) {
  const san::ObjectRef host{san::Kind::Host, web1};
  const san::ObjectRef disk{san::Kind::LogicalUnit, unit};
  workspace.selection().set({disk, host}, host);
  test::pump();
  EXPECT_THAT(window.actions().whyNot(ActionId::Edit).toStdString(), testing::HasSubstr("Several kinds"));
  ASSERT_NE(button(), nullptr);
  ASSERT_TRUE(button()->isEnabled()) << button()->toolTip().toStdString();
  button()->click();
  EXPECT_THAT(form(), testing::HasSubstr("web1"));
}

TEST_F(InspectorButtonTest, ofSeveralOfAKindItEditsAllLikeTheKey) {
  workspace.selection().set({{san::Kind::Host, web1}, {san::Kind::Host, web2}}, {san::Kind::Host, web1});
  test::pump();
  ASSERT_NE(button(), nullptr);
  button()->click();
  EXPECT_THAT(form(), testing::HasSubstr("2 hosts"));
}

TEST_F(InspectorButtonTest, itDoesNotEditMineUnderTheIdOfTheirs) {
  const san::ObjectRef fresh = workspace.draft().newObject(san::Kind::Label);
  ASSERT_TRUE(workspace.edit(QStringLiteral("Mine"), {{san::EditOp::Create, fresh, {}, {}},
                                                      {san::EditOp::Set, fresh, "name", std::string("mine")}}));
  const san::Id theirs = san.create(san::Kind::Label, {{"name", std::string("theirs")}});
  ASSERT_EQ(workspace.draft().result().find(san::Kind::Label, "mine"), theirs) << "the same id";
  put();
  workspace.selection().select({san::Kind::Label, theirs});
  test::pump();
  ASSERT_NE(button(), nullptr);
  EXPECT_FALSE(button()->isEnabled());
  EXPECT_THAT(button()->toolTip().toStdString(), testing::HasSubstr("theirs was made after the draft"));
}

TEST_F(InspectorButtonTest, whatWasMadeAfterTheDraftWasBegunSaysSoUntilTheDraftIsBroughtOntoThePresent) {
  ASSERT_TRUE(workspace.edit(QStringLiteral("Rename"),
                             {{san::EditOp::Set, {san::Kind::Host, web1}, "name", std::string("web9")}}));
  const san::Id theirs = san.create(san::Kind::Label, {{"name", std::string("theirs")}});
  put();
  workspace.selection().select({san::Kind::Label, theirs});
  test::pump();
  ASSERT_NE(button(), nullptr);
  EXPECT_FALSE(button()->isEnabled());
  for (const QString& why : {button()->toolTip(), window.actions().whyNot(ActionId::Edit)})
    EXPECT_THAT(why.toStdString(), testing::HasSubstr("theirs was made after the draft")) << "it is not gone";
  ASSERT_TRUE(workspace.draft().rebase());
  EXPECT_TRUE(button()->isEnabled()) << button()->toolTip().toStdString();
}

TEST_F(InspectorButtonTest, whileTheDraftIsSubmittedItWaits) {
  ASSERT_TRUE(workspace.edit(QStringLiteral("Rename"),
                             {{san::EditOp::Set, {san::Kind::Host, web1}, "name", std::string("web9")}}));
  workspace.selection().select({san::Kind::Host, web2});
  test::pump();
  ASSERT_NE(button(), nullptr);
  auto hold = workspace.draft().hold();
  EXPECT_FALSE(button()->isEnabled());
  hold.reset();
  EXPECT_TRUE(button()->isEnabled());
}

// --- a question is asked where it is seen ---

TEST_F(WindowTest, whoRollsBackFromAnotherPageSeesWhatHeIsAsked) {
  openDemo();
  workspace.go(PageId::Zoning);
  auto* changes = window.findChild<QTableView*>(QStringLiteral("changes"));
  ASSERT_TRUE(pumpUntil([&] { return changes->model()->rowCount() == 8; }));
  changes->selectRow(0);
  workspace.go(PageId::Overview);
  ASSERT_EQ(window.actions().whyNot(ActionId::RollBack).toStdString(), "");
  window.actions().action(ActionId::RollBack)->trigger();
  EXPECT_EQ(workspace.page(), PageId::Zoning);
  auto* strip = window.page(PageId::Zoning)->findChild<AskStrip*>();
  EXPECT_TRUE(strip->isVisible());
  EXPECT_EQ(QApplication::focusWidget(), strip->findChild<QLineEdit*>());
}

TEST_F(WindowTest, whenTheChosenZoneOrSetGoesNoDeedIsDoneOnItsNeighbour) {
  test::SanBuilder san;
  const auto disk = san.target("iqn.2026-01.example:disk");
  const auto zone1 = san.domain("zone1", {disk});
  const auto set1 = san.domainSet("set1", true, {zone1, san.domain("zone2", {disk})});
  const auto set2 = san.domainSet("set2", true, {zone1});
  auto own = std::make_unique<test::TestSource>(san.done());
  test::TestSource* source = own.get();
  workspace.setSource(std::move(own));
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
  workspace.go(PageId::Zoning);
  test::pump();
  auto* tree = window.findChild<QTreeView*>(QStringLiteral("zones"));
  const auto* model = static_cast<const ZoneTree*>(tree->model());
  QPushButton* enable = nullptr;
  for (QPushButton* one : window.findChildren<QPushButton*>()) {
    if (one->text() == QStringLiteral("Paste names")) one->setObjectName(QStringLiteral("paste"));
  }
  auto* paste = window.findChild<QPushButton*>(QStringLiteral("paste"));
  tree->setFocus();
  tree->setCurrentIndex(model->indexOf({san::Kind::DomainSet, set2}));
  for (QPushButton* one : window.findChildren<QPushButton*>()) {
    if (one->text() == QStringLiteral("Switch the set off")) enable = one;
  }
  ASSERT_NE(enable, nullptr);
  const auto without = [&](san::ObjectRef ref) {
    san.erase(ref);
    source->put(san.done());
    ASSERT_TRUE(pumpUntil([&] { return workspace.present()->snapshot().get(ref) == nullptr; }));
    test::pump();
  };
  without({san::Kind::DomainSet, set2});
  EXPECT_FALSE(enable->isVisible()) << "another set would be switched off";
  tree->setCurrentIndex(model->indexOf({san::Kind::Domain, zone1}));
  without({san::Kind::Domain, zone1});
  QApplication::clipboard()->setText(QStringLiteral("iqn.2026-01.example:disk"));
  paste->click();
  EXPECT_TRUE(workspace.draft().isEmpty());
  EXPECT_EQ(lastNotice().find("Choose a zone first"), 0U) << lastNotice();
  // Who says so takes the neighbour.
  const QModelIndex other = model->index(0, 0, model->indexOf({san::Kind::DomainSet, set1}));
  tree->setCurrentIndex(other);
  tree->selectionModel()->select(other, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  paste->click();
  EXPECT_NE(lastNotice().find("Choose a zone first"), 0U) << lastNotice();
}

TEST_F(WindowTest, delTakesAMemberOutOfItsZoneAndNothingMore) {
  openDemo();
  workspace.go(PageId::Zoning);
  test::pump();
  auto* tree = window.findChild<QTreeView*>(QStringLiteral("zones"));
  ASSERT_NE(tree, nullptr);
  const auto* model = static_cast<const ZoneTree*>(tree->model());
  const QModelIndex zone = model->indexOf(domain("z_db01"));
  tree->expand(zone);
  tree->setFocus();
  tree->setCurrentIndex(model->index(0, 0, zone));
  press(Qt::Key_Delete);
  ASSERT_EQ(workspace.draft().edits().size(), 1U);
  EXPECT_EQ(workspace.draft().edits()[0].op, san::EditOp::Remove);
}

}  // namespace

// Zoning in the whole window: which zone or set a deed is done on while members are picked in the lists beside the
// tree, and when the draft's own new objects get other ids.
#include <gmock/gmock.h>

#include <QApplication>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include "console-gui/app/main_window.h"
#include "console-gui/model/zone_tree.h"
#include "console-gui/pages/object_window.h"
#include "console-gui/widgets/ask_strip.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/support/san_builder.h"

namespace console {
namespace {

using san::Kind;
using san::ObjectRef;
using test::pumpUntil;

struct ZoningWorld : testing::Test {
  test::SanBuilder san;
  san::Id disk = san.target("iqn.2026-01.example:disk");
  QTemporaryDir folder;
  Settings settings{folder.filePath(QStringLiteral("settings.ini"))};
  Workspace workspace{nullptr, folder.filePath(QStringLiteral("drafts"))};
  MainWindow window{workspace, settings};
  test::TestSource* source = nullptr;
  QTreeView* tree = nullptr;

  void open() {
    auto own = std::make_unique<test::TestSource>(san.done());
    source = own.get();
    window.resize(1500, 900);
    window.show();
    window.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&window, 30'000));
    workspace.setSource(std::move(own));
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
    workspace.go(PageId::Zoning);
    test::pump();
    tree = window.findChild<QTreeView*>(QStringLiteral("zones"));
    tree->expandAll();
  }
  // The source shows the SAN as it is now.
  void goOn() {
    source->put(san.done());
    ASSERT_TRUE(pumpUntil([&] { return workspace.present()->revision() == san.done().revision; }));
    test::pump();
  }
  const ZoneTree& zones() { return *static_cast<const ZoneTree*>(tree->model()); }
  void click(QAbstractItemView& view, const QModelIndex& at, Qt::KeyboardModifiers modifiers = {}) {
    ASSERT_TRUE(at.isValid());
    view.scrollTo(at);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, modifiers, view.visualRect(at).center());
    test::pump();
  }
  void choose(ObjectRef ref) { click(*tree, zones().indexOf(ref)); }
  QTableView& initiators() {
    for (QTableView* one : window.page(PageId::Zoning)->findChildren<QTableView*>()) {
      if (one->accessibleName() == QStringLiteral("Initiators")) return *one;
    }
    throw std::logic_error("no list of initiators");
  }
  void pick(const char* name, Qt::KeyboardModifiers modifiers = {}) {
    const auto found = initiators().model()->match(initiators().model()->index(0, 0), Qt::DisplayRole,
                                                   QString::fromLatin1(name), 1, Qt::MatchContains);
    ASSERT_EQ(found.size(), 1) << name;
    click(initiators(), found.front(), modifiers);
  }
  QPushButton* add() {
    for (QPushButton* one : window.page(PageId::Zoning)->findChildren<QPushButton*>()) {
      if (one->text().startsWith(QStringLiteral("Add to"))) return one;
    }
    return nullptr;
  }
  void press(int key, Qt::KeyboardModifiers modifiers = {}) {
    QTest::keyClick(QApplication::focusWidget(), static_cast<Qt::Key>(key), modifiers);
    test::pump();
  }
  QString lastNotice() {
    return workspace.notices().all().empty() ? QString() : workspace.notices().all().back().detail;
  }
};

struct PickedMembers : ZoningWorld {
  san::Id node(const char* name) {
    san.host(name, std::string("iqn.2026-01.example:") + name);
    return san.nodeNamed(std::string("iqn.2026-01.example:") + name);
  }
  san::Id app01 = node("app01"), app02 = node("app02");
  san::Id zone1 = san.zone("z_app01", {app01, disk});
  san::Id zone2 = san.zone("z_app02", {app02, disk});
  san::Id zone6 = san.zone("z_app06", {disk});
  ObjectRef set{Kind::DomainSet, san.done().find(Kind::DomainSet, "set1").value_or(0)};
};

TEST_F(PickedMembers, areAddedToTheZoneThatWasChosen) {
  open();
  choose({Kind::Domain, zone6});
  pick("app01");
  pick("app02", Qt::ControlModifier);
  EXPECT_EQ(add()->text(), QStringLiteral("Add to z_app06"));
  add()->click();
  ASSERT_EQ(workspace.draft().edits().size(), 2U);
  for (const san::Edit& edit : workspace.draft().edits()) EXPECT_EQ(edit.object, (ObjectRef{Kind::Domain, zone6}));
}

TEST_F(PickedMembers, thatAreInItAlreadyAreSaidToBeThere) {
  open();
  choose({Kind::Domain, zone1});
  pick("app01");
  add()->click();
  EXPECT_TRUE(workspace.draft().isEmpty());
  EXPECT_EQ(lastNotice(), QStringLiteral("z_app01 holds it already."));
}

TEST_F(PickedMembers, goIntoANewZoneOfTheSetThatWasChosen) {
  open();
  choose(set);
  pick("app01");
  press(Qt::Key_N, Qt::ControlModifier);
  QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("z_new"));
  press(Qt::Key_Return);
  const auto made = workspace.draft().result().find(Kind::Domain, "z_new");
  ASSERT_TRUE(made);
  EXPECT_TRUE(workspace.draft().result().get<san::DomainSet>(set.id)->domains.contains(*made));
}

TEST_F(PickedMembers, areNotTakenOutOfAZoneThatNobodyChose) {
  open();
  pick("app01");
  press(Qt::Key_Delete);
  EXPECT_TRUE(workspace.draft().isEmpty());
  choose({Kind::Domain, zone6});
  pick("app01");
  press(Qt::Key_Delete);
  EXPECT_TRUE(workspace.draft().isEmpty()) << "nor does the zone go";
  EXPECT_THAT(window.actions().whyNot(ActionId::Delete).toStdString(), testing::HasSubstr("tree"));
  choose({Kind::Domain, zone6});
  EXPECT_EQ(workspace.selection().current(), (ObjectRef{Kind::Domain, zone6})) << "the same row again";
  press(Qt::Key_Delete);
  ASSERT_EQ(workspace.draft().edits().size(), 1U);
  EXPECT_EQ(workspace.draft().edits()[0].object, (ObjectRef{Kind::Domain, zone6}));
}

TEST_F(PickedMembers, whatIsSelectedElsewhereIsStillChosenInTheTree) {
  open();
  choose({Kind::Domain, zone6});
  pick("app01");
  workspace.go(PageId::Topology, {Kind::Domain, zone2});
  workspace.go(PageId::Zoning);
  test::pump();
  EXPECT_EQ(zones().refOf(tree->currentIndex()), (ObjectRef{Kind::Domain, zone2}));
}

// --- the draft's own new objects ---

// Somebody else's zone gets the id that the draft has given to its own.
struct OwnNewZone : ZoningWorld {
  san::Id old = san.domain("old", {disk});
  ObjectRef mine, theirs;

  void make() {
    open();
    const ObjectRef fresh = workspace.draft().newObject(Kind::Domain);
    ASSERT_TRUE(workspace.edit(QStringLiteral("Mine"), {{san::EditOp::Create, fresh, {}, {}},
                                                        {san::EditOp::Set, fresh, "name", std::string("mine")}}));
    mine = nowMine();
    test::pump();
    tree->expandAll();
  }
  ObjectRef nowMine() {
    const auto id = workspace.draft().result().find(Kind::Domain, "mine");
    return id ? ObjectRef{Kind::Domain, *id} : ObjectRef{};
  }
  void othersCommit() {
    theirs = {Kind::Domain, san.domain("theirs", {disk})};
    ASSERT_EQ(theirs, mine) << "the same id";
    goOn();
  }
  void rebase() {
    window.actions().action(ActionId::Rebase)->trigger();
    test::pump();
    ASSERT_TRUE(nowMine());
    ASSERT_NE(nowMine(), mine) << "it has another id now";
  }
  AskStrip& strip() { return *window.page(PageId::Zoning)->findChild<AskStrip*>(); }
};

TEST_F(OwnNewZone, isStillTheOneThatIsChosenWhenTheDraftStandsOnThePresentSan) {
  make();
  choose(mine);
  othersCommit();
  rebase();
  EXPECT_EQ(zones().refOf(tree->currentIndex()), nowMine());
  EXPECT_NE(workspace.selection().current(), theirs);
  for (const QModelIndex& at : tree->selectionModel()->selectedRows()) EXPECT_NE(zones().refOf(at), theirs);
  tree->setFocus();
  press(Qt::Key_Delete);
  EXPECT_TRUE(workspace.draft().result().find(Kind::Domain, "theirs"));
  EXPECT_FALSE(workspace.draft().result().find(Kind::Domain, "mine"));
}

TEST_F(OwnNewZone, isNotWhatIsChosenWhereSomebodyElsesWasBeforeUndo) {
  make();
  othersCommit();
  rebase();
  choose(theirs);
  ASSERT_EQ(workspace.selection().current(), theirs);
  workspace.draft().undo().undo();
  test::pump();
  ASSERT_EQ(nowMine(), theirs) << "it has that id again";
  EXPECT_FALSE(workspace.selection().current());
  tree->setFocus();
  press(Qt::Key_Delete);
  EXPECT_TRUE(nowMine());
}

// A form in which a name is written.
struct OwnNewZoneInAForm : OwnNewZone {
  QPointer<ObjectWindow> formOf(ObjectRef ref) {
    auto* form = new ObjectWindow(workspace, {ref}, &window);
    form->show();
    form->findChild<QLineEdit*>(QStringLiteral("name"))->setText(QStringLiteral("another"));
    return form;
  }
  static QPushButton* put(const QPointer<ObjectWindow>& form) {
    if (form == nullptr || !form->isVisible() || !pumpUntil([&] { return !form->isBusy(); })) return nullptr;
    for (auto* one : form->findChildren<QPushButton*>()) {
      if (one->text() == QStringLiteral("Put into the draft")) return one;
    }
    return nullptr;
  }
};

TEST_F(OwnNewZoneInAForm, isStillTheOneThatIsChangedWhenTheDraftStandsOnThePresentSan) {
  make();
  const auto own = formOf(mine), other = formOf({Kind::Domain, old});
  othersCommit();
  rebase();
  ASSERT_NE(put(other), nullptr);
  ASSERT_NE(put(own), nullptr) << "with what was written there";
  const ObjectRef now = nowMine();
  put(own)->click();
  EXPECT_EQ(workspace.draft().result().get<san::Domain>(now.id)->name, "another");
  EXPECT_EQ(workspace.draft().result().get<san::Domain>(theirs.id)->name, "theirs");
}

TEST_F(OwnNewZoneInAForm, isNotWhatIsChangedWhereItIsTakenBackAndSomebodyElsesHasItsId) {
  make();
  const auto own = formOf(mine);
  othersCommit();
  workspace.draft().undo().undo();
  ASSERT_EQ(workspace.draft().result().get<san::Domain>(mine.id)->name, "theirs");
  ASSERT_NE(put(own), nullptr);
  EXPECT_FALSE(put(own)->isEnabled()) << "it would call theirs another";
}

TEST_F(OwnNewZone, theQuestionThatIsOpenAboutItIsLeftAndOthersStay) {
  make();
  choose(mine);
  window.actions().action(ActionId::Rename)->trigger();
  ASSERT_TRUE(strip().isVisible());
  othersCommit();
  rebase();
  EXPECT_FALSE(strip().isVisible()) << "it would call theirs otherwise";
  workspace.draft().undo().undo();
  choose({Kind::Domain, old});
  window.actions().action(ActionId::Rename)->trigger();
  rebase();
  EXPECT_TRUE(strip().isVisible());
}

TEST_F(OwnNewZone, isNotWhatBackLeadsToWhereItWasSomebodyElses) {
  make();
  choose({Kind::Domain, old});
  choose(mine);
  choose({Kind::Domain, old});
  othersCommit();
  rebase();
  workspace.goBack();
  EXPECT_NE(workspace.selection().current(), theirs);
}

TEST_F(OwnNewZone, isItsRowAlsoWhereTheDraftHasMovedWhileAnotherPageWasShown) {
  make();
  choose(mine);
  othersCommit();
  workspace.go(PageId::Topology);
  rebase();
  workspace.go(PageId::Zoning);
  test::pump();
  EXPECT_EQ(zones().indexOf(theirs).data().toString(), QStringLiteral("theirs"));
  EXPECT_EQ(zones().indexOf(nowMine()).data().toString(), QStringLiteral("mine"));
  EXPECT_EQ(zones().refOf(tree->currentIndex()), nowMine());
}

TEST_F(OwnNewZone, thatMayBeOneOfTwoIsNotRenamed) {
  make();
  choose(mine);
  EXPECT_EQ(window.actions().whyNot(ActionId::Rename).toStdString(), "");
  othersCommit();
  EXPECT_THAT(window.actions().whyNot(ActionId::Rename).toStdString(),
              testing::HasSubstr("theirs was made after the draft"));
}

TEST_F(ZoningWorld, hostsThatMayBeOneOfTwoMakeNoCluster) {
  const ObjectRef web{Kind::Host, san.create(Kind::Host, {{"name", std::string("web")}})};
  open();
  const ObjectRef fresh = workspace.draft().newObject(Kind::Host);
  ASSERT_TRUE(workspace.edit(QStringLiteral("Mine"), {{san::EditOp::Create, fresh, {}, {}},
                                                      {san::EditOp::Set, fresh, "name", std::string("mine")}}));
  const ObjectRef mine{Kind::Host, workspace.draft().result().find(Kind::Host, "mine").value_or(0)};
  workspace.selection().set({web, mine}, mine);
  EXPECT_EQ(window.actions().whyNot(ActionId::NewCluster).toStdString(), "");
  ASSERT_EQ(san.create(Kind::Host, {{"name", std::string("theirs")}}), mine.id);
  goOn();
  EXPECT_THAT(window.actions().whyNot(ActionId::NewCluster).toStdString(),
              testing::HasSubstr("theirs was made after the draft"));
}

}  // namespace
}  // namespace console

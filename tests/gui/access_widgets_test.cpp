// Why panel, inspector, omnibox and the Access page, driven as somebody drives them.
#include <gmock/gmock.h>

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QListView>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QVBoxLayout>

#include "console-gui/model/access_time.h"
#include "console-gui/model/access_why.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/pages/access_page.h"
#include "console-gui/widgets/inspector.h"
#include "console-gui/widgets/object_facts.h"
#include "console-gui/widgets/object_links.h"
#include "console-gui/widgets/omnibox.h"
#include "tests/gui/access_world.h"

namespace {

using namespace console;
using test::AccessWorld;

std::string textOf(const QWidget& widget) {
  std::string all;
  QCoreApplication::processEvents();  // what was made just now is shown by its layout
  for (const QLabel* label : widget.findChildren<QLabel*>()) {
    if (label->isVisibleTo(&widget)) all += label->text().toStdString() + "\n";
  }
  return all;
}

class AccessWidgetsTest : public testing::Test {
 protected:
  void open() {
    auto source = std::make_unique<test::TestSource>(world.san.done());
    source_ = source.get();
    workspace.setSource(std::move(source));
    // With what the rules say, which comes a moment later as another View: then nothing more comes by itself.
    ASSERT_TRUE(test::eventually([&] { return workspace.shown() && workspace.shown()->findings; }));
  }
  void select(san::Id host, san::Id unit) {
    workspace.selection().set({AccessWorld::ref(host), {san::Kind::LogicalUnit, unit}}, AccessWorld::ref(host));
  }

  AccessWorld world;
  Workspace workspace;
  test::TestSource* source_ = nullptr;
};

// --- why panel ---

TEST_F(AccessWidgetsTest, WhyShowsTheProofWithItsPath) {
  open();
  WhyPanel panel(workspace);
  panel.show();
  EXPECT_THAT(textOf(panel), testing::HasSubstr("Choose a cell"));
  panel.setCell(workspace.shown(), {AccessWorld::ref(world.web1), world.data}, {AccessState::Reachable});
  ASSERT_TRUE(test::eventually([&] { return panel.answer() != nullptr; }));
  EXPECT_THAT(textOf(panel), testing::HasSubstr("web1 reaches db-data, read-write."));
  EXPECT_THAT(textOf(panel), testing::HasSubstr("mapped"));
  EXPECT_THAT(textOf(panel), testing::HasSubstr("a session is there now"));
  EXPECT_EQ(panel.command().toStdString(), "sanctl reach web1 naa.6000000000000001 --why");
}

// The matrix is made anew a moment after the proof may be there.
TEST_F(AccessWidgetsTest, WhatTheCellIsComesIntoAProofThatIsThereAlready) {
  open();
  WhyPanel panel(workspace);
  panel.show();
  const HostAndUnit cell{AccessWorld::ref(world.web1), world.data};
  panel.setCell(workspace.shown(), cell, {});
  ASSERT_TRUE(test::eventually([&] { return panel.answer() != nullptr; }));
  EXPECT_THAT(textOf(panel), testing::Not(testing::HasSubstr("reachable and approved")));
  panel.setCell(workspace.shown(), cell, {AccessState::Reachable});
  EXPECT_THAT(textOf(panel), testing::HasSubstr("reachable and approved"));
}

TEST_F(AccessWidgetsTest, AProofThatIsShownAnewKeepsTheFocus) {
  open();
  WhyPanel panel(workspace);
  panel.show();
  panel.activateWindow();
  const HostAndUnit cell{AccessWorld::ref(world.bak1), world.data};
  panel.setCell(workspace.shown(), cell, {AccessState::Missing});
  ASSERT_TRUE(test::eventually([&] { return panel.answer() != nullptr; }));
  const auto mend = [&] {
    for (QPushButton* one : panel.findChildren<QPushButton*>()) {
      if (one->isVisible() && one->text() == QStringLiteral("Mend as draft")) return one;
    }
    return static_cast<QPushButton*>(nullptr);
  };
  // Who is shown in a layout comes with its next pass.
  QPushButton* first = nullptr;
  ASSERT_TRUE(test::eventually([&] { return (first = mend()) != nullptr; }));
  first->setFocus();
  ASSERT_EQ(QApplication::focusWidget(), first);
  const AccessWhyPtr before = panel.answer();
  panel.setCell(viewOf(workspace.shown()->snapshot(), AccessWorld::kNow), cell, {AccessState::Missing});
  ASSERT_TRUE(test::eventually([&] { return panel.answer() != before; }));
  QCoreApplication::processEvents();
  EXPECT_NE(mend(), first);
  EXPECT_EQ(QApplication::focusWidget(), mend());
}

TEST_F(AccessWidgetsTest, ANameIsATextAlsoWhereItLooksLikeMarkup) {
  const san::Id odd = world.host("<b>odd</b>");
  open();
  WhyPanel panel(workspace);
  panel.show();
  panel.setCell(workspace.shown(), {AccessWorld::ref(odd), world.data}, {});
  ASSERT_TRUE(test::eventually([&] { return panel.answer() != nullptr; }));
  std::size_t met = 0;
  for (const QLabel* label : panel.findChildren<QLabel*>()) {
    if (!label->text().contains(QStringLiteral("<b>odd"))) continue;
    ++met;
    EXPECT_EQ(label->textFormat(), Qt::PlainText) << label->text().toStdString();
  }
  EXPECT_GT(met, 1U) << "the answer and its mends";
}

TEST_F(AccessWidgetsTest, TheLinkOfASentenceIsTheNameAndNoPartOfAnother) {
  const san::Id set = world.san.domainSet("db", true, {world.zone});
  const san::Snapshot& snapshot = world.san.done();
  const QString linked =
      linkedSentence(snapshot, {san::Kind::DomainSet, set}, "Domain z_db05 is in the enabled set db.");
  EXPECT_TRUE(linked.startsWith(QStringLiteral("Domain z_db05 is in the enabled set <a "))) << linked.toStdString();
  EXPECT_TRUE(linked.endsWith(QStringLiteral(">db</a>.")));
}

TEST_F(AccessWidgetsTest, AMendBecomesAStepOfTheDraft) {
  open();
  WhyPanel panel(workspace);
  panel.show();
  panel.setCell(workspace.shown(), {AccessWorld::ref(world.bak1), world.data}, {AccessState::Missing});
  ASSERT_TRUE(test::eventually([&] { return panel.answer() != nullptr; }));
  ASSERT_FALSE(panel.answer()->why.mends.empty());
  EXPECT_THAT(textOf(panel), testing::HasSubstr("What would mend it"));
  for (QPushButton* button : panel.findChildren<QPushButton*>()) {
    if (button->text() != QStringLiteral("Copy as sanctl command")) continue;
    button->click();
    break;
  }
  const std::string copied = QGuiApplication::clipboard()->text().toStdString();
  EXPECT_THAT(copied, testing::HasSubstr("Let bak1 reach db-data")) << "what mends it, and not what asks";
  EXPECT_THAT(copied, testing::HasSubstr("\"op\""));
  EXPECT_TRUE(panel.mend(0));
  EXPECT_FALSE(workspace.draft().isEmpty());
  EXPECT_EQ(workspace.draft().undo().undoText().toStdString(), "Let bak1 reach db-data");
}

TEST_F(AccessWidgetsTest, MendsOfTwoCellsDoNotMeetInTheDraft) {
  open();
  WhyPanel panel(workspace);
  panel.show();
  AccessWhyPtr before;
  for (const san::Id host : {world.bak1, world.app1}) {
    panel.setCell(workspace.shown(), {AccessWorld::ref(host), world.data}, {AccessState::Missing});
    ASSERT_TRUE(test::eventually([&] { return panel.answer() != before; }));
    before = panel.answer();
    ASSERT_FALSE(before->why.mends.empty());
    EXPECT_TRUE(panel.mend(0)) << workspace.notices().all().back().detail.toStdString();
  }
  EXPECT_EQ(workspace.draft().undo().count(), 2);
}

TEST_F(AccessWidgetsTest, WhoMayNotDraftIsToldWhy) {
  open();
  source_->who_.rights = {"san.read"};
  WhyPanel panel(workspace);
  panel.show();
  panel.setCell(workspace.shown(), {AccessWorld::ref(world.bak1), world.data}, {AccessState::Missing});
  ASSERT_TRUE(test::eventually([&] { return panel.answer() != nullptr; }));
  bool found = false;
  for (const QPushButton* button : panel.findChildren<QPushButton*>()) {
    if (button->text() != QStringLiteral("Mend as draft")) continue;
    found = true;
    EXPECT_FALSE(button->isEnabled());
    EXPECT_THAT(button->toolTip().toStdString(), testing::HasSubstr("change.draft"));
  }
  EXPECT_TRUE(found);
  source_->who_.rights = {"san.read", "change.draft"};
  emit workspace.statusChanged();
  QCoreApplication::processEvents();
  found = false;
  for (const QPushButton* button : panel.findChildren<QPushButton*>())
    found = found || (button->isVisible() && button->text() == QStringLiteral("Mend as draft") && button->isEnabled());
  EXPECT_TRUE(found) << "and as soon as he may, he can";
}

TEST_F(AccessWidgetsTest, WhatIsWantedMayWorkWhereWhatIsAppliedDoesNot) {
  const san::Id target = world.disk1;
  world.san.map(AccessWorld::ref(world.app1), target, world.log, 1);
  open();
  WhyPanel panel(workspace);
  panel.show();
  panel.setCell(workspace.shown(), {AccessWorld::ref(world.app1), world.log}, {AccessState::VisibleOnly});
  ASSERT_TRUE(test::eventually([&] { return panel.answer() != nullptr; }));
  EXPECT_NE(panel.answer()->why.cell.works, san::Truth::Yes);
  panel.setBasis(san::Basis::Desired);
  ASSERT_TRUE(test::eventually([&] { return panel.answer()->why.basis == san::Basis::Desired; }));
  EXPECT_EQ(panel.answer()->why.cell.works, san::Truth::Yes);
}

// --- inspector ---

TEST_F(AccessWidgetsTest, TheInspectorTellsWhatIsKnownOfTheSelectedObject) {
  open();
  Inspector inspector(workspace);
  inspector.resize(360, 800);
  inspector.show();
  EXPECT_THAT(textOf(inspector), testing::HasSubstr("Nothing is selected"));
  workspace.selection().select({san::Kind::Node, world.node("web1")});
  EXPECT_THAT(textOf(inspector), testing::HasSubstr("iqn.2026-01.example:web1"));
  EXPECT_THAT(textOf(inspector), testing::HasSubstr("discovery domains"));
  EXPECT_THAT(textOf(inspector), testing::HasSubstr(">db<"));
  EXPECT_THAT(textOf(inspector), testing::HasSubstr("made"));
  workspace.setSanWords(true);
  EXPECT_THAT(textOf(inspector), testing::HasSubstr("zones"));
}

TEST_F(AccessWidgetsTest, TheInspectorSaysFindingsAboutTheObject) {
  open();
  ASSERT_TRUE(test::eventually([&] { return workspace.shown()->findings != nullptr; }));
  const auto found = findingsAbout(*workspace.shown(), AccessWorld::ref(world.web2));
  ASSERT_FALSE(found.empty());
  Inspector inspector(workspace);
  inspector.resize(360, 800);
  inspector.show();
  workspace.selection().select(AccessWorld::ref(world.web2));
  EXPECT_THAT(textOf(inspector), testing::HasSubstr("R16"));
  select(world.web2, world.cards);
  EXPECT_THAT(textOf(inspector), testing::HasSubstr("web2 reaches cards"));
}

// Somebody reports: another View comes, of the same revision or of another one.
class InspectorTest : public AccessWidgetsTest {
 protected:
  void SetUp() override {
    open();
    inspector.resize(360, 800);
    inspector.show();
    inspector.activateWindow();
    workspace.selection().select(AccessWorld::ref(world.web1));
    QCoreApplication::processEvents();
  }
  void report() {
    const ViewPtr before = workspace.shown();
    source_->put(world.san.done());
    ASSERT_TRUE(test::eventually([&] { return workspace.shown() != before; }));
    QCoreApplication::processEvents();
  }
  QPushButton* button(const char* text) {
    for (QPushButton* one : inspector.findChildren<QPushButton*>()) {
      if (one->isVisible() && one->text() == QLatin1String(text)) return one;
    }
    return nullptr;
  }
  void rename(const char* name) { world.san.set(AccessWorld::ref(world.web1), "name", std::string(name)); }

  Inspector inspector{workspace};
};

TEST_F(InspectorTest, WhatIsTheSameStaysAndKeepsTheFocusAsTheSanGoesOn) {
  ASSERT_TRUE(test::eventually([&] { return button("Copy name") != nullptr; }));
  const QPointer<QPushButton> copy = button("Copy name");
  copy->setFocus();
  ASSERT_EQ(QApplication::focusWidget(), copy);
  report();
  ASSERT_TRUE(copy);
  EXPECT_EQ(QApplication::focusWidget(), copy);
  world.san.create(san::Kind::Site, {{"name", std::string("Bern")}});
  report();
  ASSERT_TRUE(copy) << "that of another revision says the same of the object";
  rename("web9");
  report();
  ASSERT_TRUE(test::eventually([&] { return button("Copy name") != nullptr; }));
  EXPECT_EQ(QApplication::focusWidget(), button("Copy name")) << "by its place";
  EXPECT_EQ(button("Copy name")->toolTip(), QStringLiteral("web9"));
}

TEST_F(InspectorTest, WhatIsPressedOnIsThereStillAtTheRelease) {
  ASSERT_TRUE(test::eventually([&] { return button("Edit...") != nullptr; }));
  const QPointer<QPushButton> edit = button("Edit...");
  int asked = 0;
  QObject::connect(&inspector, &Inspector::editAsked, &inspector, [&] { ++asked; });
  QTest::mousePress(edit, Qt::LeftButton);
  rename("web9");
  report();
  ASSERT_TRUE(edit);
  QTest::mouseRelease(edit, Qt::LeftButton);
  EXPECT_EQ(asked, 1);
  const auto renamed = [&] {
    const QPushButton* copy = button("Copy name");
    return copy != nullptr && copy->toolTip() == QStringLiteral("web9");
  };
  EXPECT_TRUE(test::eventually(renamed)) << "what came meanwhile comes after it";
}

TEST_F(AccessWidgetsTest, AMendThatIsPressedOnIsThereStillAtTheRelease) {
  open();
  WhyPanel panel(workspace);
  panel.resize(500, 900);
  panel.show();
  const HostAndUnit cell{AccessWorld::ref(world.bak1), world.data};
  int answers = 0;
  QObject::connect(&panel, &WhyPanel::answered, &panel, [&] { ++answers; });
  panel.setCell(workspace.shown(), cell, {AccessState::Missing});
  ASSERT_TRUE(test::eventually([&] { return answers == 1; }));
  QPointer<QPushButton> mend;
  ASSERT_TRUE(test::eventually([&] {
    for (QPushButton* one : panel.findChildren<QPushButton*>()) {
      if (mend == nullptr && one->isVisible() && one->text() == QStringLiteral("Mend as draft")) mend = one;
    }
    return mend != nullptr;
  }));
  const AccessWhyPtr shown = panel.answer();
  QTest::mousePress(mend, Qt::LeftButton);
  panel.setCell(viewOf(workspace.shown()->snapshot(), AccessWorld::kNow), cell, {AccessState::Missing});
  ASSERT_TRUE(test::eventually([&] { return answers == 2; }));
  QCoreApplication::processEvents();
  ASSERT_TRUE(mend);
  EXPECT_EQ(panel.answer(), shown) << "what is mended is what is shown";
  QTest::mouseRelease(mend, Qt::LeftButton);
  EXPECT_FALSE(workspace.draft().isEmpty());
  EXPECT_TRUE(test::eventually([&] { return panel.answer() != shown; }));
}

TEST_F(AccessWidgetsTest, AnObjectThatIsGoneIsSaidToBeGone) {
  open();
  Inspector inspector(workspace);
  inspector.show();
  workspace.selection().select({san::Kind::Host, 9999});
  EXPECT_THAT(textOf(inspector), testing::HasSubstr("It is not there"));
}

TEST_F(AccessWidgetsTest, HistorySaysSinceWhenMembersAreIn) {
  const auto entries = historyOf(world.san.done(), {san::Kind::Domain, world.zone});
  ASSERT_FALSE(entries.empty());
  EXPECT_THAT(entries.back().what.toStdString(), testing::HasSubstr("made"));
  EXPECT_TRUE(historyOf(world.san.done(), {san::Kind::Domain, 999}).empty());
}

// The domains of a change set are stored in a revision of their own, behind that of its record.
TEST_F(AccessWidgetsTest, WhoZonedIsNamedInTheHistoryAndInTheProof) {
  const san::Id change = world.san.create(
      san::Kind::ChangeSet, {{"author", std::string("ann")}, {"committed_at", std::uint64_t{AccessWorld::kNow}}});
  const san::Id late = world.host("late");
  world.san.add({san::Kind::Domain, world.zone}, "nodes", {san::Kind::Node, world.node("late")});
  const san::Revision zoned = world.san.done().revision;
  world.san.set({san::Kind::ChangeSet, change}, "zoned", zoned);
  const auto entries = historyOf(world.san.done(), {san::Kind::Domain, world.zone});
  ASSERT_FALSE(entries.empty());
  EXPECT_EQ(entries.front().revision, zoned);
  EXPECT_EQ(entries.front().who, QStringLiteral("ann"));
  EXPECT_EQ(entries.front().change, (san::ObjectRef{san::Kind::ChangeSet, change}));

  const auto index = std::make_shared<const san::SanIndex>(world.san.done());
  const AccessWhyPtr why = whyOf(index, san::Basis::Desired, AccessWorld::ref(late), world.data);
  const auto made = why->changes.find(zoned);
  ASSERT_NE(made, why->changes.end());
  EXPECT_EQ(made->second, change);
  EXPECT_EQ(why->times.at(zoned), AccessWorld::kNow);
}

// --- omnibox ---

class OmniboxTest : public AccessWidgetsTest {
 protected:
  OmniboxTest() {
    window.resize(900, 600);
    auto* layout = new QVBoxLayout(&window);
    box = new Omnibox(workspace, &window);
    other = new QPushButton(&window);
    layout->addWidget(box);
    layout->addWidget(other);
    layout->addStretch();
    open();
    box->setCommands({{QStringLiteral("fit"), QStringLiteral("Fit the matrix"), QStringLiteral("Ctrl+0"),
                       QStringLiteral("Shows all"), [this] { ++fitted; }},
                      {QStringLiteral("quit"), QStringLiteral("Quit"), {}, {}, {}}});
    window.show();
    other->setFocus();
    QApplication::setActiveWindow(&window);
  }
  [[nodiscard]] std::vector<std::string> rows() const {
    std::vector<std::string> all;
    for (int row = 0; row < box->model().rowCount(); ++row) {
      const QModelIndex index = box->model().index(row);
      all.push_back((index.data(OmniboxModel::HeadRole).toBool() ? "*" : "") + index.data().toString().toStdString());
    }
    return all;
  }

  QWidget window;
  Omnibox* box = nullptr;
  QPushButton* other = nullptr;
  int fitted = 0;
};

TEST_F(OmniboxTest, ObjectsComeInGroupsAndEnterSelectsTheFirst) {
  box->open();
  QTest::keyClicks(box, QStringLiteral("web2"));
  EXPECT_THAT(rows(), testing::Contains("*hosts"));
  EXPECT_EQ(box->currentRow(), 1);
  QSignalSpy chosen(box, &Omnibox::objectChosen);
  QTest::keyClick(box, Qt::Key_Return);
  EXPECT_EQ(workspace.selection().current(), AccessWorld::ref(world.web2));
  EXPECT_EQ(chosen.count(), 1);
  EXPECT_FALSE(box->isOpen());
  EXPECT_TRUE(box->text().isEmpty());
}

TEST_F(OmniboxTest, ArrowsPassOverHeadsAndGoRound) {
  box->open();
  QTest::keyClicks(box, QStringLiteral("fit"));
  ASSERT_THAT(rows(), testing::ElementsAre("*Commands", "Fit the matrix"));
  EXPECT_EQ(box->currentRow(), 1);
  QTest::keyClick(box, Qt::Key_Down);
  EXPECT_EQ(box->currentRow(), 1);
  QTest::keyClick(box, Qt::Key_Return);
  EXPECT_EQ(fitted, 1);
}

// The SAN moves all the time: what Enter takes is what somebody has gone to.
TEST_F(OmniboxTest, WhatIsChosenStaysSoWhenTheSanMovesAndNothingTakesItsPlace) {
  const auto move = [&] {
    source_->put(world.san.done());
    ASSERT_TRUE(test::eventually([&] { return workspace.shown()->revision() == world.san.done().revision; }));
  };
  const auto chosen = [&] { return box->model().index(box->currentRow()).data().toString().toStdString(); };
  box->open();
  QTest::keyClicks(box, QStringLiteral("web"));
  QTest::keyClick(box, Qt::Key_Down);
  ASSERT_EQ(chosen(), "web2");
  (void)world.host("web0");
  move();
  ASSERT_THAT(rows(), testing::Contains("web0"));
  EXPECT_EQ(chosen(), "web2");
  world.san.erase(AccessWorld::ref(world.web2));
  move();
  EXPECT_EQ(box->currentRow(), -1);
  QTest::keyClick(box, Qt::Key_Return);
  EXPECT_FALSE(workspace.selection().current());
}

TEST_F(OmniboxTest, AFilterThatHoldsIsOfferedToAllPages) {
  box->open();
  QTest::keyClicks(box, QStringLiteral("kind:host name:web*"));
  EXPECT_EQ(box->model().filterState(), ObjectFilter::State::Holds);
  EXPECT_THAT(rows(), testing::ElementsAre("*Filter", "Show only these on every page", "*Objects that meet it", "web1",
                                           "web2"));
  QTest::keyClick(box, Qt::Key_Return);
  EXPECT_EQ(workspace.filter().text().toStdString(), "kind:host name:web*");
}

TEST_F(OmniboxTest, AFilterThatCannotBeReadSaysWhatIsWrong) {
  box->open();
  QTest::keyClicks(box, QStringLiteral("kind:hots"));
  EXPECT_EQ(box->model().filterState(), ObjectFilter::State::Wrong);
  EXPECT_FALSE(box->model().message().isEmpty());
  EXPECT_EQ(box->property("state").toString().toStdString(), "wrong");
  QTest::keyClick(box, Qt::Key_Return);
  EXPECT_TRUE(workspace.filter().text().isEmpty());
}

TEST_F(OmniboxTest, NamesWithColonsAreSearchedFor) {
  box->open();
  QTest::keyClicks(box, QStringLiteral("iqn.2026-01.example:web1"));
  EXPECT_EQ(box->model().filterState(), ObjectFilter::State::Empty);
  EXPECT_THAT(rows(), testing::Contains("*nodes"));
}

TEST_F(OmniboxTest, WhatWasUsedLastComesFirst) {
  box->open();
  QTest::keyClicks(box, QStringLiteral("bak1"));
  QTest::keyClick(box, Qt::Key_Return);
  box->open();
  ASSERT_GE(rows().size(), 2U);
  EXPECT_EQ(rows()[0], "*Recent");
  EXPECT_EQ(rows()[1], "bak1");
}

TEST_F(OmniboxTest, EscapeGivesTheFocusBack) {
  other->setFocus();
  box->open();
  EXPECT_TRUE(box->hasFocus());
  QTest::keyClick(box, Qt::Key_Escape);
  EXPECT_FALSE(box->isOpen());
  EXPECT_TRUE(other->hasFocus());
}

// --- page ---

class AccessPageTest : public AccessWidgetsTest {
 protected:
  AccessPageTest() : page(workspace) { page.resize(1280, 800); }
  void show() {
    open();
    page.show();
    ASSERT_TRUE(test::eventually([&] { return page.model().grid() != nullptr; }));
  }
  [[nodiscard]] std::size_t rows() { return page.model().grid()->rows(); }
  AccessPage page;
};

TEST_F(AccessPageTest, WithoutASourceItSaysWhatToDo) {
  page.show();
  EXPECT_THAT(textOf(page), testing::HasSubstr("Nothing is open"));
}

TEST_F(AccessPageTest, ByKeyboardFromACellToItsProofAndItsMend) {
  show();
  page.canvas().setFocus();
  select(world.bak1, world.data);
  ASSERT_TRUE(test::eventually([&] { return page.why().answer() != nullptr; }));
  EXPECT_THAT(textOf(page.why()), testing::HasSubstr("bak1 cannot reach db-data."));
  QTest::keyClick(&page.canvas(), Qt::Key_Return);
  EXPECT_TRUE(page.why().isAncestorOf(page.focusWidget()));
  EXPECT_TRUE(page.why().mend(0));
  ASSERT_TRUE(test::eventually([&] { return !page.canvas().marks().empty(); }));
  const MatrixPlace at = *page.canvas().current();
  EXPECT_EQ(page.canvas().lookAt(at).turn, san::Turn::Gained);
  EXPECT_TRUE(page.canvas().lookAt(at).changed);
}

TEST_F(AccessPageTest, ADoubleClickOnANameAsksForTheInspector) {
  show();
  std::vector<san::ObjectRef> asked;
  QObject::connect(&page, &AccessPage::inspect, [&](san::ObjectRef object) { asked.push_back(object); });
  MatrixCanvas& canvas = page.canvas();
  const MatrixPlace at{*canvas.grid()->rowOf(AccessWorld::ref(world.web2)), 0};
  QTest::mouseDClick(canvas.viewport(), Qt::LeftButton, {}, {20, canvas.cellRect(at).center().y()});
  EXPECT_EQ(asked, std::vector{AccessWorld::ref(world.web2)});
}

TEST_F(AccessPageTest, ChoicesSayWhatIsShown) {
  show();
  AccessOptions options;
  options.rowGroup = AccessGroup::Cluster;
  options.order = AccessOrder::Similarity;
  page.model().setOptions(options);
  ASSERT_TRUE(test::eventually([&] { return !page.isBusy(); }));
  QStringList shown;
  for (const QComboBox* box : page.findChildren<QComboBox*>()) shown << box->currentText();
  EXPECT_TRUE(shown.contains(QStringLiteral("by cluster")));
  EXPECT_TRUE(shown.contains(QStringLiteral("by similarity")));
}

TEST_F(AccessPageTest, WhoReachesAUnitNarrowsToItsHosts) {
  show();
  workspace.selection().select({san::Kind::LogicalUnit, world.data});
  const auto questions = accessQuestions(*workspace.shown(), workspace.selection().objects());
  EXPECT_EQ(questions[0].text.toStdString(), "Who reaches db-data?");
  EXPECT_FALSE(questions[1].whyNot.isEmpty());
  page.ask(questions[0]);
  ASSERT_EQ(workspace.filter().state(), ObjectFilter::State::Holds) << workspace.filter().message().toStdString();
  ASSERT_TRUE(test::eventually([&] { return rows() == 2; }));
  EXPECT_EQ(page.model().grid()->columns(), 1U);
}

TEST_F(AccessPageTest, WhatAHostReachesNarrowsToItsUnits) {
  show();
  workspace.selection().select(AccessWorld::ref(world.web2));
  page.ask(accessQuestions(*workspace.shown(), workspace.selection().objects())[1]);
  ASSERT_TRUE(test::eventually([&] { return rows() == 1; }));
  EXPECT_EQ(page.model().grid()->columns(), 2U);
}

TEST_F(AccessPageTest, SavedQuestionsAreOffered) {
  world.san.create(san::Kind::SavedQuestion,
                   {{"name", std::string("Web hosts")}, {"question", std::string("kind:host name:web*")}});
  show();
  const auto questions = accessQuestions(*workspace.shown(), {});
  ASSERT_EQ(questions.size(), 5U);
  page.ask(questions.back());
  ASSERT_TRUE(test::eventually([&] { return rows() == 2; }));
}

TEST_F(AccessPageTest, WhatIsSharedOutsideOfAClusterComesFromItsRule) {
  show();
  ASSERT_TRUE(test::eventually([&] { return workspace.shown()->findings != nullptr; }));
  page.ask(accessQuestions(*workspace.shown(), {})[2]);
  ASSERT_TRUE(test::eventually([&] { return page.model().grid()->columns() == 1; }));
  EXPECT_EQ(page.model().grid()->column(0).title.toStdString(), "db-data");
  EXPECT_THAT(textOf(page), testing::HasSubstr("Shared outside of a cluster: 1"));
}

TEST_F(AccessPageTest, TwoRevisionsAreComparedAndOnlyWhatChangedIsShown) {
  const san::Snapshot before = world.san.done();
  world.san.remove({san::Kind::Domain, world.zone}, "nodes", {san::Kind::Node, world.node("web1")});
  show();
  source_->keep(before);
  page.model().compareWith(before.revision, true);
  ASSERT_TRUE(test::eventually([&] { return page.model().comparison() && rows() == 1; }));
  EXPECT_THAT(textOf(page), testing::HasSubstr("0 cells gained, 1 lost"));
  EXPECT_TRUE(page.canvas().lookAt({0, 0}).changed);
  page.model().endComparison();
  ASSERT_TRUE(test::eventually([&] { return rows() == 5; }));
}

TEST_F(AccessPageTest, ThePastIsShownAsItWas) {
  const san::Snapshot before = world.san.done();
  world.host("fresh");
  show();
  source_->keep(before);
  EXPECT_EQ(rows(), 6U);
  workspace.showPast(before.revision);
  ASSERT_TRUE(test::eventually([&] { return rows() == 5; }));
  page.backToPresent();
  ASSERT_TRUE(test::eventually([&] { return rows() == 6; }));
}

TEST_F(AccessPageTest, AFilterThatLeavesNothingOffersToClearIt) {
  show();
  workspace.filter().setText(QStringLiteral("kind:host name:nobody"));
  ASSERT_TRUE(test::eventually([&] { return rows() == 0; }));
  EXPECT_THAT(textOf(page), testing::HasSubstr("Nothing meets the filter"));
}

TEST_F(AccessPageTest, ExportsGoToAFileAndSaySo) {
  show();
  QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("a.csv"));
  page.exportCsv(path);
  ASSERT_TRUE(test::eventually([&] { return QFile::exists(path); }));
  ASSERT_TRUE(test::eventually([&] { return !page.isBusy(); }));
  page.exportPng(folder.filePath(QStringLiteral("a.png")));
  EXPECT_TRUE(page.isBusy()) << "it is painted off the UI thread";
  ASSERT_TRUE(test::eventually([&] { return !page.isBusy(); }));
  page.exportSvg(folder.filePath(QStringLiteral("a.svg")));
  ASSERT_TRUE(test::eventually([&] { return !page.isBusy(); }));
  EXPECT_GT(QFile(folder.filePath(QStringLiteral("a.png"))).size(), 1000);
  EXPECT_GT(QFile(folder.filePath(QStringLiteral("a.svg"))).size(), 1000);
  page.exportPng(folder.filePath(QStringLiteral("no/such/a.png")));
  ASSERT_TRUE(test::eventually([&] { return !page.isBusy(); }));
  ASSERT_FALSE(workspace.notices().all().empty());
  EXPECT_EQ(workspace.notices().all().back().level, Notice::Level::Fault);
}

TEST_F(AccessPageTest, whatIsExportedWhileAnotherFileIsWrittenIsWrittenAfterItAndToldOf) {
  show();
  QTemporaryDir folder;
  const auto path = [&](const char* ending) { return folder.filePath(QStringLiteral("a.") + QLatin1String(ending)); };
  page.exportPng(path("png"));
  page.exportSvg(path("svg"));
  page.exportCsv(path("csv"));
  ASSERT_TRUE(test::eventually([&] { return !page.isBusy(); }));
  for (const char* one : {"png", "svg", "csv"}) {
    EXPECT_TRUE(QFile::exists(path(one))) << one;
    EXPECT_TRUE(std::ranges::any_of(workspace.notices().all(), [&](const Notice& notice) {
      return notice.level == Notice::Level::Success && notice.title.contains(path(one));
    })) << one;
  }
}

TEST_F(AccessPageTest, AHiddenPageWorksNothingOut) {
  open();
  EXPECT_EQ(page.model().grid(), nullptr);
  EXPECT_FALSE(page.model().isBusy());
}

TEST_F(AccessPageTest, EachTabStopHasAName) {
  show();
  for (QWidget* one : page.findChildren<QWidget*>()) {
    if (!one->isVisible() || (one->focusPolicy() & Qt::TabFocus) == 0) continue;
    QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(one);
    ASSERT_NE(accessible, nullptr);
    EXPECT_FALSE(accessible->text(QAccessible::Name).isEmpty()) << one->metaObject()->className();
  }
}

TEST(AccessTimeTest, RevisionsAndTimesAreRead) {
  test::SanBuilder san;
  san.create(san::Kind::ChangeSet, {{"author", std::string("alice")}, {"committed_at", std::uint64_t{1'700'000'000}}});
  san.create(san::Kind::ChangeSet, {{"author", std::string("bob")}, {"committed_at", std::uint64_t{1'700'100'000}}});
  EXPECT_EQ(*revisionMeant(san.done(), QStringLiteral("rev 1")), 1U);
  EXPECT_FALSE(revisionMeant(san.done(), QStringLiteral("99")));
  EXPECT_FALSE(revisionMeant(san.done(), QStringLiteral("0")));
  EXPECT_FALSE(revisionMeant(san.done(), QStringLiteral("soon")));
  EXPECT_FALSE(revisionMeant(san.done(), QStringLiteral("1999-01-01")));
  EXPECT_EQ(*revisionMeant(san.done(), QStringLiteral("2030-01-01")), 2U);
  EXPECT_EQ(*revisionMeant(san.done(), timeText(1'700'050'000)), 1U);
}

}  // namespace

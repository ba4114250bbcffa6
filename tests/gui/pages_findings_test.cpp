// The findings page by keyboard, its tree, and the feed, on the demo SAN.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QTextBrowser>
#include <QTreeView>
#include <map>

#include "console-gui/canvas/theme.h"
#include "console-gui/client/demo_source.h"
#include "console-gui/model/feed.h"
#include "console-gui/model/finding_deeds.h"
#include "console-gui/pages/findings_page.h"
#include "console-gui/widgets/ask_strip.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/support/san_builder.h"

namespace console {
namespace {

constexpr san::Seconds kTime = 1'795'788'000;

ViewPtr demoView(std::size_t fromEnd = 0) {
  const auto history = demoHistory(kTime);
  return viewOf(history[history.size() - 1 - fromEnd].snapshot, kTime);
}

struct PageWorld {
  Workspace workspace;
  FindingsPage page{workspace};
  PageWorld() {
    workspace.setSource(std::make_unique<DemoSource>(kTime));
    page.resize(1500, 850);
    page.show();
    EXPECT_TRUE(QTest::qWaitFor([&] { return workspace.present() && workspace.present()->findings; }, 20'000));
  }
  QTreeView* tree() { return page.findChild<QTreeView*>(); }
  QPushButton* button(const char* text) {
    for (auto* one : page.findChildren<QPushButton*>()) {
      if (one->text() == QLatin1String(text)) return one;
    }
    return nullptr;
  }
  // Opens every rule and goes to the first finding for which `holds`.
  bool choose(const std::function<bool()>& holds) {
    tree()->expandAll();
    tree()->setFocus();
    QTest::keyClick(tree(), Qt::Key_Home);
    for (int i = 0; i < 500; ++i) {
      if (holds()) return true;
      QTest::keyClick(tree(), Qt::Key_Down);
    }
    return false;
  }
};

TEST(FindingTree, keepsItsRowsWhenTheViewChangesAndIsAModel) {
  FindingTree tree;
  QAbstractItemModelTester tester(&tree, QAbstractItemModelTester::FailureReportingMode::Fatal);
  ObjectFilter objects;
  const ViewPtr before = demoView(4);
  const ViewPtr after = demoView();
  tree.setView(before, kTime, objects);
  const auto shown = tree.shown();
  EXPECT_EQ(shown, before->findings->open());
  int resets = 0;
  QObject::connect(&tree, &QAbstractItemModel::modelReset, [&] { ++resets; });
  tree.setView(after, kTime, objects);
  EXPECT_EQ(tree.shown(), after->findings->open());
  tree.setView(before, kTime, objects);
  EXPECT_EQ(tree.shown(), shown);
  EXPECT_EQ(resets, 0);
}

TEST(FindingTree, hasTheRuleWithTheWorstFindingFirstAndMovesItWhereThatChanges) {
  FindingTree tree;
  QAbstractItemModelTester tester(&tree, QAbstractItemModelTester::FailureReportingMode::Fatal);
  ObjectFilter objects;
  auto view = std::make_shared<View>(*demoView());
  tree.setView(view, kTime, objects);
  const auto worst = [&](int row) { return tree.findingOf(tree.index(0, 0, tree.index(row, 0)))->severity; };
  for (int row = 1; row < tree.rowCount(); ++row) EXPECT_GE(worst(row - 1), worst(row)) << row;
  const int last = tree.rowCount() - 1;
  const QPersistentModelIndex kept = tree.index(last, 0);
  const std::string_view rule = tree.ruleOf(kept)->id;
  auto findings = *view->findings;
  for (san::Finding& one : findings.list) {
    if (one.rule == rule) one.severity = san::Severity::Critical;
  }
  auto after = std::make_shared<View>(*view);
  after->findings = std::make_shared<const san::Findings>(std::move(findings));
  tree.setView(after, kTime, objects);
  EXPECT_LT(kept.row(), last);
  EXPECT_EQ(tree.ruleOf(kept)->id, rule);
}

TEST(FindingTree, showsOnlyTheRulesAndSeveritiesThatAreAskedFor) {
  FindingTree tree;
  ObjectFilter objects;
  tree.setView(demoView(), kTime, objects);
  FindingFilter filter;
  filter.rules = QStringList{QStringLiteral("R16")};
  tree.setFilter(filter, objects);
  ASSERT_EQ(tree.rowCount(), 1);
  EXPECT_EQ(tree.ruleOf(tree.index(0, 0))->id, "R16");
  filter = {};
  filter.atLeast = san::Severity::High;
  tree.setFilter(filter, objects);
  EXPECT_EQ(tree.shown(), demoView()->findings->open(san::Severity::High));
}

TEST(FindingsPage, aMendBecomesAStepOfTheDraftByKeyboard) {
  PageWorld world;
  ASSERT_TRUE(world.choose([&] { return world.page.whyNoMend().isEmpty(); }));
  auto* mend = world.button("Mend as draft");
  ASSERT_NE(mend, nullptr);
  mend->setFocus();
  QTest::keyClick(mend, Qt::Key_Space);
  EXPECT_FALSE(world.workspace.draft().isEmpty());
  EXPECT_TRUE(world.workspace.draft().undo().undoText().startsWith(QStringLiteral("Mend R")));
}

TEST(FindingsPage, twoMendsThatMakeObjectsDoNotMeetInTheDraft) {
  san::Finding finding;
  finding.mend.edits = {{san::EditOp::Create, {san::Kind::Cluster, san::kFirstProvisional}, {}, {}}};
  Draft draft;
  draft.setPresent(demoView());
  ASSERT_EQ(draft.push(QStringLiteral("one"),
                       {{san::EditOp::Create, {san::Kind::Site, san::kFirstProvisional}, {}, {}},
                        {san::EditOp::Set, {san::Kind::Site, san::kFirstProvisional}, "name", std::string("Bern")}}),
            QString());
  EXPECT_EQ(draft.ofPresent(finding.mend.edits)->front().object.id, san::kFirstProvisional + 1);
}

TEST(FindingsPage, aMendOfWhatCameAfterTheDraftWasBegunDoesNotMeanTheNewObjectOfTheDraft) {
  test::SanBuilder san;
  (void)san.domain("old", {});
  Workspace workspace;
  auto own = std::make_unique<test::TestSource>(san.done());
  test::TestSource* source = own.get();
  workspace.setSource(std::move(own));
  ASSERT_TRUE(test::pumpUntil([&] { return workspace.present() != nullptr; }));
  const san::ObjectRef fresh = workspace.draft().newObject(san::Kind::Domain);
  ASSERT_TRUE(workspace.edit(QStringLiteral("Mine"), {{san::EditOp::Create, fresh, {}, {}},
                                                      {san::EditOp::Set, fresh, "name", std::string("mine")}}));
  const san::Id theirs = san.domain("theirs", {});
  ASSERT_EQ(workspace.draft().result().find(san::Kind::Domain, "mine"), theirs) << "the same id";
  source->put(san.done());
  ASSERT_TRUE(test::pumpUntil([&] { return workspace.present()->revision() == san.done().revision; }));
  const san::ObjectRef selected{san::Kind::Domain, theirs};
  ASSERT_FALSE(workspace.editOfPresent(QStringLiteral("Mend"), {{san::EditOp::Erase, selected, {}, {}}}));
  EXPECT_EQ(workspace.draft().edits().size(), 2U);
  EXPECT_TRUE(workspace.notices().all().back().detail.startsWith(QStringLiteral("theirs was made after the draft")));
  EXPECT_FALSE(workspace.draft().whyMistakable(std::vector{selected}).isEmpty())
      << "nor is it deleted as it is selected";
  EXPECT_TRUE(workspace.draft().isBehind());
  ASSERT_TRUE(workspace.draft().rebase());
  EXPECT_TRUE(workspace.editOfPresent(QStringLiteral("Mend"), {{san::EditOp::Erase, selected, {}, {}}}));
  EXPECT_TRUE(workspace.draft().result().find(san::Kind::Domain, "mine"));
  EXPECT_FALSE(workspace.draft().result().find(san::Kind::Domain, "theirs"));
}

TEST(FindingsPage, aWaiverAsksForAReasonInPlaceAndEscLeavesIt) {
  PageWorld world;
  ASSERT_TRUE(world.choose([&] { return world.page.whyNoWaive().isEmpty(); }));
  auto* strip = world.page.findChild<AskStrip*>();
  auto* reason = strip->findChild<QLineEdit*>();
  world.page.waiveChosen();
  ASSERT_TRUE(strip->isVisible());
  QTest::keyClick(reason, Qt::Key_Escape);
  EXPECT_FALSE(strip->isVisible());
  world.page.waiveChosen();
  QTest::keyClick(reason, Qt::Key_Return);  // no reason yet
  EXPECT_TRUE(world.workspace.draft().isEmpty());
  QTest::keyClicks(reason, QStringLiteral("Known and accepted"));
  QTest::keyClick(reason, Qt::Key_Return);
  ASSERT_FALSE(world.workspace.draft().isEmpty());
  EXPECT_EQ(world.workspace.draft().result().table<san::Waiver>().size(), 1U);
}

TEST(FindingsPage, aWaiverIsOfTheFindingThatIsShownAndItsQuestionNamesIt) {
  PageWorld world;
  ASSERT_TRUE(world.choose([&] { return world.page.whyNoWaive().isEmpty(); }));
  auto* strip = world.page.findChild<AskStrip*>();
  auto* reason = strip->findChild<QLineEdit*>();
  const auto heading = [&] {
    for (const QLabel* one : world.page.findChildren<QLabel*>()) {
      if (one->text().contains(QStringLiteral("  ")) && one->text().startsWith(QLatin1Char('R'))) return one->text();
    }
    return QString();
  };
  const QString rule = heading().section(QLatin1Char(' '), 0, 0);
  world.page.waiveChosen();
  EXPECT_TRUE(strip->findChild<QLabel*>()->text().contains(rule)) << strip->findChild<QLabel*>()->text().toStdString();
  QTest::keyClicks(reason, QStringLiteral("Known"));
  QTest::keyClick(world.tree(), Qt::Key_Down);
  EXPECT_FALSE(strip->isVisible()) << "the answer would be about what is not shown any more";
  ASSERT_TRUE(world.choose([&] { return world.page.whyNoWaive().isEmpty(); }));
  world.page.waiveChosen();
  const QString asked = strip->findChild<QLabel*>()->text();
  QTest::keyClicks(reason, QStringLiteral("Known and accepted"));
  QTest::keyClick(reason, Qt::Key_Return);
  const QString deed = world.workspace.draft().undo().undoText();
  const QString named = deed.section(QStringLiteral(" until "), 0, 0).mid(QStringLiteral("Waive ").size());
  EXPECT_GT(named.size(), rule.size()) << "a rule has more findings than one: " << deed.toStdString();
  EXPECT_TRUE(asked.contains(named)) << asked.toStdString();
}

TEST(FindingsPage, showsTheRulesThatAnotherPageAsksFor) {
  PageWorld world;
  world.page.showRules({QStringLiteral("R08"), QStringLiteral("R12")});
  const auto* model = world.tree()->model();
  ASSERT_GT(model->rowCount(), 0);
  for (int i = 0; i < model->rowCount(); ++i) {
    const QString name = model->index(i, 0).data().toString();
    EXPECT_TRUE(name.startsWith(QLatin1String("R08")) || name.startsWith(QLatin1String("R12"))) << name.toStdString();
  }
}

TEST(FindingsPage, savesItsPictureWhereAFolderIsNamed) {
  PageWorld world;
  world.page.showRules({});
  ASSERT_TRUE(world.choose([&] { return world.page.whyNoMend().isEmpty(); }));
  const QString folder = qEnvironmentVariable("SANCTUM_PICTURES");
  for (const auto kind : {ThemeKind::Dark, ThemeKind::Light}) {
    ThemeHolder::instance().set(kind);
    QCoreApplication::processEvents();
    // Text that was set in the other theme would keep its colours.
    EXPECT_TRUE(world.page.findChild<QTextBrowser*>()->toHtml().contains(theme()[Token::TextMuted].name()));
    const QPixmap picture = world.page.grab();
    EXPECT_FALSE(picture.isNull());
    if (!folder.isEmpty())
      picture.save(folder + (kind == ThemeKind::Dark ? QStringLiteral("/findings-dark.png")
                                                     : QStringLiteral("/findings-light.png")));
  }
}

TEST(Feed, foldsAStormIntoOneLineAndLeavesTimesAlone) {
  test::SanBuilder san;
  std::vector<san::Id> nodes;
  for (int i = 0; i < 12; ++i) nodes.push_back(san.initiator("iqn.2026-01.example:h" + std::to_string(i)));
  const ViewPtr all = viewOf(san.done(), kTime);
  san.edit([&](san::SnapshotEditor& editor) {
    for (const san::Id id : nodes) editor.own<san::Node>(id).entity.id = 0;
  });
  const auto entries = feedOf(*all, *viewOf(san.done(), kTime, nullptr, Rules::Keep));
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries.front().text, QStringLiteral("12 nodes left"));
  EXPECT_EQ(entries.front().count, 12U);
  const san::Snapshot quiet = san.done();
  san.edit([&](san::SnapshotEditor& editor) { editor.own<san::Node>(nodes.front()).lastSeen = kTime; });
  EXPECT_TRUE(
      feedOf(*viewOf(quiet, kTime, nullptr, Rules::Keep), *viewOf(san.done(), kTime, nullptr, Rules::Keep)).empty());
}

TEST(Feed, namesTheAuthorWhereTheChangeSetWasSeenBeforeWhatItDoes) {
  test::SanBuilder san;
  san::Id change = 0;
  san.edit([&](san::SnapshotEditor& editor) {
    change = editor.create(san::Kind::ChangeSet)->id;
    editor.own<san::ChangeSet>(change).author = "olga";
  });
  const ViewPtr begun = viewOf(san.done(), kTime);
  (void)san.domain("by-olga", {});
  san.edit(
      [&](san::SnapshotEditor& editor) { editor.own<san::ChangeSet>(change).state = san::ChangeState::Confirming; });
  const auto entries = feedOf(*begun, *viewOf(san.done(), kTime, nullptr, Rules::Keep));
  ASSERT_FALSE(entries.empty());
  for (const FeedEntry& entry : entries) EXPECT_EQ(entry.actor, QStringLiteral("olga"));
}

// The domains of a change set are a part of their own, after which it may wait for an agent.
TEST(Feed, namesTheAuthorOfDomainsAlsoWhereTheChangeSetIsNotAtItsEndYet) {
  test::SanBuilder san;
  const san::Id change = san.create(san::Kind::ChangeSet, {{"author", std::string("olga")}});
  const ViewPtr begun = viewOf(san.done(), kTime, nullptr, Rules::Keep);
  (void)san.domain("by-olga", {});
  san.set({san::Kind::ChangeSet, change}, "zoned", san.done().revision);
  const auto entries = feedOf(*begun, *viewOf(san.done(), kTime, nullptr, Rules::Keep));
  ASSERT_EQ(entries.size(), 1U) << "the domain alone";
  EXPECT_EQ(entries.front().actor, QStringLiteral("olga"));
}

TEST(Feed, namesOfEachChangeWhoMadeItWhereTwoPeopleAndARegistrationCameAtOnce) {
  test::SanBuilder san;
  const san::Id old = san.domain("old", {}), gone = san.domain("gone", {});
  const ViewPtr begun = viewOf(san.done(), kTime, nullptr, Rules::Keep);
  const auto commit = [&](const char* author, const char* made) {
    san.edit([&](san::SnapshotEditor& editor) {
      editor.own<san::ChangeSet>(editor.create(san::Kind::ChangeSet)->id).author = author;
      editor.own<san::Domain>(editor.create(san::Kind::Domain)->id).name = made;
      if (*author == 'o') editor.own<san::Domain>(old).name = "renamed";
    });
  };
  commit("olga", "of-olga");
  san.initiator("iqn.2026-01.example:web1");
  san.erase({san::Kind::Domain, gone});
  commit("paul", "of-paul");
  std::map<std::string, std::string> actors;
  for (const FeedEntry& entry : feedOf(*begun, *viewOf(san.done(), kTime, nullptr, Rules::Keep)))
    actors[entry.text.toStdString()] = entry.actor.toStdString();
  const auto actorWhere = [&](std::string_view text) {
    for (const auto& [what, who] : actors) {
      if (what.find(text) != std::string::npos) return who;
    }
    return std::string("no line");
  };
  EXPECT_EQ(actorWhere("of-olga"), "olga");
  EXPECT_EQ(actorWhere("of-paul"), "paul");
  EXPECT_EQ(actorWhere("renamed"), "olga") << "paul came later";
  EXPECT_EQ(actorWhere("web1 has registered"), "name server") << "nobody registers for another";
  EXPECT_EQ(actorWhere("gone"), "several") << "nothing tells when it went";
}

TEST(FeedList, holdsBackWhileItIsPausedAndKeepsItsBound) {
  Workspace workspace;
  FeedList feed(workspace);
  feed.setPaused(true);
  feed.take(std::vector<FeedEntry>(FeedList::kMost + 5));
  EXPECT_EQ(feed.rowCount(), 0);
  EXPECT_EQ(feed.held(), FeedList::kMost);
  feed.setPaused(false);
  EXPECT_EQ(feed.rowCount(), static_cast<int>(FeedList::kMost));
  feed.setPaused(true);
  FeedEntry newest;
  newest.text = QStringLiteral("newest");
  feed.take({newest});
  feed.setPaused(false);
  EXPECT_EQ(feed.rowCount(), static_cast<int>(FeedList::kMost));
  EXPECT_EQ(feed.at(0)->text, QStringLiteral("newest"));
}

TEST(FeedList, isAModel) {
  Workspace workspace;
  FeedList feed(workspace);
  FeedFilter filter;
  filter.setSourceModel(&feed);
  QAbstractItemModelTester tester(&feed, QAbstractItemModelTester::FailureReportingMode::Fatal);
  QAbstractItemModelTester other(&filter, QAbstractItemModelTester::FailureReportingMode::Fatal);
  std::vector<FeedEntry> some(5);
  some[2].kind = FeedKind::Zoning;
  feed.take(some);
  feed.setPaused(false);
  filter.setKind(FeedKind::Zoning);
  EXPECT_EQ(filter.rowCount(), 1);
}

}  // namespace
}  // namespace console

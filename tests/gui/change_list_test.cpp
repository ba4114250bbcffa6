// Submitting the draft: two questions to a server that takes its time, and may say no.
#include "console-gui/model/change_list.h"

#include <gmock/gmock.h>

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <algorithm>

#include "console-gui/model/rotation_list.h"
#include "console-gui/model/zone_edits.h"
#include "console-gui/pages/zoning_page.h"
#include "console-gui/widgets/ask_strip.h"
#include "console-gui/widgets/draft_pane.h"
#include "shared/base/json_members.h"
#include "tests/gui/pump.h"
#include "tests/gui/slow_source.h"
#include "tests/support/san_builder.h"

using namespace console;
using namespace test;
using mgmt::Route;

namespace {

Answer taken() { return base::Json(base::Json::Object{{"id", std::uint64_t{7}}, {"version", std::uint64_t{1}}}); }
Answer refused() { return base::fail(Problem{409, "conflict", "It does not fit", "", "", {}}); }

struct SubmitTest : testing::Test {
  SanBuilder san;
  Id host = san.host("web1", "iqn.2026-01.example:web1");
  Id initiator = san.nodeNamed("iqn.2026-01.example:web1");
  Id target = san.target("iqn.2026-01.example:disk1");
  Id domain = san.zone("zone1", {target});
  QTemporaryDir folder;
  Workspace workspace{nullptr, folder.filePath(QStringLiteral("drafts"))};
  SlowSource* source = nullptr;
  ZoningPage page{workspace};

  void SetUp() override {
    auto own = std::make_unique<SlowSource>(san.done());
    source = own.get();
    workspace.setSource(std::move(own));
    page.resize(1400, 900);
    page.show();
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
    ASSERT_TRUE(add());
    ASSERT_TRUE(pumpUntil([&] { return workspace.draft().effect() && !workspace.draft().isWorking(); }));
  }
  bool add() {
    return workspace.edit(QStringLiteral("Add web1"),
                          addToZone(workspace.draft().result(), {Kind::Domain, domain}, {{Kind::Node, initiator}}));
  }
  bool rename() {
    return workspace.edit(QStringLiteral("Rename"),
                          {{EditOp::Set, {Kind::Domain, domain}, "name", std::string("zone2")}});
  }
  QLineEdit* line(const char* name) {
    for (QLineEdit* one : page.findChildren<QLineEdit*>()) {
      if (one->accessibleName() == QLatin1String(name)) return one;
    }
    return nullptr;
  }
  QPushButton* submit() {
    for (QPushButton* one : page.findChild<DraftPane*>()->findChildren<QPushButton*>()) {
      if (one->text() == QStringLiteral("Submit")) return one;
    }
    return nullptr;
  }
  void submitFor(const QString& reason, const QString& ticket) {
    line("Reason of the change set")->setText(reason);
    line("Ticket of the change set")->setText(ticket);
    submit()->click();
  }
};

TEST_F(SubmitTest, whatIsSubmittedCannotBeAddedToAndIsAllThatIsCleared) {
  submitFor(QStringLiteral("because"), {});
  EXPECT_FALSE(rename()) << "it would be cleared with what was sent, and was not sent";
  EXPECT_FALSE(workspace.whyNoEdit().isEmpty());
  ASSERT_TRUE(source->answer(Route::CreateChange, taken()));
  EXPECT_FALSE(rename());
  EXPECT_EQ(workspace.draft().edits().size(), 1U) << "nothing is cleared before the server has taken it";
  ASSERT_TRUE(source->answer(Route::SubmitChange, taken()));
  EXPECT_TRUE(workspace.draft().isEmpty());
  EXPECT_EQ(workspace.whyNoEdit(), QString());
  EXPECT_TRUE(rename());
  EXPECT_EQ(workspace.draft().edits().size(), 1U);
}

TEST_F(SubmitTest, whatTheDraftStandsOnIsToldAndNotWhatTheServerHasByThen) {
  const san::Revision base = workspace.draft().base().revision;
  san.set({Kind::Domain, domain}, "name", std::string("of another"));  // nobody has told this console
  submitFor(QStringLiteral("because"), {});
  const auto at =
      std::ranges::find(source->asked, Route::CreateChange, [](const auto& one) { return one.first.route; });
  ASSERT_NE(at, source->asked.end());
  EXPECT_EQ(base::numberOf(at->first.body, "base_revision"), base);
}

TEST_F(SubmitTest, whileItRunsItIsNotSubmittedASecondTime) {
  submitFor(QStringLiteral("because"), {});
  EXPECT_FALSE(submit()->isEnabled());
  QTest::keyClick(line("Reason of the change set"), Qt::Key_Return);
  ASSERT_TRUE(source->answer(Route::CreateChange, taken()));
  EXPECT_FALSE(source->answer(Route::CreateChange, taken())) << "it was sent once";
}

TEST_F(SubmitTest, whoIsRefusedHasTheReasonAndTheDraftStillAndCanGoOn) {
  submitFor(QStringLiteral("because"), QStringLiteral("T-1"));
  ASSERT_TRUE(source->answer(Route::CreateChange, refused()));
  EXPECT_EQ(line("Reason of the change set")->text(), QStringLiteral("because"));
  EXPECT_EQ(line("Ticket of the change set")->text(), QStringLiteral("T-1"));
  EXPECT_TRUE(submit()->isEnabled());
  EXPECT_TRUE(rename());
  ASSERT_TRUE(pumpUntil([&] { return workspace.draft().effect() && !workspace.draft().isWorking(); }));
  submit()->click();
  ASSERT_TRUE(source->answer(Route::CreateChange, taken()));
  ASSERT_TRUE(source->answer(Route::SubmitChange, taken()));
  EXPECT_EQ(line("Reason of the change set")->text(), QString());
  EXPECT_EQ(line("Ticket of the change set")->text(), QString());
}

TEST_F(SubmitTest, aQuestionThatIsNeverAnsweredHoldsNoDraftOfAnotherSource) {
  submitFor(QStringLiteral("because"), {});
  EXPECT_TRUE(workspace.draft().isHeld());
  workspace.setSource(std::make_unique<TestSource>(san.done()));
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
  EXPECT_FALSE(workspace.draft().isHeld());
  EXPECT_TRUE(add());
}

TEST_F(SubmitTest, aTryAfterALostAnswerGoesOnWithTheChangeSetThatWasBegun) {
  submitFor(QStringLiteral("because"), {});
  ASSERT_TRUE(source->answer(Route::CreateChange, taken()));
  ASSERT_TRUE(source->answer(Route::SubmitChange, base::fail(Problem{0, "unreached", "No answer", "", "", {}})));
  EXPECT_FALSE(workspace.draft().isEmpty());
  submit()->click();
  EXPECT_FALSE(source->answer(Route::CreateChange, taken())) << "another one would be made of the same edits";
  base::Json open(base::Json::Object{{"id", std::uint64_t{7}}, {"version", std::uint64_t{1}}, {"state", "open"}});
  ASSERT_TRUE(source->answer(Route::GetChange, std::move(open)));
  ASSERT_TRUE(source->answer(Route::SubmitChange, taken()));
  EXPECT_TRUE(workspace.draft().isEmpty());
}

TEST_F(SubmitTest, whatArrivedThoughItsAnswerWasLostIsNotSubmittedTwice) {
  submitFor(QStringLiteral("because"), {});
  ASSERT_TRUE(source->answer(Route::CreateChange, taken()));
  ASSERT_TRUE(source->answer(Route::SubmitChange, base::fail(Problem{0, "unreached", "No answer", "", "", {}})));
  submit()->click();
  base::Json there(base::Json::Object{{"id", std::uint64_t{7}}, {"version", std::uint64_t{2}}, {"state", "submitted"}});
  ASSERT_TRUE(source->answer(Route::GetChange, std::move(there)));
  EXPECT_FALSE(source->answer(Route::SubmitChange, taken()));
  EXPECT_TRUE(workspace.draft().isEmpty());
}

TEST_F(SubmitTest, aChangeSetThatIsRefusedWhenItIsSubmittedIsDiscarded) {
  submitFor(QStringLiteral("because"), {});
  ASSERT_TRUE(source->answer(Route::CreateChange, taken()));
  ASSERT_TRUE(source->answer(Route::SubmitChange, refused()));
  EXPECT_TRUE(source->answer(Route::DiscardChange, taken()));
  submit()->click();
  EXPECT_TRUE(source->answer(Route::CreateChange, taken()));
}

// --- approving and committing ---

using Object = base::Json::Object;
using Array = base::Json::Array;

Answer guarded(const char* severity) {
  base::Json body(Object{{"objections", Array{Object{{"severity", severity}, {"text", "It ends sessions."}}}}});
  return base::fail(Problem{409, "guard", "A guard stops the change", "It ends sessions.", "", std::move(body)});
}

struct CommitTest : SubmitTest {
  QPushButton* button(const char* text) {
    for (QPushButton* one : page.findChildren<QPushButton*>()) {
      if (one->text() == QLatin1String(text)) return one;
    }
    return nullptr;
  }
  void SetUp() override {
    SubmitTest::SetUp();
    source->who_.rights.insert(source->who_.rights.end(), {"change.approve", "change.commit"});
    workspace.draft().clear();
    ASSERT_TRUE(pumpUntil([&] { return isAsked(Route::ListChanges); }));
    Object row{
        {"id", std::uint64_t{7}}, {"version", std::uint64_t{2}}, {"state", "submitted"}, {"reason", "as planned"}};
    ASSERT_TRUE(source->answer(Route::ListChanges, base::Json(Object{{"items", Array{std::move(row)}}})));
    page.findChild<QTableView*>(QStringLiteral("changes"))->selectRow(0);
    ASSERT_TRUE(isAsked(Route::ImpactChange));
  }
  bool isAsked(Route route) {
    return std::ranges::any_of(source->asked, [&](const auto& one) { return one.first.route == route; });
  }
  base::Json bodyOf(Route route) {
    const auto at = std::ranges::find(source->asked, route, [](const auto& one) { return one.first.route; });
    return at == source->asked.end() ? base::Json() : at->first.body;
  }
  void showEffect() {
    ASSERT_TRUE(source->answer(
        Route::ImpactChange,
        base::Json(Object{{"sentences", Array{"web1 gains disk 6001."}}, {"objections", Array{}}, {"hash", "5eed"}})));
  }
  AskStrip* strip() { return page.findChild<AskStrip*>(); }
};

TEST_F(CommitTest, whatIsApprovedIsTheEffectThatIsShown) {
  EXPECT_FALSE(button("Approve")->isEnabled()) << "nothing is shown yet";
  showEffect();
  EXPECT_TRUE(
      page.findChild<QTextBrowser*>(QStringLiteral("effect"))->toPlainText().contains(QStringLiteral("web1 gains")));
  button("Approve")->click();
  EXPECT_EQ(base::textOf(bodyOf(Route::ApproveChange), "hash"), "5eed");
}

TEST_F(CommitTest, whenTheEffectHasBecomeAnotherOneItIsShownAnewBeforeTheNextApproval) {
  showEffect();
  button("Approve")->click();
  ASSERT_TRUE(
      source->answer(Route::ApproveChange, base::fail(Problem{409, "approval-needed", "It differs", "", "", {}})));
  EXPECT_FALSE(button("Approve")->isEnabled());
  EXPECT_TRUE(isAsked(Route::ImpactChange));
}

TEST_F(CommitTest, theAuthorsReasonLiftsNoGuard) {
  button("Commit")->click();
  EXPECT_TRUE(base::memberOf(bodyOf(Route::CommitChange), "reason").isNull());
  EXPECT_TRUE(strip()->isHidden());
}

TEST_F(CommitTest, aGuardThatAReasonLiftsIsShownAndTheReasonOfWhoCommitsIsSent) {
  button("Commit")->click();
  ASSERT_TRUE(source->answer(Route::CommitChange, guarded("needs-reason")));
  ASSERT_TRUE(strip()->isVisible());
  EXPECT_TRUE(strip()->findChild<QLabel*>()->text().startsWith(QStringLiteral("It ends sessions.")));
  QTest::keyClicks(strip()->findChild<QLineEdit*>(), QStringLiteral("The hosts are down"));
  QTest::keyClick(strip()->findChild<QLineEdit*>(), Qt::Key_Return);
  EXPECT_EQ(base::textOf(bodyOf(Route::CommitChange), "reason"), "The hosts are down");
  ASSERT_TRUE(source->answer(Route::CommitChange, guarded("needs-reason")));
  EXPECT_TRUE(strip()->isHidden()) << "asked once";
}

TEST_F(CommitTest, aGuardThatRefusesIsToldAndNoReasonIsAskedFor) {
  button("Commit")->click();
  ASSERT_TRUE(source->answer(Route::CommitChange, guarded("refuse")));
  EXPECT_TRUE(strip()->isHidden());
  ASSERT_FALSE(workspace.notices().all().empty());
  EXPECT_TRUE(workspace.notices().all().back().detail.contains(QStringLiteral("It ends sessions.")));
}

// --- another source ---

// The answer would be a deed on the other one.
TEST_F(SubmitTest, aQuestionInTheStripGoesWithTheSourceThatItWasAbout) {
  workspace.draft().clear();
  page.newZone();
  auto* strip = page.findChild<AskStrip*>();
  ASSERT_TRUE(strip->isVisible());
  auto* answer = strip->findChild<QLineEdit*>();
  workspace.setSource(std::make_unique<TestSource>(san.done()));
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
  EXPECT_TRUE(strip->isHidden());
  QTest::keyClicks(answer, QStringLiteral("zone9"));
  QTest::keyClick(answer, Qt::Key_Return);
  EXPECT_TRUE(workspace.draft().isEmpty());
}

TEST_F(SubmitTest, theReasonOfADraftGoesWithItsSource) {
  line("Reason of the change set")->setText(QStringLiteral("because"));
  workspace.setSource(std::make_unique<TestSource>(san.done()));
  EXPECT_EQ(line("Reason of the change set")->text(), QString());
}

// The server is exchanged for another one while it is asked: nobody answers for it any more.
TEST_F(SubmitTest, aSourceThatGoesWhileItIsAskedIsNotWaitedFor) {
  ChangeList changes(workspace);
  RotationList rotations(workspace);
  changes.refresh();
  rotations.refresh();
  const auto asked = [&](Route route) {
    return std::ranges::count(source->asked, route, [](const auto& one) { return one.first.route; });
  };
  // The list of the page asks, too.
  ASSERT_TRUE(pumpUntil([&] { return asked(Route::ListChanges) > 1 && asked(Route::ListRotations) > 0; }));
  ASSERT_TRUE(changes.isBusy() && rotations.isBusy());
  workspace.setSource(std::make_unique<TestSource>(san.done()));
  EXPECT_TRUE(pumpUntil([&] { return !changes.isBusy(); }, 2'000));
  EXPECT_TRUE(pumpUntil([&] { return !rotations.isBusy(); }, 2'000));
}

}  // namespace

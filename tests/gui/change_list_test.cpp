// Submitting the draft: two questions to a server that takes its time, and may say no.
#include "console-gui/model/change_list.h"

#include "console-gui/model/rotation_list.h"
#include "tests/gui/change_world.h"

namespace test_changes {
namespace {

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

// --- what has become of it, when no answer told ---

struct AfterALostAnswer : SubmitTest {
  void SetUp() override {
    SubmitTest::SetUp();
    submitFor(QStringLiteral("because"), {});
    ASSERT_TRUE(source->answer(Route::CreateChange, taken()));
    ASSERT_TRUE(source->answer(Route::SubmitChange, base::fail(unreached("It closed the connection."))));
  }
  // False: nobody asked.
  bool submitAgain(const char* state) {
    submit()->click();
    return source->answer(
        Route::GetChange,
        base::Json(Object{{"id", std::uint64_t{7}}, {"version", std::uint64_t{5}}, {"state", state}}));
  }
};

TEST_F(AfterALostAnswer, ItIsNotToldThatTheDraftWasNotSubmitted) {
  ASSERT_EQ(workspace.notices().all().size(), 1U);
  EXPECT_EQ(workspace.notices().all().back().title, QStringLiteral("It is not known whether the draft was submitted"));
  EXPECT_THAT(workspace.notices().all().back().detail.toStdString(), testing::HasSubstr("not submitted twice"));
}

TEST_F(AfterALostAnswer, WhatOthersHaveCommittedOrTakenBackMeanwhileIsNotSubmittedOnceMore) {
  for (const char* state : {"committing", "confirming", "committed", "confirmed", "waiting", "rolled-back"}) {
    ASSERT_TRUE(submitAgain(state)) << state;
    EXPECT_FALSE(source->answer(Route::DiscardChange, taken())) << state;
    EXPECT_FALSE(source->answer(Route::CreateChange, taken())) << state;
    EXPECT_TRUE(workspace.draft().isEmpty()) << state;
    EXPECT_THAT(workspace.notices().all().back().detail.toStdString(),
                testing::HasSubstr(changeStateWord(QString::fromLatin1(state)).toStdString()));
    ASSERT_TRUE(add());
    ASSERT_TRUE(pumpUntil([&] { return workspace.draft().effect() && !workspace.draft().isWorking(); }));
    submitFor(QStringLiteral("because"), {});
    ASSERT_TRUE(source->answer(Route::CreateChange, taken()));
    ASSERT_TRUE(source->answer(Route::SubmitChange, base::fail(unreached(""))));
  }
}

TEST_F(AfterALostAnswer, WhatIsDiscardedOrGoneIsBegunAnew) {
  ASSERT_TRUE(submitAgain("discarded"));
  EXPECT_FALSE(source->answer(Route::DiscardChange, taken())) << "it is";
  ASSERT_TRUE(source->answer(Route::CreateChange, taken()));
  ASSERT_TRUE(source->answer(Route::SubmitChange, base::fail(unreached(""))));
  submit()->click();
  ASSERT_TRUE(source->answer(Route::GetChange, refuse(mgmt::ProblemCode::NoSuchObject, "")));
  EXPECT_TRUE(source->answer(Route::CreateChange, taken()));
}

TEST_F(AfterALostAnswer, AServerThatDoesNotSayWhatBecameOfItIsAskedAgain) {
  submit()->click();
  ASSERT_TRUE(source->answer(Route::GetChange, refuse(mgmt::ProblemCode::Busy, "")));
  EXPECT_FALSE(source->answer(Route::CreateChange, taken())) << "it may be submitted";
  EXPECT_FALSE(workspace.draft().isEmpty());
  EXPECT_TRUE(submitAgain("submitted"));
}

// That it cannot be looked at says nothing of what was sent before.
TEST_F(AfterALostAnswer, ARefusalToSayWhatBecameOfItIsNotToldAsThatOfTheSubmission) {
  for (const auto code : {mgmt::ProblemCode::RightMissing, mgmt::ProblemCode::Busy}) {
    submit()->click();
    ASSERT_TRUE(source->answer(Route::GetChange, refuse(code, "Nobody says.")));
    ASSERT_EQ(workspace.notices().all().size(), 1U);
    const Notice& told = workspace.notices().all().back();
    EXPECT_EQ(told.title, QStringLiteral("It is not known whether the draft was submitted"));
    EXPECT_THAT(told.detail.toStdString(), testing::HasSubstr("Nobody says."));
    EXPECT_THAT(told.detail.toStdString(), testing::HasSubstr("not submitted twice"));
  }
}

TEST_F(SubmitTest, aChangeSetThatIsRefusedWhenItIsSubmittedIsDiscarded) {
  submitFor(QStringLiteral("because"), {});
  ASSERT_TRUE(source->answer(Route::CreateChange, taken()));
  ASSERT_TRUE(source->answer(Route::SubmitChange, refused()));
  EXPECT_TRUE(source->answer(Route::DiscardChange, taken()));
  submit()->click();
  EXPECT_TRUE(source->answer(Route::CreateChange, taken()));
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
  EXPECT_TRUE(pumpUntil([&] { return !changes.isBusy(); }));
  EXPECT_TRUE(pumpUntil([&] { return !rotations.isBusy(); }));
}

}  // namespace
}  // namespace test_changes

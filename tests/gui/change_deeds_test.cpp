// What is done on a change set on the zoning page: which one, by what is shown of it, and why in spite of a guard.
#include "tests/gui/change_world.h"

namespace test_changes {
namespace {

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

TEST_F(CommitTest, nothingIsCommittedBeforeItIsKnownWhatItDoes) {
  EXPECT_FALSE(button("Commit")->isEnabled());
  EXPECT_EQ(button("Commit")->toolTip(), QStringLiteral("What it does is being worked out."));
  page.commitChosen();
  EXPECT_FALSE(isAsked(Route::CommitChange));
  showEffect();
  EXPECT_TRUE(button("Commit")->isEnabled());
}

// As the server has it: its author, or who may approve it.
TEST_F(CommitTest, whoDiscardsAChangeSetIsItsAuthorOrMayApproveIt) {
  EXPECT_TRUE(button("Discard")->isEnabled());
  const auto as = [&](const char* user, std::vector<std::string> rights) {
    source->who_.user = user;
    source->who_.rights = std::move(rights);
    emit source->statusChanged();
    moveSan();
    EXPECT_TRUE(pumpUntil([&] { return workspace.present()->revision() == san.done().revision; }));
    pump();
    return button("Discard")->isEnabled();
  };
  EXPECT_FALSE(as("zoe", {"san.read", "change.draft"})) << "it is of nobody that is known here";
  EXPECT_TRUE(button("Discard")->toolTip().startsWith(QStringLiteral("Only its author")));
  EXPECT_TRUE(as("anna", {"san.read", "change.draft"}));
}

TEST_F(CommitTest, theAuthorsReasonLiftsNoGuard) {
  commit();
  EXPECT_TRUE(base::memberOf(bodyOf(Route::CommitChange), "reason").isNull());
  EXPECT_TRUE(strip()->isHidden());
}

TEST_F(CommitTest, aGuardThatAReasonLiftsIsShownAndTheReasonOfWhoCommitsIsSent) {
  commit();
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
  commit();
  ASSERT_TRUE(source->answer(Route::CommitChange, guarded("refuse")));
  EXPECT_TRUE(strip()->isHidden());
  ASSERT_FALSE(workspace.notices().all().empty());
  EXPECT_TRUE(workspace.notices().all().back().detail.contains(QStringLiteral("It ends sessions.")));
}

// The refusal comes when it comes.
TEST_F(CommitTest, whatIsTypedForOneQuestionIsNeverTheReasonThatLiftsAGuard) {
  commit();
  page.newZone();
  auto* typed = strip()->findChild<QLineEdit*>();
  QTest::keyClicks(typed, QStringLiteral("z_ne"));
  ASSERT_TRUE(source->answer(Route::CommitChange, guarded("needs-reason")));
  QTest::keyClicks(typed, QStringLiteral("w"));
  QTest::keyClick(typed, Qt::Key_Return);
  EXPECT_FALSE(isAsked(Route::CommitChange));
  EXPECT_TRUE(workspace.draft().result().find(Kind::Domain, "z_new")) << "the question that was open is answered";
  EXPECT_TRUE(strip()->isVisible());
  EXPECT_TRUE(strip()->findChild<QLabel*>()->text().startsWith(QStringLiteral("It ends sessions.")));
  EXPECT_EQ(typed->text(), QString());
}

TEST_F(CommitTest, aQuestionThatComesByItselfTakesTheFocusFromNobodyWhoTypes) {
  page.activateWindow();
  ASSERT_TRUE(QTest::qWaitForWindowActive(&page, 30'000));
  commit();
  line("Reason of the change set")->setFocus();
  ASSERT_TRUE(source->answer(Route::CommitChange, guarded("needs-reason")));
  EXPECT_TRUE(strip()->isVisible());
  EXPECT_EQ(QApplication::focusWidget(), line("Reason of the change set"));
  QTest::keyClick(strip()->findChild<QLineEdit*>(), Qt::Key_Escape);
  EXPECT_TRUE(strip()->isHidden());
  EXPECT_EQ(QApplication::focusWidget(), line("Reason of the change set"));
  showEffect();
  button("Commit")->setFocus();
  commit();
  ASSERT_TRUE(source->answer(Route::CommitChange, guarded("needs-reason")));
  EXPECT_EQ(QApplication::focusWidget(), strip()->findChild<QLineEdit*>()) << "where nobody types it is at hand";
}

TEST_F(CommitTest, theSameQuestionThatComesTwiceIsAskedOnce) {
  page.newZone();
  for (int i = 0; i < 2; ++i) {
    commit();
    ASSERT_TRUE(source->answer(Route::CommitChange, guarded("needs-reason")));
  }
  strip()->leave();
  EXPECT_TRUE(strip()->isVisible());
  strip()->leave();
  EXPECT_TRUE(strip()->isHidden());
}

// --- nobody knows, or not yet ---

TEST_F(CommitTest, ACommitWhoseAnswerIsLostIsNotToldAsOneThatWasNotDone) {
  commit();
  ASSERT_TRUE(source->answer(Route::CommitChange, base::fail(unreached("The connection was closed."))));
  ASSERT_EQ(workspace.notices().all().size(), 1U);
  const Notice& told = workspace.notices().all().back();
  EXPECT_EQ(told.title, QStringLiteral("It is not known whether change set 7 was committed"));
  EXPECT_THAT(told.detail.toStdString(), testing::HasSubstr("The connection was closed."));
  EXPECT_THAT(told.detail.toStdString(), testing::HasSubstr("look at its state"));
  EXPECT_THAT(told.detail.toStdString(), testing::Not(testing::HasSubstr("the console tries again")));
}

TEST_F(CommitTest, WhatTheServerSaysItHasNotDoneIsToldAsThat) {
  commit();
  ASSERT_TRUE(source->answer(Route::CommitChange, refuse(mgmt::ProblemCode::Busy, "")));
  ASSERT_EQ(workspace.notices().all().size(), 1U);
  EXPECT_EQ(workspace.notices().all().back().title, QStringLiteral("Change set 7 was not committed"));
}

struct UnderWay : CommitTest {
  int asks(Route route) {
    return static_cast<int>(std::ranges::count(source->asked, route, [](const auto& one) { return one.first.route; }));
  }
  bool isHeld() { return page.whyNoCommit().contains(QStringLiteral("wait for the answer")); }
};

TEST_F(UnderWay, ASecondPressIsNoSecondCommit) {
  commit();
  EXPECT_FALSE(button("Commit")->isEnabled());
  EXPECT_FALSE(button("Discard")->isEnabled()) << "nor another deed on it";
  page.commitChosen();
  workspace.changes().commit(*workspace.changes().at(0), {});
  EXPECT_EQ(asks(Route::CommitChange), 1);
  ASSERT_TRUE(source->answer(Route::CommitChange, taken()));
  EXPECT_TRUE(isHeld()) << "the row is still that of before";
  ASSERT_TRUE(list());
  EXPECT_FALSE(isHeld());
  EXPECT_TRUE(button("Commit")->isEnabled()) << page.whyNoCommit().toStdString();
}

TEST_F(UnderWay, AListThatWasAskedForBeforeTheAnswerDoesNotEndIt) {
  moveSan();
  ASSERT_TRUE(pumpUntil([&] { return isAsked(Route::ListChanges); }));
  commit();
  ASSERT_TRUE(source->answer(Route::CommitChange, taken()));
  ASSERT_TRUE(list());
  EXPECT_TRUE(isHeld());
  ASSERT_TRUE(list());
  EXPECT_FALSE(isHeld());
}

TEST_F(UnderWay, ARefusalEndsItAndSoDoesAListThatCannotBeHad) {
  commit();
  ASSERT_TRUE(source->answer(Route::CommitChange, refused()));
  EXPECT_FALSE(isHeld());
  commit();
  ASSERT_TRUE(source->answer(Route::CommitChange, base::fail(unreached(""))));
  EXPECT_TRUE(isHeld());
  ASSERT_TRUE(pumpUntil([&] { return isAsked(Route::ListChanges); }));
  ASSERT_TRUE(source->answer(Route::ListChanges, base::fail(unreached(""))));
  EXPECT_FALSE(isHeld());
}

// An approval is no change of the SAN.
TEST_F(UnderWay, TheListIsAskedForAgainWhenTheLinkIsBack) {
  source->link_.state = LinkState::Offline;
  emit source->statusChanged();
  ASSERT_FALSE(workspace.changes().isBusy());
  source->link_.state = LinkState::Live;
  emit source->statusChanged();
  EXPECT_TRUE(workspace.changes().isBusy());
}

TEST(Problem, OnlyWhatNobodyDeniesMayHaveBeenDone) {
  EXPECT_TRUE(mayHaveBeenDone(unreached("It closed the connection.")));
  EXPECT_TRUE(mayHaveBeenDone(problemOf(504, "<html>")));
  EXPECT_TRUE(mayHaveBeenDone(problemOf(200, "")));
  EXPECT_TRUE(mayHaveBeenDone(problemOf(mgmt::ProblemCode::Internal, "")));
  EXPECT_FALSE(mayHaveBeenDone(problemOf(mgmt::ProblemCode::StoreFailed, "")));
  EXPECT_FALSE(mayHaveBeenDone(problemOf(mgmt::ProblemCode::Guard, "")));
  EXPECT_FALSE(mayHaveBeenDone(problemOf(413, "<html>")));
  EXPECT_FALSE(mayHaveBeenDone(notHere("A file.")));
}

// The API calls it so too where it does not take the certificate of who asks.
TEST(Problem, ThatAServerRefusesUsIsNotThatItsOwnCertificateIsRefused) {
  EXPECT_FALSE(isAuthorityRefused(problemOf(mgmt::ProblemCode::CertificateRefused, "It has expired.")));
  EXPECT_TRUE(isAuthorityRefused(anotherAuthority()));
  EXPECT_FALSE(mayHaveBeenDone(anotherAuthority())) << "nothing was sent";
}

// --- the page is left meanwhile ---

TEST_F(CommitTest, AQuestionThatNobodySeesIsTold) {
  commit();
  page.hide();
  workspace.go(PageId::Overview);
  ASSERT_TRUE(source->answer(Route::CommitChange, guarded("needs-reason")));
  ASSERT_EQ(workspace.notices().all().size(), 1U) << "who sees nothing believes that it was committed";
  const Notice told = workspace.notices().all().back();
  EXPECT_THAT(told.title.toStdString(), testing::HasSubstr("Change set 7 is not committed yet"));
  EXPECT_EQ(told.detail, QStringLiteral("It ends sessions."));
  ASSERT_TRUE(told.act);
  told.act();
  EXPECT_EQ(workspace.page(), PageId::Zoning);
  page.show();
  EXPECT_TRUE(strip()->isVisible());
  EXPECT_TRUE(workspace.notices().all().empty()) << "it is seen now";
}

TEST_F(CommitTest, WhatIsToldOfAQuestionGoesWithItsSource) {
  commit();
  page.hide();
  ASSERT_TRUE(source->answer(Route::CommitChange, guarded("needs-reason")));
  ASSERT_EQ(workspace.notices().all().size(), 1U);
  workspace.setSource(std::make_unique<TestSource>(san.done()));
  EXPECT_TRUE(workspace.notices().all().empty());
}

// --- why it was committed all the same ---

TEST_F(CommitTest, whyAGuardAndAFreezeDidNotStopItIsShownWithTheChosenChangeSet) {
  auto& rows = *page.findChild<QTableView*>(QStringLiteral("changes"));
  const auto list = [&](Object more) {
    moveSan();
    ASSERT_TRUE(pumpUntil([&] { return isAsked(Route::ListChanges); }));
    Object row{
        {"id", std::uint64_t{7}}, {"version", std::uint64_t{3}}, {"state", "confirmed"}, {"reason", "as planned"}};
    row.insert(row.end(), more.begin(), more.end());
    ASSERT_TRUE(source->answer(Route::ListChanges, base::Json(Object{{"items", Array{std::move(row)}}})));
  };
  const auto* about = page.findChild<QTextBrowser*>(QStringLiteral("effect"));
  list({{"exception", "as planned"}});
  EXPECT_TRUE(about->isHidden()) << "one reason, said once: " << about->toPlainText().toStdString();
  list({{"exception", "The <b>hosts</b> are down"}, {"override", "The disk is full"}});
  ASSERT_TRUE(rows.selectionModel()->isRowSelected(0, {}));
  EXPECT_TRUE(about->isVisible());
  const std::string tip = rows.model()->index(0, 0).data(Qt::ToolTipRole).toString().toStdString();
  for (const std::string& text : {about->toPlainText().toStdString(), tip}) {
    EXPECT_THAT(text, testing::HasSubstr("The <b>hosts</b> are down"));
    EXPECT_THAT(text, testing::HasSubstr("The disk is full"));
  }
}

// --- an effect that is out of date ---

struct EffectTest : CommitTest {
  void SetUp() override {
    CommitTest::SetUp();
    showEffect();
  }
  std::string shown() { return page.findChild<QTextBrowser*>(QStringLiteral("effect"))->toPlainText().toStdString(); }
  Answer effectOf(const char* text, const char* hash) {
    return base::Json(Object{{"sentences", Array{text}}, {"objections", Array{}}, {"hash", hash}});
  }
  void status(LinkState state) {
    source->link_.state = state;
    emit source->statusChanged();
  }
};

TEST_F(EffectTest, whatAChangeSetWouldDoIsAskedAgainWhenTheSanHasMoved) {
  moveSan();
  ASSERT_TRUE(pumpUntil([&] { return isAsked(Route::ImpactChange); }));
  EXPECT_TRUE(button("Approve")->isEnabled()) << "what is shown is what is approved, or the server says no";
  moveSan();
  moveSan();
  pump();
  EXPECT_EQ(std::ranges::count(source->asked, Route::ImpactChange, [](const auto& one) { return one.first.route; }), 1)
      << "one question at a time";
  ASSERT_TRUE(source->answer(Route::ImpactChange, effectOf("web2 gains disk 6001.", "2")));
  EXPECT_THAT(shown(), testing::HasSubstr("web2 gains"));
  ASSERT_TRUE(pumpUntil([&] { return isAsked(Route::ImpactChange); })) << "it has moved while that was asked";
  ASSERT_TRUE(source->answer(Route::ImpactChange, effectOf("web3 gains disk 6001.", "3")));
  button("Approve")->click();
  EXPECT_EQ(base::textOf(bodyOf(Route::ApproveChange), "hash"), "3");
}

TEST_F(EffectTest, anEffectThatCouldNotBeAskedIsAskedWhenTheLinkIsBack) {
  moveSan();
  ASSERT_TRUE(pumpUntil([&] { return isAsked(Route::ImpactChange); }));
  status(LinkState::Offline);
  ASSERT_TRUE(source->answer(Route::ImpactChange, base::fail(Problem{0, "unreached", "No answer", "", "", {}})));
  EXPECT_FALSE(button("Approve")->isEnabled());
  status(LinkState::Offline);
  status(LinkState::Live);
  ASSERT_TRUE(pumpUntil([&] { return isAsked(Route::ImpactChange); }));
  showEffect();
  EXPECT_TRUE(button("Approve")->isEnabled());
}

// --- in the past ---

struct InThePast : CommitTest {
  QString why;
  void goBack() {
    const san::Revision before = workspace.present()->revision();
    moveSan();
    ASSERT_TRUE(pumpUntil([&] { return workspace.present()->revision() > before; }));
    workspace.showPast(before);
    ASSERT_TRUE(pumpUntil([&] { return workspace.isPast(); }));
    why = workspace.whyNoEdit();
    ASSERT_TRUE(why.contains(QStringLiteral("past"))) << why.toStdString();
  }
};

TEST_F(InThePast, noChangeSetIsCommittedConfirmedOrDiscarded) {
  showEffect();
  EXPECT_TRUE(button("Commit")->isEnabled());
  EXPECT_TRUE(button("Discard")->isEnabled());
  goBack();
  for (const char* one : {"Commit", "Discard", "Approve"}) {
    EXPECT_FALSE(button(one)->isEnabled()) << one;
    EXPECT_EQ(button(one)->toolTip(), why) << one;
  }
  EXPECT_EQ(page.whyNoCommit(), why);
  page.commitChosen();
  EXPECT_FALSE(isAsked(Route::CommitChange));
}

TEST_F(InThePast, aReasonThatIsGivenThereCommitsNothing) {
  commit();
  ASSERT_TRUE(source->answer(Route::CommitChange, guarded("needs-reason")));
  goBack();
  QTest::keyClicks(strip()->findChild<QLineEdit*>(), QStringLiteral("The hosts are down"));
  QTest::keyClick(strip()->findChild<QLineEdit*>(), Qt::Key_Return);
  EXPECT_FALSE(isAsked(Route::CommitChange));
  ASSERT_FALSE(workspace.notices().all().empty());
  EXPECT_EQ(workspace.notices().all().back().detail, why);
}

TEST_F(InThePast, noDraftIsSubmitted) {
  ASSERT_TRUE(add());
  ASSERT_TRUE(pumpUntil([&] { return workspace.draft().effect() && !workspace.draft().isWorking(); }));
  line("Reason of the change set")->setText(QStringLiteral("because"));
  ASSERT_TRUE(submit()->isEnabled());
  goBack();
  EXPECT_FALSE(submit()->isEnabled());
  EXPECT_EQ(submit()->toolTip(), why);
}

TEST_F(SubmitTest, whoMayNotSubmitIsToldSo) {
  source->who_.rights = {"san.read", "change.draft"};
  line("Reason of the change set")->setText(QStringLiteral("because"));
  EXPECT_FALSE(submit()->isEnabled());
  EXPECT_EQ(submit()->toolTip(), workspace.whyNot("change.submit"));
}

// --- which one ---

struct ChooseTest : CommitTest {
  QTableView& rows() { return *page.findChild<QTableView*>(QStringLiteral("changes")); }
  void list(std::initializer_list<std::uint64_t> ids) {
    moveSan();
    ASSERT_TRUE(pumpUntil([&] { return isAsked(Route::ListChanges); }));
    Array items;
    for (const std::uint64_t id : ids) {
      items.push_back(Object{{"id", id}, {"version", std::uint64_t{1}}, {"state", "submitted"}, {"reason", "why"}});
    }
    ASSERT_TRUE(source->answer(Route::ListChanges, base::Json(Object{{"items", std::move(items)}})));
  }
  std::string chosen() {
    const auto some = rows().selectionModel()->selectedRows();
    return some.isEmpty() ? "none" : some.front().data().toString().toStdString();
  }
  void link(Id change) { workspace.go(PageId::Zoning, {Kind::ChangeSet, change}); }
};

TEST_F(ChooseTest, aLinkToAChangeSetChoosesIt) {
  list({15, 12});
  rows().selectRow(0);
  ASSERT_EQ(chosen(), "15");
  link(12);
  EXPECT_EQ(chosen(), "12");
  rows().selectRow(0);
  EXPECT_EQ(chosen(), "15") << "who chooses another one has it";
  EXPECT_FALSE(workspace.selection().current() == (ObjectRef{Kind::ChangeSet, 12})) << "the inspector would show it";
  link(12);
  EXPECT_EQ(chosen(), "12") << "the same link a second time";
}

TEST_F(ChooseTest, aLinkToOneThatIsNotListedChoosesNoneUntilItsRowComes) {
  list({15});
  rows().selectRow(0);
  link(12);
  EXPECT_EQ(chosen(), "none");
  EXPECT_FALSE(button("Commit")->isEnabled());
  list({15, 12});
  EXPECT_EQ(chosen(), "12");
  link(11);
  rows().selectRow(0);
  list({15, 12, 11});
  EXPECT_EQ(chosen(), "15") << "meanwhile somebody has chosen";
}

TEST_F(ChooseTest, aRowThatGoesLeavesNothingChosen) {
  list({15, 14, 12});
  rows().selectRow(1);
  list({15, 12});
  EXPECT_EQ(chosen(), "none");
  EXPECT_FALSE(button("Commit")->isEnabled());
  rows().setFocus();
  QTest::keyClick(&rows(), Qt::Key_Up);
  EXPECT_NE(chosen(), "none") << "the keys go on from there";
}

}  // namespace
}  // namespace test_changes

// The link of a console with its server, event by event.
#include "console-gui/client/link_machine.h"

#include <gmock/gmock.h>

using console::LinkMachine;
using console::LinkState;
using Step = LinkMachine::Step;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

struct LinkMachineTest : testing::Test {
  LinkMachine link;
  base::TimePoint now{std::chrono::hours(1)};

  void later(std::chrono::milliseconds by) { now += by; }
  void becomeLive() {
    (void)link.start(now);
    (void)link.onEntered(now);
    (void)link.onFetched(now);
    (void)link.onFollowing(now);
    ASSERT_EQ(link.state(), LinkState::Live);
  }
};

TEST_F(LinkMachineTest, entersThenFetchesThenFollows) {
  EXPECT_THAT(link.start(now), ElementsAre(Step::Drop, Step::Enter));
  EXPECT_EQ(link.state(), LinkState::Connecting);
  EXPECT_THAT(link.onEntered(now), ElementsAre(Step::Fetch));
  EXPECT_EQ(link.state(), LinkState::Snapshot);
  EXPECT_THAT(link.onFetched(now), ElementsAre(Step::Follow));
  EXPECT_THAT(link.onFollowing(now), IsEmpty());
  EXPECT_EQ(link.state(), LinkState::Live);
  EXPECT_FALSE(link.oldSince());
}

TEST_F(LinkMachineTest, aSilentStreamIsStaleThenGivenUpAndItsAgeIsTold) {
  becomeLive();
  const base::TimePoint heard = now;
  later(LinkMachine::kSilence - std::chrono::seconds(1));
  EXPECT_THAT(link.onTimer(now), IsEmpty());
  EXPECT_EQ(link.state(), LinkState::Live);
  later(std::chrono::seconds(1));
  (void)link.onTimer(now);
  EXPECT_EQ(link.state(), LinkState::Stale);
  EXPECT_EQ(link.oldSince(), heard);
  later(LinkMachine::kSilence);
  EXPECT_THAT(link.onTimer(now), ElementsAre(Step::Drop));
  EXPECT_EQ(link.state(), LinkState::Offline);
  EXPECT_EQ(link.oldSince(), heard);
}

// The machine has slept: nobody has looked meanwhile, and it has been silent for long enough.
TEST_F(LinkMachineTest, aSilenceThatIsSeenLateIsGivenUpAtOnce) {
  becomeLive();
  const base::TimePoint heard = now;
  EXPECT_FALSE(link.silentSince(now));
  later(std::chrono::hours(10));
  EXPECT_EQ(link.silentSince(now), heard);
  EXPECT_THAT(link.onTimer(now), ElementsAre(Step::Drop));
  EXPECT_EQ(link.state(), LinkState::Offline);
  EXPECT_EQ(link.oldSince(), heard);
  EXPECT_FALSE(link.silentSince(now)) << "that is told of what is live alone";
}

TEST_F(LinkMachineTest, aSignOfLifeMakesWhatIsStaleLiveAgain) {
  becomeLive();
  later(LinkMachine::kSilence);
  (void)link.onTimer(now);
  link.onHeard(now);
  EXPECT_EQ(link.state(), LinkState::Live);
  EXPECT_FALSE(link.oldSince());
}

TEST_F(LinkMachineTest, pausesGrowToALimitAndBeginAnewAfterASteadyTime) {
  (void)link.start(now);
  std::vector<std::int64_t> pauses;
  for (int i = 0; i < 7; ++i) {
    (void)link.onLost("away", now);
    const auto pause = *link.nextDeadline() - now;
    pauses.push_back(std::chrono::duration_cast<std::chrono::seconds>(pause).count());
    now = *link.nextDeadline();
    EXPECT_THAT(link.onTimer(now), ElementsAre(Step::Drop, Step::Enter));
  }
  EXPECT_THAT(pauses, ElementsAre(1, 2, 4, 8, 16, 30, 30));
  (void)link.onEntered(now);
  (void)link.onFetched(now);
  (void)link.onFollowing(now);
  later(LinkMachine::kSteady);
  link.onHeard(now);
  (void)link.onLost("away", now);
  EXPECT_EQ(*link.nextDeadline() - now, std::chrono::seconds(1));
}

TEST_F(LinkMachineTest, aStreamThatBreaksAtOnceDoesNotBeginThePausesAnew) {
  (void)link.start(now);
  (void)link.onLost("away", now);
  (void)link.onTimer(now = *link.nextDeadline());
  (void)link.onEntered(now);
  (void)link.onFetched(now);
  (void)link.onFollowing(now);
  (void)link.onLost("broke off", now);
  EXPECT_EQ(*link.nextDeadline() - now, std::chrono::seconds(2));
}

TEST_F(LinkMachineTest, afterABreakTheStreamAloneIsAskedForAndAGapFetchesAnew) {
  becomeLive();
  (void)link.onLost("away", now);
  (void)link.onTimer(now = *link.nextDeadline());
  EXPECT_THAT(link.onEntered(now), ElementsAre(Step::Follow));
  EXPECT_THAT(link.onGap(now), ElementsAre(Step::Drop, Step::Fetch));
  EXPECT_EQ(link.state(), LinkState::Snapshot);
  EXPECT_TRUE(link.oldSince());
}

TEST_F(LinkMachineTest, aStreamThatBringsNothingDoesNotMakeWhatIsShownYounger) {
  becomeLive();
  const base::TimePoint heard = now;
  (void)link.onLost("away", now);
  later(std::chrono::hours(5));
  (void)link.start(now);
  (void)link.onEntered(now);
  EXPECT_THAT(link.onGap(now), ElementsAre(Step::Drop, Step::Fetch))
      << "it stands, and the first thing it says is that";
  (void)link.onLost("away again", now);
  EXPECT_EQ(link.oldSince(), heard);
}

TEST_F(LinkMachineTest, whoIsAnotherOneOrHasAnotherScopeGetsASnapshotOfHisOwn) {
  becomeLive();
  (void)link.onLost("away", now);
  (void)link.start(now);
  EXPECT_THAT(link.onEntered(now, false), ElementsAre(Step::Fetch));
  (void)link.onLost("away", now);
  (void)link.start(now);
  EXPECT_THAT(link.onEntered(now), ElementsAre(Step::Fetch)) << "it has not come yet";
}

TEST_F(LinkMachineTest, changesThatNeverFitAreTriedWithPausesAndNotRoundAndRound) {
  becomeLive();
  later(LinkMachine::kSteady);
  EXPECT_THAT(link.onGap(now), ElementsAre(Step::Drop, Step::Fetch));
  (void)link.onFetched(now);
  (void)link.onFollowing(now);
  for (const std::int64_t pause : {1, 2, 4}) {
    EXPECT_THAT(link.onGap(now), ElementsAre(Step::Drop));
    EXPECT_EQ(link.state(), LinkState::Offline);
    EXPECT_THAT(link.why(), testing::HasSubstr("does not fit"));
    EXPECT_EQ(*link.nextDeadline() - now, std::chrono::seconds(pause));
    (void)link.onTimer(now = *link.nextDeadline());
    EXPECT_THAT(link.onEntered(now), ElementsAre(Step::Fetch));
    (void)link.onFetched(now);
    (void)link.onFollowing(now);
  }
  later(LinkMachine::kSteady);
  link.onHeard(now);
  EXPECT_THAT(link.onGap(now), ElementsAre(Step::Drop, Step::Fetch));
}

TEST_F(LinkMachineTest, aRefusalWaitsForAPersonAndIsNotTriedAgainByItself) {
  becomeLive();
  EXPECT_THAT(link.onRefused("The token does not hold.", now), ElementsAre(Step::Drop));
  EXPECT_EQ(link.state(), LinkState::Rejected);
  EXPECT_EQ(link.why(), "The token does not hold.");
  EXPECT_FALSE(link.nextDeadline());
  later(std::chrono::hours(1));
  EXPECT_THAT(link.onTimer(now), IsEmpty());
  EXPECT_THAT(link.onLost("late", now), IsEmpty());
  EXPECT_THAT(link.retry(now), ElementsAre(Step::Drop, Step::Enter));
}

TEST_F(LinkMachineTest, anAnswerThatDoesNotComeIsALossAndALateOneCountsNoMore) {
  (void)link.start(now);
  later(LinkMachine::kPatience);
  EXPECT_THAT(link.onTimer(now), ElementsAre(Step::Drop));
  EXPECT_EQ(link.state(), LinkState::Offline);
  EXPECT_THAT(link.onEntered(now), IsEmpty());
  EXPECT_EQ(link.state(), LinkState::Offline);
}

}  // namespace

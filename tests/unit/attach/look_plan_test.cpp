// Where and when a host looks at the units of a target.
#include "agent/attach/look_plan.h"

#include <gmock/gmock.h>

#include "shared/base/overloaded.h"

namespace attach {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct LookPlanTest : ::testing::Test {
  LookPlan plan;
  base::TimePoint now{seconds(1000)};
  std::vector<std::string> done;      // orders and events as words
  std::optional<LoginFailed> failed;  // the last one

  std::vector<std::string> words() {
    for (const LookOrder& order : plan.takeOrders()) {
      done.push_back(std::visit(
          base::Overloaded{[](const OpenSession& at) { return "open " + at.portal + " " + std::to_string(at.proof); },
                           [](const CloseSession&) { return std::string("close"); },
                           [](const LookAtUnits&) { return std::string("look"); }},
          order));
    }
    for (const LookEvent& event : plan.takeEvents()) {
      done.push_back(std::visit(
          base::Overloaded{[](const SessionOpened&) { return std::string("opened"); },
                           [this](const LoginFailed& login) {
                             failed = login;
                             return std::string();
                           },
                           [](const LookTrouble& trouble) { return "trouble: " + trouble.why; },
                           [](const UnitsSeen& seen) { return std::to_string(seen.units.size()) + " units"; }},
          event));
    }
    std::erase(done, std::string());
    return std::exchange(done, {});
  }
  void wait(base::Duration span) {
    now += span;
    plan.onTimer(now);
  }
  void begin(std::vector<std::string> portals = {"a"}) {
    plan.setPortals(std::move(portals), now);
    wait({});
  }
  void open() {
    begin();
    plan.onOpened(now);
    plan.onUnits({{0, "naa.1", 1, false}}, now);
    (void)words();
  }
  static SessionOver unreachable() { return {false, false, true, false, "nobody there"}; }
  static SessionOver refused() { return {true, false, false, false, "not you"}; }
};

TEST_F(LookPlanTest, logsInLooksAndTellsTheUnits) {
  begin();
  EXPECT_THAT(words(), ElementsAre("open a 0"));
  plan.onOpened(now);
  EXPECT_THAT(words(), ElementsAre("look", "opened"));
  plan.onUnits({{0, "naa.1", 1, false}}, now);
  EXPECT_THAT(words(), ElementsAre("1 units"));
  EXPECT_TRUE(plan.open());
}

TEST_F(LookPlanTest, looksAgainAfterAWhileAndTellsOnlyWhatIsNew) {
  open();
  wait(LookPlan::kLook - milliseconds(1));
  EXPECT_THAT(words(), IsEmpty());
  wait(milliseconds(1));
  EXPECT_THAT(words(), ElementsAre("look"));
  plan.onUnits({{0, "naa.1", 1, false}}, now);
  EXPECT_THAT(words(), IsEmpty());
  wait(LookPlan::kLook);
  plan.onUnits({}, now);
  EXPECT_THAT(words(), ElementsAre("look", "0 units"));
}

TEST_F(LookPlanTest, whereALookTakesLongItWaitsTenTimesAsLong) {
  open();
  wait(LookPlan::kLook);
  now += seconds(1);
  plan.onUnits({}, now);
  EXPECT_EQ(plan.nextDeadline(), now + seconds(10));
}

TEST_F(LookPlanTest, whatChangesDuringALookIsLookedAtOnceMore) {
  open();
  wait(LookPlan::kLook);
  plan.lookNow(now);
  plan.onUnits({}, now);
  (void)words();
  wait({});
  EXPECT_THAT(words(), ElementsAre("look"));
}

TEST_F(LookPlanTest, portalsAreTriedInTurnAndAfterARoundWithAPauseThatDoubles) {
  begin({"a", "b"});
  plan.onEnded(unreachable(), now);
  wait({});
  EXPECT_THAT(words(), ElementsAre("open a 0", "open b 0", "trouble: nobody there"));
  plan.onEnded(unreachable(), now);
  wait(LookPlan::kFirstPause - milliseconds(1));
  EXPECT_THAT(words(), IsEmpty()) << "the same words once";
  wait(milliseconds(1));
  EXPECT_THAT(words(), ElementsAre("open a 0"));
  plan.onEnded(unreachable(), now);
  wait({});
  plan.onEnded(unreachable(), now);
  EXPECT_EQ(plan.nextDeadline(), now + 2 * LookPlan::kFirstPause);
}

TEST_F(LookPlanTest, aRefusedLoginIsTriedWithTheNextProofAtTheSamePortal) {
  plan.setProofs(2, false, now);
  begin({"a", "b"});
  plan.onEnded(refused(), now);
  wait({});
  plan.onEnded(refused(), now);
  wait({});
  EXPECT_THAT(words(), ElementsAre("open a 0", "open a 1", "open b 0", "trouble: not you"));
}

TEST_F(LookPlanTest, aFirstProofThatIsAwaitedIsTriedAgainAndAgainUntilItGetsIn) {
  plan.setProofs(2, true, now);
  begin();
  const auto getIn = [&] {
    plan.onOpened(now);
    plan.onUnits({}, now);
  };
  for (int round = 0; round < 2; ++round) {
    plan.onEnded(refused(), now);
    wait({});
    getIn();
    EXPECT_EQ(plan.proof(), 1U);
    wait(LookPlan::kProveAgain - seconds(1));
    plan.onUnits({}, now);
    EXPECT_THAT(words(), testing::Not(Contains("close")));
    wait(LookPlan::kLook);
    EXPECT_THAT(words(), ElementsAre("close"));
    plan.onEnded({}, now);
    wait(LookPlan::kFirstPause);
    EXPECT_THAT(words(), ElementsAre("open a 0"));
  }
  getIn();
  (void)words();
  wait(LookPlan::kProveAgain);
  EXPECT_THAT(words(), ElementsAre("look")) << "it is in by the first";
}

TEST_F(LookPlanTest, whichProofWasNoneToTheTargetIsTold) {
  plan.setProofs(2, true, now);
  begin();
  SessionOver over = refused();
  over.unproven = true;
  plan.onEnded(over, now);
  (void)words();
  ASSERT_TRUE(failed);
  EXPECT_TRUE(failed->unproven);
  EXPECT_EQ(failed->proof, 0U);
  wait({});
  plan.onEnded(refused(), now);  // for another reason
  (void)words();
  EXPECT_FALSE(failed->unproven);
  EXPECT_EQ(failed->proof, 1U);
}

TEST_F(LookPlanTest, aSecondProofServesForGoodWhereNobodyAwaitsTheFirst) {
  plan.setProofs(2, false, now);
  begin();
  plan.onEnded(refused(), now);
  wait({});
  plan.onOpened(now);
  plan.onUnits({}, now);
  (void)words();
  wait(LookPlan::kProveAgain);
  EXPECT_THAT(words(), ElementsAre("look"));
}

TEST_F(LookPlanTest, otherProofsEndTheSessionAndAreTried) {
  open();
  plan.setProofs(1, false, now);
  EXPECT_THAT(words(), ElementsAre("close"));
  plan.onEnded({}, now);
  wait(LookPlan::kFirstPause);
  EXPECT_THAT(words(), ElementsAre("open a 0")) << "and what was wanted is no trouble";
}

TEST_F(LookPlanTest, aPortalThatIsTakenAwayIsLeft) {
  open();
  plan.setPortals({"b"}, now);
  EXPECT_THAT(words(), ElementsAre("close", "trouble: its portal is no longer one of the target's"));
  plan.onEnded({}, now);
  wait(LookPlan::kFirstPause);
  EXPECT_THAT(words(), ElementsAre("open b 0"));
}

TEST_F(LookPlanTest, aPortalThatIsTakenAwayDuringTheLoginIsLeftToo) {
  begin();
  plan.setPortals({"b"}, now);
  EXPECT_THAT(words(), ElementsAre("open a 0")) << "it cannot be closed well now";
  plan.onOpened(now);
  EXPECT_FALSE(plan.open());
  plan.onEnded({}, now);
  (void)words();
  wait(LookPlan::kFirstPause);
  EXPECT_THAT(words(), ElementsAre("open b 0"));
}

TEST_F(LookPlanTest, aLookThatFailsEndsTheSessionAndTakesNoUnitsBack) {
  open();
  wait(LookPlan::kLook);
  plan.onLookFailed("REPORT LUNS: no answer in time", now);
  EXPECT_THAT(words(), ElementsAre("look", "close", "trouble: REPORT LUNS: no answer in time"));
  EXPECT_EQ(plan.units().size(), 1U);
}

TEST_F(LookPlanTest, eachLoginThatComesToNothingIsToldAndWhichIsTheLastOfARound) {
  begin({"a", "b"});
  plan.onEnded(refused(), now);
  (void)words();
  ASSERT_TRUE(failed);
  EXPECT_TRUE(failed->refused);
  EXPECT_FALSE(failed->last);
  wait({});
  plan.onEnded(unreachable(), now);
  (void)words();
  EXPECT_FALSE(failed->refused);
  EXPECT_TRUE(failed->last);
  EXPECT_EQ(failed->why, "nobody there");
}

TEST_F(LookPlanTest, whoLeavesClosesItsSessionAndMakesNoOther) {
  open();
  plan.leave();
  EXPECT_THAT(words(), ElementsAre("close"));
  plan.onEnded({false, false, false, true, "closed"}, now);
  wait(LookPlan::kLongestPause * 3);
  EXPECT_THAT(words(), IsEmpty());
}

}  // namespace
}  // namespace attach

// Which disks a host has: what is ordered and told, step by step, and whatever comes in whatever order.
#include "agent/attach/disk_plan.h"

#include <gmock/gmock.h>

#include <random>

namespace attach {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kStore = "iqn.2024-01.org.example:store";
const std::string kOther = "iqn.2024-01.org.example:other";

std::string idOf(const DiskKey& key) { return key.target + "/" + std::to_string(key.lun) + "/" + key.designator; }

std::string text(const DiskOrder& order) {
  static constexpr const char* kWords[] = {"start",   "configure", "attach", "resize",
                                           "protect", "detach",    "stop",   "check"};
  return std::string(kWords[order.index()]) + " " + std::visit([](const auto& one) { return one.id; }, order);
}

class DiskPlanTest : public ::testing::Test {
 protected:
  DiskPlanTest() { plan.setHelper(true, now); }

  std::vector<std::string> orders() {
    std::vector<std::string> words;
    for (const DiskOrder& one : plan.takeOrders()) words.push_back(text(one));
    return words;
  }
  std::vector<DiskNews> news() {
    std::vector<DiskNews> all;
    for (const DiskEvent& one : plan.takeEvents()) {
      all.push_back(one.news);
      last = one.disk;
    }
    return all;
  }
  void show(std::vector<UnitSeen> units) {
    plan.setVisible({kStore}, now);
    plan.setUnits(kStore, std::move(units), now);
  }
  // One disk, attached as /dev/loop0.
  void attached() {
    show({kUnit});
    plan.onStarted(kId, "", now);
    plan.onConfigured(kId, "", now);
    plan.onAttached(kId, "/dev/loop0", "", now);
    (void)orders();
    (void)news();
  }
  DiskPhase phase() const { return plan.find(kId)->phase; }

  const UnitSeen kUnit{0, "naa.6001", 1 << 20, false};
  const std::string kId = kStore + "/0/naa.6001";
  base::TimePoint now{seconds(1000)};
  DiskPlan plan{idOf};
  Disk last;
};

TEST_F(DiskPlanTest, whileItIsNotKnownWhatAnEarlierLifeHasLeftNoneIsBegun) {
  plan.expect(kId, "naa.6001");
  show({kUnit});
  EXPECT_THAT(orders(), IsEmpty());
  EXPECT_EQ(plan.nextDeadline(), base::kNever);
  plan.adopt(kId, {kStore, 0, "naa.6001"}, 1 << 20, false, "/dev/loop0", now);
  EXPECT_THAT(orders(), ElementsAre("configure " + kId, "resize " + kId, "protect " + kId));
  EXPECT_EQ(phase(), DiskPhase::Attached);
}

TEST_F(DiskPlanTest, whoUsesWhatAnEarlierLifeHasLeftIsKnownOnceItWasTriedToTakeItAway) {
  EXPECT_TRUE(plan.knowsUse()) << "nothing is left";
  plan.expect(kId, "naa.6001");
  EXPECT_FALSE(plan.knowsUse()) << "what is left is not known";
  plan.adopt(kId, {kStore, 0, "naa.6001"}, 1 << 20, false, "/dev/loop0", now);
  EXPECT_FALSE(plan.knowsUse()) << "no name server has said whether it is wanted";
  show({});
  EXPECT_FALSE(plan.knowsUse()) << "nobody has looked who uses it";
  plan.onConfigured(kId, "", now);
  plan.onDetached(kId, "mounted at /srv", true, now);
  EXPECT_TRUE(plan.knowsUse());
  EXPECT_TRUE(plan.find(kId)->inUse);
  show({kUnit});
  EXPECT_TRUE(plan.knowsUse()) << "it is shown again";
  show({});
  EXPECT_FALSE(plan.knowsUse()) << "and no more: asked again";
}

TEST_F(DiskPlanTest, aDeviceThatIsAnotherOneByNowIsTheDisks) {
  attached();
  plan.onAttached(kId, "/dev/dm-0", "", now);
  EXPECT_EQ(plan.find(kId)->device, "/dev/dm-0");
  plan.onAttached(kId, "", "a portal is away", now);
  EXPECT_EQ(plan.find(kId)->device, "/dev/dm-0");
  EXPECT_EQ(phase(), DiskPhase::Attached);
  EXPECT_THAT(orders(), IsEmpty());
  EXPECT_THAT(news(), IsEmpty());
}

TEST_F(DiskPlanTest, whereNothingIsLeftItIsBegun) {
  plan.expect(kId, "naa.6001");
  show({kUnit});
  plan.settled(kId, now);
  EXPECT_THAT(orders(), ElementsAre("start " + kId));
}

TEST_F(DiskPlanTest, oneWhoseStartHadNoAnswerIsTakenUpWhereItIsThere) {
  show({kUnit});
  (void)orders();
  plan.onStarted(kId, "the helper has gone", now);
  EXPECT_EQ(phase(), DiskPhase::Waiting);
  plan.expect(kId, "naa.6001");
  plan.adopt(kId, {kStore, 0, "naa.6001"}, 1 << 20, false, "", now);
  EXPECT_THAT(orders(), ElementsAre("configure " + kId));
  EXPECT_EQ(phase(), DiskPhase::Configuring);
  plan.adopt(kId, {kStore, 0, "naa.6001"}, 1 << 20, false, "", now);
  EXPECT_THAT(orders(), IsEmpty()) << "it is further";
}

TEST_F(DiskPlanTest, aUnitThatATargetShowsBecomesADiskStepByStep) {
  show({kUnit});
  EXPECT_THAT(orders(), ElementsAre("start " + kId));
  plan.onStarted(kId, "", now);
  EXPECT_THAT(orders(), ElementsAre("configure " + kId));
  plan.onConfigured(kId, "", now);
  EXPECT_THAT(orders(), ElementsAre("attach " + kId));
  EXPECT_THAT(news(), IsEmpty());
  plan.onAttached(kId, "/dev/loop0", "", now);
  EXPECT_THAT(news(), ElementsAre(DiskNews::Came));
  EXPECT_EQ(last.device, "/dev/loop0");
  EXPECT_THAT(orders(), IsEmpty());
  EXPECT_EQ(plan.nextDeadline(), base::kNever);
}

TEST_F(DiskPlanTest, aTargetThatIsNoLongerNamedTakesItsDisksAway) {
  attached();
  plan.setVisible({}, now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId));
  plan.onDetached(kId, "", false, now);
  EXPECT_THAT(orders(), ElementsAre("stop " + kId));
  plan.onStopped(kId, now);
  EXPECT_THAT(news(), ElementsAre(DiskNews::Withdrawn, DiskNews::Gone));
  EXPECT_TRUE(plan.disks().empty());
}

TEST_F(DiskPlanTest, aDiskThatWillBeTakenAwayIsToldOnceAndAgainWhenTheTimeIsAnother) {
  attached();
  plan.setLeaving({{{kStore, 0, "naa.6001"}, 600}}, now);
  EXPECT_THAT(news(), ElementsAre(DiskNews::Leaves));
  EXPECT_EQ(last.leavesAt, 600);
  plan.setLeaving({{{kStore, 0, "naa.6001"}, 600}}, now);
  plan.setUnits(kStore, {kUnit}, now);
  EXPECT_THAT(news(), IsEmpty());
  plan.setLeaving({{{kStore, 0, "naa.6001"}, 900}, {{kStore, 1, "naa.6002"}, 900}}, now);
  EXPECT_THAT(news(), ElementsAre(DiskNews::Leaves));
  EXPECT_THAT(orders(), IsEmpty());
}

TEST_F(DiskPlanTest, aDiskThatStaysAfterAllIsToldAndOneThatIsOnItsWayOutIsNot) {
  attached();
  plan.setLeaving({{{kStore, 0, "naa.6001"}, 600}}, now);
  (void)news();
  plan.setLeaving({}, now);
  EXPECT_THAT(news(), IsEmpty());
  EXPECT_EQ(plan.nextDeadline(), now + DiskPlan::kStaysPause);
  now += DiskPlan::kStaysPause;
  plan.onTimer(now);
  EXPECT_THAT(news(), ElementsAre(DiskNews::Stays));
  EXPECT_EQ(plan.nextDeadline(), base::kNever);
  plan.setLeaving({{{kStore, 0, "naa.6001"}, 600}}, now);
  (void)news();
  plan.setLeaving({}, now);
  plan.setVisible({}, now);
  EXPECT_THAT(news(), ElementsAre(DiskNews::Withdrawn));
  now += DiskPlan::kStaysPause;
  plan.onTimer(now);
  EXPECT_THAT(news(), IsEmpty());
}

TEST_F(DiskPlanTest, aDiskThatComesWhileItIsAboutToLeaveIsToldOfIt) {
  plan.setLeaving({{{kStore, 0, "naa.6001"}, 600}}, now);
  show({kUnit});
  plan.onStarted(kId, "", now);
  plan.onConfigured(kId, "", now);
  EXPECT_THAT(news(), IsEmpty());
  plan.onAttached(kId, "/dev/loop0", "", now);
  EXPECT_THAT(news(), ElementsAre(DiskNews::Came, DiskNews::Leaves));
  EXPECT_EQ(last.device, "/dev/loop0");
}

TEST_F(DiskPlanTest, aUnitThatMayBeReadAloneIsProtectedAndWrittenAgainLater) {
  attached();
  UnitSeen unit = kUnit;
  unit.readOnly = true;
  plan.setUnits(kStore, {unit}, now);
  EXPECT_THAT(orders(), ElementsAre("protect " + kId));
  EXPECT_THAT(news(), ElementsAre(DiskNews::Protected));
  EXPECT_TRUE(last.readOnly);
  plan.setUnits(kStore, {unit}, now);
  EXPECT_THAT(orders(), IsEmpty());
  plan.setUnits(kStore, {kUnit}, now);
  EXPECT_THAT(orders(), ElementsAre("protect " + kId));
  EXPECT_THAT(news(), ElementsAre(DiskNews::Unprotected));
}

TEST_F(DiskPlanTest, aUnitThatIsNoLongerListedGoes) {
  attached();
  plan.setUnits(kStore, {}, now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId));
}

TEST_F(DiskPlanTest, aDiskInUseStaysAndIsAskedForAgainUntilItIsFree) {
  attached();
  plan.setVisible({}, now);
  (void)orders();
  plan.onDetached(kId, "mounted at /mnt", true, now);
  EXPECT_THAT(news(), ElementsAre(DiskNews::Withdrawn, DiskNews::InUse));
  EXPECT_EQ(phase(), DiskPhase::Attached);
  EXPECT_TRUE(plan.find(kId)->inUse);
  EXPECT_THAT(orders(), IsEmpty());
  EXPECT_EQ(plan.nextDeadline(), now + DiskPlan::kInUsePause);
  now += DiskPlan::kInUsePause;
  plan.onTimer(now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId));
  plan.onDetached(kId, "mounted at /mnt", true, now);
  EXPECT_THAT(news(), IsEmpty()) << "told once";
  EXPECT_TRUE(plan.find(kId)->inUse);
  now += DiskPlan::kInUsePause;
  plan.onTimer(now);
  plan.onDetached(kId, "", false, now);
  EXPECT_FALSE(plan.find(kId)->inUse) << "it is on its way out";
}

TEST_F(DiskPlanTest, aDiskInUseThatIsShownAgainIsLeftAlone) {
  attached();
  plan.setVisible({}, now);
  plan.onDetached(kId, "mounted at /mnt", true, now);
  (void)orders();
  show({kUnit});
  EXPECT_THAT(orders(), ElementsAre("check " + kId)) << "another disk may have had its name";
  now += seconds(60);
  plan.onTimer(now);
  EXPECT_THAT(orders(), IsEmpty());
  EXPECT_EQ(plan.find(kId)->why, "");
  EXPECT_FALSE(plan.find(kId)->inUse);
  EXPECT_EQ(plan.nextDeadline(), base::kNever);
}

TEST_F(DiskPlanTest, aDiskThatIsShownAgainBeforeItsUserIsFoundIsNotHeld) {
  attached();
  plan.setVisible({}, now);
  show({kUnit});
  plan.onDetached(kId, "mounted at /mnt", true, now);
  EXPECT_FALSE(plan.find(kId)->inUse);
}

TEST_F(DiskPlanTest, nothingGoesWhileANameServerHasSaidNothing) {
  plan.adopt(kId, {kStore, 0, "naa.6001"}, 1 << 20, false, "/dev/loop0", now);
  EXPECT_THAT(orders(), ElementsAre("configure " + kId)) << "portals and secrets may have changed";
  plan.onTimer(now + seconds(3600));
  EXPECT_THAT(orders(), IsEmpty());
  plan.setVisible({kStore}, now);  // nor while the target has not said what it shows
  EXPECT_THAT(orders(), IsEmpty());
  plan.setUnits(kStore, {kUnit}, now);
  EXPECT_THAT(orders(), ElementsAre("resize " + kId, "protect " + kId));
  plan.setUnits(kStore, {}, now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId));
}

TEST_F(DiskPlanTest, whatIsFoundTakesThePlaceOfADiskThatWaitsToBeBegun) {
  plan.setHelper(false, now);
  show({kUnit});
  EXPECT_THAT(orders(), IsEmpty());
  plan.adopt(kId, {kStore, 0, "naa.6001"}, 1 << 20, false, "/dev/loop0", now);
  plan.setHelper(true, now);
  EXPECT_THAT(orders(), ElementsAre("configure " + kId, "resize " + kId, "protect " + kId));
  EXPECT_EQ(phase(), DiskPhase::Attached);
}

TEST_F(DiskPlanTest, anotherUnitBehindTheSameLunIsAnotherDisk) {
  attached();
  plan.setUnits(kStore, {{0, "naa.6002", 1 << 20, false}}, now);
  EXPECT_THAT(orders(), ::testing::UnorderedElementsAre("detach " + kId, "start " + kStore + "/0/naa.6002"));
}

TEST_F(DiskPlanTest, theNextUnitBehindALunIsTriedAtOnceWhenTheOneBeforeIsLetGo) {
  attached();
  const std::string next = kStore + "/0/naa.6002";
  plan.setUnits(kStore, {{0, "naa.6002", 1 << 20, false}}, now);
  plan.onDetached(kId, "", false, now);
  plan.onStarted(next, "its LUN is another disk's", now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId, "start " + next, "stop " + kId));
  plan.onStopped(kId, now);
  EXPECT_THAT(orders(), ElementsAre("start " + next)) << "without its pause";
}

TEST_F(DiskPlanTest, aUnitBehindTwoTargetsIsOneDisk) {
  attached();
  plan.setVisible({kStore, kOther}, now);
  plan.setUnits(kOther, {{3, "naa.6001", 1 << 20, false}}, now);
  EXPECT_THAT(orders(), IsEmpty());
  EXPECT_THAT(news(), ElementsAre(DiskNews::Shadowed));
  EXPECT_THAT(last.why, HasSubstr("LUN 0 of " + kStore));
  plan.setUnits(kOther, {{3, "naa.6001", 1 << 20, false}}, now);
  EXPECT_THAT(news(), IsEmpty()) << "told once";
  // When the first has gone, the second takes its place.
  plan.setVisible({kOther}, now);
  plan.onDetached(kId, "", false, now);
  plan.onStopped(kId, now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId, "stop " + kId, "start " + kOther + "/3/naa.6001"));
}

// The agent was restarted: the other target was quicker than whoever finds out what there is.
TEST_F(DiskPlanTest, aUnitOfWhichAnEarlierLifeHasLeftADiskIsNotBegunBehindAnotherTarget) {
  plan.expect(kId, "naa.6001");
  plan.setVisible({kStore, kOther}, now);
  plan.setUnits(kOther, {{3, "naa.6001", 1 << 20, false}, {4, "naa.6002", 1 << 20, false}}, now);
  EXPECT_THAT(orders(), ElementsAre("start " + kOther + "/4/naa.6002"));
  plan.setUnits(kStore, {kUnit}, now);
  EXPECT_THAT(news(), ElementsAre(DiskNews::Shadowed)) << "for now";
  plan.adopt(kId, {kStore, 0, "naa.6001"}, 1 << 20, false, "/dev/loop0", now);
  EXPECT_THAT(orders(), ElementsAre("configure " + kId, "resize " + kId, "protect " + kId));
  EXPECT_THAT(news(), ElementsAre(DiskNews::Shadowed));
  EXPECT_EQ(last.key.target, kOther);
  EXPECT_EQ(plan.find(kOther + "/3/naa.6001"), nullptr);
}

TEST_F(DiskPlanTest, whereNothingIsLeftOfItTheOtherTargetHasTheUnit) {
  plan.expect(kId, "naa.6001");
  plan.setVisible({kOther}, now);
  plan.setUnits(kOther, {{3, "naa.6001", 1 << 20, false}}, now);
  EXPECT_THAT(orders(), IsEmpty());
  plan.settled(kId, now);
  EXPECT_THAT(orders(), ElementsAre("start " + kOther + "/3/naa.6001"));
}

TEST_F(DiskPlanTest, whileTheUnitOfWhatIsLeftIsNotKnownNoneIsBegun) {
  plan.expect("left", "");
  show({kUnit});
  EXPECT_THAT(orders(), IsEmpty());
  EXPECT_EQ(plan.nextDeadline(), base::kNever);
  plan.settled("left", now);
  EXPECT_THAT(orders(), ElementsAre("start " + kId));
}

TEST_F(DiskPlanTest, aSecondDiskOfAUnitThatIsFoundTooLateIsTakenAwayAndNotMadeAnew) {
  attached();
  const std::string second = kOther + "/3/naa.6001";
  plan.setVisible({kStore, kOther}, now);
  plan.setUnits(kOther, {{3, "naa.6001", 1 << 20, false}}, now);
  (void)news();
  plan.adopt(second, {kOther, 3, "naa.6001"}, 1 << 20, false, "/dev/loop1", now);
  EXPECT_THAT(orders(), ElementsAre("configure " + second, "detach " + second));
  EXPECT_THAT(news(), ElementsAre(DiskNews::Shadowed));
  plan.onDetached(second, "mounted at /mnt", true, now);
  now = plan.nextDeadline();
  plan.onTimer(now);
  EXPECT_THAT(orders(), ElementsAre("detach " + second));
  plan.onDetached(second, "", false, now);
  plan.onStopped(second, now);
  EXPECT_THAT(orders(), ElementsAre("stop " + second));
  EXPECT_EQ(plan.disks().size(), 1U);
  EXPECT_EQ(phase(), DiskPhase::Attached);
}

TEST_F(DiskPlanTest, unitsWithoutADesignatorAreToldApartByTargetAndLun) {
  plan.setVisible({kStore, kOther}, now);
  const std::string unnamed(kUnnamed);
  plan.setUnits(kStore, {{0, unnamed, 1 << 20, false}, {1, unnamed, 1 << 20, false}}, now);
  plan.setUnits(kOther, {{0, unnamed, 1 << 20, false}}, now);
  EXPECT_THAT(news(), IsEmpty());
  EXPECT_THAT(orders(),
              ::testing::UnorderedElementsAre("start " + kStore + "/0/unnamed", "start " + kStore + "/1/unnamed",
                                              "start " + kOther + "/0/unnamed"));
}

TEST_F(DiskPlanTest, whatCannotBeMadeIsTriedAgainLaterAndLater) {
  show({kUnit});
  base::Duration expected = DiskPlan::kFirstPause;
  for (int i = 0; i < 10; ++i) {
    ASSERT_THAT(orders(), ElementsAre("start " + kId));
    plan.onStarted(kId, "no room", now);
    EXPECT_THAT(news(), ElementsAre(DiskNews::Failed));
    EXPECT_EQ(plan.nextDeadline(), now + expected);
    now += expected;
    expected = std::min(expected * 2, DiskPlan::kLongestPause);
    plan.onTimer(now);
  }
}

TEST_F(DiskPlanTest, whatCannotBeAttachedIsTakenDownAndMadeAnew) {
  show({kUnit});
  plan.onStarted(kId, "", now);
  plan.onConfigured(kId, "", now);
  (void)orders();
  plan.onAttached(kId, "", "no loop device is free", now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId));
  plan.onDetached(kId, "", false, now);
  plan.onStopped(kId, now);
  EXPECT_THAT(orders(), ElementsAre("stop " + kId));
  EXPECT_THAT(news(), ElementsAre(DiskNews::Failed));
  now = plan.nextDeadline();
  plan.onTimer(now);
  EXPECT_THAT(orders(), ElementsAre("start " + kId));
}

TEST_F(DiskPlanTest, aProcessThatDiedIsReplacedWhenNobodyUsesWhatIsLeftOfIt) {
  attached();
  plan.onLost(kId, "killed", now);
  EXPECT_THAT(news(), ElementsAre(DiskNews::Lost));
  EXPECT_THAT(orders(), ElementsAre("detach " + kId));
  plan.onDetached(kId, "mounted at /mnt", true, now);
  EXPECT_EQ(plan.nextDeadline(), now + DiskPlan::kInUsePause);
  now += DiskPlan::kInUsePause;
  plan.onTimer(now);
  plan.onDetached(kId, "", false, now);
  plan.onStopped(kId, now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId, "stop " + kId, "start " + kId));
}

// Another unit stood behind its LUN for a while: nothing brings the old device back to life.
TEST_F(DiskPlanTest, aDiskThatIsShownAgainButReachesItsUnitNoMoreIsToldAndMadeAnewWhenItIsLetGo) {
  attached();
  plan.setUnits(kStore, {}, now);
  plan.onDetached(kId, "mounted at /mnt, and offline", true, now);
  plan.setUnits(kStore, {kUnit}, now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId, "check " + kId));
  (void)news();
  plan.onSpoiled(kId, "it is offline", now);
  EXPECT_THAT(news(), ElementsAre(DiskNews::Lost));
  EXPECT_EQ(last.why, "it is offline");
  EXPECT_TRUE(plan.find(kId)->lost);
  plan.onSpoiled(kId, "it is offline", now);
  EXPECT_THAT(news(), IsEmpty()) << "told once";
  EXPECT_THAT(orders(), IsEmpty());
  now = plan.nextDeadline();
  plan.onTimer(now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId));
  plan.onDetached(kId, "mounted at /mnt", true, now);
  EXPECT_TRUE(plan.find(kId)->lost) << "until it is let go";
  now = plan.nextDeadline();
  plan.onTimer(now);
  plan.onDetached(kId, "", false, now);
  plan.onStopped(kId, now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId, "stop " + kId, "start " + kId));
  EXPECT_FALSE(plan.find(kId)->lost);
}

TEST_F(DiskPlanTest, aDeviceThatCannotFollowItsUnitServesUntilItIsLetGoAndIsMadeAnew) {
  attached();
  plan.onOutdated(kId, "it stays read-only", now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId));
  plan.onDetached(kId, "mounted at /mnt", true, now);
  EXPECT_FALSE(plan.find(kId)->lost) << "it serves";
  now = plan.nextDeadline();
  plan.onTimer(now);
  plan.onDetached(kId, "", false, now);
  plan.onStopped(kId, now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId, "stop " + kId, "start " + kId));
}

TEST_F(DiskPlanTest, aDiskThatLosesItsUnitWhileItIsAttachedIsTakenDownAfterwards) {
  show({kUnit});
  plan.onStarted(kId, "", now);
  plan.onConfigured(kId, "", now);
  plan.onSpoiled(kId, "another unit", now);
  plan.onAttached(kId, "/dev/loop0", "", now);
  (void)orders();
  now = plan.nextDeadline();
  plan.onTimer(now);
  EXPECT_THAT(orders(), ElementsAre("detach " + kId));
  plan.onSpoiled(kId, "another unit", now);
  plan.onDetached(kId, "", false, now);
  plan.onSpoiled(kId, "another unit", now);
  EXPECT_EQ(phase(), DiskPhase::Stopping) << "it ends already";
}

TEST_F(DiskPlanTest, anotherSizeIsPassedOn) {
  attached();
  plan.setUnits(kStore, {{0, "naa.6001", 1 << 21, false}}, now);
  EXPECT_THAT(orders(), ElementsAre("resize " + kId));
  EXPECT_THAT(news(), ElementsAre(DiskNews::Resized));
}

TEST_F(DiskPlanTest, aSizeThatTheDeviceDidNotTakeIsPassedOnAgainALittleLater) {
  attached();
  plan.setUnits(kStore, {{0, "naa.6001", 1 << 21, false}}, now);
  (void)orders();
  plan.onNotResized(kId, now);
  EXPECT_THAT(orders(), IsEmpty());
  EXPECT_EQ(plan.nextDeadline(), now + DiskPlan::kLongestPause);
  (void)news();
  plan.onTimer(now = plan.nextDeadline());
  EXPECT_THAT(orders(), ElementsAre("resize " + kId));
  EXPECT_THAT(news(), IsEmpty()) << "it is told once";
  EXPECT_EQ(plan.nextDeadline(), base::kNever);
}

TEST_F(DiskPlanTest, aBrokenDiskThatIsInUseIsToldNoSizeAndNobodyWakesForIt) {
  attached();
  plan.setUnits(kStore, {{0, "naa.6001", 1 << 21, false}}, now);
  plan.onNotResized(kId, now);
  plan.onOutdated(kId, "stuck", now);
  for (const auto end = now + 2 * DiskPlan::kLongestPause; now < end; plan.onTimer(now = plan.nextDeadline())) {
    plan.onDetached(kId, "mounted at /mnt", true, now);
    ASSERT_GT(plan.nextDeadline(), now);
  }
  EXPECT_EQ(phase(), DiskPhase::Detaching);
}

TEST_F(DiskPlanTest, aDiskOfAnEarlierLifeIsTakenHoldOfThoughItsTargetWasQuicker) {
  plan.setHelper(false, now);
  show({kUnit});
  plan.adopt(kId, {kStore, 0, "naa.6001"}, 1 << 20, false, "/dev/loop0", now);
  plan.setHelper(true, now);
  EXPECT_THAT(orders(), ElementsAre("configure " + kId, "resize " + kId, "protect " + kId));
  EXPECT_EQ(phase(), DiskPhase::Attached);
  EXPECT_EQ(plan.find(kId)->device, "/dev/loop0");
}

TEST_F(DiskPlanTest, aDiskOfAnEarlierLifeWhoseProcessDiesIsBegunAnewOnceANameServerNamesItsTarget) {
  for (const bool named : {true, false}) {
    DiskPlan later(idOf);
    later.setHelper(true, now);
    later.adopt(kId, {kStore, 0, "naa.6001"}, 1 << 20, false, "/dev/loop0", now);
    later.onLost(kId, "killed", now);
    later.onDetached(kId, "", false, now);
    later.onStopped(kId, now);
    for (const DiskOrder& one : later.takeOrders()) EXPECT_FALSE(std::holds_alternative<StartDisk>(one));
    EXPECT_EQ(later.nextDeadline(), base::kNever);
    later.setVisible(named ? std::set<std::string>{kStore} : std::set<std::string>{}, now);
    EXPECT_EQ(later.takeOrders().size(), named ? 1U : 0U);
    EXPECT_EQ(later.disks().size(), named ? 1U : 0U);
  }
}

TEST_F(DiskPlanTest, aSizeThatWasNotKnownIsNoOther) {
  plan.adopt(kId, {kStore, 0, "naa.6001"}, 0, false, "/dev/sdb", now);
  (void)orders();
  show({kUnit});
  EXPECT_THAT(news(), IsEmpty());
  EXPECT_EQ(plan.find(kId)->bytes, kUnit.bytes);
}

// Its process may have heard of both while nobody directed it, and says by now what is shown.
TEST_F(DiskPlanTest, theDeviceOfAnEarlierLifeIsToldOnceWhatIsShown) {
  plan.adopt(kId, {kStore, 0, "naa.6001"}, 1 << 20, false, "/dev/loop0", now);
  EXPECT_THAT(orders(), ElementsAre("configure " + kId)) << "a device that asks waits for a target that is silent";
  show({kUnit});
  EXPECT_THAT(orders(), ElementsAre("resize " + kId, "protect " + kId));
  EXPECT_THAT(news(), IsEmpty()) << "nothing is another";
  plan.setUnits(kStore, {kUnit}, now);
  EXPECT_THAT(orders(), IsEmpty());
}

TEST_F(DiskPlanTest, aDeviceThatWasMadeByAnOlderSizeIsToldTheOtherOneWhenItIsThere) {
  show({kUnit});
  plan.onStarted(kId, "", now);
  plan.setUnits(kStore, {{0, "naa.6001", 1 << 21, false}}, now);
  plan.onConfigured(kId, "", now, 1 << 20);
  (void)orders();
  plan.onAttached(kId, "/dev/loop0", "", now);
  EXPECT_THAT(orders(), ElementsAre("resize " + kId));
}

TEST_F(DiskPlanTest, aHelperThatComesAgainIsToldWhatTheOneBeforeMayNotHaveDone) {
  attached();
  plan.setHelper(false, now);
  plan.setHelper(true, now);
  EXPECT_THAT(orders(), ElementsAre("resize " + kId, "protect " + kId));
  EXPECT_THAT(news(), IsEmpty()) << "nothing is another";
}

TEST_F(DiskPlanTest, withoutAHelperNothingIsBegun) {
  plan.setHelper(false, now);
  show({kUnit});
  EXPECT_THAT(orders(), IsEmpty());
  EXPECT_EQ(plan.nextDeadline(), base::kNever);
  plan.setHelper(true, now);
  EXPECT_THAT(orders(), ElementsAre("start " + kId));
}

TEST_F(DiskPlanTest, beyondTheBoundUnitsAreLeftOutAndItIsTold) {
  std::vector<UnitSeen> units;
  for (std::uint32_t lun = 0; lun <= DiskPlan::kMaxDisks; ++lun)
    units.push_back({lun, std::to_string(lun), 512, false});
  show(units);
  EXPECT_EQ(plan.disks().size(), DiskPlan::kMaxDisks);
  EXPECT_THAT(news(), ElementsAre(DiskNews::TooMany));
}

// Whatever happens in whatever order: a disk has one order at a time, its orders come in their order, and no unit has
// two processes.
TEST_F(DiskPlanTest, ordersKeepTheirOrderWhateverHappens) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const auto chance = [&](unsigned of) { return random() % of == 0; };
    DiskPlan one(idOf);
    one.setHelper(true, now);
    std::map<std::string, std::string> open;  // id to the order that has no answer
    std::set<std::string> running;            // processes
    const auto collect = [&] {
      for (const DiskOrder& order : one.takeOrders()) {
        const std::string words = text(order);
        const std::string id = std::visit([](const auto& each) { return each.id; }, order);
        const std::string_view word = std::string_view(words).substr(0, words.find(' '));
        if (word == "resize" || word == "protect" || word == "check") continue;
        // Orders that are not wanted any more, or whose process is gone, are not waited for.
        const bool instead = std::holds_alternative<DetachDisk>(order) && open[id] == "configure";
        ASSERT_TRUE(open[id].empty() || instead) << seed << ": " << words << " after " << open[id];
        open[id] = words.substr(0, words.find(' '));
        if (open[id] == "start") {
          ASSERT_FALSE(running.contains(id)) << seed;
          const std::string unit = id.substr(id.rfind('/'));
          for (const std::string& other : running) {
            ASSERT_NE(other.substr(other.rfind('/')), unit) << seed << ": two processes for one unit";
          }
          running.insert(id);
        }
      }
    };
    for (int step = 0; step < 400; ++step) {
      now += std::chrono::milliseconds(random() % 1500);
      if (chance(6))
        one.setVisible(chance(2) ? std::set<std::string>{kStore, kOther} : std::set<std::string>{kStore}, now);
      if (chance(4)) {
        std::vector<UnitSeen> units;
        for (std::uint32_t lun = 0; lun < 3; ++lun) {
          if (!chance(3))
            units.push_back({lun, "naa." + std::to_string(random() % 3), 512 * (1 + random() % 2), false});
        }
        one.setUnits(chance(2) ? kStore : kOther, units, now);
      }
      if (chance(20)) one.setHelper(!chance(3), now);
      one.onTimer(now);
      collect();
      if (chance(12) && !running.empty()) {
        const std::string id = *running.begin();
        if (const auto at = open.find(id); at != open.end() && at->second == "stop") {
          open.erase(at);
          running.erase(id);
        }
        one.onLost(id, "killed", now);
      }
      collect();
      std::erase_if(open, [](const auto& each) { return each.second.empty(); });
      if (open.empty() || chance(2)) continue;
      auto at = open.begin();
      std::advance(at, random() % open.size());
      const auto [id, what] = *at;
      open.erase(at);
      const std::string why = chance(4) ? "it failed" : "";
      if (what == "start") {
        if (!why.empty()) running.erase(id);
        one.onStarted(id, why, now);
      } else if (what == "configure") {
        one.onConfigured(id, why, now);
      } else if (what == "attach") {
        one.onAttached(id, why.empty() ? "/dev/loop0" : "", why, now);
      } else if (what == "detach") {
        one.onDetached(id, why, chance(2), now);
      } else {
        running.erase(id);
        one.onStopped(id, now);
      }
      collect();
    }
    for (const auto& [id, disk] : one.disks()) {
      ASSERT_TRUE(disk.phase == DiskPhase::Waiting || running.contains(id)) << seed << ": " << wordOf(disk.phase);
    }
  }
}

}  // namespace
}  // namespace attach

#include "isns-server/core/liveness.h"

#include <gtest/gtest.h>

namespace {

using core::Liveness;
using Ids = std::vector<std::uint32_t>;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Wall time is a million seconds ahead, plus what an administrator sets the clock by.
base::Now at(base::Duration since, seconds set = seconds(0)) {
  return {base::TimePoint(since), base::WallTime(std::chrono::floor<seconds>(since) + seconds(1'000'000) + set)};
}

TEST(Liveness, ASilentEntityExpiresAfterItsPeriodAndNotBefore) {
  Liveness liveness{base::TimePoint()};
  liveness.track(1, 60, at(milliseconds(10'900)));
  EXPECT_EQ(liveness.expired(at(milliseconds(70'899))), Ids{});
  EXPECT_EQ(liveness.expired(at(seconds(71))), Ids{1});
}

TEST(Liveness, AContactGrantsAnotherPeriod) {
  Liveness liveness{base::TimePoint()};
  liveness.track(1, 60, at(seconds(0)));
  liveness.contact(1, at(seconds(59)));
  EXPECT_EQ(liveness.expired(at(seconds(61))), Ids{});
  EXPECT_GT(liveness.nextDeadline(), base::TimePoint(seconds(61)));
  EXPECT_LE(liveness.nextDeadline(), base::TimePoint(seconds(120)));
  EXPECT_EQ(liveness.expired(at(seconds(119))), Ids{});
  EXPECT_EQ(liveness.expired(at(seconds(120))), Ids{1});
}

TEST(Liveness, OnlyTheSilentOnesExpire) {
  Liveness liveness{base::TimePoint()};
  for (std::uint32_t id = 1; id <= 100; ++id) liveness.track(id, 60, at(seconds(0)));
  for (std::uint32_t id = 1; id <= 100; id += 2) liveness.contact(id, at(seconds(30)));
  EXPECT_EQ(liveness.expired(at(seconds(61))).size(), 50U);
  for (std::uint32_t id = 2; id <= 100; id += 2) liveness.forget(id);
  EXPECT_EQ(liveness.expired(at(seconds(91))).size(), 50U);
}

TEST(Liveness, AForgottenEntityIsNotReportedAndItsContactIsNothing) {
  Liveness liveness{base::TimePoint()};
  liveness.track(1, 60, at(seconds(0)));
  liveness.forget(1);
  liveness.contact(1, at(seconds(1)));
  liveness.forget(1);
  EXPECT_EQ(liveness.expired(at(seconds(1000))), Ids{});
  EXPECT_EQ(liveness.size(), 0U);
  EXPECT_EQ(liveness.nextDeadline(), base::kNever);
}

TEST(Liveness, AnEntityThatCouldNotBeRemovedIsReportedAgain) {
  Liveness liveness{base::TimePoint()};
  liveness.track(1, 60, at(seconds(0)));
  EXPECT_EQ(liveness.expired(at(seconds(61))), Ids{1});
  EXPECT_EQ(liveness.expired(at(seconds(62))), Ids{});
  EXPECT_EQ(liveness.expired(at(seconds(122))), Ids{1});
}

TEST(Liveness, PeriodZeroNeverExpires) {
  Liveness liveness{base::TimePoint()};
  liveness.track(1, 60, at(seconds(0)));
  liveness.contact(1, at(seconds(10)));
  liveness.track(1, 0, at(seconds(10)));
  EXPECT_EQ(liveness.expired(at(seconds(1'000'000))), Ids{});
  EXPECT_EQ(liveness.lastContact(1), at(seconds(10)).wall);
}

TEST(Liveness, AfterAStartEveryEntityHasOneFullPeriod) {
  Liveness liveness{base::TimePoint(seconds(500))};
  liveness.restore(1, 60, at(seconds(100)).wall, at(seconds(500)));
  EXPECT_EQ(liveness.lastContact(1), at(seconds(100)).wall);
  EXPECT_EQ(liveness.expired(at(seconds(560))), Ids{});
  EXPECT_EQ(liveness.expired(at(seconds(561))), Ids{1});
}

TEST(Liveness, AnotherPeriodAfterAStartLeavesTheFullPeriod) {
  Liveness liveness{base::TimePoint(seconds(500))};
  liveness.restore(1, 60, at(seconds(100)).wall, at(seconds(500)));
  liveness.track(1, 40, at(seconds(510)));
  EXPECT_EQ(liveness.expired(at(seconds(540))), Ids{});
  EXPECT_EQ(liveness.expired(at(seconds(541))), Ids{1});
}

TEST(Liveness, AContactAfterAStartCountsFromThen) {
  Liveness liveness{base::TimePoint(seconds(500))};
  liveness.restore(1, 60, at(seconds(100)).wall, at(seconds(500)));
  liveness.contact(1, at(seconds(550)));
  EXPECT_EQ(liveness.expired(at(seconds(610))), Ids{});
  EXPECT_EQ(liveness.expired(at(seconds(611))), Ids{1});
}

TEST(Liveness, AStoredContactInTheFutureCountsAsNow) {
  Liveness liveness{base::TimePoint()};
  liveness.restore(1, 60, at(seconds(9'000'000)).wall, at(seconds(0)));
  EXPECT_EQ(liveness.lastContact(1), at(seconds(0)).wall);
  EXPECT_EQ(liveness.expired(at(seconds(61))), Ids{1});
}

TEST(Liveness, AShorterPeriodCountsFromTheLastContact) {
  Liveness liveness{base::TimePoint()};
  liveness.track(1, 0, at(seconds(0)));
  liveness.contact(1, at(seconds(100)));
  liveness.track(1, 40, at(seconds(130)));
  EXPECT_EQ(liveness.expired(at(seconds(140))), Ids{});
  EXPECT_EQ(liveness.expired(at(seconds(141))), Ids{1});
}

TEST(Liveness, AShorterPeriodThatHasPassedExpiresAtOnce) {
  Liveness liveness{base::TimePoint()};
  liveness.track(1, 0, at(seconds(0)));
  EXPECT_EQ(liveness.expired(at(seconds(130))), Ids{});
  liveness.track(1, 40, at(seconds(130)));
  EXPECT_EQ(liveness.expired(at(seconds(131))), Ids{1});
}

TEST(Liveness, LastContactFollowsAClockThatIsSet) {
  Liveness liveness{base::TimePoint()};
  liveness.track(1, 60, at(seconds(10)));
  liveness.track(2, 60, at(seconds(20), seconds(3600)));
  EXPECT_EQ(liveness.lastContact(2) - liveness.lastContact(1), seconds(10));
  EXPECT_EQ(liveness.lastContact(2), at(seconds(20), seconds(3600)).wall);
}

}  // namespace

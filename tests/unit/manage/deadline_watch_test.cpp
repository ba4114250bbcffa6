// A stored deadline by the clock that nobody sets, while the wall clock is right, set, or not believed.
#include "isns-server/manage/deadline_watch.h"

#include <gtest/gtest.h>

namespace {

using manage::DeadlineWatch;
using manage::SteadyTime;
using std::chrono::hours;
using std::chrono::seconds;

constexpr base::TimePoint kMono{hours(7)};
constexpr base::WallTime kWall{seconds(1'800'000'000)};
constexpr seconds kWhole{600};

struct DeadlineWatchTest : testing::Test {
  // So long after the deadline was set; `wall`: what the wall clock says, beyond that.
  bool passed(seconds later, seconds wall = seconds(0), bool settled = true) {
    return watch.passed(kWall + kWhole, kWhole, {kWall + later + wall, kWall + later + wall, settled}, kMono + later);
  }
  DeadlineWatch watch;
};

TEST_F(DeadlineWatchTest, IsPassedWhenItsTimeHasGoneBy) {
  EXPECT_EQ(watch.ends(), base::kNever);
  EXPECT_FALSE(passed(seconds(0)));
  EXPECT_FALSE(passed(seconds(599), hours(1)));
  EXPECT_FALSE(passed(seconds(599), hours(-1)));
  EXPECT_TRUE(passed(seconds(600), hours(-1)));
}

TEST_F(DeadlineWatchTest, IsNeverMoreThanItWas) {
  EXPECT_FALSE(passed(seconds(100), hours(-24)));
  EXPECT_FALSE(passed(seconds(699), hours(-24)));
  EXPECT_TRUE(passed(seconds(700), hours(-24)));
}

TEST_F(DeadlineWatchTest, MayBeOverWhenItIsSeenFirst) { EXPECT_TRUE(passed(seconds(600))); }

TEST_F(DeadlineWatchTest, WhatWasLongDueIsDueWhenTheClockIsBelieved) {
  EXPECT_FALSE(passed(seconds(10), hours(-1), false));
  EXPECT_FALSE(passed(seconds(20), hours(-1), false));
  EXPECT_TRUE(passed(seconds(30), seconds(600), true));
}

TEST_F(DeadlineWatchTest, ATimeThatStandsStillHoldsNothingUp) {
  for (int i = 0; i < 600; i += 10) EXPECT_FALSE(passed(seconds(i), seconds(-i), false));
  EXPECT_TRUE(passed(seconds(600), seconds(-600), false));
}

TEST_F(DeadlineWatchTest, AnotherDeadlineIsWatchedAnew) {
  EXPECT_TRUE(passed(seconds(700)));
  EXPECT_FALSE(watch.passed(kWall + hours(1), hours(1), {kWall, kWall, true}, kMono));
}

}  // namespace

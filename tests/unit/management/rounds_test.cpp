// When things are tried again, by a clock that tests set.
#include "agent/management/rounds.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace management {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr base::TimePoint kStart{hours(5)};

base::RandomSource dice(std::uint8_t value) {
  return [value](std::span<std::uint8_t> out) {
    std::ranges::fill(out, value);
    return true;
  };
}

TEST(Rounds, areNeverDueWithoutAPeriod) {
  Rounds rounds(dice(0), 2);
  rounds.wake(kStart);
  EXPECT_FALSE(rounds.due(kStart + hours(1000)));
  EXPECT_EQ(rounds.nextDeadline(), base::kNever);
}

TEST(Rounds, theFirstComesSoonAndTheNextAPeriodLaterGiveOrTakeAQuarter) {
  for (const std::uint8_t side : {std::uint8_t{0}, std::uint8_t{255}}) {
    Rounds rounds(dice(side), 2);
    rounds.setEvery(hours(1), kStart);
    EXPECT_LE(rounds.nextDeadline(), kStart + Rounds::kFirst);
    ASSERT_TRUE(rounds.due(kStart + Rounds::kFirst));
    rounds.begin(0, kStart);
    EXPECT_GE(rounds.nextDeadline(), kStart + minutes(45));
    EXPECT_LE(rounds.nextDeadline(), kStart + minutes(75));
    EXPECT_EQ(rounds.nextDeadline() < kStart + hours(1), side == 0);
  }
}

TEST(Rounds, tryEachThingOnceAndAFewAtATime) {
  Rounds rounds(dice(0), 2);
  rounds.setEvery(hours(1), kStart);
  rounds.begin(3, kStart);
  EXPECT_EQ(rounds.take(), 0U);
  EXPECT_EQ(rounds.take(), 1U);
  EXPECT_FALSE(rounds.take()) << "two at a time";
  EXPECT_FALSE(rounds.ended());
  EXPECT_EQ(rounds.take(), 2U);
  EXPECT_FALSE(rounds.due(kStart + hours(9))) << "one round at a time";
  EXPECT_FALSE(rounds.ended());
  EXPECT_FALSE(rounds.take());
  EXPECT_TRUE(rounds.ended());
  EXPECT_TRUE(rounds.due(kStart + hours(1)));
}

TEST(Rounds, newsBringTheNextOneForwardAndNeverBack) {
  Rounds rounds(dice(255), 1);
  rounds.setEvery(hours(1), kStart);
  rounds.begin(0, kStart);
  rounds.wake(kStart);
  const base::TimePoint soon = rounds.nextDeadline();
  EXPECT_LE(soon, kStart + Rounds::kFirst);
  rounds.wake(kStart + hours(1));
  EXPECT_EQ(rounds.nextDeadline(), soon);
}

TEST(Rounds, anotherPeriodBeginsAnew) {
  Rounds rounds(dice(0), 1);
  rounds.setEvery(hours(24), kStart);
  rounds.begin(0, kStart);
  rounds.setEvery(seconds(1), kStart);
  EXPECT_LE(rounds.nextDeadline(), kStart + seconds(1));
  rounds.setEvery({}, kStart);
  EXPECT_EQ(rounds.nextDeadline(), base::kNever);
}

}  // namespace
}  // namespace management

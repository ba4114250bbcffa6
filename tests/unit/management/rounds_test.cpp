// When things are tried again, by a clock that tests set.
#include "agent/management/rounds.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace management {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr base::TimePoint kFirstRound{hours(5)};

base::RandomSource dice(std::uint8_t value) {
  return [value](std::span<std::uint8_t> out) {
    std::ranges::fill(out, value);
    return true;
  };
}

TEST(Rounds, areNeverDueWithoutAPeriod) {
  Rounds rounds(dice(0), 2);
  rounds.wake(kFirstRound);
  EXPECT_FALSE(rounds.due(kFirstRound + hours(1000)));
  EXPECT_EQ(rounds.nextDeadline(), base::kNever);
}

TEST(Rounds, theFirstComesSoonAndTheNextAPeriodLaterGiveOrTakeAQuarter) {
  for (const std::uint8_t side : {std::uint8_t{0}, std::uint8_t{255}}) {
    Rounds rounds(dice(side), 2);
    rounds.setEvery(hours(1), kFirstRound);
    EXPECT_LE(rounds.nextDeadline(), kFirstRound + Rounds::kFirst);
    ASSERT_TRUE(rounds.due(kFirstRound + Rounds::kFirst));
    rounds.begin(0, kFirstRound);
    EXPECT_GE(rounds.nextDeadline(), kFirstRound + minutes(45));
    EXPECT_LE(rounds.nextDeadline(), kFirstRound + minutes(75));
    EXPECT_EQ(rounds.nextDeadline() < kFirstRound + hours(1), side == 0);
  }
}

TEST(Rounds, tryEachThingOnceAndAFewAtATime) {
  Rounds rounds(dice(0), 2);
  rounds.setEvery(hours(1), kFirstRound);
  rounds.begin(3, kFirstRound);
  EXPECT_EQ(rounds.take(), 0U);
  EXPECT_EQ(rounds.take(), 1U);
  EXPECT_FALSE(rounds.take()) << "two at a time";
  EXPECT_FALSE(rounds.ended());
  EXPECT_EQ(rounds.take(), 2U);
  EXPECT_FALSE(rounds.due(kFirstRound + hours(9))) << "one round at a time";
  EXPECT_FALSE(rounds.ended());
  EXPECT_FALSE(rounds.take());
  EXPECT_TRUE(rounds.ended());
  EXPECT_TRUE(rounds.due(kFirstRound + hours(1)));
}

TEST(Rounds, newsBringTheNextOneForwardAndNeverBack) {
  Rounds rounds(dice(255), 1);
  rounds.setEvery(hours(1), kFirstRound);
  rounds.begin(0, kFirstRound);
  rounds.wake(kFirstRound);
  const base::TimePoint soon = rounds.nextDeadline();
  EXPECT_LE(soon, kFirstRound + Rounds::kFirst);
  rounds.wake(kFirstRound + hours(1));
  EXPECT_EQ(rounds.nextDeadline(), soon);
}

TEST(Rounds, anotherPeriodBeginsAnew) {
  Rounds rounds(dice(0), 1);
  rounds.setEvery(hours(24), kFirstRound);
  rounds.begin(0, kFirstRound);
  rounds.setEvery(seconds(1), kFirstRound);
  EXPECT_LE(rounds.nextDeadline(), kFirstRound + seconds(1));
  rounds.setEvery({}, kFirstRound);
  EXPECT_EQ(rounds.nextDeadline(), base::kNever);
}

}  // namespace
}  // namespace management

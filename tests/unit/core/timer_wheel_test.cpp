#include "isns-server/core/timer_wheel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace {

using base::TimePoint;
using core::TimerWheel;
using Ids = std::vector<std::uint32_t>;

TimePoint second(std::int64_t n) { return TimePoint(std::chrono::seconds(n)); }

Ids advance(TimerWheel& wheel, TimePoint now) {
  Ids ids;
  wheel.advance(now, [&](std::uint32_t id) { ids.push_back(id); });
  return ids;
}

TEST(TimerWheel, ExpiresAtTheDeadlineAndNotBefore) {
  TimerWheel wheel(second(100));
  wheel.schedule(7, second(110));
  EXPECT_EQ(advance(wheel, second(109)), Ids{});
  EXPECT_EQ(advance(wheel, second(110)), Ids{7});
  EXPECT_EQ(advance(wheel, second(1000)), Ids{});
  EXPECT_EQ(wheel.size(), 0U);
}

TEST(TimerWheel, RoundsADeadlineWithinATickUp) {
  TimerWheel wheel(second(0));
  wheel.schedule(1, second(5) + std::chrono::nanoseconds(1));
  EXPECT_EQ(advance(wheel, second(5) + std::chrono::milliseconds(999)), Ids{});
  EXPECT_EQ(advance(wheel, second(6)), Ids{1});
}

TEST(TimerWheel, HasOneEntryASlot) {
  TimerWheel wheel(second(0));
  wheel.schedule(1, second(5));
  wheel.schedule(1, second(50));
  EXPECT_EQ(wheel.size(), 1U);
  EXPECT_EQ(advance(wheel, second(49)), Ids{});
  EXPECT_EQ(advance(wheel, second(50)), Ids{1});
}

TEST(TimerWheel, ACancelledSlotDoesNotExpire) {
  TimerWheel wheel(second(0));
  EXPECT_FALSE(wheel.cancel(70));
  wheel.schedule(70, second(5));
  EXPECT_TRUE(wheel.cancel(70));
  EXPECT_FALSE(wheel.cancel(70));
  EXPECT_EQ(wheel.nextDeadline(), base::kNever);
  EXPECT_EQ(advance(wheel, second(10)), Ids{});
}

TEST(TimerWheel, ADeadlineInThePastExpiresWithTheNextTick) {
  TimerWheel wheel(second(0));
  advance(wheel, second(1000));
  wheel.schedule(1, second(10));
  EXPECT_EQ(wheel.nextDeadline(), second(1001));
  EXPECT_EQ(advance(wheel, second(1001)), Ids{1});
}

TEST(TimerWheel, WhatACallbackSchedulesExpiresInALaterAdvance) {
  TimerWheel wheel(second(0));
  wheel.schedule(1, second(10));
  int calls = 0;
  wheel.advance(second(1'000'000), [&](std::uint32_t id) {
    ++calls;
    wheel.schedule(id, second(0));
  });
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(wheel.nextDeadline(), second(1'000'001));
}

TEST(TimerWheel, ACallbackMayCancelASlotThatIsDueToo) {
  TimerWheel wheel(second(0));
  wheel.schedule(1, second(10));
  wheel.schedule(2, second(10));
  Ids ids;
  wheel.advance(second(10), [&](std::uint32_t id) {
    ids.push_back(id);
    wheel.cancel(3 - id);
  });
  EXPECT_EQ(ids.size(), 1U);
  EXPECT_EQ(wheel.size(), 0U);
}

TEST(TimerWheel, FarDeadlinesAndLongGapsAreSkippedInOneStep) {
  TimerWheel wheel(second(0), std::chrono::milliseconds(100));
  wheel.schedule(1, second(300'000'000));
  wheel.schedule(2, base::kNever);
  EXPECT_EQ(advance(wheel, second(299'999'999)), Ids{});
  EXPECT_EQ(advance(wheel, second(300'000'000)), Ids{1});
  EXPECT_EQ(wheel.size(), 1U);
}

// The plain meaning, written down: a map from id to deadline.
TEST(TimerWheel, BehavesAsASortedListOfDeadlinesWould) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 engine(seed);
    const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
    TimerWheel wheel(second(0));
    std::map<std::uint32_t, std::int64_t> model;
    std::int64_t now = 0;
    for (int step = 0; step < 3000; ++step) {
      const std::uint32_t id = random() % 64;
      const unsigned what = random() % 10;
      if (what < 6) {
        const std::int64_t deadline = now + static_cast<std::int64_t>(random() >> (random() % 32)) - 3;
        wheel.schedule(id, second(deadline));
        model[id] = std::max(deadline, now + 1);
      } else if (what == 6) {
        EXPECT_EQ(wheel.cancel(id), model.erase(id) == 1);
      } else {
        std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
        for (const auto& [_, deadline] : model) earliest = std::min(earliest, deadline);
        ASSERT_EQ(wheel.nextDeadline() == base::kNever, model.empty());
        ASSERT_TRUE(model.empty() || wheel.nextDeadline() <= second(earliest));
        now += static_cast<std::int64_t>(random() >> (random() % 32)) % 100'000'000;
        if (now > 3'000'000'000) break;
        Ids expected;
        for (auto at = model.begin(); at != model.end();) {
          if (at->second <= now) expected.push_back(at->first);
          at = at->second <= now ? model.erase(at) : std::next(at);
        }
        Ids ids = advance(wheel, second(now));
        std::sort(ids.begin(), ids.end());
        ASSERT_EQ(ids, expected) << "seed " << seed << " step " << step;
      }
      ASSERT_EQ(wheel.size(), model.size());
    }
  }
}

TEST(TimerWheel, AHundredThousandSlotsTakeAtMost24BytesEach) {
  constexpr std::uint32_t kIds = 100'000;
  TimerWheel wheel(second(0));
  for (std::uint32_t id = 1; id <= kIds; ++id) wheel.schedule(id, second(900 + id % 600));
  EXPECT_LE(wheel.bytes(), kIds * 24U + 8192);
}

TEST(TimerWheel, NextDeadlineLeadsToTheEndInAFewSteps) {
  TimerWheel wheel(second(0));
  wheel.schedule(1, second(123'456'789));
  int steps = 0;
  while (wheel.nextDeadline() != base::kNever) {
    advance(wheel, wheel.nextDeadline());
    ++steps;
  }
  EXPECT_LE(steps, 6);
}

}  // namespace

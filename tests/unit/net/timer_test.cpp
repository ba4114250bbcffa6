#include "shared/net/timer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace net {
namespace {

base::TimePoint at(int n) { return base::TimePoint{std::chrono::milliseconds(n)}; }

struct TimerTest : testing::Test {
  TimerQueue queue;
  std::string fired;
  std::function<void()> note(char name) {
    return [this, name] { fired += name; };
  }
};

TEST_F(TimerTest, firesInOrderOfDeadlinesThenOfStart) {
  Timer a(queue, note('a')), b(queue, note('b')), c(queue, note('c')), d(queue, note('d'));
  c.startAt(at(2));
  a.startAt(at(1));
  d.startAt(at(2));
  b.startAt(at(1));
  queue.runDue(at(5));
  EXPECT_EQ(fired, "abcd");
}

TEST_F(TimerTest, firesNotBeforeItsDeadlineAndOnce) {
  Timer a(queue, note('a'));
  a.startAt(at(5));
  queue.runDue(at(4));
  EXPECT_EQ(fired, "");
  queue.runDue(at(5));
  queue.runDue(at(6));
  EXPECT_EQ(fired, "a");
  EXPECT_FALSE(a.started());
}

TEST_F(TimerTest, cancelledOrDestroyedDoesNotFire) {
  Timer a(queue, note('a'));
  auto b = std::make_unique<Timer>(queue, note('b'));
  Timer c(queue, note('c'));
  a.startAt(at(1));
  b->startAt(at(1));
  c.startAt(at(1));
  a.cancel();
  b.reset();
  queue.runDue(at(1));
  EXPECT_EQ(fired, "c");
}

TEST_F(TimerTest, startingAgainMovesTheDeadline) {
  Timer a(queue, note('a')), b(queue, note('b'));
  a.startAt(at(1));
  b.startAt(at(2));
  a.startAt(at(3));
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.next(), at(2));
  queue.runDue(at(9));
  EXPECT_EQ(fired, "ba");
}

TEST_F(TimerTest, neverMeansNotStarted) {
  Timer a(queue, note('a'));
  a.startAt(at(1));
  a.startAt(base::kNever);
  EXPECT_FALSE(a.started());
  EXPECT_EQ(queue.next(), base::kNever);
}

TEST_F(TimerTest, cancelledByAnEarlierCallbackOfTheSameRunDoesNotFire) {
  Timer b(queue, note('b'));
  Timer a(queue, [&] {
    fired += 'a';
    b.cancel();
  });
  a.startAt(at(1));
  b.startAt(at(1));
  queue.runDue(at(1));
  EXPECT_EQ(fired, "a");
}

TEST_F(TimerTest, destroyedByAnEarlierCallbackOfTheSameRunDoesNotFire) {
  auto b = std::make_unique<Timer>(queue, note('b'));
  Timer a(queue, [&] { b.reset(); });
  a.startAt(at(1));
  b->startAt(at(1));
  queue.runDue(at(1));
  EXPECT_EQ(fired, "");
}

TEST_F(TimerTest, movedByAnEarlierCallbackOfTheSameRunFiresLater) {
  Timer b(queue, note('b'));
  Timer a(queue, [&] { b.startAt(at(7)); });
  a.startAt(at(1));
  b.startAt(at(1));
  queue.runDue(at(1));
  EXPECT_EQ(fired, "");
  EXPECT_EQ(queue.next(), at(7));
  queue.runDue(at(7));
  EXPECT_EQ(fired, "b");
}

TEST_F(TimerTest, restartedInItsCallbackWaitsForTheNextRun) {
  Timer* self = nullptr;
  Timer a(queue, [&] {
    fired += 'a';
    self->startAt(at(0));
  });
  self = &a;
  Timer b(queue, note('b'));
  a.startAt(at(1));
  b.startAt(at(2));
  queue.runDue(at(2));
  EXPECT_EQ(fired, "ab");
  queue.runDue(at(2));
  EXPECT_EQ(fired, "aba");
}

TEST_F(TimerTest, mayDestroyItself) {
  std::unique_ptr<Timer> a;
  a = std::make_unique<Timer>(queue, [&] { a.reset(); });
  a->startAt(at(1));
  queue.runDue(at(1));
  EXPECT_EQ(a, nullptr);
}

// Against a plain list: whatever is started, moved and cancelled, what fires is the same.
TEST_F(TimerTest, agreesWithAPlainListUnderRandomUse) {
  constexpr std::size_t kTimers = 200;
  std::mt19937 random(7);
  std::vector<std::size_t> fires;
  std::vector<std::unique_ptr<Timer>> timers;
  std::vector<int> deadlines(kTimers, -1);
  for (std::size_t i = 0; i < kTimers; ++i) {
    timers.push_back(std::make_unique<Timer>(queue, [&fires, i] { fires.push_back(i); }));
  }
  for (int now = 0; now < 2000; ++now) {
    for (int change = 0; change < 20; ++change) {
      const std::size_t i = random() % kTimers;
      if (random() % 4 == 0) {
        timers[i]->cancel();
        deadlines[i] = -1;
      } else {
        deadlines[i] = now + 1 + static_cast<int>(random() % 50);
        timers[i]->startAt(at(deadlines[i]));
      }
    }
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i < kTimers; ++i) {
      if (deadlines[i] != now) continue;
      expected.push_back(i);
      deadlines[i] = -1;
    }
    fires.clear();
    queue.runDue(at(now));
    std::sort(fires.begin(), fires.end());
    ASSERT_EQ(fires, expected) << "at " << now;
    const auto waiting = std::count_if(deadlines.begin(), deadlines.end(), [](int d) { return d >= 0; });
    ASSERT_EQ(queue.size(), static_cast<std::size_t>(waiting));
  }
}

}  // namespace
}  // namespace net

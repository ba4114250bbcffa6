#include "shared/net/loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <thread>

#include "tests/unit/net/net_testing.h"

namespace net {
namespace {

// A descriptor that is readable from the start, and what to do when the loop says so.
class Ready : public Handler {
 public:
  explicit Ready(Loop& loop, unsigned count = 1, std::uint32_t interest = EPOLLIN)
      : fd_(::eventfd(count, EFD_NONBLOCK)) {
    EXPECT_TRUE(watch.open(loop, fd_.get(), interest, *this).ok());
  }
  virtual ~Ready() = default;
  void onEvents(std::uint32_t bits) override {
    ++calls;
    events = bits;
    if (hook) hook();
  }
  void onTurnEnd() override {
    ++turnEnds;
    if (turnEndHook) turnEndHook();
  }
  std::function<void()> hook, turnEndHook;
  int calls = 0;
  int turnEnds = 0;
  std::uint32_t events = 0;

 private:
  UniqueFd fd_;

 public:
  Watch watch;
};

TEST(Loop, callsAHandlerAsLongAsItsDescriptorIsReady) {
  Loop loop;
  Ready ready(loop);
  loop.runTurn(base::Duration::zero());
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(ready.calls, 2);
  EXPECT_EQ(ready.events, std::uint32_t{EPOLLIN});
}

TEST(Loop, reportsOnlyWhatIsAskedFor) {
  Loop loop;
  Ready ready(loop, 1, 0);
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(ready.calls, 0);
  ready.watch.setInterest(EPOLLOUT);
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(ready.events, std::uint32_t{EPOLLOUT});
  ready.watch.setInterest(EPOLLIN | EPOLLOUT);
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(ready.events, std::uint32_t{EPOLLIN | EPOLLOUT});
}

TEST(Loop, refusesWhatCannotBeWatched) {
  Loop loop;
  struct Nobody final : Handler {
    void onEvents(std::uint32_t) override {}
  } nobody;
  Watch watch;
  const auto opened = watch.open(loop, -1, EPOLLIN, nobody);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().text, "cannot watch a descriptor: Bad file descriptor");
  EXPECT_FALSE(watch.opened());
}

TEST(Loop, handlerMayCloseAnotherThatIsReadyInTheSameTurn) {
  Loop loop;
  Ready a(loop), b(loop);
  a.hook = [&] { b.watch.close(); };
  b.hook = [&] { a.watch.close(); };
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(a.calls + b.calls, 1);
}

TEST(Loop, handlerMayDestroyItselfAndOthers) {
  Loop loop;
  std::vector<std::unique_ptr<Ready>> all;
  int calls = 0;
  for (int i = 0; i < 100; ++i) {
    all.push_back(std::make_unique<Ready>(loop));
    all.back()->hook = [&] {
      ++calls;
      all.clear();
    };
  }
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(calls, 1);
}

// The new handler takes over the place of the one that went, and must not get its event.
TEST(Loop, eventOfAClosedHandlerDoesNotReachItsSuccessor) {
  Loop loop;
  std::unique_ptr<Ready> successor;
  auto a = std::make_unique<Ready>(loop);
  auto b = std::make_unique<Ready>(loop);
  const auto replace = [&](std::unique_ptr<Ready>& other) {
    other.reset();
    successor = std::make_unique<Ready>(loop, 0);
  };
  a->hook = [&] { replace(b); };
  b->hook = [&] { replace(a); };
  loop.runTurn(base::Duration::zero());
  ASSERT_NE(successor, nullptr);
  EXPECT_EQ(successor->calls, 0);
}

TEST(Loop, fetchesAFewEventsATurnAndThoseThatWaitedFirstInTheNext) {
  Loop loop;
  std::vector<std::unique_ptr<Ready>> all;
  constexpr int kMax = static_cast<int>(Loop::kMaxEvents);
  for (int i = 0; i < kMax + kMax / 2; ++i) all.push_back(std::make_unique<Ready>(loop));
  const auto calls = [&] {
    int sum = 0;
    for (const auto& ready : all) sum += ready->calls;
    return sum;
  };
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(calls(), kMax);
  loop.runTurn(base::Duration::zero());
  for (const auto& ready : all) EXPECT_GE(ready->calls, 1);
}

TEST(Loop, raisedEventsComeInTheNextTurnWhichDoesNotWait) {
  Loop loop;
  Ready ready(loop, 0);
  ready.watch.raise(EPOLLIN);
  ready.watch.raise(EPOLLERR);
  ready.hook = [&] {
    if (ready.calls == 1) ready.watch.raise(EPOLLOUT);
  };
  loop.runTurn(std::chrono::hours(1));
  EXPECT_EQ(ready.calls, 1);
  EXPECT_EQ(ready.events, std::uint32_t{EPOLLIN | EPOLLERR});
  loop.runTurn(std::chrono::hours(1));
  EXPECT_EQ(ready.calls, 2);
  EXPECT_EQ(ready.events, std::uint32_t{EPOLLOUT});
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(ready.calls, 2);
}

TEST(Loop, raisedEventOfAClosedHandlerIsDropped) {
  Loop loop;
  auto gone = std::make_unique<Ready>(loop, 0);
  gone->watch.raise(EPOLLIN);
  gone.reset();
  Ready successor(loop, 0);
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(successor.calls, 0);
}

TEST(Loop, turnIsEventsThenTimersThenHookThenTurnEnds) {
  Loop loop;
  std::string order;
  Ready ready(loop);
  Timer timer(loop.timers(), [&] { order += "timer "; });
  timer.startAt(loop.now());
  loop.setTurnEnd([&] {
    order += "hook ";
    ready.watch.requestTurnEnd();
    ready.watch.requestTurnEnd();
  });
  ready.hook = [&] { order += "event "; };
  ready.turnEndHook = [&] { order += "end "; };
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(order, "event timer hook end ");
}

TEST(Loop, turnEndAskedForAtTheTurnEndComesInTheNextTurnWhichDoesNotWait) {
  Loop loop;
  Ready ready(loop, 0);
  ready.watch.requestTurnEnd();
  ready.turnEndHook = [&] {
    if (ready.turnEnds == 1) ready.watch.requestTurnEnd();
  };
  loop.runTurn(std::chrono::hours(1));
  EXPECT_EQ(ready.turnEnds, 1);
  loop.runTurn(std::chrono::hours(1));
  EXPECT_EQ(ready.turnEnds, 2);
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(ready.turnEnds, 2);
}

TEST(Loop, handlerClosedBeforeItsTurnEndIsNotCalled) {
  Loop loop;
  auto a = std::make_unique<Ready>(loop, 0);
  auto b = std::make_unique<Ready>(loop, 0);
  int calls = 0;
  a->watch.requestTurnEnd();
  b->watch.requestTurnEnd();
  a->turnEndHook = [&] {
    ++calls;
    b.reset();
  };
  b->turnEndHook = [&] { ++calls; };
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(calls, 1);
}

TEST(Loop, wakesUpForATimerAndNotBefore) {
  Loop loop;
  base::TimePoint fired{};
  Timer timer(loop.timers(), [&] { fired = loop.now(); });
  const auto deadline = base::MonotonicClock::now() + std::chrono::microseconds(2500);
  timer.startAt(deadline);
  EXPECT_TRUE(driveUntil(loop, [&] { return fired != base::TimePoint{}; }));
  EXPECT_GE(fired, deadline);
}

TEST(Loop, runsTasksOfOtherThreadsInOrder) {
  Loop loop;
  std::vector<int> got;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) {
      EXPECT_TRUE(loop.post([&got, i] { got.push_back(i); }));
    }
    EXPECT_TRUE(loop.post([&loop] { loop.stop(); }));
  });
  loop.run();
  other.join();
  ASSERT_EQ(got.size(), 1000U);
  EXPECT_TRUE(std::is_sorted(got.begin(), got.end()));
}

TEST(Loop, runsEveryTaskOfManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kTasks = 5000;
  Loop loop;
  int ran = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kTasks; ++i) {
        while (!loop.post([&ran] { ++ran; })) std::this_thread::yield();
      }
    });
  }
  EXPECT_TRUE(driveUntil(loop, [&] { return ran == kThreads * kTasks; }));
  for (auto& thread : threads) thread.join();
}

TEST(Loop, refusesTasksBeyondItsBoundAndTakesThemAgainAfterATurn) {
  Loop loop(2);
  int ran = 0;
  const auto task = [&ran] { ++ran; };
  EXPECT_TRUE(loop.post(task));
  EXPECT_TRUE(loop.post(task));
  EXPECT_FALSE(loop.post(task));
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(ran, 2);
  EXPECT_TRUE(loop.post(task));
}

TEST(Loop, dropsNothingOfWhatItIsDelivered) {
  Loop loop(2);
  std::string order;
  EXPECT_TRUE(loop.post([&] { order += 'a'; }));
  EXPECT_TRUE(loop.post([&] { order += 'b'; }));
  loop.deliver([&] { order += 'c'; });
  EXPECT_FALSE(loop.post([&] { order += 'd'; }));
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(order, "abc");
}

TEST(Loop, taskPostedByATaskRunsInALaterTurn) {
  Loop loop;
  std::string order;
  loop.setTurnEnd([&] { order += '|'; });
  ASSERT_TRUE(loop.post([&] {
    order += 'a';
    ASSERT_TRUE(loop.post([&] { order += 'b'; }));
  }));
  loop.runTurn(base::Duration::zero());
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(order, "a|b|");
}

TEST(Loop, destroysTasksThatItNeverRan) {
  auto counted = std::make_shared<int>(0);
  {
    Loop loop;
    ASSERT_TRUE(loop.post([counted] { ++*counted; }));
    EXPECT_EQ(counted.use_count(), 2);
  }
  EXPECT_EQ(counted.use_count(), 1);
  EXPECT_EQ(*counted, 0);
}

TEST(Loop, stopEndsRunFromAnotherThread) {
  Loop loop;
  std::atomic<bool> running{false};
  loop.setTurnEnd([&] { running = true; });
  std::thread other([&] {
    while (!running) std::this_thread::yield();
    loop.stop();
  });
  ASSERT_TRUE(loop.post([] {}));
  loop.run();
  other.join();
}

TEST(Loop, stopBeforeRunMakesItReturn) {
  Loop loop;
  loop.stop();
  loop.run();
}

}  // namespace
}  // namespace net

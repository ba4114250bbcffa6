#include "isns-server/api/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <thread>

namespace {

using api::EventLoop;
using api::Workers;

struct WorkersTest : testing::Test {
  base::Result<std::unique_ptr<EventLoop>> made = EventLoop::make();
  EventLoop& loop = **made;
  std::optional<Workers> workers{std::in_place, loop};

  // Until the loop is stopped.
  void turn() {
    loop.run([] { return base::kNever; });
  }
};

TEST_F(WorkersTest, whatWorkGivesIsDoneOnTheLoopsThread) {
  std::thread::id worked;
  std::thread::id handled;
  ASSERT_TRUE(workers->run(
      [&]() -> Workers::Then {
        worked = std::this_thread::get_id();
        return [&] {
          handled = std::this_thread::get_id();
          loop.stop();
        };
      },
      {}));
  turn();
  EXPECT_NE(worked, std::this_thread::get_id());
  EXPECT_EQ(handled, std::this_thread::get_id());
}

TEST_F(WorkersTest, whatWorkRefersToEndsOnTheLoopsThread) {
  std::thread::id ended;
  auto last = std::shared_ptr<int>(new int(7), [&](const int* one) {
    ended = std::this_thread::get_id();
    delete one;
    loop.stop();
  });
  ASSERT_TRUE(workers->run([last = std::move(last)]() -> Workers::Then { return {}; }, {}));
  turn();
  EXPECT_EQ(ended, std::this_thread::get_id());
}

TEST_F(WorkersTest, whatWorkGivesIsDoneThoughTheLoopTakesNothingElse) {
  while (loop.post([] {})) continue;
  std::atomic<bool> begun = false;
  bool done = false;
  ASSERT_TRUE(workers->run(
      [&]() -> Workers::Then {
        begun = true;
        begun.notify_all();
        return [&] { done = true; };
      },
      {}));
  begun.wait(false);
  workers.reset();  // the work is over, and what it gave is with the loop
  loop.deliver([&] { loop.stop(); });
  turn();
  EXPECT_TRUE(done);
}

TEST_F(WorkersTest, ofOneUserAFewWaitAndOthersFindRoom) {
  std::promise<void> release;
  const auto released = release.get_future().share();
  std::atomic<std::size_t> begun = 0;
  const auto holds = [&](const char* user) {
    return workers->run(
        [&begun, released]() -> Workers::Then {
          ++begun;
          begun.notify_all();
          released.wait();
          return {};
        },
        user);
  };
  for (std::size_t i = 0; i < Workers::kThreads; ++i) ASSERT_TRUE(holds("vera"));
  for (std::size_t now = begun; now < Workers::kThreads; now = begun) begun.wait(now);
  for (std::size_t i = 0; i < Workers::kMaxOfOne; ++i) EXPECT_TRUE(holds("vera"));
  EXPECT_FALSE(holds("vera"));
  EXPECT_TRUE(holds("bob"));
  for (std::size_t i = 0; i < 2 * Workers::kMaxOfOne; ++i) EXPECT_TRUE(holds("")) << "nobody in particular";
  release.set_value();
  workers.reset();
}

}  // namespace

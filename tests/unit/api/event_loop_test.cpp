#include "isns-server/api/event_loop.h"

#include <gtest/gtest.h>

namespace {

using api::EventLoop;

// The newest checkpoint of the audit log comes this way, just before a server ends.
TEST(EventLoop, DoesWhatWasAskedForBeforeItWasStopped) {
  const auto loop = EventLoop::make();
  ASSERT_TRUE(loop);
  int done = 0;
  (*loop)->run([&] {
    EXPECT_TRUE((*loop)->post([&] { ++done; }));
    (*loop)->deliver([&] { ++done; });
    (*loop)->stop();
    return base::kNever;
  });
  EXPECT_EQ(done, 2);
}

}  // namespace

#include "shared/net/thread_priority.h"

#include <sys/resource.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace net {
namespace {

int niceOfThisThread() { return ::getpriority(PRIO_PROCESS, 0); }

TEST(ThreadPriority, AThreadStepsBehindAndTheOthersOfItsProcessStayWhereTheyAre) {
  const int before = niceOfThisThread();
  int behind = before;
  std::thread([&] {
    runBehind();
    behind = niceOfThisThread();
  }).join();
  EXPECT_EQ(behind, std::min(before + 10, 19));
  EXPECT_EQ(niceOfThisThread(), before);
}

}  // namespace
}  // namespace net

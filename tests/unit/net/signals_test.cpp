#include "shared/net/signals.h"

#include "tests/unit/net/net_testing.h"

namespace net {
namespace {

TEST(Signals, areEventsOfTheLoop) {
  Loop loop;
  std::vector<int> got;
  Signals signals(loop, {SIGTERM, SIGHUP, SIGINT}, [&](int signal) { got.push_back(signal); });
  ::raise(SIGHUP);
  ::raise(SIGTERM);
  EXPECT_TRUE(driveUntil(loop, [&] { return got.size() == 2; }));
  EXPECT_THAT(got, testing::UnorderedElementsAre(SIGHUP, SIGTERM));
}

TEST(Signals, putsTheMaskBack) {
  sigset_t mask;
  {
    Loop loop;
    const Signals signals(loop, {SIGUSR1}, [](int) {});
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    EXPECT_EQ(sigismember(&mask, SIGUSR1), 1);
  }
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_EQ(sigismember(&mask, SIGUSR1), 0);
}

TEST(Signals, callbackMayDestroyThem) {
  Loop loop;
  std::unique_ptr<Signals> signals;
  signals = std::make_unique<Signals>(loop, std::initializer_list<int>{SIGUSR1}, [&](int) { signals.reset(); });
  ::raise(SIGUSR1);
  EXPECT_TRUE(driveUntil(loop, [&] { return signals == nullptr; }));
}

}  // namespace
}  // namespace net

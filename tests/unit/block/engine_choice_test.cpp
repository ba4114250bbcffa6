// Which engine is taken, and what happens where io_uring is forbidden.
#include "agent/block/engine_choice.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <optional>

#include "agent/block/uring_engine.h"

namespace block {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Lets this process get an error for one system call from now on, as a container's profile does.
bool forbid(long systemCall, unsigned error) {
  const std::array<sock_filter, 4> program = {
      sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
      sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, static_cast<std::uint32_t>(systemCall)},
      sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | error},
      sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  };
  const sock_fprog filter{static_cast<unsigned short>(program.size()), const_cast<sock_filter*>(program.data())};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

// Runs the test in a child process; 77 skips, what is not 0 fails.
int inChild(const std::function<int()>& test) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(test());
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(EngineChoice, poolMayBeForced) {
  net::Loop loop;
  const auto engine = makeEngine(loop, {EngineChoice::Pool, 16, 3});
  ASSERT_TRUE(engine) << engine.error().text;
  EXPECT_EQ((*engine)->kind(), EngineKind::Pool);
  EXPECT_EQ((*engine)->description(), "a pool of 3 threads");
  EXPECT_EQ((*engine)->reason(), "it was asked for");
}

TEST(EngineChoice, uringIsTakenWhereItWorksAndMayBeForced) {
  if (const auto usable = probeUring(); !usable) GTEST_SKIP() << usable.error().text;
  net::Loop loop;
  const auto engine = makeEngine(loop);
  ASSERT_TRUE(engine) << engine.error().text;
  EXPECT_EQ((*engine)->kind(), EngineKind::Uring);
  EXPECT_THAT((*engine)->description(), StartsWith("io_uring ("));
  EXPECT_EQ((*engine)->reason(), "the kernel allows io_uring");
  const auto forced = makeEngine(loop, {EngineChoice::Uring, 16, 3});
  ASSERT_TRUE(forced) << forced.error().text;
  EXPECT_EQ((*forced)->reason(), "it was asked for");
}

TEST(EngineChoice, numbersOutOfRangeAreRefused) {
  net::Loop loop;
  EXPECT_EQ(makeEngine(loop, {EngineChoice::Auto, 0, 8}).error().text,
            "the depth of an io_uring must be 1 to 4096, not 0");
  EXPECT_EQ(makeEngine(loop, {EngineChoice::Auto, 256, 65}).error().text,
            "the threads of a block pool must be 1 to 64, not 65");
}

TEST(EngineChoice, poolIsTakenWhereIoUringIsForbidden) {
  for (const unsigned error : {unsigned{EPERM}, unsigned{ENOSYS}}) {
    const int result = inChild([&] {
      if (!forbid(SYS_io_uring_setup, error)) return 77;
      net::Loop loop;
      const auto engine = makeEngine(loop);
      if (!engine || (*engine)->kind() != EngineKind::Pool) return 1;
      const std::string why = error == EPERM
                                  ? "io_uring is forbidden here, by kernel.io_uring_disabled or a container's "
                                    "seccomp profile"
                                  : "the kernel has no io_uring";
      if ((*engine)->reason() != why) return 2;
      const auto forced = makeEngine(loop, {EngineChoice::Uring, 16, 3});
      return !forced && forced.error().text == why ? 0 : 3;
    });
    if (result == 77) GTEST_SKIP() << "no seccomp filter may be set here";
    EXPECT_EQ(result, 0);
  }
}

// A sandbox that lets a ring be made but not used.
TEST(EngineChoice, poolIsTakenWhereARingCannotBeEntered) {
  if (const auto usable = probeUring(); !usable) GTEST_SKIP() << usable.error().text;
  const int result = inChild([] {
    if (!forbid(SYS_io_uring_enter, EPERM)) return 77;
    net::Loop loop;
    const auto engine = makeEngine(loop);
    return engine && (*engine)->kind() == EngineKind::Pool ? 0 : 1;
  });
  if (result == 77) GTEST_SKIP() << "no seccomp filter may be set here";
  EXPECT_EQ(result, 0);
}

struct Once final : Operation {
  void ended(int what) override { got = what; }
  std::optional<int> got;
};

// A filter that comes later: what is started ends with the error and does not hang.
TEST(EngineChoice, operationsEndWithTheErrorOnceTheKernelTakesNoMore) {
  if (const auto usable = probeUring(); !usable) GTEST_SKIP() << usable.error().text;
  const int result = inChild([] {
    net::Loop loop;
    const auto made = makeEngine(loop, {EngineChoice::Uring, 4, 1});
    if (!made) return 1;
    Engine& engine = **made;
    const int file = ::open("/dev/zero", O_RDONLY);
    std::array<std::uint8_t, 512> room{};
    const iovec segment{room.data(), room.size()};
    OpenCount open;
    std::array<Once, 10> steps;
    for (Once& step : steps) {
      step.open = &open;
      step.fd = file;
      step.segments = &segment;
      step.segmentCount = 1;
    }
    const auto turn = [&] {
      for (int i = 0; i < 20; ++i) loop.runTurn(std::chrono::milliseconds(1));
    };
    engine.start(steps[0]);
    turn();
    if (steps[0].got != 512) return 2;
    if (!forbid(SYS_io_uring_enter, EPERM)) return 77;
    for (std::size_t i = 1; i < steps.size(); ++i) engine.start(steps[i]);
    turn();
    for (std::size_t i = 1; i < steps.size(); ++i) {
      if (steps[i].got != -EPERM) return 3;
    }
    steps[0].got.reset();
    engine.start(steps[0]);
    engine.drain(open);
    return steps[0].got == -EPERM ? 0 : 4;
  });
  if (result == 77) GTEST_SKIP() << "no seccomp filter may be set here";
  EXPECT_EQ(result, 0);
}

}  // namespace
}  // namespace block

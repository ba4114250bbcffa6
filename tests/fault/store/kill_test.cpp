// kill -9 at random: every batch that was acknowledged is there, and every batch is there whole or not at all.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "tests/fault/store/batches.h"

namespace fault {
namespace {

int rounds() {
  const char* text = std::getenv("SANCTUM_KILL_ROUNDS");
  return text == nullptr ? 20 : std::atoi(text);
}

// The child: commits batches from `first` on and writes the number of each to the pipe once it is durable.
[[noreturn]] void commitForEver(const std::string& path, std::int64_t first, int pipe) {
  std::uint64_t epoch = 0;
  const auto store = openStore(path, "", epoch);
  store::Batch batch;
  for (std::int64_t n = first; store != nullptr; ++n) {
    fill(batch, n);
    if (!store->commit(batch, epoch)) break;
    if (::write(pipe, &n, sizeof n) != sizeof n) break;
    store->idle();
  }
  ::_exit(1);
}

// Reads acknowledged numbers until the child has acknowledged `count` of them, kills it somewhere after that, and
// reads what it had still acknowledged. The last number, 0 when there was none.
std::int64_t killAfter(pid_t child, int pipe, int count, std::chrono::microseconds delay) {
  std::int64_t last = 0;
  std::int64_t n = 0;
  for (int i = 0; i < count && ::read(pipe, &n, sizeof n) == sizeof n; ++i) last = n;
  // Not to wait for anything: the moment of the kill is what is random.
  std::this_thread::sleep_for(delay);
  ::kill(child, SIGKILL);
  while (::read(pipe, &n, sizeof n) == sizeof n) last = n;
  ::waitpid(child, nullptr, 0);
  return last;
}

TEST(KillTest, NoAcknowledgedBatchIsLostAndNoneIsHalfThere) {
  const support::ScratchFolder folder;
  const std::string path = folder.file("registry.db");
  std::mt19937 random(std::random_device{}());
  const auto upTo = [&](int n) { return std::uniform_int_distribution<int>(0, n)(random); };
  std::int64_t committed = 0;
  for (int round = 0; round < rounds(); ++round) {
    int channel[2];
    ASSERT_EQ(::pipe(channel), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(channel[0]);
      commitForEver(path, committed + 1, channel[1]);
    }
    ::close(channel[1]);
    const std::int64_t acknowledged = killAfter(child, channel[0], upTo(300), std::chrono::microseconds(upTo(3000)));
    ::close(channel[0]);

    std::uint64_t epoch = 0;
    const auto store = openStore(path, "", epoch);
    ASSERT_NE(store, nullptr);
    const std::int64_t found = countWhole(*store);
    ASSERT_GE(found, acknowledged) << "acknowledged batches are missing";
    ASSERT_GE(found, committed);
    // One batch may have been durable without its acknowledgement.
    ASSERT_LE(found, std::max(acknowledged, committed) + 1);
    committed = found;
  }
}

}  // namespace
}  // namespace fault

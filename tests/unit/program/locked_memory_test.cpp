#include "shared/program/locked_memory.h"

#include <gmock/gmock.h>
#include <openssl/crypto.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include "shared/base/secret.h"
#include "shared/program/process.h"

namespace {

// The flags that the kernel shows of the mapping of this address: "lo" locked, "dd" not dumped, "wf" wiped in a child.
std::string flagsOf(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t from = 0;
    std::uintptr_t to = 0;
    char dash = 0;
    std::istringstream words(line);
    if (words >> std::hex >> from >> dash >> to && dash == '-') inside = from <= wanted && wanted < to;
    if (inside && line.starts_with("VmFlags:")) return line + " ";
  }
  return {};
}

// Sanitizers leave mlock() out.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLocksMemory = false;
#elif defined(__has_feature)
constexpr bool kLocksMemory = !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer);
#else
constexpr bool kLocksMemory = true;
#endif

// In a process of its own, because a limit of one cannot be taken back.
bool holdsInAChild(const std::function<bool()>& what) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(what() ? 0 : 1);
  int status = 1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(LockedMemory, IsLockedNotDumpedAndWipedInAChild) {
  if (!kLocksMemory) GTEST_SKIP() << "a sanitizer leaves mlock() out";
  program::LockedMemory memory;
  std::pmr::vector<base::Secret> secrets(&memory);
  secrets.push_back(std::move(*base::Secret::from("planted-secret")));
  const std::string flags = flagsOf(secrets.data());
  EXPECT_THAT(flags, testing::HasSubstr(" lo "));
  EXPECT_THAT(flags, testing::HasSubstr(" dd "));
  EXPECT_THAT(flags, testing::HasSubstr(" wf "));
  EXPECT_GT(memory.lockedBytes(), 0U);
  EXPECT_EQ(memory.unlockedBytes(), 0U);
  const auto* const at = reinterpret_cast<const std::uint8_t*>(secrets.data());
  EXPECT_TRUE(holdsInAChild([&] { return at[0] == 0; }));
}

TEST(LockedMemory, IsWipedWhenItIsGivenBack) {
  program::LockedMemory memory;
  void* const block = memory.allocate(64);
  void* const stays = memory.allocate(64);
  auto* const bytes = static_cast<volatile std::uint8_t*>(block);
  for (std::size_t i = 0; i < 64; ++i) bytes[i] = 0x5a;
  memory.deallocate(block, 64);
  // The pool keeps its links in a free block; the secret is in none of the rest.
  std::size_t left = 0;
  for (std::size_t i = 0; i < 64; ++i) left += bytes[i] == 0x5a ? 1U : 0U;
  EXPECT_EQ(left, 0U);
  memory.deallocate(stays, 64);
}

TEST(LockedMemory, BeyondTheSystemsLimitMemoryIsGivenAndToldToBeUnlocked) {
  if (!kLocksMemory) GTEST_SKIP() << "a sanitizer leaves mlock() out";
  EXPECT_TRUE(holdsInAChild([] {
    const rlimit none{0, 0};
    // Root is above the limit, so the child becomes nobody.
    if (::setrlimit(RLIMIT_MEMLOCK, &none) != 0 || (::getuid() == 0 && ::setuid(65534) != 0)) return false;
    program::LockedMemory memory;
    void* const block = memory.allocate(64);
    return block != nullptr && memory.lockedBytes() == 0 && memory.unlockedBytes() > 0;
  }));
}

TEST(LockedMemory, OpensslKeepsKeysInALockedHeap) {
  if (!kLocksMemory) GTEST_SKIP() << "a sanitizer leaves mlock() out";
  EXPECT_TRUE(holdsInAChild([] {
    if (!program::lockOpensslKeys()) return false;
    void* const key = OPENSSL_secure_malloc(32);
    return CRYPTO_secure_allocated(key) == 1 && flagsOf(key).find(" lo ") != std::string::npos &&
           flagsOf(key).find(" dd ") != std::string::npos;
  }));
}

TEST(Process, MakesNoCoreDumpsAndIsNotTraced) {
  EXPECT_TRUE(holdsInAChild([] {
    program::forbidDumps();
    rlimit core{1, 1};
    return ::getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0 &&
           ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
  }));
}

}  // namespace

#include "agent/attach/run_program.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "shared/net/os_error.h"
#include "shared/net/unique_fd.h"

namespace attach {
namespace {

constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> all;
  all.reserve(words.size() + 1);
  for (const std::string& word : words) all.push_back(const_cast<char*>(word.c_str()));
  all.push_back(nullptr);
  return all;
}

std::string pathOf(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  std::string_view rest(kPath);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string path = std::string(rest.substr(0, end)) + "/" + name;
    if (::access(path.c_str(), X_OK) == 0) return path;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

struct Pipe {
  net::UniqueFd read, write;
};
base::Result<Pipe> makePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return net::osFailure("cannot make a pipe");
  return Pipe{net::UniqueFd(ends[0]), net::UniqueFd(ends[1])};
}

// Takes what comes until the end of both, or the deadline; true: both have ended.
bool collect(int out, int err, std::string& outText, std::string& errText, base::TimePoint deadline) {
  std::array<pollfd, 2> watched{pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - base::MonotonicClock::now());
    if (left.count() <= 0) return false;
    if (::poll(watched.data(), watched.size(), static_cast<int>(left.count())) < 0) continue;
    for (std::size_t i = 0; i < watched.size(); ++i) {
      if (watched[i].fd < 0 || watched[i].revents == 0) continue;
      std::array<char, 4096> bytes;
      const ssize_t got = ::read(watched[i].fd, bytes.data(), bytes.size());
      if (got <= 0) {
        watched[i].fd = -1;
        continue;
      }
      std::string& text = i == 0 ? outText : errText;
      text.append(bytes.data(), std::min(static_cast<std::size_t>(got), kMaxOutput - text.size()));
    }
  }
  return true;
}

std::string oneLine(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  std::ranges::replace(text, '\n', ' ');
  constexpr std::size_t kMost = 400;
  if (text.size() > kMost) text.resize(kMost);
  return text;
}

}  // namespace

bool programExists(const std::string& name) { return !pathOf(name).empty(); }

base::Result<std::string> runProgram(const std::vector<std::string>& words, base::Duration limit) {
  const std::string path = pathOf(words.front());
  if (path.empty()) return base::fail("there is no program " + words.front() + " on this machine: install it");
  auto out = makePipe();
  auto err = makePipe();
  if (!out || !err) return base::fail(out ? err.error() : out.error());
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out->write.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err->write.get(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::string pathVariable = std::string("PATH=") + kPath;
  std::array<char*, 2> environment{pathVariable.data(), nullptr};
  pid_t pid = 0;
  auto arguments = pointers(words);
  const int failed = ::posix_spawn(&pid, path.c_str(), &actions, &attributes, arguments.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (failed != 0) return net::osFailure("cannot run " + path, failed);
  out->write.reset();
  err->write.reset();
  std::string outText;
  std::string errText;
  const bool inTime = collect(out->read.get(), err->read.get(), outText, errText, base::MonotonicClock::now() + limit);
  if (!inTime) (void)::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!inTime) return base::fail(words.front() + " does not end");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return outText;
  const std::string said = oneLine(errText.empty() ? outText : errText);
  return base::fail(words.front() + " failed" + (said.empty() ? std::string() : ": " + said));
}

base::Status startDetached(const std::vector<std::string>& words, std::optional<ProcessUser> user,
                           std::optional<int> kept) {
  const std::string path = pathOf(words.front());
  if (path.empty()) return base::fail("there is no program " + words.front());
  auto trouble = makePipe();
  if (!trouble) return base::fail(trouble.error());
  auto arguments = pointers(words);
  std::string pathVariable = std::string("PATH=") + kPath;
  std::array<char*, 2> environment{pathVariable.data(), nullptr};
  const pid_t middle = ::fork();
  if (middle < 0) return net::osFailure("cannot run " + path);
  if (middle == 0) {
    // Other threads are gone, and with them their locks: only what is safe in a signal handler (signal-safety(7)).
    const auto give = [&](int error) {
      (void)!::write(trouble->write.get(), &error, sizeof error);
      ::_exit(1);
    };
    if (::setsid() < 0) give(errno);
    const pid_t process = ::fork();
    if (process < 0) give(errno);
    if (process > 0) ::_exit(0);
    const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || ::dup2(null, STDIN_FILENO) < 0) give(errno);
    if (kept && ::fcntl(*kept, F_SETFD, 0) != 0) give(errno);
    if (user && ::geteuid() == 0) {
      if (::setgroups(0, nullptr) != 0 || ::setresgid(user->gid, user->gid, user->gid) != 0 ||
          ::setresuid(user->uid, user->uid, user->uid) != 0) {
        give(errno);
      }
    }
    (void)::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execve(path.c_str(), arguments.data(), environment.data());
    give(errno);
  }
  trouble->write.reset();
  int error = 0;
  const ssize_t told = ::read(trouble->read.get(), &error, sizeof error);
  int status = 0;
  while (::waitpid(middle, &status, 0) < 0 && errno == EINTR) {
  }
  if (told == sizeof error) return net::osFailure("cannot run " + path, error);
  return {};
}

}  // namespace attach

#include "tests/bench/scn_listeners/child.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "shared/net/os_error.h"

namespace bench {
namespace {

[[noreturn]] void execute(const std::vector<std::string>& arguments, int cpu, int in, int out) {
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  if (cpu >= 0) {
    setpriority(PRIO_PROCESS, 0, 0);  // back to that of a server, where this program has a lower one and root allows it
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(cpu), &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

}  // namespace

base::Result<Child> Child::start(const std::vector<std::string>& arguments, int cpu) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (pipe2(in.data(), O_CLOEXEC) != 0) return net::osFailure("pipe");
  net::UniqueFd inRead(in[0]);
  net::UniqueFd inWrite(in[1]);
  if (pipe2(out.data(), O_CLOEXEC) != 0) return net::osFailure("pipe");
  net::UniqueFd outRead(out[0]);
  net::UniqueFd outWrite(out[1]);
  const pid_t pid = fork();
  if (pid < 0) return net::osFailure("fork");
  if (pid == 0) execute(arguments, cpu, inRead.get(), outWrite.get());
  return Child(pid, std::move(inWrite), std::move(outRead));
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), in_(std::move(other.in_)), out_(std::move(other.out_)) {}

Child::~Child() {
  if (pid_ < 0) return;
  in_.reset();
  waitpid(pid_, nullptr, 0);
}

base::Status Child::tell(std::string_view line) {
  const std::string whole = std::string(line) + "\n";
  if (write(in_.get(), whole.data(), whole.size()) != static_cast<ssize_t>(whole.size())) return net::osFailure("pipe");
  return {};
}

base::Status Child::expect(std::string_view expected) {
  std::string line;
  for (char c = 0; c != '\n'; line += c) {
    const ssize_t got = read(out_.get(), &c, 1);
    if (got < 0 && errno != EINTR) return net::osFailure("pipe");
    if (got == 0) return base::fail("the child has ended; it should have said " + std::string(expected));
  }
  line.pop_back();
  if (line != expected) return base::fail("the child said " + line + " instead of " + std::string(expected));
  return {};
}

}  // namespace bench

#include "shared/net/terminal_secret.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <utility>

namespace net {
namespace {

// What by itself ends a process, or stops it.
constexpr std::array kEnding{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

volatile std::sig_atomic_t wakesAt = -1;  // the descriptor to which the handler writes; of the one SignalsHeld

void wake(int signal) {
  const int before = errno;
  const auto byte = static_cast<std::uint8_t>(signal);
  [[maybe_unused]] const ssize_t wrote = ::write(wakesAt, &byte, 1);
  errno = before;
}

// Holds such signals back, so that the terminal can be put in order first. Those that the process ignores stay ignored.
// One at a time. A pipe wakes whoever waits, whichever thread the signal meets, and also when it comes just before.
class SignalsHeld {
 public:
  SignalsHeld() {
    if (::pipe2(pipe_.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;  // as if there were no such signals
    wakesAt = pipe_[1];
    struct sigaction held {};
    held.sa_handler = wake;
    held.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < kEnding.size(); ++i) {
      ::sigaction(kEnding[i], nullptr, &before_[i]);
      if (before_[i].sa_handler != SIG_IGN) ::sigaction(kEnding[i], &held, nullptr);
    }
  }
  ~SignalsHeld() { end(); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

  // Readable when one has come.
  [[nodiscard]] int fd() const { return pipe_[0]; }
  // They act again as before; the one that came first meanwhile, or 0.
  int end() {
    if (pipe_[0] < 0) return 0;
    for (std::size_t i = 0; i < kEnding.size(); ++i) ::sigaction(kEnding[i], &before_[i], nullptr);
    std::uint8_t first = 0;
    if (::read(pipe_[0], &first, 1) != 1) first = 0;
    for (int& end : pipe_) ::close(std::exchange(end, -1));
    return first;
  }

 private:
  std::array<int, 2> pipe_{-1, -1};
  std::array<struct sigaction, kEnding.size()> before_{};
};

// The terminal without echo, as long as it lives.
class NoEcho {
 public:
  explicit NoEcho(int fd) : fd_(fd), there_(::tcgetattr(fd, &before_) == 0) {
    if (!there_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(fd_, TCSAFLUSH, &quiet);
  }
  ~NoEcho() {
    if (there_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  int fd_;
  termios before_{};
  bool there_;
};

void say(const std::string& text) {
  // Where nobody can be asked, the answer is still read.
  [[maybe_unused]] const ssize_t said = ::write(STDERR_FILENO, text.data(), text.size());
}

// Whether there is something to read; false when `until` is readable first. -1: nothing is.
bool canRead(int fd, int until) {
  std::array<pollfd, 2> both{pollfd{fd, POLLIN, 0}, pollfd{until, POLLIN, 0}};
  while (::poll(both.data(), both.size(), -1) < 0 && errno == EINTR) {
  }
  return both[1].revents == 0;
}

// The line, unless `until` is readable before its end.
std::optional<base::Secret> lineOf(int fd, int until) {
  std::array<std::uint8_t, base::Secret::kMaxSize> bytes{};
  std::size_t size = 0;
  bool any = false;
  for (;;) {
    if (!canRead(fd, until)) return base::wipe(bytes), std::nullopt;
    std::uint8_t byte = 0;
    const ssize_t got = ::read(fd, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    any = true;
    if (byte == '\n') break;
    if (size == bytes.size()) return base::wipe(bytes), std::nullopt;
    bytes[size++] = byte;
  }
  auto secret = any ? base::Secret::from(base::ByteView(bytes.data(), size)) : std::nullopt;
  base::wipe(bytes);
  return secret;
}

}  // namespace

std::optional<base::Secret> readSecretLine(int fd) { return lineOf(fd, -1); }

std::optional<base::Secret> askSecret(const std::string& prompt) {
  for (;;) {
    SignalsHeld signals;  // before the echo goes, and until it is back
    std::optional<base::Secret> secret;
    {
      const NoEcho quiet(STDIN_FILENO);
      say(prompt);
      secret = lineOf(STDIN_FILENO, signals.fd());
    }
    say("\n");
    const int signal = signals.end();
    if (signal == 0) return secret;
    (void)::raise(signal);
    // It was stopped and goes on.
    if (secret) return secret;
  }
}

}  // namespace net

#include "shared/net/terminal_secret.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace net {
namespace {

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

}  // namespace

std::optional<base::Secret> readSecretLine(int fd) {
  std::array<std::uint8_t, base::Secret::kMaxSize> bytes{};
  std::size_t size = 0;
  bool any = false;
  for (;;) {
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

std::optional<base::Secret> askSecret(const std::string& prompt) {
  say(prompt);
  const NoEcho quiet(STDIN_FILENO);
  auto secret = readSecretLine(STDIN_FILENO);
  say("\n");
  return secret;
}

}  // namespace net

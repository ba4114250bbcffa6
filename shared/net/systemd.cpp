#include "shared/net/systemd.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "shared/base/whole_number.h"
#include "shared/net/os_error.h"

namespace net {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

std::optional<std::int64_t> number(std::string_view text) { return base::wholeNumber<std::int64_t>(text); }

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

SystemdNotifier SystemdNotifier::fromEnvironment() {
  return SystemdNotifier(std::string(environment("NOTIFY_SOCKET")));
}

base::Status SystemdNotifier::reloading(base::TimePoint now) const {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  return send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(micros));
}

base::Status SystemdNotifier::send(std::string_view state) const {
  if (socket_.empty()) return {};
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  const bool abstract = socket_.front() == '@';
  if ((!abstract && socket_.front() != '/') || socket_.size() >= sizeof to.sun_path) {
    return base::fail("NOTIFY_SOCKET '" + socket_ + "' is neither an absolute path nor @name of at most 107 bytes");
  }
  std::memcpy(to.sun_path, socket_.data(), socket_.size());
  if (abstract) to.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return osFailure("cannot notify systemd");
  if (::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), size) < 0) {
    return osFailure("cannot notify systemd at " + socket_);
  }
  return {};
}

std::optional<base::Duration> watchdogInterval() {
  const auto micros = number(environment("WATCHDOG_USEC"));
  if (!micros || *micros <= 0) return std::nullopt;
  const std::string_view pid = environment("WATCHDOG_PID");
  if (!pid.empty() && number(pid) != std::int64_t{::getpid()}) return std::nullopt;
  return std::chrono::microseconds(*micros);
}

base::Result<std::vector<PassedSocket>> takePassedSockets(int firstFd) {
  std::vector<PassedSocket> sockets;
  if (number(environment("LISTEN_PID")) != std::int64_t{::getpid()}) return sockets;
  const std::string countText(environment("LISTEN_FDS"));
  const std::string_view names = environment("LISTEN_FDNAMES");
  const bool named = std::getenv("LISTEN_FDNAMES") != nullptr;
  std::vector<std::string> nameList = split(names, ':');
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);

  constexpr std::int64_t kMost = 1024;
  const auto count = number(countText);
  if (!count || *count < 0 || *count > kMost) return base::fail("LISTEN_FDS is '" + countText + "', not a count");
  if (named && *count > 0 && nameList.size() != static_cast<std::size_t>(*count)) {
    return base::fail("LISTEN_FDNAMES has " + std::to_string(nameList.size()) + " names for LISTEN_FDS=" + countText);
  }
  for (int i = 0; i < static_cast<int>(*count); ++i) {
    const int fd = firstFd + i;
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) return osFailure("socket " + std::to_string(fd) + " of LISTEN_FDS");
    sockets.push_back({UniqueFd(fd), named ? std::move(nameList[static_cast<std::size_t>(i)]) : "unknown"});
  }
  return sockets;
}

}  // namespace net

#include "agent/control/client.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace control {
namespace {

using ctl::Exit;
using ctl::Failure;

// This folder has no sockets but this one, so it does without shared/net.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::string errorText() { return std::generic_category().message(errno); }

class Conversation {
 public:
  Conversation(const ClientSettings& settings, std::string what)
      : settings_(settings),
        what_(std::move(what)),
        deadline_(base::MonotonicClock::now() + settings.timeout),
        socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {}

  ctl::Asked<std::string> run(const std::string& line) {
    if (auto done = connect(); !done) return base::fail(done.error());
    if (auto done = send(line); !done) return base::fail(done.error());
    return receive();
  }

 private:
  [[nodiscard]] base::Failure<Failure> failed(Exit exit, std::string why, std::string advice = {}) const {
    return base::fail(Failure{exit, what_, std::move(why), std::move(advice)});
  }

  ctl::Outcome connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (settings_.socket.size() >= sizeof address.sun_path)
      return failed(Exit::Usage, "the path of the socket is too long");
    std::copy(settings_.socket.begin(), settings_.socket.end(), address.sun_path);
    // A unix socket connects at once, or its backlog is full.
    while (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      if (errno != EAGAIN) {
        const bool denied = errno == EACCES;
        return failed(Exit::Connect, settings_.socket + ": " + errorText(),
                      denied ? "be root, or a member of control.group"
                             : "see whether san-agent runs, or name its socket by --socket");
      }
      constexpr int kPause = 20;  // milliseconds
      if (base::MonotonicClock::now() >= deadline_) return late();
      (void)::poll(nullptr, 0, kPause);
    }
    return {};
  }

  ctl::Outcome send(std::string_view line) {
    while (!line.empty()) {
      const ssize_t sent = ::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL);
      if (sent > 0) {
        line.remove_prefix(static_cast<std::size_t>(sent));
      } else if (errno == EPIPE || errno == ECONNRESET) {
        return hungUp();
      } else if (auto ready = await(POLLOUT); !ready) {
        return ready;
      }
    }
    return {};
  }

  ctl::Asked<std::string> receive() {
    std::string answer;
    for (;;) {
      char bytes[16384];
      const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
      if (got > 0) {
        answer.append(bytes, static_cast<std::size_t>(got));
        if (answer.back() == '\n') return answer;
        if (answer.size() > kMaxAnswer) return failed(Exit::Malformed, "the answer does not end");
      } else if (got == 0 || errno == ECONNRESET) {
        return base::fail(hungUp().error);
      } else if (auto ready = await(POLLIN); !ready) {
        return base::fail(ready.error());
      }
    }
  }

  [[nodiscard]] base::Failure<Failure> hungUp() const {
    return failed(Exit::Connect, "the agent has closed the connection", "its log says why, where it was not allowed");
  }
  [[nodiscard]] base::Failure<Failure> late() const {
    return failed(Exit::Timeout, "the agent has not answered in time", "give it longer by --timeout");
  }

  ctl::Outcome await(short events) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - base::MonotonicClock::now());
    if (left.count() <= 0) return late();
    pollfd watched{socket_.get(), events, 0};
    if (::poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 1'000'000))) == 0) return late();
    return {};
  }

  const ClientSettings& settings_;
  std::string what_;
  base::TimePoint deadline_;
  Socket socket_;
};

}  // namespace

ctl::Asked<base::Json> ask(const ClientSettings& settings, Request request, const std::string& what) {
  request.id = 1;
  auto line = Conversation(settings, what).run(writeRequest(request));
  if (!line) return base::fail(line.error());
  const auto answer = parseAnswer(std::string_view(*line).substr(0, line->size() - 1), request.id);
  if (!answer) return base::fail(Failure{Exit::Malformed, what, answer.error().text, ""});
  if (*answer) return **answer;
  return base::fail(Failure{Exit::Refused, what, answer->error().text, ""});
}

}  // namespace control

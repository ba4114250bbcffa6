// disturb: clients that behave badly beside a measured one.
//
//   mute  asks without end and reads nothing
//   idle  holds connections that say nothing
//   drip  sends valid requests one byte at a time
//
// "ready" on standard output once all connections stand; ends when standard input ends, with one JSON object that says
// what it did and how many connections the server closed. One thread.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

#include "shared/net/os_error.h"
#include "tests/bench/common/arguments.h"
#include "tests/bench/common/fleet.h"
#include "tests/bench/common/json_line.h"
#include "tests/bench/common/posix.h"

namespace bench {
namespace {

enum class Habit { Mute, Idle, Drip };

struct Options {
  net::Address server;
  Habit habit = Habit::Idle;
  unsigned connections = 1;
  Host entities = 1000;
  unsigned tickMs = 100;
};

constexpr std::size_t kMuteBlock = 512;  // requests sent in one call

class Disturber {
 public:
  explicit Disturber(const Options& options) : options_(options) {}

  base::Status start() {
    raiseDescriptorLimit();
    epoll_ = net::UniqueFd(epoll_create1(EPOLL_CLOEXEC));
    prepareRequests();
    connections_.resize(options_.connections);
    for (Connection& c : connections_) {
      if (base::Status opened = open(c); !opened) return opened;
    }
    watch(STDIN_FILENO, EPOLLIN, &kStdin);
    return options_.habit == Habit::Idle ? base::Status() : startTimer();
  }

  void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.ptr == &kStdin) return;
        if (event.data.ptr == &kTimer) {
          onTick();
        } else {
          onEvent(*static_cast<Connection*>(event.data.ptr), event.events);
        }
      }
    }
  }

  void report() const {
    std::size_t open = 0;
    for (const Connection& c : connections_) open += c.fd ? 1U : 0U;
    JsonLine()
        .add("connections", options_.connections)
        .add("open", open)
        .add("closed", closed_)
        .add("sent_bytes", sent_)
        .print();
  }

 private:
  struct Connection {
    net::UniqueFd fd;
    std::size_t at = 0;  // in the block of requests
  };

  base::Status open(Connection& c) {
    base::Result<net::UniqueFd> fd = connectTo(options_.server);
    if (!fd) return base::fail(fd.error());
    if (base::Status done = setNonBlocking(fd->get()); !done) return done;
    c.fd = std::move(*fd);
    c.at = 0;
    const std::uint32_t events = options_.habit == Habit::Mute ? EPOLLOUT : EPOLLIN;
    watch(c.fd.get(), events | EPOLLRDHUP, &c);
    return {};
  }

  void prepareRequests() {
    for (std::size_t i = 0; i < kMuteBlock; ++i) {
      const Host host = static_cast<Host>(i * kZoneSize) % options_.entities;
      appendZoneQuery(requests_, host / kZoneSize * kZoneSize, static_cast<std::uint16_t>(i));
    }
  }

  base::Status startTimer() {
    timer_ = net::UniqueFd(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    itimerspec every{};
    every.it_interval.tv_sec = options_.tickMs / 1000;
    every.it_interval.tv_nsec = static_cast<long>(options_.tickMs % 1000) * 1'000'000;
    every.it_value = every.it_interval;
    if (!timer_ || timerfd_settime(timer_.get(), 0, &every, nullptr) != 0) return net::osFailure("timer");
    watch(timer_.get(), EPOLLIN, &kTimer);
    return {};
  }

  void watch(int fd, std::uint32_t events, void* who) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = who;
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
  }

  void onEvent(Connection& c, std::uint32_t events) {
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) return onClosed(c);
    if ((events & EPOLLIN) != 0) swallow(c);
    if ((events & EPOLLOUT) != 0) sendSome(c, requests_.size());
  }

  void onClosed(Connection& c) {
    ++closed_;
    c.fd.reset();
  }

  void swallow(Connection& c) {
    std::array<std::uint8_t, 65536> answers;
    if (recv(c.fd.get(), answers.data(), answers.size(), 0) == 0) onClosed(c);
  }

  void sendSome(Connection& c, std::size_t most) {
    const std::size_t size = std::min(most, requests_.size() - c.at);
    const ssize_t sent = send(c.fd.get(), requests_.data() + c.at, size, MSG_NOSIGNAL);
    if (sent < 0) return;
    sent_ += static_cast<std::uint64_t>(sent);
    c.at = (c.at + static_cast<std::size_t>(sent)) % requests_.size();
  }

  // What the server closed comes again: the habit goes on.
  void onTick() {
    std::uint64_t ticks = 0;
    if (read(timer_.get(), &ticks, sizeof ticks) < 0) return;
    for (Connection& c : connections_) {
      if (!c.fd && !open(c)) continue;
      if (options_.habit == Habit::Drip) sendSome(c, 1);
    }
  }

  // Only their addresses matter: they tell events apart.
  inline static char kStdin = 0;
  inline static char kTimer = 0;

  Options options_;
  net::UniqueFd epoll_;
  net::UniqueFd timer_;
  base::Bytes requests_;
  std::vector<Connection> connections_;
  std::uint64_t sent_ = 0;
  std::uint64_t closed_ = 0;
};

std::optional<Habit> habitNamed(const std::string& name) {
  if (name == "mute") return Habit::Mute;
  if (name == "idle") return Habit::Idle;
  if (name == "drip") return Habit::Drip;
  return std::nullopt;
}

base::Result<Options> parse(int argc, char** argv) {
  Options options;
  std::string server;
  const Arguments arguments = Arguments("disturb", "mute|idle|drip")
                                  .option("--server", server, "ADDRESS:PORT")
                                  .option("--connections", options.connections, "connections")
                                  .option("--entities", options.entities, "hosts that the server knows")
                                  .option("--tick-ms", options.tickMs,
                                          "milliseconds between two bytes, or until a lost connection comes again");
  const base::Result<std::vector<std::string>> words = arguments.parse(argc, argv);
  if (!words) return base::fail(words.error());
  const std::optional<Habit> habit = habitNamed(words->front());
  if (!habit) return base::fail("no habit: " + words->front());
  const base::Result<net::Address> address = net::Address::parse(server);
  if (!address) return base::fail(address.error());
  options.habit = *habit;
  options.server = *address;
  return options;
}

base::Status run(int argc, char** argv) {
  const base::Result<Options> options = parse(argc, argv);
  if (!options) return base::fail(options.error());
  const auto disturber = std::make_unique<Disturber>(*options);
  if (base::Status started = disturber->start(); !started) return started;
  std::puts("ready");
  std::fflush(stdout);
  disturber->run();
  disturber->report();
  return {};
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const base::Status done = bench::run(argc, argv);
  if (!done) return std::fprintf(stderr, "disturb: %s\n", done.error().text.c_str()), 1;
  return 0;
}

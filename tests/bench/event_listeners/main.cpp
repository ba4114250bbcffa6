// event_listeners: many listeners to GET /events, and changes at a steady rate: how many each hears, and how late.
//
// One thread reads all listeners, another makes the changes (changer.h). With --bare there is no server: the changes go
// to plain sockets. One JSON object on standard output; a wrong answer, an event "gap" or a listener that was cut off
// fails the run. The token is read from standard input.
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstdio>
#include <iostream>
#include <thread>

#include "tests/bench/common/arguments.h"
#include "tests/bench/common/client.h"
#include "tests/bench/common/fleet.h"
#include "tests/bench/common/histogram.h"
#include "tests/bench/common/json_line.h"
#include "tests/bench/event_listeners/changer.h"

namespace bench {
namespace {

// After the last answer: what comes later than this is lost.
constexpr std::uint64_t kPatienceNs = 5'000'000'000;

struct Listener {
  net::UniqueFd fd;
  SSL* tls = nullptr;  // none: a plain socket
  std::string text;    // the end of what came
  bool begun = false;  // the head of the answer is over
  std::vector<bool> heard;

  // Bytes; 0: nothing now; below 0: it has ended.
  int read(char* into, std::size_t size) {
    if (tls == nullptr) {
      const ssize_t got = ::recv(fd.get(), into, size, MSG_DONTWAIT);
      return got > 0 ? static_cast<int>(got) : got == 0 ? -1 : 0;
    }
    const int got = SSL_read(tls, into, static_cast<int>(size));
    if (got > 0) return got;
    return SSL_get_error(tls, got) == SSL_ERROR_WANT_READ ? 0 : -1;
  }
};

class Listeners {
 public:
  explicit Listeners(const Changer& changer) : changer_(changer) {}

  base::Status open(const net::Address& api, const std::string& token, std::size_t count) {
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    const std::string request =
        "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n";
    for (std::size_t i = 0; i < count; ++i) {
      base::Result<net::UniqueFd> fd = connectTo(api);
      if (!fd) return base::fail(fd.error());
      SSL* const tls = SSL_new(context);
      SSL_set_fd(tls, fd->get());
      if (SSL_connect(tls) != 1 || SSL_write(tls, request.data(), static_cast<int>(request.size())) <= 0) {
        return base::fail("a listener cannot connect");
      }
      add(std::move(*fd), tls);
      if (auto status = begin(all_.back()); !status) return status;
    }
    SSL_CTX_free(context);
    return {};
  }
  void add(net::UniqueFd fd, SSL* tls) {
    (void)setNonBlocking(fd.get());
    polled_.push_back({fd.get(), POLLIN, 0});
    all_.push_back({std::move(fd), tls, {}, tls == nullptr, std::vector<bool>(changer_.changes())});
  }

  // Until each has heard all, or patience ends. `done` is when the last change was answered, 0 before.
  base::Status listen(const std::atomic<std::uint64_t>& done) {
    const std::size_t wanted = all_.size() * changer_.changes();
    while (lag_.count() < wanted) {
      const std::uint64_t end = done.load();
      if (end != 0 && nowNs() > end + kPatienceNs) return {};
      ::poll(polled_.data(), polled_.size(), 20);
      for (std::size_t i = 0; i < all_.size(); ++i) {
        if (polled_[i].revents == 0) continue;
        if (auto status = take(all_[i]); !status) return status;
      }
    }
    return {};
  }
  [[nodiscard]] const Histogram& lag() const { return lag_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  // The head of the answer and the first comment.
  base::Status begin(Listener& listener) {
    const std::uint64_t end = nowNs() + kPatienceNs;
    while (listener.text.find(": listening") == std::string::npos) {
      if (nowNs() > end) return base::fail("a listener is not served: " + listener.text.substr(0, 100));
      ::poll(&polled_.back(), 1, 100);
      if (auto status = take(listener); !status) return status;
    }
    listener.begun = true;
    return {};
  }
  base::Status take(Listener& listener) {
    static char part[1 << 16];
    for (int got = 0; (got = listener.read(part, sizeof part)) != 0;) {
      if (got < 0) return base::fail("a listener was cut off");
      bytes_ += static_cast<std::uint64_t>(got);
      listener.text.append(part, static_cast<std::size_t>(got));
      if (listener.text.find("event: gap") != std::string::npos) return base::fail("a listener was told of a gap");
      const std::uint64_t now = nowNs();
      Changer::find(listener.text, [&](std::size_t change) {
        if (change >= listener.heard.size() || listener.heard[change]) return;
        listener.heard[change] = true;
        lag_.add(now - changer_.sentAt(change));
      });
      // An alias may be in two parts; what is kept is looked at again and counts once.
      if (listener.begun)
        listener.text.erase(0, listener.text.size() - std::min(listener.text.size(), Changer::kLongest));
    }
    return {};
  }

  const Changer& changer_;
  std::vector<Listener> all_;
  std::vector<pollfd> polled_;
  Histogram lag_;
  std::uint64_t bytes_ = 0;
};

struct Settings {
  std::string api, server;
  std::size_t listeners = 50;
  unsigned rate = 2000;
  unsigned seconds = 5;
  std::size_t bareBytes = 0;
};

// The nodes whose aliases will change.
base::Status registerNodes(const net::Address& server, std::size_t count) {
  base::Result<Client> client = Client::connect(server);
  if (!client) return base::fail(client.error());
  return client->exchange(count, [](base::Bytes& out, std::size_t i, std::uint16_t xid) {
    appendRegister(out, static_cast<Host>(i), xid);
  });
}

base::Status openPlain(Listeners& listeners, std::vector<net::UniqueFd>& ends, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    net::Address local = net::Address::v4(127, 0, 0, 1, 0);
    base::Result<net::UniqueFd> listening = listenOn(local);
    if (!listening) return base::fail(listening.error());
    base::Result<net::UniqueFd> fd = connectTo(local);
    if (!fd) return base::fail(fd.error());
    net::UniqueFd end(::accept(listening->get(), nullptr, nullptr));
    if (!end) return base::fail("a plain listener cannot connect");
    (void)setNoDelay(end.get());
    ends.push_back(std::move(end));
    listeners.add(std::move(*fd), nullptr);
  }
  return {};
}

base::Result<JsonLine> measure(const Settings& a) {
  Changer changer(std::size_t{a.rate} * a.seconds);
  Listeners listeners(changer);
  std::vector<net::UniqueFd> ends;
  net::Address server;
  if (a.bareBytes != 0) {
    if (auto status = openPlain(listeners, ends, a.listeners); !status) return base::fail(status.error());
  } else {
    std::string token;
    std::getline(std::cin, token);
    const base::Result<net::Address> api = net::Address::parse(a.api);
    const base::Result<net::Address> names = net::Address::parse(a.server);
    if (!api || !names) return base::fail("--api and --server are to be ADDRESS:PORT");
    server = *names;
    if (auto status = registerNodes(server, changer.changes()); !status) return base::fail(status.error());
    if (auto status = listeners.open(*api, token, a.listeners); !status) return base::fail(status.error());
  }
  std::atomic<std::uint64_t> done{0};
  base::Status changed;
  const double cpu = cpuSeconds();
  std::thread changes([&] {
    std::vector<int> sockets;
    for (const net::UniqueFd& end : ends) sockets.push_back(end.get());
    changed = ends.empty() ? changer.runServer(server, a.rate) : changer.runBare(sockets, a.rate, a.bareBytes);
    done = nowNs();
  });
  const base::Status heard = listeners.listen(done);
  changes.join();
  if (!changed) return base::fail(changed.error());
  if (!heard) return base::fail(heard.error());
  const double all = static_cast<double>(a.listeners) * static_cast<double>(changer.changes());
  const auto milli = [](std::uint64_t ns) { return static_cast<double>(ns) / 1e6; };
  JsonLine line;
  line.add("listeners", a.listeners).add("rate", a.rate).add("changes", changer.changes());
  line.add("arrived", static_cast<double>(listeners.lag().count()) / all);
  line.add("took_seconds", static_cast<double>(done.load() - changer.sentAt(0)) / 1e9);
  line.add("p50_ms", milli(listeners.lag().quantile(0.5))).add("p99_ms", milli(listeners.lag().quantile(0.99)));
  line.add("worst_ms", milli(listeners.lag().max())).add("bytes", listeners.bytes());
  line.add("cpu_seconds", cpuSeconds() - cpu);
  return line;
}

base::Result<JsonLine> run(int argc, char** argv) {
  Settings a;
  const auto words = Arguments("event_listeners", "")
                         .option("--api", a.api, "ADDRESS:PORT of the management API")
                         .option("--server", a.server, "ADDRESS:PORT of the name server")
                         .option("--listeners", a.listeners, "connections that listen")
                         .option("--rate", a.rate, "changes a second")
                         .option("--seconds", a.seconds, "for so long")
                         .option("--bare", a.bareBytes, "no server: events of so many bytes to plain sockets")
                         .parse(argc, argv);
  if (!words) return base::fail(words.error());
  if (std::size_t{a.rate} * a.seconds > 1'000'000 || a.rate == 0) return base::fail("at most a million changes");
  return measure(a);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  base::Result<bench::JsonLine> line = bench::run(argc, argv);
  if (!line) return std::fprintf(stderr, "event_listeners: %s\n", line.error().text.c_str()), 1;
  line->print();
  return 0;
}

// A network without a kernel: machines with addresses, TCP connections and datagrams, and the weather between them.
//
// Bytes of a connection arrive in order, in pieces that are cut anywhere; a connection may be cut anywhere too. Whom
// nobody hears (silence()) is not told of: what was sent to him waits, and arrives when he is heard again. Datagrams
// are lost, doubled and overtaken. One thread; errors are what the users of sockets hear.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>

#include "shared/base/bytes.h"
#include "shared/net/address.h"
#include "tests/scenario/san/timeline.h"

namespace sim {

class Network;
struct Wire;

class SocketUser {
 public:
  virtual void onConnected() {}
  // What is not used is shown again, with more behind it.
  virtual std::size_t onBytes(base::ByteView bytes) = 0;
  // By the network or the other end; nothing follows. `connected`: it had been there.
  virtual void onEnded(const std::string& why, bool connected) = 0;

 protected:
  ~SocketUser() = default;
};

// One end of a connection. Closed without a word when it is destroyed; not from inside of its own calls.
class Socket {
 public:
  Socket(Network& network, SocketUser& user) : network_(network), user_(user) {}
  ~Socket() { close(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void connect(const net::Address& from, const net::Address& to);
  void accept(std::shared_ptr<Wire> wire);
  void write(base::ByteView bytes);
  void close();

 private:
  friend class Network;
  Network& network_;
  SocketUser& user_;
  std::shared_ptr<Wire> wire_;
  int side_ = 0;
  base::Bytes input_;
};

// Both directions of a connection; 0 is who connected.
struct Wire {
  Socket* ends[2] = {};
  net::Address addresses[2];
  std::deque<base::Bytes> flying[2];  // to that side
  bool moving[2] = {};
  bool closed[2] = {};  // by the other side: comes after what is flying
  bool there = false;   // it was accepted
};

struct Weather {
  std::uint32_t lost = 0;     // datagrams, of a thousand
  std::uint32_t doubled = 0;  // the same
  std::uint32_t cut = 0;      // connections, of a thousand pieces that arrive
  base::Duration least = std::chrono::microseconds(100);
  base::Duration most = std::chrono::milliseconds(2);
};

class Network {
 public:
  using Accept = std::function<void(std::shared_ptr<Wire> wire, const net::Address& peer)>;
  using Hear = std::function<void(const net::Address& from, base::ByteView bytes)>;

  Network(Timeline& timeline, Chance& chance) : timeline_(timeline), chance_(chance) {}

  void listen(const net::Address& at, Accept accept) { listeners_[at.text()] = std::move(accept); }
  void bind(const net::Address& at, Hear hear) { ports_[at.text()] = std::move(hear); }
  // Nobody is there any more: connections are refused, datagrams lost.
  void leave(const net::Address& at) {
    listeners_.erase(at.text());
    ports_.erase(at.text());
  }
  void send(const net::Address& from, const net::Address& to, base::ByteView bytes);

  void setWeather(const Weather& weather) { weather_ = weather; }
  // Nothing reaches the machine with this address, and nothing leaves it.
  void silence(const net::Address& machine, bool on) { set(silent_, machine, on); }
  // Whatever goes to or from another machine takes that much longer.
  void slow(const net::Address& machine, base::Duration by) { slow_[machine.host()] = by; }
  void heal() {
    weather_ = {};
    silent_.clear();
    slow_.clear();
  }
  [[nodiscard]] bool hears(const net::Address& a, const net::Address& b) const {
    return a.host() == b.host() || (!silent_.contains(a.host()) && !silent_.contains(b.host()));
  }

  [[nodiscard]] Timeline& timeline() { return timeline_; }
  [[nodiscard]] std::uint64_t cuts() const { return cuts_; }

 private:
  friend class Socket;
  static constexpr std::chrono::milliseconds kTryAgain{500};  // where nobody hears

  static void set(std::set<std::string>& of, const net::Address& machine, bool on) {
    if (on)
      of.insert(machine.host());
    else
      of.erase(machine.host());
  }
  base::Duration delay(const net::Address& a, const net::Address& b);
  void begin(const std::shared_ptr<Wire>& wire);
  void move(const std::shared_ptr<Wire>& wire, int to);
  void arrive(const std::shared_ptr<Wire>& wire, int to);
  void end(Wire& wire, int side, const std::string& why);

  Timeline& timeline_;
  Chance& chance_;
  Weather weather_;
  std::set<std::string> silent_;
  std::map<std::string, base::Duration> slow_;
  std::map<std::string, Accept> listeners_;
  std::map<std::string, Hear> ports_;
  std::uint64_t cuts_ = 0;
};

}  // namespace sim

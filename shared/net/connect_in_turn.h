// ConnectInTurn: a TCP or local connection to one of several addresses, tried one after the other.
//
// The owner has the socket, its Watch and the limit of time; this says which address comes next, and why the last one
// was none. One thread, the loop's. Nobody is called back: next() and stands() answer at once.
#pragma once

#include <sys/socket.h>

#include <string>
#include <vector>

#include "shared/net/address.h"
#include "shared/net/loop.h"
#include "shared/net/unique_fd.h"

namespace net {

// Where a stream socket can connect to.
struct Endpoint {
  sockaddr_storage address{};
  socklen_t size = 0;
};

class ConnectInTurn {
 public:
  // In the order in which they are tried.
  void begin(const std::vector<Address>& addresses);
  void begin(const Endpoint& endpoint);
  void clear() { left_.clear(); }

  // Connects to the next one that the kernel takes: `fd` becomes its socket, and `watch` tells `handler` when it can be
  // written. `prepare` sets its options, with the socket and its address family. False: none is left.
  template <class Prepare>
  [[nodiscard]] bool next(Loop& loop, UniqueFd& fd, Watch& watch, Handler& handler, Prepare prepare) {
    while (!left_.empty()) {
      const Endpoint to = left_.back();
      left_.pop_back();
      watch.close();
      fd = UniqueFd(::socket(to.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      if (fd) prepare(fd.get(), to.address.ss_family);
      if (connects(fd, to) && watches(loop, fd, watch, handler)) return true;
    }
    return false;
  }

  // The socket can be written: whether the connection stands. Where not, the next one is tried.
  [[nodiscard]] bool stands(const UniqueFd& fd);

  // "cannot connect: ...", of the last address.
  [[nodiscard]] std::string fault() const { return "cannot connect: " + fault_; }
  void setFault(std::string fault) { fault_ = std::move(fault); }

 private:
  bool connects(const UniqueFd& fd, const Endpoint& to);
  bool watches(Loop& loop, const UniqueFd& fd, Watch& watch, Handler& handler);

  std::vector<Endpoint> left_;  // the last first
  std::string fault_;
};

}  // namespace net

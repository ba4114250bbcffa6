// Handler: what a loop calls about one descriptor.
//
// Borrowed by the loop from Watch::open() to Watch::close(). Inside a call the handler may close or destroy itself and
// any other handler; the loop does not touch a handler after its call, nor call one that has been closed.
#pragma once

#include <cstdint>

namespace net {

class Handler {
 public:
  // Bits of epoll (EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP ...), from the kernel or from Watch::raise().
  virtual void onEvents(std::uint32_t events) = 0;

  // Asked for by Watch::requestTurnEnd(): once, after the turn-end hook of this turn.
  virtual void onTurnEnd() {}

 protected:
  ~Handler() = default;
};

}  // namespace net

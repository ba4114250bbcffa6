// What the kernel has not brought to the peer of a socket yet.
//
// A TCP socket that is closed leaves that to the kernel, which goes on for minutes: a request acts then, behind the
// back of whoever has given it up, repeated it and gone on. A unix socket has nothing unsent: what it says is unsent
// lies in the peer's queue, unread, and stays there.
#pragma once

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace net {

// TCP: sent and not acknowledged, too. Unix: the peer has not read it.
inline bool hasUnsent(int fd) {
  int unsent = 0;
  return ::ioctl(fd, SIOCOUTQ, &unsent) == 0 && unsent > 0;
}

// Before it is closed: then what is unsent goes with it, by a reset. Of TCP alone.
inline void dropUnsent(int fd) {
  if (!hasUnsent(fd)) return;
  const linger reset{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

}  // namespace net

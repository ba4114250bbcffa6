// What the kernel has not brought to the peer of a socket yet.
//
// A socket that is closed leaves that to the kernel, which goes on for minutes: a request acts then, behind the back of
// whoever has given it up, repeated it and gone on. TCP alone; what a peer on this machine has in its own queue stays.
#pragma once

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace net {

inline bool hasUnsent(int fd) {
  int unsent = 0;
  return ::ioctl(fd, SIOCOUTQ, &unsent) == 0 && unsent > 0;
}

// Before it is closed: then what is unsent goes with it, by a reset.
inline void dropUnsent(int fd) {
  if (!hasUnsent(fd)) return;
  const linger reset{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

}  // namespace net

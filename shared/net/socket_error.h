// What the kernel says of a socket that does not block.
#pragma once

#include <sys/socket.h>

#include <cerrno>

namespace net {

// The call would have had to wait, or was interrupted: it is made again when the socket is ready.
inline bool wouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

// What a connect() under way has come to, as errno; 0: it stands.
inline int socketError(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace net

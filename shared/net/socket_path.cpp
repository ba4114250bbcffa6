#include "shared/net/socket_path.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "shared/net/os_error.h"
#include "shared/net/unique_fd.h"

namespace net {

base::Result<sockaddr_un> unixAddress(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return base::fail("the path of the socket is too long: " + path);
  std::copy(path.begin(), path.end(), address.sun_path);
  return address;
}

base::Status claimSocketPath(const std::string& path) {
  const auto address = unixAddress(path);
  if (!address) return base::fail(address.error());
  struct stat file {};
  if (::lstat(path.c_str(), &file) != 0) {
    if (errno == ENOENT) return {};
    return osFailure("cannot see what stands at " + path);
  }
  if (!S_ISSOCK(file.st_mode)) return base::fail("no socket, and left alone: " + path);
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!probe) return osFailure("cannot make a socket");
  // Only a refusal says that nobody listens: others come from the rights of a file, or a queue that is full.
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0 || errno == EAGAIN) {
    return base::fail("another process serves the socket " + path);
  }
  if (errno != ECONNREFUSED && errno != ENOENT) return osFailure("cannot tell whether another process serves " + path);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return osFailure("cannot take away the socket " + path);
  return {};
}

}  // namespace net

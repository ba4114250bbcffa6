#include "shared/net/connect_in_turn.h"

#include <cerrno>

#include "shared/net/os_error.h"
#include "shared/net/socket_error.h"

namespace net {

void ConnectInTurn::begin(const std::vector<Address>& addresses) {
  left_.clear();
  fault_ = "the host has no address";
  for (auto address = addresses.rbegin(); address != addresses.rend(); ++address) {
    Endpoint& endpoint = left_.emplace_back();
    endpoint.size = address->toSockaddr(endpoint.address);
  }
}

void ConnectInTurn::begin(const Endpoint& endpoint) {
  left_ = {endpoint};
  fault_.clear();
}

bool ConnectInTurn::connects(const UniqueFd& fd, const Endpoint& to) {
  if (fd &&
      (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to.address), to.size) == 0 || errno == EINPROGRESS)) {
    return true;
  }
  fault_ = osErrorText(errno);
  return false;
}

bool ConnectInTurn::watches(Loop& loop, const UniqueFd& fd, Watch& watch, Handler& handler) {
  const auto watched = watch.open(loop, fd.get(), EPOLLOUT, handler);
  if (!watched) fault_ = watched.error().text;
  return watched.ok();
}

bool ConnectInTurn::stands(const UniqueFd& fd) {
  const int error = socketError(fd.get());
  if (error != 0) fault_ = osErrorText(error);
  sockaddr_storage peer;
  socklen_t size = sizeof peer;
  return error == 0 && ::getpeername(fd.get(), reinterpret_cast<sockaddr*>(&peer), &size) == 0;
}

}  // namespace net

#include "shared/net/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <utility>

#include "shared/net/listen_failure.h"

namespace net {
namespace {

// accept(2): errors of the one connection, which is gone; the next one may be well.
bool concernsOneConnection(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case ENETDOWN:
    case EPROTO:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
    case EPERM:
      return true;
    default:
      return false;
  }
}

}  // namespace

Listener::Listener(Loop& loop, ListenerOwner& owner)
    : loop_(loop), owner_(owner), retry_(loop.timers(), [this] { updateInterest(); }) {}

base::Status Listener::listen(const Address& address) {
  UniqueFd fd(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return osFailure("cannot make a socket");
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!address.isV4()) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  sockaddr_storage to;
  const socklen_t size = address.toSockaddr(to);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&to), size) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    return listenFailure(address);
  }
  return open(std::move(fd));
}

base::Status Listener::adopt(UniqueFd fd) {
  int listening = 0;
  socklen_t size = sizeof listening;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0) {
    return base::fail("descriptor " + std::to_string(fd.get()) + " is not a listening socket");
  }
  const int flags = ::fcntl(fd.get(), F_GETFL);
  if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) != 0) return osFailure("cannot adopt a socket");
  return open(std::move(fd));
}

base::Status Listener::open(UniqueFd fd) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&name), &size) != 0) return osFailure("cannot listen");
  const auto local = Address::from(name);
  if (!local) return base::fail("a listening socket is neither IPv4 nor IPv6");
  // Accepted sockets inherit them, which saves system calls for each connection.
  const auto set = [&](int level, int option, int value) {
    ::setsockopt(fd.get(), level, option, &value, sizeof value);
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  // A peer that loses its power says no goodbye: without probes its connection would stay for ever. No
  // TCP_USER_TIMEOUT: that ends connections of peers that live and only read slowly, and what is under way ends by
  // retransmission.
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(kProbeAfter.count()));
  set(IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(kProbeInterval.count()));
  set(IPPROTO_TCP, TCP_KEEPCNT, kProbes);
  if (auto watched = watch_.open(loop_, fd.get(), interest(), *this); !watched) return watched;
  fd_ = std::move(fd);
  local_ = *local;
  return {};
}

void Listener::close() {
  retry_.cancel();
  watch_.close();
  fd_.reset();
}

void Listener::pause() {
  paused_ = true;
  updateInterest();
}

void Listener::resume() {
  paused_ = false;
  updateInterest();
}

std::uint32_t Listener::interest() const { return paused_ || retry_.started() ? 0U : std::uint32_t{EPOLLIN}; }

void Listener::updateInterest() {
  if (watch_.opened()) watch_.setInterest(interest());
}

void Listener::onEvents(std::uint32_t) {
  const Watch::Life life = watch_.life();
  for (int i = 0; i < kAcceptsATurn && !paused_; ++i) {
    const bool more = acceptOne();
    if (life.ended()) return;
    if (!more) break;
  }
}

// False when there is nothing more to accept for now. The owner may have closed or destroyed this listener.
bool Listener::acceptOne() {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  UniqueFd fd(::accept4(fd_.get(), reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd) {
    owner_.onAccepted(*this, std::move(fd), Address::from(from).value_or(Address{}));
    return true;
  }
  const int error = errno;
  if (error == EAGAIN || error == EWOULDBLOCK) return false;
  if (concernsOneConnection(error)) return true;
  retry_.startAt(loop_.now() + kRetryAfter);
  updateInterest();
  owner_.onAcceptFailed(*this, base::Error{"cannot accept a connection: " + osErrorText(error)});
  return false;
}

}  // namespace net

#include "tests/bench/common/posix.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <ctime>

#include "shared/net/os_error.h"

namespace bench {
namespace {

constexpr int kBacklog = 4096;

const sockaddr* asSockaddr(const sockaddr_storage& address) { return reinterpret_cast<const sockaddr*>(&address); }

}  // namespace

std::uint64_t nowNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

double cpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t raiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

base::Result<net::UniqueFd> connectTo(const net::Address& peer) {
  sockaddr_storage address{};
  const socklen_t size = peer.toSockaddr(address);
  net::UniqueFd fd(socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return net::osFailure("cannot make a socket");
  if (connect(fd.get(), asSockaddr(address), size) != 0) return net::osFailure("cannot connect to " + peer.text());
  if (base::Status done = setNoDelay(fd.get()); !done) return base::fail(done.error());
  return fd;
}

base::Result<net::UniqueFd> listenOn(net::Address& local) {
  sockaddr_storage address{};
  socklen_t size = local.toSockaddr(address);
  net::UniqueFd fd(socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return net::osFailure("cannot make a socket");
  if (bind(fd.get(), asSockaddr(address), size) != 0 || listen(fd.get(), kBacklog) != 0) {
    return net::osFailure("cannot listen on " + local.text());
  }
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return net::osFailure("getsockname");
  local = net::Address::from(address).value_or(local);
  return fd;
}

base::Status setNonBlocking(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) return net::osFailure("fcntl");
  return {};
}

base::Status setNoDelay(int fd) {
  const int on = 1;
  if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) return net::osFailure("TCP_NODELAY");
  return {};
}

base::Status sendAll(int fd, base::ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return net::osFailure("cannot send");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

}  // namespace bench

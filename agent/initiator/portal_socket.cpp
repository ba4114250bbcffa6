#include "agent/initiator/portal_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "shared/net/os_error.h"
#include "shared/net/socket_error.h"
#include "shared/net/unsent.h"

namespace initiator {
namespace {

// Behind a long data segment only the next header is read ahead: what is read ahead of a segment is copied.
constexpr std::size_t kLongSegment = 32 * 1024;
constexpr std::size_t kShortReadAhead = 512;
constexpr std::size_t kLongReadAhead = 256 * 1024;  // what a full queue of short reads brings at a time

// All sockets of a thread share it: nothing of it is kept from one read to the next.
std::span<std::uint8_t> readAheadMemory() {
  thread_local const std::unique_ptr<std::uint8_t[]> memory =
      std::make_unique_for_overwrite<std::uint8_t[]>(kLongReadAhead);
  return {memory.get(), kLongReadAhead};
}

}  // namespace

void PortalSocket::connect(const std::vector<net::Address>& addresses) {
  connecting_.begin(addresses);
  if (tryNext()) return;
  // Told later: nobody calls back from inside a call. Without a socket of its own there is nothing to watch but a
  // timer; an unconnected one reports a hang-up at once.
  fd_ = net::UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd_) (void)watch_.open(loop_, fd_.get(), 0, *this);
}

bool PortalSocket::tryNext() {
  return connecting_.next(loop_, fd_, watch_, *this, [](int fd, int) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  });
}

void PortalSocket::onEvents(std::uint32_t events) {
  if (!open_) return finishConnect();
  if ((events & EPOLLOUT) != 0) {
    const net::Watch::Life life = watch_.life();
    blocked_ = false;
    flush();
    if (life.ended()) return;
    if (!blocked_) setInterest();
  }
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) read();
}

void PortalSocket::finishConnect() {
  if (!connecting_.stands(fd_)) {
    if (tryNext()) return;
    watch_.close();
    return owner_.onSocketLost(cid_, connecting_.fault());
  }
  open_ = true;
  readAhead_ = kLongReadAhead;
  setInterest();
  owner_.onSocketOpen(cid_);
}

void PortalSocket::setInterest() { watch_.setInterest(EPOLLIN | (blocked_ ? std::uint32_t{EPOLLOUT} : 0U)); }

void PortalSocket::close() {
  if (open_) net::dropUnsent(fd_.get());
  watch_.close();
  fd_.reset();
  open_ = false;
  connecting_.clear();
}

void PortalSocket::lost(std::string why) {
  close();
  owner_.onSocketLost(cid_, std::move(why));
}

void PortalSocket::read() {
  const net::Watch::Life life = watch_.life();
  for (int i = 0; i < kReadsATurn; ++i) {
    const std::span<std::uint8_t> wanted = owner_.wantedBytes(cid_);
    const std::span<std::uint8_t> ahead = readAheadMemory().first(readAhead_);
    std::array<iovec, 2> parts;
    parts[0] = {wanted.data(), wanted.size()};
    parts[1] = {ahead.data(), ahead.size()};
    const std::size_t skip = wanted.empty() ? 1 : 0;
    const ssize_t got = ::readv(fd_.get(), parts.data() + skip, static_cast<int>(parts.size() - skip));
    if (got < 0) {
      if (!net::wouldBlock(errno)) lost("connection lost: " + net::osErrorText(errno));
      return;
    }
    if (got == 0) return lost("the target closed the connection");
    const auto size = static_cast<std::size_t>(got);
    const std::size_t placed = std::min(size, wanted.size());
    const bool drained = size < wanted.size() + ahead.size();
    if (placed != 0) owner_.onPlaced(cid_, placed);
    if (life.ended()) return;
    if (size > placed) owner_.onBytes(cid_, base::ByteView(ahead).first(size - placed));
    if (life.ended()) return;
    const std::size_t left = owner_.wantedBytes(cid_).size();
    if (std::max(left, wanted.size()) >= kLongSegment) {
      readAhead_ = kShortReadAhead;
      // Long reads are few in a turn, and the target would wait for the next of them until all are here.
      flush();
      if (life.ended()) return;
    } else if (!drained) {
      readAhead_ = kLongReadAhead;
    }
    if (drained) return;
  }
}

void PortalSocket::outputReady() {
  if (open_ && !blocked_) watch_.requestTurnEnd();
}

void PortalSocket::flush() {
  if (!open_ || blocked_) return;
  const net::Watch::Life life = watch_.life();
  std::array<base::ByteView, kViews> views;
  std::array<iovec, kViews> parts;
  for (;;) {
    const std::size_t count = owner_.gatherOutput(cid_, views);
    if (count == 0) return;
    std::size_t offered = 0;
    for (std::size_t i = 0; i < count; ++i) {
      // The kernel only reads from it.
      parts[i] = {const_cast<std::uint8_t*>(views[i].data()), views[i].size()};
      offered += views[i].size();
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
    if (sent < 0 && !net::wouldBlock(errno)) return lost("connection lost: " + net::osErrorText(errno));
    const std::size_t size = sent < 0 ? 0 : static_cast<std::size_t>(sent);
    if (size != 0) owner_.onSent(cid_, size);
    if (life.ended()) return;
    if (size < offered) {
      blocked_ = true;
      return setInterest();
    }
  }
}

}  // namespace initiator

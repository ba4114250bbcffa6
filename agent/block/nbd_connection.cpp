#include "agent/block/nbd_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "shared/net/os_error.h"
#include "shared/net/socket_error.h"
#include "shared/net/unsent.h"

namespace block {
namespace {

constexpr std::size_t kLongPayload = 32 * 1024;
constexpr std::size_t kShortReadAhead = 512;

void setTcpOptions(int fd) {
  const auto set = [fd](int level, int name, int value) { ::setsockopt(fd, level, name, &value, sizeof value); };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 10);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 25'000);
}

std::string millisOf(base::Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()) + " ms";
}

}  // namespace

NbdConnection::NbdConnection(net::Loop& loop, NbdTarget target, base::Duration limit, unsigned depth)
    : loop_(loop),
      target_(std::move(target)),
      limit_(limit),
      resolver_(loop),
      timer_(loop.timers(), [this] { onLimit(); }),
      transmission_(depth) {}

// ---- connecting

void NbdConnection::connect() {
  state_ = State::Connecting;
  timer_.startAt(loop_.now() + limit_);
  if (target_.isLocal()) return useLocal();
  resolver_.ask(target_.host, kNbdPort, [this](auto addresses) { found(std::move(addresses)); });
}

void NbdConnection::useLocal() {
  net::Endpoint endpoint;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, target_.socketPath.data(), std::min(target_.socketPath.size(), sizeof to.sun_path - 1));
  std::memcpy(&endpoint.address, &to, sizeof to);
  // A name in the abstract namespace is as long as it is; a path ends with a NUL.
  const bool abstract = target_.socketPath.starts_with('\0');
  endpoint.size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + target_.socketPath.size() + (abstract ? 0 : 1));
  connecting_.begin(endpoint);
  if (!tryNext()) failLater(connecting_.fault());
}

void NbdConnection::found(base::Result<std::vector<net::Address>> addresses) {
  if (!addresses) return failLater(addresses.error().text);
  connecting_.begin(*addresses);
  if (!tryNext()) failLater(connecting_.fault());
}

bool NbdConnection::tryNext() {
  const auto prepare = [](int fd, int family) {
    if (family != AF_UNIX) setTcpOptions(fd);
  };
  if (!connecting_.next(loop_, fd_, watch_, *this, prepare)) return false;
  timer_.startAt(loop_.now() + limit_);
  return true;
}

// Nobody is called back from inside a call.
void NbdConnection::failLater(std::string why) {
  failure_ = std::move(why);
  timer_.startAt(loop_.now());
}

void NbdConnection::onLimit() {
  if (!failure_.empty()) return lost(std::exchange(failure_, {}));
  if (state_ == State::Handshake) return lost("the server did not shake hands within " + millisOf(limit_));
  connecting_.setFault("no answer within " + millisOf(limit_));
  if (!tryNext()) lost(connecting_.fault());
}

void NbdConnection::finishConnect() {
  if (!connecting_.stands(fd_)) {
    if (!tryNext()) lost(connecting_.fault());
    return;
  }
  state_ = State::Handshake;
  handshake_.emplace(target_.exportName);
  timer_.startAt(loop_.now() + limit_);
  setInterest();
}

// ---- bytes

void NbdConnection::onEvents(std::uint32_t events) {
  if (state_ == State::Connecting) return finishConnect();
  if ((events & EPOLLOUT) != 0) {
    const net::Watch::Life life = watch_.life();
    blocked_ = false;
    flush();
    if (life.ended()) return;
    if (!blocked_) setInterest();
  }
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) == 0) return;
  if (state_ == State::Handshake) return readHandshake();
  read();
}

void NbdConnection::setInterest() { watch_.setInterest(EPOLLIN | (blocked_ ? std::uint32_t{EPOLLOUT} : 0U)); }

void NbdConnection::readHandshake() {
  const std::span<std::uint8_t> memory = loop_.scratch();
  const ssize_t got = ::recv(fd_.get(), memory.data(), memory.size(), 0);
  if (got < 0 && net::wouldBlock(errno)) return;
  if (got < 0) return lost("connection lost: " + net::osErrorText(errno));
  if (got == 0) return lost(handshake_->whyClosed());
  const auto size = static_cast<std::size_t>(got);
  const std::size_t used = handshake_->onBytes(base::ByteView(memory).first(size));
  base::append(handshakeOutput_, handshake_->takeOutput());
  if (!flushHandshake()) return;
  if (handshake_->state() == NbdHandshake::State::Failed) return lost(handshake_->failure());
  if (handshake_->state() == NbdHandshake::State::Running) return;
  if (used < size || !handshakeOutput_.empty()) return lost("the server sent bytes that nobody had asked for");
  state_ = State::Ready;
  timer_.cancel();
  readAhead_ = memory.size();
  const NbdExport exported = handshake_->exported();
  handshake_.reset();
  transmission_.begin(exported.structured);
  owner_->onNbdReady(exported);
}

// False when that was the end of the connection.
bool NbdConnection::flushHandshake() {
  if (handshakeOutput_.empty()) return true;
  const ssize_t sent = ::send(fd_.get(), handshakeOutput_.data(), handshakeOutput_.size(), MSG_NOSIGNAL);
  if (sent < 0 && !net::wouldBlock(errno)) {
    lost("connection lost: " + net::osErrorText(errno));
    return false;
  }
  if (sent > 0) handshakeOutput_.erase(handshakeOutput_.begin(), handshakeOutput_.begin() + sent);
  blocked_ = !handshakeOutput_.empty();
  if (blocked_) setInterest();
  return true;
}

void NbdConnection::read() {
  const net::Watch::Life life = watch_.life();
  for (int i = 0; i < kReadsATurn; ++i) {
    std::array<iovec, kViews> parts;
    const auto where = transmission_.wanted(std::span(parts).first(kViews - 1));
    const std::span<std::uint8_t> ahead = loop_.scratch().first(readAhead_);
    parts[where.count] = {ahead.data(), ahead.size()};
    const ssize_t got = ::readv(fd_.get(), parts.data(), static_cast<int>(where.count + 1));
    if (got < 0) {
      if (!net::wouldBlock(errno)) lost("connection lost: " + net::osErrorText(errno));
      return;
    }
    if (got == 0) return lost("the server closed the connection");
    const auto size = static_cast<std::size_t>(got);
    const std::size_t placed = std::min(size, where.bytes);
    base::Status good;
    if (placed != 0) good = transmission_.placed(placed);
    if (good && size > placed) good = transmission_.onBytes(base::ByteView(ahead).first(size - placed));
    if (life.ended()) return;
    if (!good) return lost(good.error().text);
    const bool drained = size < where.bytes + ahead.size();
    if (where.bytes >= kLongPayload) {
      readAhead_ = kShortReadAhead;
    } else if (!drained) {
      readAhead_ = loop_.scratch().size();
    }
    if (drained) return;
  }
}

void NbdConnection::outputReady() {
  if (ready() && !blocked_) watch_.requestTurnEnd();
}

void NbdConnection::flush() {
  if (state_ == State::Handshake) {
    (void)flushHandshake();
    return;
  }
  if (!ready() || blocked_) return;
  const net::Watch::Life life = watch_.life();
  std::array<iovec, kViews> parts;
  for (;;) {
    const auto offered = transmission_.gather(parts);
    if (offered.count == 0) return;
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = offered.count;
    const ssize_t sent = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
    if (sent < 0 && !net::wouldBlock(errno)) return lost("connection lost: " + net::osErrorText(errno));
    const std::size_t size = sent < 0 ? 0 : static_cast<std::size_t>(sent);
    transmission_.sent(size);
    if (life.ended()) return;
    if (size < offered.bytes) {
      blocked_ = true;
      return setInterest();
    }
  }
}

// ---- end

void NbdConnection::close() {
  if (ready() && !blocked_ && transmission_.betweenCommands() && !net::hasUnsent(fd_.get())) {
    std::array<std::uint8_t, nbd::kRequestSize> farewell{};
    base::storeU32(farewell.data(), nbd::kRequestMagic);
    base::storeU16(farewell.data() + 6, static_cast<std::uint16_t>(nbd::Command::Disconnect));
    [[maybe_unused]] const ssize_t sent = ::send(fd_.get(), farewell.data(), farewell.size(), MSG_NOSIGNAL);
  } else if (ready()) {
    net::dropUnsent(fd_.get());
  }
  closeSocket();
}

void NbdConnection::closeSocket() {
  resolver_.forget();
  timer_.cancel();
  watch_.close();
  fd_.reset();
  connecting_.clear();
  failure_.clear();
  handshake_.reset();
  handshakeOutput_.clear();
  blocked_ = false;
  state_ = State::Idle;
}

void NbdConnection::lost(const std::string& why) {
  const std::string told = why;  // it may be a part of what goes now
  if (ready()) net::dropUnsent(fd_.get());
  closeSocket();
  owner_->onNbdLost(told);
}

}  // namespace block

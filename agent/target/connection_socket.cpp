#include "agent/target/connection_socket.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

namespace target {
namespace {

constexpr std::size_t kDirectFrom = 4096;  // bytes that are worth a place of their own in a read
constexpr std::size_t kViews = 512;        // of one sendmsg

}  // namespace

ConnectionSocket::ConnectionSocket(net::Loop& loop, SocketOwner& owner, const net::Address& peer, std::uint16_t group)
    : loop_(loop), owner_(owner), peer_(peer), group_(group), timer_(loop.timers(), [this] { onTimer(); }) {}

ConnectionSocket::~ConnectionSocket() {
  watch_.close();
  if (connection_ != nullptr) connection_->onGone(loop_.now());
}

base::Status ConnectionSocket::open(net::UniqueFd fd, const iscsi::ConnectionSetting& setting, const Login& login) {
  fd_ = std::move(fd);
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0) {
    if (const auto local = net::Address::from(address)) local_ = *local;
  }
  sessions_ = &login.sessions;
  credentials_ = &login.credentials;
  const iscsi::LoginTargetPorts ports{*this, *this, *this, login.challenges, login.random};
  iscsi::TargetDirectory& directory = *this;
  iscsi::ConnectionDriver& driver = *this;
  connection_ = std::make_unique<iscsi::TargetConnection>(setting, ports, directory, driver, loop_.now());
  if (auto opened = watch_.open(loop_, fd_.get(), EPOLLIN, *this); !opened) return opened;
  armTimer();
  return {};
}

void ConnectionSocket::close() { end(); }

void ConnectionSocket::onEvents(std::uint32_t events) {
  markActive();
  if (lingers_) return discard();
  if ((events & (EPOLLERR | EPOLLHUP)) != 0 && (events & EPOLLIN) == 0) return end();
  if ((events & EPOLLOUT) != 0) {
    blocked_ = false;
    attend();
  }
  if ((events & EPOLLIN) != 0) read();
}

// ---- Reading -------------------------------------------------------------------------------------------------------

void ConnectionSocket::read() {
  if (!kept_.empty()) {
    const base::Bytes kept = std::exchange(kept_, {});
    if (!feed(kept)) return attend();
  }
  for (int i = 0; i < kReadsATurn && connection_->wantsInput(); ++i) {
    if (!readOnce()) break;
  }
  if (!ended_) attend();
}

// False: enough for this turn.
bool ConnectionSocket::readOnce() {
  const std::span<std::uint8_t> scratch = loop_.scratch();
  const std::span<std::uint8_t> wanted = connection_->wanted();
  const std::size_t direct = wanted.size() >= kDirectFrom ? wanted.size() : 0;
  std::array<iovec, 2> parts{{{wanted.data(), direct}, {scratch.data(), scratch.size()}}};
  const std::size_t first = direct == 0 ? 1 : 0;
  const ssize_t got = ::readv(fd_.get(), parts.data() + first, static_cast<int>(parts.size() - first));
  if (got < 0) {
    if (errno != EAGAIN && errno != EINTR) end();
    return false;
  }
  if (got == 0) {
    end();
    return false;
  }
  const auto size = static_cast<std::size_t>(got);
  const std::size_t placed = std::min(size, direct);
  if (placed != 0) connection_->onPlaced(placed, loop_.now());
  if (size > placed && !feed(base::ByteView(scratch).first(size - placed))) return false;
  return size == direct + scratch.size();
}

// False: not all of it was wanted; the rest is kept.
bool ConnectionSocket::feed(base::ByteView bytes) {
  const std::size_t used = connection_->onBytes(bytes, loop_.now());
  if (used == bytes.size()) return true;
  kept_.assign(bytes.begin() + static_cast<std::ptrdiff_t>(used), bytes.end());
  return false;
}

// ---- Writing -------------------------------------------------------------------------------------------------------

void ConnectionSocket::attend() {
  if (ended_ || std::exchange(turnEndAsked_, true)) return;
  watch_.requestTurnEnd();
}

void ConnectionSocket::onTurnEnd() {
  turnEndAsked_ = false;
  if (ended_) return;
  markActive();
  flush();
  if (ended_ || lingers_) return;
  if (connection_->closing()) {
    if (connection_->output().empty()) return linger();
    if (!std::exchange(leaves_, true)) {
      // A peer that does not read what is left must not keep it here.
      timer_.startAt(loop_.now() + kLingerTime);
    }
  }
  // What was kept is fed when there is room again.
  if (!kept_.empty() && connection_->wantsInput()) watch_.raise(EPOLLIN);
  updateInterest();
  armTimer();
}

void ConnectionSocket::flush() {
  iscsi::PduWriter& output = connection_->output();
  std::array<base::ByteView, kViews> views;
  std::array<iovec, kViews> parts;
  while (!output.empty() && !blocked_) {
    const std::size_t count = output.gather(views);
    std::size_t wanted = 0;
    for (std::size_t i = 0; i < count; ++i) {
      parts[i] = {const_cast<std::uint8_t*>(views[i].data()), views[i].size()};
      wanted += views[i].size();
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return end();
      blocked_ = true;
      break;
    }
    output.sent(static_cast<std::size_t>(sent));
    connection_->onSent();
    blocked_ = static_cast<std::size_t>(sent) < wanted;
  }
  if (blocked_) connection_->onBlocked(loop_.now());
}

void ConnectionSocket::updateInterest() {
  std::uint32_t interest = 0;
  if (connection_->wantsInput() && kept_.empty()) interest |= EPOLLIN;
  if (blocked_) interest |= EPOLLOUT;
  watch_.setInterest(interest);
}

// ---- Time and end --------------------------------------------------------------------------------------------------

// Moves a running timer only to an earlier time: for most of them the deadline moves on with each PDU.
void ConnectionSocket::armTimer() {
  if (leaves_) return;
  const base::TimePoint next = connection_->nextDeadline();
  if (timer_.started() && next >= timerAt_) return;
  timerAt_ = next;
  timer_.startAt(next);
}

void ConnectionSocket::onTimer() {
  if (lingers_ || leaves_) return end();
  connection_->onTimer(loop_.now());
  if (ended_) return;
  attend();
}

void ConnectionSocket::linger() {
  lingers_ = true;
  connection_->onGone(loop_.now());
  if (::shutdown(fd_.get(), SHUT_WR) != 0) return end();
  watch_.setInterest(EPOLLIN);
  timer_.startAt(loop_.now() + kLingerTime);
}

// What still comes is of no use; the peer's end-of-stream is.
void ConnectionSocket::discard() {
  for (int i = 0; i < kReadsATurn; ++i) {
    const ssize_t got = ::recv(fd_.get(), loop_.scratch().data(), loop_.scratch().size(), MSG_DONTWAIT);
    if (got > 0) continue;
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) end();
    return;
  }
}

void ConnectionSocket::end() {
  if (std::exchange(ended_, true)) return;
  timer_.cancel();
  watch_.close();
  connection_->onGone(loop_.now());
  fd_.reset();
  owner_.onEnded(*this);
}

}  // namespace target

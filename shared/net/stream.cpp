#include "shared/net/stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cassert>
#include <cstring>

#include "shared/net/os_error.h"
#include "shared/net/socket_error.h"

namespace net {
namespace {

base::Status bindLocal(int fd, const Address& local) {
  const int on = 1;
  // Without a port of its own the connection gets one at connect(): ports are then shared between different peers.
  if (local.port() == 0) ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (local.port() != 0) ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_storage to;
  const socklen_t size = local.toSockaddr(to);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&to), size) != 0) return osFailure("cannot bind to " + local.text());
  return {};
}

}  // namespace

std::string Closed::text() const {
  const std::string because = error == 0 ? "" : ": " + osErrorText(error);
  switch (reason) {
    case CloseReason::Finished:
      return "closed by both sides";
    case CloseReason::PeerLost:
      return "connection lost" + because;
    case CloseReason::ConnectFailed:
      return "cannot connect" + because;
    case CloseReason::InputOverflow:
      return "the peer sent a message that is too long";
    case CloseReason::OutputOverflow:
      return "the peer does not read what it is sent";
  }
  return "closed";
}

Stream::Stream(Loop& loop, StreamOwner& owner, const StreamOptions& options)
    : loop_(loop), owner_(owner), options_(options), output_(loop.buffers()) {}

base::Status Stream::accept(UniqueFd fd, const Address& peer) { return open(std::move(fd), peer, State::Open); }

base::Status Stream::connect(const Address& peer, const std::optional<Address>& local) {
  UniqueFd fd(::socket(peer.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return osFailure("cannot make a socket");
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (local) {
    if (auto bound = bindLocal(fd.get(), *local); !bound) return bound;
  }
  sockaddr_storage to;
  const socklen_t size = peer.toSockaddr(to);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), size) != 0 && errno != EINPROGRESS) {
    return osFailure("cannot connect to " + peer.text());
  }
  return open(std::move(fd), peer, State::Connecting);
}

base::Status Stream::open(UniqueFd fd, const Address& peer, State state) {
  assert(state_ == State::Idle);
  const std::uint32_t interest = state == State::Connecting ? EPOLLOUT : EPOLLIN;
  if (auto watched = watch_.open(loop_, fd.get(), interest, *this); !watched) return watched;
  fd_ = std::move(fd);
  peer_ = peer;
  state_ = state;
  lastActivity_ = loop_.now();
  return {};
}

Address Stream::local() const {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&name), &size) != 0) return {};
  return Address::from(name).value_or(Address{});
}

void Stream::onEvents(std::uint32_t events) {
  const Watch::Life life = watch_.life();
  if (state_ == State::Connecting) return finishConnect();
  if (state_ == State::Failed) return finish({failure_, error_});
  if (state_ == State::Lingering && eof_) return finish({CloseReason::Finished, 0});

  if ((events & EPOLLOUT) != 0) {
    flush();
    tellDrained();
    if (life.ended()) return;
  }
  if (std::exchange(redeliver_, false) && state_ == State::Open && !paused_ && !kept_.empty()) {
    deliverKept(life);
    if (life.ended()) return;
  }
  if (wantsInput()) {
    if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) readOnce(life);
  } else if ((events & (EPOLLERR | EPOLLHUP)) != 0 && state_ != State::Failed) {
    // Nobody would read the error, and the kernel would report it for ever.
    const int error = socketError(fd_.get());
    finish({CloseReason::PeerLost, error != 0 ? error : ECONNRESET});
  }
}

void Stream::onTurnEnd() {
  if (!blocked_) flush();
  tellDrained();
}

void Stream::finishConnect() {
  if (const int error = socketError(fd_.get()); error != 0) return finish({CloseReason::ConnectFailed, error});
  lastActivity_ = loop_.now();
  if (closing_) {
    state_ = State::Flushing;
    return flush();
  }
  state_ = State::Open;
  updateInterest();
  if (!output_.empty()) watch_.requestTurnEnd();
  owner_.onConnected(*this);
}

void Stream::updateInterest() {
  std::uint32_t interest = 0;
  if (wantsInput()) interest |= EPOLLIN;
  if (blocked_ || state_ == State::Connecting) interest |= EPOLLOUT;
  watch_.setInterest(interest);
}

// ---- input

bool Stream::wantsInput() const {
  if (eof_) return false;
  return (state_ == State::Open && !paused_) || state_ == State::Flushing || state_ == State::Lingering;
}

void Stream::readOnce(const Watch::Life& life) {
  const auto scratch = loop_.scratch();
  const ssize_t got = ::recv(fd_.get(), scratch.data(), scratch.size(), 0);
  if (got < 0) {
    if (!wouldBlock(errno)) finish({CloseReason::PeerLost, errno});
    return;
  }
  if (got == 0) return peerEnded();
  lastActivity_ = loop_.now();
  if (state_ == State::Open) deliver({scratch.data(), static_cast<std::size_t>(got)}, life);
}

// `received` stands in the loop's scratch memory. What was kept, mostly the beginning of a short message, is put in
// front of it there; only a long message is gathered in memory of its own.
void Stream::deliver(base::ByteView received, const Watch::Life& life) {
  if (kept_.size() > Loop::kScratchHeadroom) {
    base::append(kept_, received);
    return deliverKept(life);
  }
  std::uint8_t* start = loop_.scratch().data() - kept_.size();
  if (!kept_.empty()) std::memcpy(start, kept_.data(), kept_.size());
  const base::ByteView bytes{start, kept_.size() + received.size()};
  const std::size_t used = owner_.onData(*this, bytes);
  assert(used <= bytes.size());
  if (life.ended()) return;
  keep(bytes.subspan(used));
  afterData();
}

void Stream::deliverKept(const Watch::Life& life) {
  // Held here, so that the view is good to the end of the call, whatever the owner does.
  base::Bytes bytes = std::exchange(kept_, {});
  const std::size_t used = owner_.onData(*this, bytes);
  assert(used <= bytes.size());
  if (life.ended()) return;
  if (used == 0) {
    kept_ = std::move(bytes);
  } else {
    keep(base::ByteView(bytes).subspan(used));
  }
  afterData();
}

void Stream::keep(base::ByteView rest) {
  if (rest.empty() || state_ != State::Open) {
    base::Bytes().swap(kept_);
  } else if (kept_.capacity() > Loop::kScratchHeadroom && rest.size() <= Loop::kScratchHeadroom) {
    base::Bytes(rest.begin(), rest.end()).swap(kept_);
  } else {
    kept_.assign(rest.begin(), rest.end());
  }
}

void Stream::afterData() {
  if (state_ != State::Open || paused_ || kept_.empty()) return;
  if (redeliver_) return watch_.raise(EPOLLIN);  // paused and resumed inside the call
  if (kept_.size() >= options_.maxInput) finish({CloseReason::InputOverflow, 0});
}

void Stream::peerEnded() {
  eof_ = true;
  if (state_ == State::Lingering) return finish({CloseReason::Finished, 0});
  updateInterest();
  if (state_ == State::Open) owner_.onEof(*this);
}

void Stream::pauseReading() {
  if (!writable()) return;
  paused_ = true;
  updateInterest();
}

void Stream::resumeReading() {
  if (!std::exchange(paused_, false) || state_ != State::Open) return;
  updateInterest();
  redeliver_ = true;
  if (!kept_.empty()) watch_.raise(EPOLLIN);
}

// ---- output

bool Stream::sendsNow() const { return state_ == State::Open && !options_.flushAtTurnEnd && output_.empty(); }

void Stream::write(base::ByteView bytes) {
  if (!writable() || bytes.empty()) return;
  if (sendsNow()) bytes = bytes.subspan(sendNow(bytes));
  if (bytes.empty() || !hasRoomFor(bytes.size())) return;
  const bool first = output_.empty();
  output_.append(bytes);
  queued(first);
}

void Stream::write(base::Bytes&& bytes) {
  if (!writable() || bytes.empty()) return;
  const std::size_t sent = sendsNow() ? sendNow(bytes) : 0;
  if (sent == bytes.size() || !hasRoomFor(bytes.size() - sent)) return;
  const bool first = output_.empty();
  if (sent == 0) {
    output_.append(std::move(bytes));
  } else {
    output_.append(base::ByteView(bytes).subspan(sent));
  }
  queued(first);
}

// How much the kernel took; on an error all, as it can never be sent.
std::size_t Stream::sendNow(base::ByteView bytes) {
  const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0 && !wouldBlock(errno)) {
    failLater(CloseReason::PeerLost, errno);
    return bytes.size();
  }
  if (sent > 0) lastActivity_ = loop_.now();
  const std::size_t taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
  blocked_ = taken < bytes.size();
  return taken;
}

bool Stream::hasRoomFor(std::size_t size) {
  if (size <= options_.maxOutput && output_.size() <= options_.maxOutput - size) return true;
  failLater(CloseReason::OutputOverflow, 0);
  return false;
}

// Sees to it that what was queued will be sent: when the kernel has room again, or else at the end of the turn. Where
// more was waiting already, or the connection is not made yet, that is done.
void Stream::queued(bool first) {
  if (output_.size() > options_.highWater) congested_ = true;
  if (!first || state_ != State::Open) return;
  if (blocked_) {
    updateInterest();
  } else {
    watch_.requestTurnEnd();
  }
}

void Stream::flush() {
  const std::size_t before = output_.size();
  const int error = output_.sendTo(fd_.get());
  if (error != 0 && !wouldBlock(error)) return failLater(CloseReason::PeerLost, error);
  if (output_.size() < before) lastActivity_ = loop_.now();
  blocked_ = !output_.empty();
  if (!blocked_ && state_ == State::Flushing) return endOutput();
  updateInterest();
}

void Stream::tellDrained() {
  if (state_ != State::Open || !congested_ || output_.size() > options_.lowWater) return;
  congested_ = false;
  owner_.onDrained(*this);
}

// ---- end

void Stream::endOutput() {
  state_ = State::Lingering;
  ::shutdown(fd_.get(), SHUT_WR);
  updateInterest();
  if (eof_) watch_.raise(EPOLLHUP);
}

void Stream::closeAfterFlush() {
  if (state_ == State::Connecting) closing_ = true;
  if (state_ != State::Open) return;
  state_ = State::Flushing;
  base::Bytes().swap(kept_);
  if (output_.empty()) return endOutput();
  updateInterest();
}

void Stream::close() {
  if (state_ == State::Idle) return;
  watch_.close();
  fd_.reset();
  base::Bytes().swap(kept_);
  output_.clear();
  state_ = State::Idle;
  paused_ = redeliver_ = eof_ = blocked_ = congested_ = closing_ = false;
}

void Stream::failLater(CloseReason reason, int error) {
  state_ = State::Failed;
  failure_ = reason;
  error_ = error;
  output_.clear();
  watch_.raise(EPOLLERR);
}

void Stream::finish(const Closed& why) {
  close();
  owner_.onClosed(*this, why);
}

}  // namespace net

#include "agent/attach/nbd_peer.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <utility>

#include "shared/net/os_error.h"
#include "shared/net/socket_error.h"

namespace attach {
namespace {

constexpr std::size_t kViews = 64;
constexpr std::size_t kLongPayload = 32 * 1024;
constexpr std::size_t kShortReadAhead = 512;

// A process may have many connections, and is one user. Those of another PID namespace all have the number 0.
std::string flushUserOf(const net::UnixPeer& who, std::uint64_t id) {
  return who.pid > 0 ? "process " + std::to_string(who.pid) : "client " + std::to_string(id);
}

}  // namespace

NbdPeer::NbdPeer(net::Loop& loop, std::uint64_t id, const net::UnixPeer& who, NbdOffer offer, scsi::BlockDevice& device,
                 block::DataMemory& memory, scsi::FlushNews& news, NbdPeerOwner& owner)
    : loop_(loop),
      id_(id),
      who_(who),
      owner_(owner),
      limit_(loop.timers(),
             [this] {
               if (owner_.holdsBack()) return limit_.startAt(loop_.now() + kHandshake);
               atFault_ = true;
               close("it did not finish the handshake within " + std::to_string(kHandshake.count()) + " s");
             }),
      session_(std::move(offer), device, memory, news, flushUserOf(who, id), *this) {}

base::Status NbdPeer::accept(net::UniqueFd fd) {
  fd_ = std::move(fd);
  if (auto watched = watch_.open(loop_, fd_.get(), EPOLLIN, *this); !watched) return watched;
  limit_.startAt(loop_.now() + kHandshake);
  watch_.requestTurnEnd();
  return {};
}

void NbdPeer::stop() {
  if (why_.empty()) why_ = "the export ends";
  session_.endInput();
  onSessionNews();
}

// No news of its own: the server would look at all of them once more, without an end while there is no memory.
void NbdPeer::wake() {
  if (watch_.opened()) watch_.requestTurnEnd();
}

void NbdPeer::close(std::string why) {
  if (why_.empty()) why_ = std::move(why);
  limit_.cancel();
  watch_.close();
  fd_.reset();
  kept_.clear();
  session_.lost();
  onSessionNews();
}

// From inside of calls of the session and of the device.
void NbdPeer::onSessionNews() {
  owner_.onPeerNews();
  if (watch_.opened()) return watch_.requestTurnEnd();
  if (session_.over()) end();
}

void NbdPeer::end() {
  if (std::exchange(ended_, true)) return;
  limit_.cancel();
  watch_.close();
  fd_.reset();
  owner_.onPeerEnded(*this);
}

// ---- bytes

void NbdPeer::onEvents(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) blocked_ = false;
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
    const bool reads = kept_.empty() && takes();
    if (reads) read();
    // What nobody reads any more cannot be answered either.
    if (!reads && watch_.opened() && (events & (EPOLLHUP | EPOLLERR)) != 0) close("it has gone");
  }
  if (watch_.opened()) watch_.requestTurnEnd();
}

void NbdPeer::read() {
  for (int i = 0; i < kReadsATurn && kept_.empty() && takes(); ++i) {
    const std::span<std::uint8_t> place = session_.wanted();
    const std::span<std::uint8_t> ahead =
        loop_.scratch().first(place.size() >= kLongPayload ? kShortReadAhead : kReadAhead);
    std::array<iovec, 2> parts{{{place.data(), place.size()}, {ahead.data(), ahead.size()}}};
    const ssize_t got = ::readv(fd_.get(), parts.data(), 2);
    if (got < 0) {
      if (!net::wouldBlock(errno)) close("connection lost: " + net::osErrorText(errno));
      return;
    }
    if (got == 0) {
      if (why_.empty()) why_ = "it closed the connection without a farewell";
      return session_.endInput();
    }
    const auto size = static_cast<std::size_t>(got);
    const std::size_t placed = std::min(size, place.size());
    took(placed, base::ByteView(ahead).first(size - placed));
    if (size < place.size() + ahead.size()) return;
  }
}

void NbdPeer::took(std::size_t placed, base::ByteView ahead) {
  if (placed > 0) session_.placed(placed);
  const std::size_t used = session_.onBytes(ahead);
  kept_.assign(ahead.begin() + static_cast<std::ptrdiff_t>(used), ahead.end());
}

void NbdPeer::feed() {
  if (kept_.empty() || owner_.holdsBack()) return;
  const std::size_t used = session_.onBytes(kept_);
  kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(used));
}

void NbdPeer::flush() {
  std::array<iovec, kViews> parts;
  while (!blocked_) {
    const auto offered = session_.gather(parts);
    if (offered.count == 0) return;
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = offered.count;
    const ssize_t sent = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
    if (sent < 0 && !net::wouldBlock(errno)) return close("connection lost: " + net::osErrorText(errno));
    const std::size_t size = sent < 0 ? 0 : static_cast<std::size_t>(sent);
    if (size > 0) session_.sent(size);
    blocked_ = size < offered.bytes;
  }
}

void NbdPeer::onTurnEnd() {
  feed();
  if (!ready_ && !session_.negotiating() && !session_.inputEnded()) {
    ready_ = true;
    limit_.cancel();
    owner_.onPeerReady(*this);
  }
  flush();
  if (watch_.opened()) settle();
}

// After all that could be done now: what is waited for.
void NbdPeer::settle() {
  if (session_.over()) {
    atFault_ = !session_.fault().empty();
    if (atFault_) why_ = session_.fault();
    if (why_.empty() || session_.disconnected()) why_ = "it disconnected";
    return end();
  }
  if (session_.inputEnded()) limit_.cancel();
  const bool reads = kept_.empty() && takes();
  watch_.setInterest((reads ? std::uint32_t{EPOLLIN} : 0U) | (blocked_ ? std::uint32_t{EPOLLOUT} : 0U));
  // A session may have been given memory, or a place for a request, by what was sent just now.
  if (!kept_.empty() && takes()) watch_.requestTurnEnd();
}

}  // namespace attach

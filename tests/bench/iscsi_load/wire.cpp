#include "tests/bench/iscsi_load/wire.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "shared/net/os_error.h"

namespace bench::iscsi {
namespace {

constexpr std::size_t kPiecesACall = 1024;
constexpr std::array<std::uint8_t, 4> kZeros{};

}  // namespace

std::uint8_t* Wire::room(std::size_t size) {
  if (chunks_.empty() || chunkUsed_ + size > kChunk) {
    if (!chunks_.empty()) ++chunk_;
    if (chunk_ == chunks_.size()) chunks_.push_back(std::make_unique<std::array<std::uint8_t, kChunk>>());
    chunkUsed_ = 0;
  }
  std::uint8_t* at = chunks_[chunk_]->data() + chunkUsed_;
  chunkUsed_ += size;
  return at;
}

void Wire::addPiece(const std::uint8_t* data, std::size_t size) {
  if (pieces_.size() > sentPieces_) {
    iovec& last = pieces_.back();
    if (static_cast<std::uint8_t*>(last.iov_base) + last.iov_len == data) {
      last.iov_len += size;
      return;
    }
  }
  // writev does not write to it.
  pieces_.push_back({const_cast<std::uint8_t*>(data), size});
}

void Wire::add(const Header& header, const std::uint8_t* data, std::size_t size, std::optional<std::uint32_t> digest) {
  const std::size_t headSize = kHeaderSize + (headerDigest_ ? kDigestSize : 0);
  std::uint8_t* head = room(headSize);
  std::copy(header.begin(), header.end(), head);
  store24(head + 5, static_cast<std::uint32_t>(size));
  if (headerDigest_) storeDigest(head + kHeaderSize, addToDigest(kDigestStart, head, kHeaderSize));
  addPiece(head, headSize);
  if (size == 0) return;
  addPiece(data, size);
  const std::size_t padding = (4 - size % 4) % 4;
  const std::size_t tailSize = padding + (dataDigest_ ? kDigestSize : 0);
  if (tailSize == 0) return;
  std::uint8_t* tail = room(tailSize);
  std::memset(tail, 0, padding);
  if (dataDigest_) {
    if (!digest) digest = addToDigest(kDigestStart, data, size);
    storeDigest(tail + padding, addToDigest(*digest, kZeros.data(), padding));
  }
  addPiece(tail, tailSize);
}

base::Status Wire::flush() {
  while (hasUnsent()) {
    const std::size_t count = std::min(pieces_.size() - sentPieces_, kPiecesACall);
    msghdr message{};
    message.msg_iov = pieces_.data() + sentPieces_;
    message.msg_iovlen = count;
    const ssize_t sent = sendmsg(fd(), &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN ? base::Status() : base::Status(net::osFailure("cannot send"));
    auto left = static_cast<std::size_t>(sent);
    while (left > 0 && left >= pieces_[sentPieces_].iov_len) left -= pieces_[sentPieces_++].iov_len;
    if (left > 0) {
      iovec& piece = pieces_[sentPieces_];
      piece.iov_base = static_cast<std::uint8_t*>(piece.iov_base) + left;
      piece.iov_len -= left;
    }
  }
  pieces_.clear();
  sentPieces_ = chunk_ = chunkUsed_ = 0;
  return {};
}

base::Status Wire::begin(const std::uint8_t* header, Receiver& receiver) {
  if (headerDigest_ && loadDigest(header + kHeaderSize) != addToDigest(kDigestStart, header, kHeaderSize)) {
    return base::fail("a header digest is wrong");
  }
  if (header[4] != 0) return base::fail("an additional header segment from a target");
  dataLeft_ = dataSizeOf(header);
  padding_ = (4 - dataLeft_ % 4) % 4;
  tailWanted_ = padding_ + (dataDigest_ && dataLeft_ > 0 ? kDigestSize : 0);
  tailSize_ = 0;
  digest_ = kDigestStart;
  inPdu_ = true;
  if (base::Status taken = receiver.onHeader(header); !taken) return taken;
  knownDigest_ = dataDigest_ && dataLeft_ > 0 ? receiver.dataDigest() : std::nullopt;
  return {};
}

base::Status Wire::end(Receiver& receiver) {
  inPdu_ = false;
  headSize_ = 0;
  if (tailWanted_ > padding_) {
    digest_ = addToDigest(knownDigest_.value_or(digest_), tail_.data(), padding_);
    if (digest_ != loadDigest(tail_.data() + padding_)) return base::fail("a data digest is wrong");
  }
  return receiver.onEnd();
}

base::Status Wire::parse(std::span<const std::uint8_t> bytes, Receiver& receiver) {
  while (true) {
    const std::size_t headWanted = kHeaderSize + (headerDigest_ ? kDigestSize : 0);
    if (!inPdu_) {
      const std::uint8_t* header = bytes.data();
      std::size_t used = headWanted;
      if (headSize_ > 0 || bytes.size() < headWanted) {
        used = std::min(headWanted - headSize_, bytes.size());
        std::copy_n(bytes.begin(), used, head_.begin() + static_cast<std::ptrdiff_t>(headSize_));
        headSize_ += used;
        if (headSize_ < headWanted) return {};
        header = head_.data();
      }
      bytes = bytes.subspan(used);
      if (base::Status begun = begin(header, receiver); !begun) return begun;
    }
    if (const std::size_t here = std::min(dataLeft_, bytes.size()); here > 0) {
      if (dataDigest_ && !knownDigest_) digest_ = addToDigest(digest_, bytes.data(), here);
      if (base::Status taken = receiver.onData(bytes.first(here)); !taken) return taken;
      dataLeft_ -= here;
      bytes = bytes.subspan(here);
    }
    if (dataLeft_ > 0) return {};
    const std::size_t here = std::min(tailWanted_ - tailSize_, bytes.size());
    std::copy_n(bytes.begin(), here, tail_.begin() + static_cast<std::ptrdiff_t>(tailSize_));
    tailSize_ += here;
    bytes = bytes.subspan(here);
    if (tailSize_ < tailWanted_) return {};
    if (base::Status ended = end(receiver); !ended) return ended;
  }
}

base::Status Wire::read(std::span<std::uint8_t> buffer, Receiver& receiver) {
  const ssize_t got = recv(fd(), buffer.data(), buffer.size(), 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR ? base::Status() : base::Status(net::osFailure("recv"));
  peerClosed_ = got == 0;
  if (peerClosed_) return base::fail("the target closed a connection");
  return parse(buffer.first(static_cast<std::size_t>(got)), receiver);
}

}  // namespace bench::iscsi

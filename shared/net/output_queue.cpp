#include "shared/net/output_queue.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace net {

void OutputQueue::append(base::ByteView bytes) {
  if (bytes.empty()) return;
  if (chunks_.empty() || chunks_.back().size() + bytes.size() > kChunk) chunks_.push_back(pool_.take());
  base::append(chunks_.back(), bytes);
  size_ += bytes.size();
}

void OutputQueue::append(base::Bytes&& bytes) {
  if (bytes.size() < kCopyBelow) return append(base::ByteView(bytes));
  size_ += bytes.size();
  chunks_.push_back(std::move(bytes));
}

void OutputQueue::clear() {
  chunks_.clear();
  firstSent_ = size_ = 0;
}

int OutputQueue::sendTo(int fd) {
  while (size_ > 0) {
    std::array<iovec, kMaxParts> parts;
    const std::size_t count = std::min(chunks_.size(), kMaxParts);
    std::size_t offered = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t skip = i == 0 ? firstSent_ : 0;
      parts[i] = {chunks_[i].data() + skip, chunks_[i].size() - skip};
      offered += parts[i].iov_len;
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    // An answer to one request is one part, and the shorter call is the cheaper one.
    const ssize_t sent = count == 1 ? ::send(fd, parts[0].iov_base, parts[0].iov_len, MSG_NOSIGNAL)
                                    : ::sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    dropSent(static_cast<std::size_t>(sent));
    if (static_cast<std::size_t>(sent) < offered) return EAGAIN;
  }
  return 0;
}

void OutputQueue::dropSent(std::size_t sent) {
  size_ -= sent;
  std::size_t done = 0;
  while (sent > 0) {
    const std::size_t left = chunks_[done].size() - firstSent_;
    if (sent < left) {
      firstSent_ += sent;
      break;
    }
    sent -= left;
    firstSent_ = 0;
    pool_.give(std::move(chunks_[done++]));
  }
  chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(done));
}

}  // namespace net

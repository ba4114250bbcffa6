// OutputQueue: the bytes of a connection that wait for the kernel.
//
// Small writes are gathered in chunks of 64 KiB, larger ones keep the memory they came in; one system call sends up to
// kMaxParts chunks. One thread. The user bounds size(). An empty queue holds no bytes.
#pragma once

#include <cstddef>
#include <vector>

#include "shared/base/bytes.h"
#include "shared/net/buffer_pool.h"

namespace net {

class OutputQueue {
 public:
  static constexpr std::size_t kChunk = 64 * 1024;
  static constexpr std::size_t kCopyBelow = 4 * 1024;
  static constexpr std::size_t kMaxParts = 64;

  explicit OutputQueue(BufferPool& pool) : pool_(pool) {}

  void append(base::ByteView bytes);
  void append(base::Bytes&& bytes);
  void clear();

  [[nodiscard]] std::size_t size() const { return size_; }  // bytes
  [[nodiscard]] bool empty() const { return size_ == 0; }

  // Sends on a non-blocking socket until the queue is empty (0), the kernel has no room (EAGAIN) or an error (errno).
  [[nodiscard]] int sendTo(int fd);

 private:
  void dropSent(std::size_t sent);

  BufferPool& pool_;
  std::vector<base::Bytes> chunks_;  // none is empty; of the first, firstSent_ bytes are sent
  std::size_t firstSent_ = 0;
  std::size_t size_ = 0;
};

}  // namespace net

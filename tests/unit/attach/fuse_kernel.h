// The kernel's end of FUSE, as far as tests need it: messages over a socket that keeps their bounds, instead of
// /dev/fuse.
#pragma once

#include <linux/fuse.h>
#include <sys/socket.h>

#include <cstring>
#include <optional>
#include <string>

#include "shared/base/bytes.h"
#include "shared/net/unique_fd.h"

namespace attach::testing {

struct FuseReply {
  std::uint64_t unique = 0;  // 0: a notice, whose code is in `error`
  int error = 0;             // errno
  base::Bytes body;

  template <class Body>
  [[nodiscard]] Body as() const {
    Body what{};
    std::memcpy(&what, body.data(), std::min(sizeof what, body.size()));
    return what;
  }
};

class FuseKernel {
 public:
  FuseKernel() {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) std::abort();
    ours_.reset(ends[0]);
    theirs_.reset(ends[1]);
  }
  // The descriptor that stands for /dev/fuse; once.
  [[nodiscard]] int takeTheirs() { return theirs_.release(); }
  void close() { ours_.reset(); }

  // Returns the number of the message.
  template <class Body>
  std::uint64_t send(fuse_opcode opcode, std::uint64_t node, const Body& body, base::ByteView more = {}) {
    base::Bytes bytes;
    base::append(bytes, {reinterpret_cast<const std::uint8_t*>(&body), sizeof body});
    base::append(bytes, more);
    return sendBytes(opcode, node, bytes);
  }
  std::uint64_t sendBytes(fuse_opcode opcode, std::uint64_t node, base::ByteView body) {
    fuse_in_header head{};
    head.len = static_cast<std::uint32_t>(sizeof head + body.size());
    head.opcode = opcode;
    head.unique = ++unique_;
    head.nodeid = node;
    base::Bytes bytes;
    base::append(bytes, {reinterpret_cast<const std::uint8_t*>(&head), sizeof head});
    base::append(bytes, body);
    if (::send(ours_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) return 0;
    return unique_;
  }
  std::uint64_t init() {
    fuse_init_in hello{};
    hello.major = FUSE_KERNEL_VERSION;
    hello.minor = FUSE_KERNEL_MINOR_VERSION;
    hello.flags = FUSE_ASYNC_READ | FUSE_BIG_WRITES | FUSE_ASYNC_DIO | FUSE_MAX_PAGES | FUSE_AUTO_INVAL_DATA;
    return send(FUSE_INIT, 0, hello);
  }
  std::uint64_t lookup(const std::string& name) {
    return sendBytes(FUSE_LOOKUP, FUSE_ROOT_ID, {reinterpret_cast<const std::uint8_t*>(name.c_str()), name.size() + 1});
  }
  std::uint64_t open(std::uint32_t flags) { return send(FUSE_OPEN, 2, fuse_open_in{flags, 0}); }
  std::uint64_t read(std::uint64_t offset, std::uint32_t size) {
    fuse_read_in body{};
    body.offset = offset;
    body.size = size;
    return send(FUSE_READ, 2, body);
  }
  std::uint64_t write(std::uint64_t offset, base::ByteView bytes, std::uint32_t flags = 0) {
    fuse_write_in body{};
    body.offset = offset;
    body.size = static_cast<std::uint32_t>(bytes.size());
    body.flags = flags;
    return send(FUSE_WRITE, 2, body, bytes);
  }
  std::uint64_t allocate(std::uint32_t mode, std::uint64_t offset, std::uint64_t length) {
    return send(FUSE_FALLOCATE, 2, fuse_fallocate_in{0, offset, length, mode, 0});
  }
  std::uint64_t fsync() { return send(FUSE_FSYNC, 2, fuse_fsync_in{}); }

  std::optional<FuseReply> receive() {
    base::Bytes bytes(std::size_t{1} << 20);
    const ssize_t size = ::recv(ours_.get(), bytes.data(), bytes.size(), 0);
    if (size < static_cast<ssize_t>(sizeof(fuse_out_header))) return std::nullopt;
    fuse_out_header head{};
    std::memcpy(&head, bytes.data(), sizeof head);
    bytes.resize(static_cast<std::size_t>(size));
    bytes.erase(bytes.begin(), bytes.begin() + sizeof head);
    return FuseReply{head.unique, head.unique == 0 ? head.error : -head.error, std::move(bytes)};
  }

 private:
  net::UniqueFd ours_, theirs_;
  std::uint64_t unique_ = 0;
};

}  // namespace attach::testing

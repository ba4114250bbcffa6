// An NBD server whose words are the test's, on a unix socket in the test's own thread.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <functional>
#include <string>

#include "agent/nbd/protocol.h"
#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/net/loop.h"
#include "shared/net/unique_fd.h"
#include "tests/support/drive_until.h"
#include "tests/support/scratch_folder.h"

namespace block {

using support::driveUntil;

struct NbdRequest {
  std::uint16_t flags = 0;
  nbd::Command command = nbd::Command::Read;
  std::uint64_t cookie = 0;
  std::uint64_t offset = 0;
  std::uint32_t length = 0;
  base::Bytes payload;
};

class NbdServer {
 public:
  explicit NbdServer(net::Loop& loop) : loop_(loop) { listen(); }

  // What its handshake tells.
  std::uint64_t size = 1024 * 1024;
  std::uint16_t flags = nbd::kHasFlags | nbd::kSendFlush | nbd::kSendFua | nbd::kSendTrim | nbd::kSendWriteZeroes;
  bool structured = true;
  std::uint32_t minimum = 512, preferred = 4096, maximum = 32U * 1024 * 1024;

  [[nodiscard]] std::string path() const { return folder_.file("socket"); }
  void listen() {
    listener_ = net::UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::strncpy(at.sun_path, path().c_str(), sizeof at.sun_path - 1);
    ::unlink(at.sun_path);
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(::listen(listener_.get(), 8), 0);
  }
  // At host(), with a small queue for what it has not read.
  void listenTcp() {
    listener_ = net::UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int queue = 4096;
    ::setsockopt(listener_.get(), SOL_SOCKET, SO_RCVBUF, &queue, sizeof queue);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof at;
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&at), length), 0);
    EXPECT_EQ(::listen(listener_.get(), 8), 0);
    EXPECT_EQ(::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&at), &length), 0);
    host_ = "127.0.0.1:" + std::to_string(ntohs(at.sin_port));
  }
  [[nodiscard]] const std::string& host() const { return host_; }  // empty: on the unix socket
  // The error that its connection ends with; 0: by an end of file.
  int readToItsEnd() {
    int error = EAGAIN;
    EXPECT_TRUE(driveUntil(loop_, [&] {
      char piece[4096];
      const ssize_t got = ::recv(fd_.get(), piece, sizeof piece, 0);
      error = got < 0 ? errno : 0;
      return got == 0 || (got < 0 && error != EAGAIN);
    }));
    return error;
  }
  void stopListening() { listener_.reset(); }

  // The next connection; false where none comes.
  bool accept() {
    input_.clear();
    return driveUntil(loop_, [&] {
      fd_ = net::UniqueFd(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      return static_cast<bool>(fd_);
    });
  }
  // Its handshake up to the transmission.
  bool acceptAndShakeHands() {
    if (!accept()) return false;
    greet();
    skipOption(4);  // the client's flags
    optionReply(8, structured ? nbd::kReplyAck : nbd::kReplyErrorBit + 1, {});
    skipOption(0);
    optionReply(7, nbd::kReplyInfo, exportInfo());
    base::Bytes sizes;
    base::ByteWriter writer(sizes);
    writer.u16(3);
    writer.u32(minimum);
    writer.u32(preferred);
    writer.u32(maximum);
    optionReply(7, nbd::kReplyInfo, sizes);
    optionReply(7, nbd::kReplyAck, {});
    return true;
  }
  void greet(std::uint16_t handshakeFlags = nbd::kFixedNewstyle | nbd::kNoZeroes) {
    base::Bytes out;
    base::ByteWriter writer(out);
    writer.u64(nbd::kServerMagic);
    writer.u64(nbd::kOptionMagic);
    writer.u16(handshakeFlags);
    send(out);
  }
  [[nodiscard]] base::Bytes exportInfo() const {
    base::Bytes info;
    base::ByteWriter writer(info);
    writer.u16(0);
    writer.u64(size);
    writer.u16(flags);
    return info;
  }
  void optionReply(std::uint32_t option, std::uint32_t type, base::ByteView data) {
    base::Bytes out;
    base::ByteWriter writer(out);
    writer.u64(nbd::kOptionReplyMagic);
    writer.u32(option);
    writer.u32(type);
    writer.u32(static_cast<std::uint32_t>(data.size()));
    writer.bytes(data);
    send(out);
  }
  // `before` bytes and an option.
  void skipOption(std::size_t before) {
    (void)receive(before);
    const base::Bytes head = receive(16);
    if (head.size() == 16) (void)receive(base::loadU32(head.data() + 12));
  }

  NbdRequest next() {
    NbdRequest request;
    const base::Bytes head = receive(nbd::kRequestSize);
    base::ByteReader reader(head);
    EXPECT_EQ(reader.u32(), nbd::kRequestMagic);
    request.flags = reader.u16();
    request.command = static_cast<nbd::Command>(reader.u16());
    request.cookie = reader.u64();
    request.offset = reader.u64();
    request.length = reader.u32();
    if (request.command == nbd::Command::Write) request.payload = receive(request.length);
    return request;
  }
  // Whether there is nothing to read now, though the client had its turns.
  bool silent() {
    for (int i = 0; i < 5; ++i) loop_.runTurn(base::Duration::zero());
    fill();
    return input_.empty();
  }
  [[nodiscard]] bool clientLeft() {
    return driveUntil(loop_, [&] { return fill(), ended_; });
  }

  void simple(const NbdRequest& request, std::uint32_t error, base::ByteView data = {}) {
    base::Bytes out;
    base::ByteWriter writer(out);
    writer.u32(nbd::kSimpleReplyMagic);
    writer.u32(error);
    writer.u64(request.cookie);
    writer.bytes(data);
    send(out);
  }
  void chunk(const NbdRequest& request, std::uint16_t type, bool done, base::ByteView body) {
    base::Bytes out;
    base::ByteWriter writer(out);
    writer.u32(nbd::kStructuredReplyMagic);
    writer.u16(done ? 1 : 0);
    writer.u16(type);
    writer.u64(request.cookie);
    writer.u32(static_cast<std::uint32_t>(body.size()));
    writer.bytes(body);
    send(out);
  }
  void data(const NbdRequest& request, std::uint64_t offset, base::ByteView bytes, bool done) {
    base::Bytes body;
    base::ByteWriter writer(body);
    writer.u64(offset);
    writer.bytes(bytes);
    chunk(request, 1, done, body);
  }
  void hole(const NbdRequest& request, std::uint64_t offset, std::uint32_t length, bool done) {
    base::Bytes body;
    base::ByteWriter writer(body);
    writer.u64(offset);
    writer.u32(length);
    chunk(request, 2, done, body);
  }
  void error(const NbdRequest& request, std::uint32_t number) {
    base::Bytes body;
    base::ByteWriter writer(body);
    writer.u32(number);
    writer.u16(2);
    writer.bytes(base::asBytes("no"));
    chunk(request, 0x8001, true, body);
  }
  void ok(const NbdRequest& request) { simple(request, 0); }

  void send(base::ByteView bytes) {
    EXPECT_TRUE(driveUntil(loop_, [&] {
      const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent > 0) bytes = bytes.subspan(static_cast<std::size_t>(sent));
      return bytes.empty() || (sent < 0 && errno == EPIPE);
    }));
  }
  base::Bytes receive(std::size_t count) {
    EXPECT_TRUE(driveUntil(loop_, [&] { return fill(), input_.size() >= count || ended_; }));
    count = std::min(count, input_.size());
    const auto end = input_.begin() + static_cast<std::ptrdiff_t>(count);
    base::Bytes taken(input_.begin(), end);
    input_.erase(input_.begin(), end);
    return taken;
  }
  void drop() { fd_.reset(); }

 private:
  void fill() {
    base::Bytes memory(256 * 1024);
    const ssize_t got = ::recv(fd_.get(), memory.data(), memory.size(), 0);
    ended_ = got == 0 || (got < 0 && errno == ECONNRESET);
    if (got > 0) base::append(input_, base::ByteView(memory).first(static_cast<std::size_t>(got)));
  }

  net::Loop& loop_;
  support::ScratchFolder folder_;
  std::string host_;
  net::UniqueFd listener_, fd_;
  base::Bytes input_;
  bool ended_ = false;
};

}  // namespace block

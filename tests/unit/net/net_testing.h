// What the tests of shared/net share: turning a loop until something is true, plain sockets as peers, and an owner that
// writes down what it is told.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "shared/net/address.h"
#include "shared/net/listener.h"
#include "shared/net/loop.h"
#include "shared/net/stream.h"
#include "shared/net/unique_fd.h"
#include "tests/support/drive_until.h"

namespace net {

using support::driveUntil;

// Everything that the kernel has to report now, and what follows from it.
inline void settle(Loop& loop) {
  for (int i = 0; i < 5; ++i) loop.runTurn(base::Duration::zero());
}

inline Address loopback(std::uint16_t port = 0) { return Address::v4(127, 0, 0, 1, port); }

inline std::string text(base::ByteView bytes) { return std::string(base::asText(bytes)); }

// A non-blocking socket without any of our code, as the other end of a connection.
class Peer {
 public:
  Peer() = default;
  explicit Peer(UniqueFd fd) : fd_(std::move(fd)) {}

  static Peer connectedTo(const Address& address, int receiveBuffer = 0) {
    UniqueFd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (receiveBuffer != 0) ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
    sockaddr_storage to;
    const socklen_t size = address.toSockaddr(to);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), size), 0) << address.text();
    ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    return Peer(std::move(fd));
  }

  // Puts the text into the socket's buffer; it must fit.
  void send(std::string_view data) {
    EXPECT_EQ(::send(fd_.get(), data.data(), data.size(), MSG_NOSIGNAL), static_cast<ssize_t>(data.size()));
  }
  // As much as fits; returns how much.
  std::size_t sendSome(std::string_view data) {
    const ssize_t sent = ::send(fd_.get(), data.data(), data.size(), MSG_NOSIGNAL);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }
  // What one recv gives now; sets ended() at end-of-stream.
  std::string receive(std::size_t most = 1 << 20) {
    std::string data(most, '\0');
    const ssize_t got = ::recv(fd_.get(), data.data(), data.size(), 0);
    if (got == 0) ended_ = true;
    if (got < 0) error_ = errno;
    data.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return data;
  }
  void shutdownWrite() { ::shutdown(fd_.get(), SHUT_WR); }
  void close() { fd_.reset(); }
  void reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    fd_.reset();
  }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] int error() const { return error_; }
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
  bool ended_ = false;
  int error_ = 0;
};

// Reads from the peer, turning the loop, until `size` bytes are there.
inline std::string receiveAll(Loop& loop, Peer& peer, std::size_t size) {
  std::string all;
  EXPECT_TRUE(driveUntil(loop, [&] {
    all += peer.receive();
    return all.size() >= size || peer.ended();
  }));
  return all;
}

// Writes down callbacks in the order in which they come; behaviour can be put in.
class Recorder final : public StreamOwner {
 public:
  std::function<std::size_t(Stream&, base::ByteView)> dataHook;
  std::function<void(Stream&)> eofHook, connectedHook, drainedHook;
  std::function<void(Stream&, const Closed&)> closedHook;
  std::string received;
  int datas = 0, eofs = 0, connects = 0, drains = 0;
  std::vector<Closed> closes;

  std::size_t onData(Stream& stream, base::ByteView bytes) override {
    ++datas;
    if (dataHook) return dataHook(stream, bytes);
    received += text(bytes);
    return bytes.size();
  }
  void onEof(Stream& stream) override {
    ++eofs;
    if (eofHook) eofHook(stream);
  }
  void onClosed(Stream& stream, const Closed& why) override {
    closes.push_back(why);
    if (closedHook) closedHook(stream, why);
  }
  void onConnected(Stream& stream) override {
    ++connects;
    if (connectedHook) connectedHook(stream);
  }
  void onDrained(Stream& stream) override {
    ++drains;
    if (drainedHook) drainedHook(stream);
  }
};

// Keeps what a listener accepts.
class Acceptor final : public ListenerOwner {
 public:
  struct Accepted {
    UniqueFd fd;
    Address peer;
  };
  std::vector<Accepted> accepted;
  std::vector<std::string> failures;
  std::function<void(Listener&)> acceptedHook;

  void onAccepted(Listener& listener, UniqueFd fd, const Address& peer) override {
    accepted.push_back({std::move(fd), peer});
    if (acceptedHook) acceptedHook(listener);
  }
  void onAcceptFailed(Listener&, const base::Error& why) override { failures.push_back(why.text); }
};

}  // namespace net

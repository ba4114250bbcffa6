// What the tests of net::Stream share: an accepted stream and the plain socket at its other end.
#pragma once

#include "tests/unit/net/net_testing.h"

namespace net {

// Small enough that the sender blocks soon, large enough that TCP still flows: less than the 64 KiB segments of
// loopback would make it crawl.
inline constexpr int kSmallBuffer = 256 * 1024;

inline std::string pattern(std::size_t size) {
  std::string data(size, '\0');
  for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<char>('a' + i * 31 % 23 + i / 4096 % 3);
  return data;
}

inline base::Bytes bytesOf(std::string_view text) {
  const base::ByteView bytes = base::asBytes(text);
  return {bytes.begin(), bytes.end()};
}

// A stream that was accepted on loopback, and the plain socket at its other end.
struct StreamTest : testing::Test {
  Loop loop;
  Recorder owner;
  Acceptor acceptor;
  Listener listener{loop, acceptor};
  std::unique_ptr<Stream> stream;
  Peer peer;

  void connect(const StreamOptions& options = {}, int receiveBuffer = 0) {
    ASSERT_TRUE(listener.listen(loopback()).ok());
    peer = Peer::connectedTo(listener.local(), receiveBuffer);
    ASSERT_TRUE(driveUntil(loop, [&] { return !acceptor.accepted.empty(); }));
    stream = std::make_unique<Stream>(loop, owner, options);
    ASSERT_TRUE(stream->accept(std::move(acceptor.accepted[0].fd), acceptor.accepted[0].peer).ok());
  }
  bool drive(const std::function<bool()>& condition) { return driveUntil(loop, condition); }
  bool closed() const { return !owner.closes.empty(); }
};

}  // namespace net

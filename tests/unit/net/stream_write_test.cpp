// net::Stream: what goes to the peer.
#include "tests/unit/net/stream_fixture.h"

namespace net {
namespace {

TEST_F(StreamTest, writesAtOnceByDefault) {
  connect();
  stream->write(base::asBytes("now"));
  EXPECT_EQ(peer.receive(), "now");
}

// On SOCK_SEQPACKET a system call is a packet, so the calls can be counted.
struct PacketTest : testing::Test {
  Loop loop;
  Recorder owner;
  Peer peer;
  std::unique_ptr<Stream> stream;

  void open(const StreamOptions& options) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
    peer = Peer(UniqueFd(ends[1]));
    stream = std::make_unique<Stream>(loop, owner, options);
    ASSERT_TRUE(stream->accept(UniqueFd(ends[0]), Address{}).ok());
  }
};

TEST_F(PacketTest, answersOfATurnLeaveByOneCall) {
  open({.flushAtTurnEnd = true});
  owner.dataHook = [&](Stream& s, base::ByteView bytes) {
    for (const std::uint8_t byte : bytes) s.write(base::ByteView(&byte, 1));
    return bytes.size();
  };
  loop.setTurnEnd([&] {
    if (owner.datas == 1) stream->write(base::Bytes{'!'});
  });
  peer.send("abcdef");
  EXPECT_TRUE(driveUntil(loop, [&] { return owner.datas == 1; }));
  EXPECT_EQ(peer.receive(), "abcdef!");
}

TEST_F(PacketTest, largeAndSmallWritesOfATurnLeaveByOneCallInOrder) {
  open({.flushAtTurnEnd = true});
  const std::string large = pattern(10'000);
  stream->write(base::asBytes("<"));
  stream->write(bytesOf(large));
  stream->write(base::asBytes(">"));
  EXPECT_EQ(stream->outputBytes(), 10'002U);
  EXPECT_EQ(peer.receive(), "");
  loop.runTurn(std::chrono::hours(1));
  EXPECT_EQ(peer.receive(), "<" + large + ">");
  EXPECT_EQ(stream->outputBytes(), 0U);
}

TEST_F(PacketTest, withoutTurnEndEachWriteIsACall) {
  open({});
  stream->write(base::asBytes("a"));
  stream->write(base::Bytes{'b'});
  EXPECT_EQ(peer.receive(), "a");
  EXPECT_EQ(peer.receive(), "b");
}

TEST_F(PacketTest, emptyWritesAreNoCall) {
  open({});
  stream->write(base::ByteView{});
  stream->write(base::Bytes{});
  settle(loop);
  peer.receive();
  EXPECT_EQ(peer.error(), EAGAIN);
}

class WriteModes : public StreamTest, public testing::WithParamInterface<bool> {};

TEST_P(WriteModes, peerThatReadsSlowlyGetsEverythingInOrder) {
  connect({.highWater = 100'000, .lowWater = 10'000, .flushAtTurnEnd = GetParam()}, kSmallBuffer);
  std::string written;
  for (int i = 0; written.size() < 8'000'000; ++i) {
    const std::string message = pattern(static_cast<std::size_t>(i) * 997 % 20'000);
    written += message;
    if (i % 2 == 0) {
      stream->write(base::asBytes(message));
    } else {
      stream->write(bytesOf(message));
    }
  }
  settle(loop);
  EXPECT_TRUE(stream->congested());
  EXPECT_GT(stream->outputBytes(), 100'000U);
  EXPECT_EQ(owner.drains, 0);
  std::size_t leftAtDrain = 0;
  owner.drainedHook = [&](Stream& s) { leftAtDrain = s.outputBytes(); };
  EXPECT_TRUE(receiveAll(loop, peer, written.size()) == written);
  settle(loop);
  EXPECT_EQ(owner.drains, 1);
  EXPECT_LE(leftAtDrain, 10'000U);
  EXPECT_FALSE(stream->congested());
  EXPECT_EQ(stream->outputBytes(), 0U);
}

TEST_P(WriteModes, writingToALostPeerIsToldByTheLoopOnce) {
  connect({.flushAtTurnEnd = GetParam()});
  stream->pauseReading();
  peer.reset();
  for (int i = 0; i < 10; ++i) stream->write(base::asBytes("into the void"));
  EXPECT_FALSE(closed()) << "no call to a stream calls back";
  EXPECT_TRUE(drive([&] { return closed(); }));
  settle(loop);
  ASSERT_EQ(owner.closes.size(), 1U);
  EXPECT_EQ(owner.closes[0].reason, CloseReason::PeerLost);
}

INSTANTIATE_TEST_SUITE_P(Stream, WriteModes, testing::Bool());

// What a server does with a peer that asks and does not read: it stops reading requests, so its memory is bounded.
TEST_F(StreamTest, ownerCanPauseReadingUntilThePeerReads) {
  connect({.highWater = 64 * 1024, .lowWater = 16 * 1024, .flushAtTurnEnd = true}, kSmallBuffer);
  std::size_t answered = 0;
  std::size_t mostQueued = 0;
  owner.dataHook = [&](Stream& s, base::ByteView bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && !s.congested()) {
      s.write(base::Bytes(1000, bytes[used++]));
      ++answered;
    }
    if (s.congested()) s.pauseReading();
    mostQueued = std::max(mostQueued, s.outputBytes());
    return used;
  };
  owner.drainedHook = [](Stream& s) { s.resumeReading(); };
  constexpr std::size_t kRequests = 20'000;
  std::size_t sent = 0;
  std::size_t received = 0;
  ASSERT_TRUE(drive([&] {
    sent += peer.sendSome(std::string(kRequests - sent, 'r'));
    return sent == kRequests;
  }));
  ASSERT_TRUE(drive([&] { return stream->readingPaused() && stream->outputBytes() > 16 * 1024; }));
  settle(loop);
  EXPECT_TRUE(stream->readingPaused());
  EXPECT_LT(answered, kRequests);
  EXPECT_TRUE(drive([&] {
    received += peer.receive(256 * 1024).size();
    return received == kRequests * 1000;
  }));
  EXPECT_LE(mostQueued, 66U * 1024);
}

TEST_F(StreamTest, closesWhenOutputPassesItsBound) {
  connect({.maxOutput = 1'000'000, .flushAtTurnEnd = true});
  stream->write(base::Bytes(1'000'000, 'x'));
  EXPECT_TRUE(stream->isOpen());
  stream->write(base::asBytes("y"));
  EXPECT_FALSE(stream->isOpen());
  EXPECT_FALSE(closed()) << "no call to a stream calls back";
  stream->write(base::asBytes("ignored"));
  EXPECT_TRUE(drive([&] { return closed(); }));
  EXPECT_EQ(owner.closes[0].reason, CloseReason::OutputOverflow);
}

}  // namespace
}  // namespace net

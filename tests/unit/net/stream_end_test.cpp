// net::Stream: half close, reset, close after flush.
#include "tests/unit/net/stream_fixture.h"

namespace net {
namespace {

TEST_F(StreamTest, peerThatSaysTheEndCanStillRead) {
  connect();
  owner.eofHook = [](Stream& s) {
    s.write(base::asBytes("answer"));
    s.closeAfterFlush();
  };
  peer.send("question");
  peer.shutdownWrite();
  EXPECT_EQ(receiveAll(loop, peer, 7), "answer");
  EXPECT_EQ(owner.received, "question");
  EXPECT_EQ(owner.eofs, 1);
  EXPECT_TRUE(drive([&] { return closed(); }));
  EXPECT_EQ(owner.closes[0].reason, CloseReason::Finished);
}

TEST_F(StreamTest, endOfThePeerIsToldOnceAndDoesNotSpin) {
  connect();
  peer.shutdownWrite();
  EXPECT_TRUE(drive([&] { return owner.eofs == 1; }));
  int turns = 0;
  loop.setTurnEnd([&] { ++turns; });
  loop.runTurn(std::chrono::milliseconds(5));
  EXPECT_EQ(turns, 1);
  EXPECT_EQ(owner.eofs, 1);
  EXPECT_TRUE(stream->isOpen());
}

TEST_F(StreamTest, resetIsToldWithItsReason) {
  connect();
  peer.reset();
  EXPECT_TRUE(drive([&] { return closed(); }));
  EXPECT_EQ(owner.closes[0].reason, CloseReason::PeerLost);
  EXPECT_EQ(owner.closes[0].error, ECONNRESET);
  EXPECT_EQ(owner.closes[0].text(), "connection lost: Connection reset by peer");
  EXPECT_EQ(owner.eofs, 0);
}

TEST_F(StreamTest, resetIsToldWhileReadingIsPaused) {
  connect();
  stream->pauseReading();
  peer.send("unread");
  peer.reset();
  EXPECT_TRUE(drive([&] { return closed(); }));
  EXPECT_EQ(owner.closes[0].error, ECONNRESET);
}

TEST_F(StreamTest, resetIsToldAfterTheEndOfThePeer) {
  connect();
  peer.shutdownWrite();
  EXPECT_TRUE(drive([&] { return owner.eofs == 1; }));
  peer.reset();
  EXPECT_TRUE(drive([&] { return closed(); }));
  EXPECT_EQ(owner.closes[0].reason, CloseReason::PeerLost);
}

TEST_F(StreamTest, bytesBeforeAResetAreStillGiven) {
  connect();
  peer.send("last words");
  peer.reset();
  EXPECT_TRUE(drive([&] { return closed(); }));
  EXPECT_EQ(owner.received, "last words");
}

TEST_F(StreamTest, closeAfterFlushSendsWhatIsQueuedAndIgnoresWhatComes) {
  connect({}, kSmallBuffer);
  const std::string data = pattern(4'000'000);
  stream->write(base::asBytes(data));
  stream->closeAfterFlush();
  stream->write(base::asBytes("too late"));
  peer.send("unwanted");
  EXPECT_TRUE(receiveAll(loop, peer, data.size() + 1) == data);
  EXPECT_TRUE(peer.ended());
  EXPECT_FALSE(closed()) << "the peer may still be sending";
  peer.send("more unwanted");
  settle(loop);
  peer.close();
  EXPECT_TRUE(drive([&] { return closed(); }));
  EXPECT_EQ(owner.closes[0].reason, CloseReason::Finished);
  EXPECT_EQ(owner.datas, 0);
  EXPECT_EQ(owner.eofs, 0);
}

TEST_F(StreamTest, closeAfterFlushInADataCallDropsTheRest) {
  connect({.flushAtTurnEnd = true});
  owner.dataHook = [](Stream& s, base::ByteView) {
    s.write(base::asBytes("error"));
    s.closeAfterFlush();
    return std::size_t{1};
  };
  peer.send("bad and more");
  EXPECT_EQ(receiveAll(loop, peer, 6), "error");
  EXPECT_EQ(stream->inputBytes(), 0U);
  EXPECT_EQ(owner.datas, 1);
}

TEST_F(StreamTest, closeIsAtOnceAndSilent) {
  connect();
  stream->close();
  stream->close();
  settle(loop);
  peer.receive();
  EXPECT_TRUE(peer.ended());
  EXPECT_FALSE(closed());
  EXPECT_FALSE(stream->isOpen());
}

}  // namespace
}  // namespace net

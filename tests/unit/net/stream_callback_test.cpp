// net::Stream: the owner closes or destroys streams inside callbacks.
#include "tests/unit/net/stream_fixture.h"

namespace net {
namespace {

enum class Act { Close, Destroy };
class EndInCallback : public StreamTest, public testing::WithParamInterface<Act> {
 public:
  void act() {
    if (GetParam() == Act::Close) {
      stream->close();
    } else {
      stream.reset();
    }
    ended = true;
  }
  void expectNothingMore() {
    EXPECT_TRUE(drive([&] { return ended; }));
    const int datas = owner.datas;
    settle(loop);
    EXPECT_EQ(owner.datas, datas);
    EXPECT_EQ(owner.closes.size(), 0U);
  }
  bool ended = false;
};

TEST_P(EndInCallback, onData) {
  connect();
  owner.dataHook = [&](Stream&, base::ByteView bytes) {
    act();
    EXPECT_EQ(text(bytes), "xy");  // the view outlives the stream
    return std::size_t{1};
  };
  peer.send("xy");
  expectNothingMore();
}

TEST_P(EndInCallback, onDataOfALongMessage) {
  connect();
  owner.dataHook = [&](Stream&, base::ByteView bytes) {
    if (bytes.size() < 100'000) return std::size_t{0};
    act();
    EXPECT_EQ(text(bytes), pattern(100'000));
    return std::size_t{1};
  };
  const std::string data = pattern(100'000);
  std::size_t sent = 0;
  EXPECT_TRUE(drive([&] {
    sent += peer.sendSome(std::string_view(data).substr(sent));
    return ended;
  }));
  expectNothingMore();
}

TEST_P(EndInCallback, onDataWithAnEndBehindIt) {
  connect();
  owner.dataHook = [&](Stream&, base::ByteView bytes) {
    act();
    return bytes.size();
  };
  peer.send("xy");
  peer.shutdownWrite();
  expectNothingMore();
  EXPECT_EQ(owner.eofs, 0);
}

TEST_P(EndInCallback, onDataAfterResume) {
  connect();
  owner.dataHook = [&](Stream& s, base::ByteView) {
    if (owner.datas > 1) {
      act();
    } else {
      s.pauseReading();
    }
    return std::size_t{0};
  };
  peer.send("xy");
  EXPECT_TRUE(drive([&] { return owner.datas == 1; }));
  peer.send("z");
  stream->resumeReading();
  expectNothingMore();
  EXPECT_EQ(owner.datas, 2);
}

TEST_P(EndInCallback, onEof) {
  connect();
  owner.eofHook = [&](Stream&) { act(); };
  peer.shutdownWrite();
  expectNothingMore();
}

TEST_P(EndInCallback, onDrained) {
  connect({.highWater = 1000, .lowWater = 1000}, kSmallBuffer);
  owner.drainedHook = [&](Stream&) { act(); };
  stream->write(base::Bytes(6'000'000, 'x'));
  EXPECT_TRUE(drive([&] {
    peer.receive();
    return ended;
  }));
  expectNothingMore();
}

TEST_P(EndInCallback, onDrainedAtTurnEnd) {
  connect({.highWater = 1000, .lowWater = 1000, .flushAtTurnEnd = true});
  owner.drainedHook = [&](Stream&) { act(); };
  stream->write(base::Bytes(2000, 'x'));
  expectNothingMore();
}

TEST_P(EndInCallback, onClosed) {
  connect();
  owner.closedHook = [&](Stream&, const Closed&) { act(); };
  peer.reset();
  EXPECT_TRUE(drive([&] { return ended; }));
  settle(loop);
  EXPECT_EQ(owner.closes.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Stream, EndInCallback, testing::Values(Act::Close, Act::Destroy),
                         [](const auto& parameter) { return parameter.param == Act::Close ? "close" : "destroy"; });

TEST_F(StreamTest, ownerMayDestroyAnotherStreamThatIsReadyInTheSameTurn) {
  connect();
  Peer otherPeer = Peer::connectedTo(listener.local());
  EXPECT_TRUE(drive([&] { return acceptor.accepted.size() == 2; }));
  Recorder otherOwner;
  auto other = std::make_unique<Stream>(loop, otherOwner);
  ASSERT_TRUE(other->accept(std::move(acceptor.accepted[1].fd), acceptor.accepted[1].peer).ok());
  const auto destroyBoth = [&](Stream&, base::ByteView bytes) {
    stream.reset();
    other.reset();
    return bytes.size();
  };
  owner.dataHook = otherOwner.dataHook = destroyBoth;
  peer.send("x");
  otherPeer.send("x");
  EXPECT_TRUE(drive([&] { return owner.datas + otherOwner.datas > 0; }));
  settle(loop);
  EXPECT_EQ(owner.datas + otherOwner.datas, 1);
}

}  // namespace
}  // namespace net

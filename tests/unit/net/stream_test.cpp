#include "shared/net/stream.h"

#include "tests/unit/net/net_testing.h"

namespace net {
namespace {

// Small enough that the sender blocks soon, large enough that TCP still flows: less than the 64 KiB segments of
// loopback would make it crawl.
constexpr int kSmallBuffer = 256 * 1024;

std::string pattern(std::size_t size) {
  std::string data(size, '\0');
  for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<char>('a' + i * 31 % 23 + i / 4096 % 3);
  return data;
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

// ---- reading

TEST_F(StreamTest, echoes) {
  connect();
  owner.dataHook = [](Stream& s, base::ByteView bytes) {
    s.write(bytes);
    return bytes.size();
  };
  peer.send("hello");
  EXPECT_EQ(receiveAll(loop, peer, 5), "hello");
  EXPECT_EQ(stream->outputBytes(), 0U);
  EXPECT_EQ(stream->peer(), acceptor.accepted[0].peer);
  EXPECT_EQ(stream->local(), listener.local());
}

TEST_F(StreamTest, givesManyMessagesInOneCall) {
  connect();
  std::string all;
  for (int i = 0; i < 1000; ++i) all += "message " + std::to_string(i) + "\n";
  peer.send(all);
  EXPECT_TRUE(drive([&] { return owner.received.size() == all.size(); }));
  EXPECT_EQ(owner.received, all);
  EXPECT_EQ(owner.datas, 1);
}

TEST_F(StreamTest, givesWhatWasNotConsumedAgainInFrontOfWhatFollows) {
  connect();
  std::vector<std::string> seen;
  owner.dataHook = [&](Stream&, base::ByteView bytes) {
    seen.push_back(text(bytes));
    return bytes.size() / 4 * 4;
  };
  peer.send("aaaabb");
  EXPECT_TRUE(drive([&] { return seen.size() == 1; }));
  EXPECT_EQ(stream->inputBytes(), 2U);
  peer.send("b");
  EXPECT_TRUE(drive([&] { return seen.size() == 2; }));
  peer.send("bcccc");
  EXPECT_TRUE(drive([&] { return seen.size() == 3; }));
  EXPECT_THAT(seen, testing::ElementsAre("aaaabb", "bbb", "bbbbcccc"));
  EXPECT_EQ(stream->inputBytes(), 0U);
}

// Messages of all sizes around the steps of the implementation: headroom 16 KiB, read 64 KiB.
TEST_F(StreamTest, gathersMessagesOfEverySize) {
  connect({.maxInput = 2 * 1024 * 1024});
  std::vector<std::size_t> sizes{1, 100, 16'383, 16'384, 16'385, 65'535, 65'536, 65'537, 300'000, 5, 1'000'000, 1};
  std::string all;
  for (const std::size_t size : sizes) all += std::to_string(size) + ":" + pattern(size);
  std::vector<std::size_t> got;
  std::string wrong;
  owner.dataHook = [&](Stream&, base::ByteView bytes) {
    const std::string_view view = base::asText(bytes);
    std::size_t used = 0;
    for (;;) {
      const std::size_t colon = view.find(':', used);
      if (colon == std::string_view::npos) return used;
      const std::size_t size = std::stoul(std::string(view.substr(used, colon - used)));
      if (view.size() - colon - 1 < size) return used;
      if (view.substr(colon + 1, size) != pattern(size)) wrong += std::to_string(size) + " ";
      got.push_back(size);
      used = colon + 1 + size;
    }
  };
  std::size_t sent = 0;
  EXPECT_TRUE(drive([&] {
    sent += peer.sendSome(std::string_view(all).substr(sent));
    return got.size() == sizes.size();
  }));
  EXPECT_EQ(got, sizes);
  EXPECT_EQ(wrong, "");
  EXPECT_EQ(stream->inputBytes(), 0U);
}

TEST_F(StreamTest, closesWhenAMessageIsTooLong) {
  connect({.maxInput = 1000});
  owner.dataHook = [](Stream&, base::ByteView) { return std::size_t{0}; };
  peer.send(std::string(999, 'x'));
  EXPECT_TRUE(drive([&] { return owner.datas == 1; }));
  EXPECT_TRUE(stream->isOpen());
  peer.send("x");
  EXPECT_TRUE(drive([&] { return closed(); }));
  EXPECT_EQ(owner.closes[0].reason, CloseReason::InputOverflow);
  EXPECT_EQ(owner.closes[0].text(), "the peer sent a message that is too long");
  EXPECT_FALSE(stream->isOpen());
}

TEST_F(StreamTest, pausedReadsNothingUntilResumed) {
  connect();
  stream->pauseReading();
  peer.send("one");
  settle(loop);
  EXPECT_EQ(owner.datas, 0);
  EXPECT_TRUE(stream->readingPaused());
  stream->resumeReading();
  EXPECT_TRUE(drive([&] { return owner.received == "one"; }));
}

TEST_F(StreamTest, resumedGivesTheRestWithoutNewBytes) {
  connect();
  owner.dataHook = [&](Stream& s, base::ByteView bytes) {
    owner.received += text(bytes.first(1));
    s.pauseReading();
    return std::size_t{1};
  };
  peer.send("abc");
  EXPECT_TRUE(drive([&] { return owner.received == "a"; }));
  settle(loop);
  EXPECT_EQ(owner.received, "a");
  stream->resumeReading();
  loop.runTurn(std::chrono::hours(1));
  EXPECT_EQ(owner.received, "ab");
  stream->resumeReading();
  loop.runTurn(std::chrono::hours(1));
  EXPECT_EQ(owner.received, "abc");
  EXPECT_EQ(stream->inputBytes(), 0U);
}

TEST_F(StreamTest, resumedInTheCallThatPausedGivesTheRest) {
  connect();
  owner.dataHook = [&](Stream& s, base::ByteView bytes) {
    owner.received += text(bytes.first(1));
    s.pauseReading();
    s.resumeReading();
    return std::size_t{1};
  };
  peer.send("abc");
  EXPECT_TRUE(drive([&] { return owner.received == "abc"; }));
}

TEST_F(StreamTest, resumedGivesTheRestBeforeTheEnd) {
  connect();
  std::string order;
  owner.dataHook = [&](Stream& s, base::ByteView bytes) {
    order += text(bytes.first(1));
    if (bytes.size() > 1) s.pauseReading();
    return std::size_t{1};
  };
  owner.eofHook = [&](Stream&) { order += "."; };
  peer.send("ab");
  peer.shutdownWrite();
  EXPECT_TRUE(drive([&] { return order == "a"; }));
  settle(loop);
  EXPECT_EQ(order, "a");
  stream->resumeReading();
  EXPECT_TRUE(drive([&] { return order == "ab."; }));
}

TEST_F(StreamTest, remembersTheLastActivity) {
  connect();
  const auto opened = stream->lastActivity();
  const auto turnUntilLater = [&](base::TimePoint than) { return drive([&] { return loop.now() > than; }); };
  ASSERT_TRUE(turnUntilLater(opened));
  EXPECT_EQ(stream->lastActivity(), opened);
  peer.send("x");
  EXPECT_TRUE(drive([&] { return owner.datas == 1; }));
  const auto received = stream->lastActivity();
  EXPECT_GT(received, opened);
  ASSERT_TRUE(turnUntilLater(received));
  stream->write(base::asBytes("y"));
  EXPECT_GT(stream->lastActivity(), received);
}

// ---- writing

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
  stream->write(base::Bytes(large.begin(), large.end()));
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
      stream->write(base::Bytes(message.begin(), message.end()));
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

// ---- ends

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

// ---- the owner closes or destroys in a callback

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

// net::Stream: what comes from the peer.
#include "tests/unit/net/stream_fixture.h"

namespace net {
namespace {

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

}  // namespace
}  // namespace net

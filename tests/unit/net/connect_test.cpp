// Stream::connect.
#include "shared/net/connect_in_turn.h"
#include "tests/unit/net/net_testing.h"

namespace net {
namespace {

struct ConnectTest : testing::Test {
  Loop loop;
  Recorder owner;
  Acceptor acceptor;
  Listener listener{loop, acceptor};
  Stream stream{loop, owner};

  bool drive(const std::function<bool()>& condition) { return driveUntil(loop, condition); }
  Peer acceptedPeer() {
    EXPECT_TRUE(drive([&] { return !acceptor.accepted.empty(); }));
    return Peer(std::move(acceptor.accepted.at(0).fd));
  }
};

// A port of this machine at which nobody listens and which nobody else can get.
struct SilentPort {
  SilentPort() : fd(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_storage name;
    socklen_t size = loopback().toSockaddr(name);
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&name), size), 0);
    size = sizeof name;
    EXPECT_EQ(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&name), &size), 0);
    address = *Address::from(name);
  }
  UniqueFd fd;
  Address address;
};

TEST_F(ConnectTest, connectsAndTalks) {
  for (const char* text : {"127.0.0.1:0", "[::1]:0"}) {
    Acceptor ends;
    Listener server(loop, ends);
    Recorder recorder;
    ASSERT_TRUE(server.listen(*Address::parse(text)).ok());
    Stream client(loop, recorder);
    ASSERT_TRUE(client.connect(server.local()).ok());
    EXPECT_FALSE(client.isOpen());
    EXPECT_EQ(recorder.connects, 0);
    EXPECT_TRUE(drive([&] { return recorder.connects == 1 && ends.accepted.size() == 1; }));
    EXPECT_TRUE(client.isOpen());
    EXPECT_EQ(client.peer(), server.local());
    EXPECT_EQ(client.local(), ends.accepted[0].peer);
    Peer peer(std::move(ends.accepted[0].fd));
    client.write(base::asBytes("ping"));
    EXPECT_EQ(receiveAll(loop, peer, 4), "ping");
    peer.send("pong");
    EXPECT_TRUE(drive([&] { return recorder.received == "pong"; }));
  }
}

TEST_F(ConnectTest, refusalIsTold) {
  const SilentPort silent;
  ASSERT_TRUE(stream.connect(silent.address).ok());
  EXPECT_TRUE(drive([&] { return !owner.closes.empty(); }));
  EXPECT_EQ(owner.closes[0].reason, CloseReason::ConnectFailed);
  EXPECT_EQ(owner.closes[0].error, ECONNREFUSED);
  EXPECT_EQ(owner.closes[0].text(), "cannot connect: Connection refused");
  EXPECT_EQ(owner.connects, 0);
}

TEST_F(ConnectTest, canTryAgainInTheCallThatTellsTheFailure) {
  const SilentPort silent;
  ASSERT_TRUE(listener.listen(loopback()).ok());
  owner.closedHook = [&](Stream& s, const Closed&) { EXPECT_TRUE(s.connect(listener.local()).ok()); };
  ASSERT_TRUE(stream.connect(silent.address).ok());
  EXPECT_TRUE(drive([&] { return owner.connects == 1; }));
  EXPECT_EQ(owner.closes.size(), 1U);
}

TEST_F(ConnectTest, impossibleIsRefusedAtOnce) {
  EXPECT_FALSE(stream.connect(Address::v4(255, 255, 255, 255, 1)).ok());
  const auto status = stream.connect(loopback(1), Address::v4(203, 0, 113, 1, 0));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().text, "cannot bind to 203.0.113.1:0: Cannot assign requested address");
  settle(loop);
  EXPECT_TRUE(owner.closes.empty());
}

TEST_F(ConnectTest, leavesFromTheLocalAddressGiven) {
  ASSERT_TRUE(listener.listen(loopback()).ok());
  ASSERT_TRUE(stream.connect(listener.local(), Address::v4(127, 0, 0, 9, 0)).ok());
  EXPECT_TRUE(drive([&] { return owner.connects == 1 && acceptor.accepted.size() == 1; }));
  EXPECT_EQ(acceptor.accepted[0].peer.host(), "127.0.0.9");
}

TEST_F(ConnectTest, sendsWhatWasWrittenMeanwhile) {
  ASSERT_TRUE(listener.listen(loopback()).ok());
  ASSERT_TRUE(stream.connect(listener.local()).ok());
  stream.write(base::asBytes("early "));
  owner.connectedHook = [](Stream& s) { s.write(base::asBytes("late")); };
  Peer peer = acceptedPeer();
  EXPECT_EQ(receiveAll(loop, peer, 10), "early late");
}

TEST_F(ConnectTest, closeAfterFlushMeanwhileStillSends) {
  ASSERT_TRUE(listener.listen(loopback()).ok());
  ASSERT_TRUE(stream.connect(listener.local()).ok());
  stream.write(base::asBytes("notice"));
  stream.closeAfterFlush();
  Peer peer = acceptedPeer();
  EXPECT_EQ(receiveAll(loop, peer, 7), "notice");
  peer.close();
  EXPECT_TRUE(drive([&] { return !owner.closes.empty(); }));
  EXPECT_EQ(owner.closes[0].reason, CloseReason::Finished);
  EXPECT_EQ(owner.connects, 0);
}

TEST_F(ConnectTest, pausedMeanwhileStaysPaused) {
  ASSERT_TRUE(listener.listen(loopback()).ok());
  ASSERT_TRUE(stream.connect(listener.local()).ok());
  stream.pauseReading();
  Peer peer = acceptedPeer();
  peer.send("x");
  EXPECT_TRUE(drive([&] { return owner.connects == 1; }));
  settle(loop);
  EXPECT_EQ(owner.datas, 0);
}

TEST_F(ConnectTest, mayBeDestroyedWhenConnected) {
  ASSERT_TRUE(listener.listen(loopback()).ok());
  auto own = std::make_unique<Stream>(loop, owner);
  owner.connectedHook = [&](Stream&) { own.reset(); };
  ASSERT_TRUE(own->connect(listener.local()).ok());
  own->write(base::asBytes("x"));
  EXPECT_TRUE(drive([&] { return own == nullptr; }));
  settle(loop);
}

// A full backlog lets a connection hang; the owner limits the time.
TEST_F(ConnectTest, hangingOneIsEndedByTheOwnersTimer) {
  SilentPort server;
  ASSERT_EQ(::listen(server.fd.get(), 0), 0);
  const Peer filler = Peer::connectedTo(server.address);
  ASSERT_TRUE(stream.connect(server.address).ok());
  bool late = false;
  Timer limit(loop.timers(), [&] {
    late = true;
    stream.close();
  });
  limit.startAt(loop.now() + std::chrono::milliseconds(5));
  EXPECT_TRUE(drive([&] { return late; }));
  EXPECT_EQ(owner.connects, 0);
  EXPECT_TRUE(owner.closes.empty());
}

TEST_F(ConnectTest, manyAtOnce) {
  constexpr std::size_t kMany = 500;
  ASSERT_TRUE(listener.listen(loopback()).ok());
  Recorder all;
  std::vector<std::unique_ptr<Stream>> streams;
  for (std::size_t i = 0; i < kMany; ++i) {
    streams.push_back(std::make_unique<Stream>(loop, all));
    ASSERT_TRUE(streams.back()->connect(listener.local()).ok());
  }
  EXPECT_TRUE(drive([&] { return all.connects == kMany && acceptor.accepted.size() == kMany; }));
  EXPECT_TRUE(all.closes.empty());
}

// What an owner of a ConnectInTurn does.
struct Client final : Handler {
  explicit Client(Loop& on) : loop(on) {}
  bool next() {
    return connecting.next(loop, fd, watch, *this, [this](int, int family) { families.push_back(family); });
  }
  void onEvents(std::uint32_t) override {
    stood = connecting.stands(fd);
    ended = stood || !next();
    if (ended) watch.close();
  }

  Loop& loop;
  ConnectInTurn connecting;
  UniqueFd fd;
  Watch watch;
  std::vector<int> families;
  bool stood = false, ended = false;
};

TEST_F(ConnectTest, inTurnTakesTheFirstAddressThatAnswers) {
  const SilentPort silent;
  ASSERT_TRUE(listener.listen(*Address::parse("[::1]:0")).ok());
  Client client(loop);
  client.connecting.begin({silent.address, listener.local()});
  ASSERT_TRUE(client.next());
  ASSERT_TRUE(drive([&] { return client.ended; }));
  EXPECT_TRUE(client.stood);
  EXPECT_EQ(client.families, (std::vector{AF_INET, AF_INET6}));
  EXPECT_TRUE(drive([&] { return acceptor.accepted.size() == 1; }));
}

TEST_F(ConnectTest, inTurnTellsWhyTheLastAddressWasNone) {
  const SilentPort silent;
  Client client(loop);
  client.connecting.begin({silent.address, silent.address});
  ASSERT_TRUE(client.next());
  ASSERT_TRUE(drive([&] { return client.ended; }));
  EXPECT_FALSE(client.stood);
  EXPECT_EQ(client.families.size(), 2U);
  EXPECT_EQ(client.connecting.fault(), "cannot connect: Connection refused");
}

TEST_F(ConnectTest, inTurnWithoutAnAddressSaysSo) {
  Client client(loop);
  client.connecting.begin(std::vector<Address>{});
  EXPECT_FALSE(client.next());
  EXPECT_EQ(client.connecting.fault(), "cannot connect: the host has no address");
}

}  // namespace
}  // namespace net

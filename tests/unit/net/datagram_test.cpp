#include "shared/net/datagram.h"

#include <net/if.h>
#include <netinet/in.h>

#include "tests/unit/net/net_testing.h"

namespace net {
namespace {

struct Message {
  std::string bytes;
  Address peer;
  Address local;
  bool truncated;
};

class Mailman final : public DatagramOwner {
 public:
  std::vector<Message> messages;
  std::function<void(DatagramSocket&, const Received&)> hook;

  void onReceived(DatagramSocket& socket, const Received& message) override {
    messages.push_back({text(message.bytes), message.peer, message.local, message.truncated});
    if (hook) hook(socket, message);
  }
};

struct DatagramTest : testing::Test {
  Loop loop;
  Mailman atServer, atClient;
  DatagramSocket server{loop, atServer};
  DatagramSocket client{loop, atClient};

  bool drive(const std::function<bool()>& condition) { return driveUntil(loop, condition); }
};

class DatagramFamilies : public DatagramTest, public testing::WithParamInterface<const char*> {};

TEST_P(DatagramFamilies, goThereAndBack) {
  ASSERT_TRUE(server.open(*Address::parse(GetParam())).ok());
  ASSERT_TRUE(client.open(*Address::parse(GetParam())).ok());
  atServer.hook = [](DatagramSocket& socket, const Received& message) {
    EXPECT_TRUE(socket.send(message.peer, base::asBytes("pong"), message.local).ok());
  };
  ASSERT_TRUE(client.send(server.local(), base::asBytes("ping")).ok());
  EXPECT_TRUE(drive([&] { return !atClient.messages.empty(); }));
  EXPECT_EQ(atServer.messages.at(0).bytes, "ping");
  EXPECT_EQ(atServer.messages.at(0).peer, client.local());
  EXPECT_EQ(atServer.messages.at(0).local, server.local());
  EXPECT_FALSE(atServer.messages.at(0).truncated);
  EXPECT_EQ(atClient.messages.at(0).bytes, "pong");
  EXPECT_EQ(atClient.messages.at(0).peer, server.local());
}

INSTANTIATE_TEST_SUITE_P(Datagram, DatagramFamilies, testing::Values("127.0.0.1:0", "[::1]:0"));

// The route to 127.0.0.1 prefers 127.0.0.1 as source; a client that asked 127.0.0.5 expects that one.
TEST_F(DatagramTest, answerLeavesFromTheAddressThatWasAsked) {
  ASSERT_TRUE(server.open(*Address::parse("0.0.0.0:0")).ok());
  ASSERT_TRUE(client.open(loopback()).ok());
  atServer.hook = [](DatagramSocket& socket, const Received& message) {
    EXPECT_TRUE(socket.send(message.peer, base::asBytes("pong"), message.local).ok());
  };
  const Address asked = Address::v4(127, 0, 0, 5, server.local().port());
  ASSERT_TRUE(client.send(asked, base::asBytes("ping")).ok());
  EXPECT_TRUE(drive([&] { return !atClient.messages.empty(); }));
  EXPECT_EQ(atServer.messages.at(0).local, asked);
  EXPECT_EQ(atClient.messages.at(0).peer, asked);
}

TEST_F(DatagramTest, socketOfBothFamiliesAnswersIPv4FromTheAddressThatWasAsked) {
  UniqueFd fd(::socket(AF_INET6, SOCK_DGRAM, 0));
  sockaddr_storage name;
  const socklen_t size = Address::parse("[::]:0")->toSockaddr(name);
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&name), size), 0);
  ASSERT_TRUE(server.adopt(std::move(fd)).ok());
  ASSERT_TRUE(client.open(loopback()).ok());
  atServer.hook = [](DatagramSocket& socket, const Received& message) {
    EXPECT_TRUE(socket.send(message.peer, base::asBytes("pong"), message.local).ok());
  };
  const Address asked = Address::v4(127, 0, 0, 5, server.local().port());
  ASSERT_TRUE(client.send(asked, base::asBytes("ping")).ok());
  EXPECT_TRUE(drive([&] { return !atClient.messages.empty(); }));
  EXPECT_EQ(atServer.messages.at(0).peer, client.local());
  EXPECT_EQ(atClient.messages.at(0).peer, asked);
}

TEST_F(DatagramTest, receivesABatchATurn) {
  ASSERT_TRUE(server.open(loopback()).ok());
  ASSERT_TRUE(client.open(loopback()).ok());
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(client.send(server.local(), base::asBytes(std::to_string(i))).ok());
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(atServer.messages.size(), 16U);
  loop.runTurn(base::Duration::zero());
  ASSERT_EQ(atServer.messages.size(), 20U);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(atServer.messages[i].bytes, std::to_string(i));
}

TEST_F(DatagramTest, reportsTruncation) {
  Mailman mailman;
  DatagramSocket small(loop, mailman, {.maxMessage = 10, .batch = 4});
  ASSERT_TRUE(small.open(loopback()).ok());
  ASSERT_TRUE(client.open(loopback()).ok());
  for (const char* message : {"0123456789", "0123456789X", ""}) {
    ASSERT_TRUE(client.send(small.local(), base::asBytes(message)).ok());
  }
  EXPECT_TRUE(drive([&] { return mailman.messages.size() == 3; }));
  EXPECT_FALSE(mailman.messages[0].truncated);
  EXPECT_TRUE(mailman.messages[1].truncated);
  EXPECT_EQ(mailman.messages[1].bytes, "0123456789");
  EXPECT_FALSE(mailman.messages[2].truncated);
  EXPECT_EQ(mailman.messages[2].bytes, "");
}

TEST_F(DatagramTest, takesTheLargestMessage) {
  ASSERT_TRUE(server.open(loopback()).ok());
  ASSERT_TRUE(client.open(loopback()).ok());
  const std::string largest(65'507, 'x');
  ASSERT_TRUE(client.send(server.local(), base::asBytes(largest)).ok());
  EXPECT_TRUE(drive([&] { return !atServer.messages.empty(); }));
  EXPECT_EQ(atServer.messages[0].bytes, largest);
  EXPECT_FALSE(atServer.messages[0].truncated);
}

TEST_F(DatagramTest, saysWhyItCannotSend) {
  ASSERT_TRUE(client.open(loopback()).ok());
  const auto status = client.send(loopback(1), base::Bytes(70'000, 'x'));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().text, "cannot send to 127.0.0.1:1: Message too long");
  const auto foreign = client.send(*Address::parse("[::1]:1"), base::asBytes("x"));
  ASSERT_FALSE(foreign.ok());
}

TEST_F(DatagramTest, nobodyAtTheOtherEndDoesNoHarm) {
  ASSERT_TRUE(server.open(loopback()).ok());
  const Address gone = server.local();
  server.close();
  ASSERT_TRUE(client.open(loopback()).ok());
  ASSERT_TRUE(client.send(gone, base::asBytes("x")).ok());
  settle(loop);
  EXPECT_TRUE(client.send(gone, base::asBytes("x")).ok());
}

TEST_F(DatagramTest, saysWhyItCannotBind) {
  ASSERT_TRUE(server.open(loopback()).ok());
  const auto status = client.open(server.local());
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().text, testing::StartsWith("cannot listen on " + server.local().text() +
                                                       ": Address already in use; `ss -lnptu"));
}

TEST_F(DatagramTest, refusesToAdoptAStream) {
  EXPECT_FALSE(server.adopt(UniqueFd(::socket(AF_INET, SOCK_STREAM, 0))).ok());
  EXPECT_FALSE(server.adopt(UniqueFd(::socket(AF_UNIX, SOCK_DGRAM, 0))).ok());
}

TEST_F(DatagramTest, mayBeDestroyedInTheMiddleOfABatch) {
  auto own = std::make_unique<DatagramSocket>(loop, atServer);
  ASSERT_TRUE(own->open(loopback()).ok());
  ASSERT_TRUE(client.open(loopback()).ok());
  atServer.hook = [&](DatagramSocket&, const Received& message) {
    own.reset();
    EXPECT_EQ(text(message.bytes), "a");  // the message outlives the socket
  };
  ASSERT_TRUE(client.send(own->local(), base::asBytes("a")).ok());
  ASSERT_TRUE(client.send(own->local(), base::asBytes("b")).ok());
  EXPECT_TRUE(drive([&] { return own == nullptr; }));
  EXPECT_EQ(atServer.messages.size(), 1U);
}

TEST_F(DatagramTest, broadcastsOnlyWithPermission) {
  ASSERT_TRUE(client.open(loopback()).ok());
  const Address everybody = Address::v4(127, 255, 255, 255, 9);
  const auto status = client.send(everybody, base::asBytes("x"));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().text, "cannot send to 127.255.255.255:9: Permission denied");
  ASSERT_TRUE(client.setBroadcast(true).ok());
  EXPECT_TRUE(client.send(everybody, base::asBytes("x")).ok());
}

// A socket on 127.0.0.1 whose messages to groups leave there.
UniqueFd multicastingOver(unsigned interface) {
  UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  ip_mreqn out{};
  out.imr_ifindex = static_cast<int>(interface);
  EXPECT_EQ(::setsockopt(fd.get(), IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof out), 0);
  return fd;
}

TEST_F(DatagramTest, multicastReachesTheGroupAndIsAnsweredFromAnAddressOfOurs) {
  const unsigned lo = ::if_nametoindex("lo");
  ASSERT_TRUE(server.open(*Address::parse("0.0.0.0:0")).ok());
  ASSERT_TRUE(client.adopt(multicastingOver(lo)).ok());
  const Address group = Address::v4(239, 255, 32, 5, server.local().port());
  ASSERT_TRUE(server.joinGroup(group, lo).ok());
  atServer.hook = [](DatagramSocket& socket, const Received& message) {
    EXPECT_FALSE(message.local.isMulticast());
    EXPECT_TRUE(socket.send(message.peer, base::asBytes("here"), message.local).ok());
  };
  ASSERT_TRUE(client.send(group, base::asBytes("who?")).ok());
  EXPECT_TRUE(drive([&] { return !atClient.messages.empty(); }));
  EXPECT_EQ(atServer.messages.at(0).bytes, "who?");
  EXPECT_EQ(atClient.messages.at(0).bytes, "here");
}

// Linux has no IPv6 multicast over lo, so this looks only at whether the kernel takes the membership.
TEST_F(DatagramTest, groupsOfIPv6AreJoinedToo) {
  const unsigned lo = ::if_nametoindex("lo");
  ASSERT_TRUE(client.open(*Address::parse("[::1]:0")).ok());
  EXPECT_TRUE(client.joinGroup(*Address::parse("[ff01::3205]:0"), lo).ok());
}

TEST_F(DatagramTest, saysWhichOptionCannotBeSet) {
  ASSERT_TRUE(client.open(loopback()).ok());
  const auto status = client.joinGroup(Address::v4(127, 0, 0, 1, 9));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().text, "cannot set the multicast membership: Invalid argument");
}

}  // namespace
}  // namespace net

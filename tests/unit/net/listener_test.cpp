#include "shared/net/listener.h"

#include <netinet/tcp.h>
#include <sys/resource.h>

#include "shared/net/listen_failure.h"
#include "tests/unit/net/net_testing.h"

namespace net {
namespace {

struct ListenerTest : testing::Test {
  Loop loop;
  Acceptor acceptor;
  Listener listener{loop, acceptor};

  bool drive(const std::function<bool()>& condition) { return driveUntil(loop, condition); }
};

int option(int fd, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  ::getsockopt(fd, level, name, &value, &size);
  return value;
}

// Leaves no free descriptor below the limit, as long as it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const UniqueFd lowestFree(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(lowestFree.get());
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

TEST_F(ListenerTest, acceptsReadySocketsAndTellsThePeer) {
  ASSERT_TRUE(listener.listen(loopback()).ok());
  EXPECT_NE(listener.local().port(), 0);
  const Peer peer = Peer::connectedTo(listener.local());
  EXPECT_TRUE(drive([&] { return acceptor.accepted.size() == 1; }));
  const int fd = acceptor.accepted[0].fd.get();
  EXPECT_EQ(acceptor.accepted[0].peer.host(), "127.0.0.1");
  EXPECT_NE(option(fd, IPPROTO_TCP, TCP_NODELAY), 0);
  EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
}

// Of a machine that has lost its power the kernel finds out by probes (tcp(7)); nobody else would.
TEST_F(ListenerTest, whoVanishesWithoutAWordIsProbedFor) {
  ASSERT_TRUE(listener.listen(loopback()).ok());
  const Peer peer = Peer::connectedTo(listener.local());
  EXPECT_TRUE(drive([&] { return acceptor.accepted.size() == 1; }));
  const int fd = acceptor.accepted[0].fd.get();
  EXPECT_EQ(option(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_KEEPIDLE), 60);
  EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_KEEPINTVL), 20);
  EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_KEEPCNT), 3);
}

TEST_F(ListenerTest, bothFamiliesCanHaveTheSamePort) {
  Listener other{loop, acceptor};
  // The kernel gave a port that is free for IPv6. On IPv4 a connection of somebody else can have it: then another one.
  const auto bothListen = [&] {
    if (!listener.listen(*Address::parse("[::]:0")).ok()) return false;
    if (other.listen(*Address::parse("0.0.0.0", listener.local().port())).ok()) return true;
    listener.close();
    return false;
  };
  bool listening = bothListen();
  for (int more = 0; more < 20 && !listening; ++more) listening = bothListen();
  ASSERT_TRUE(listening);
  const Peer peer4 = Peer::connectedTo(loopback(listener.local().port()));
  const Peer peer6 = Peer::connectedTo(*Address::parse("::1", listener.local().port()));
  EXPECT_TRUE(drive([&] { return acceptor.accepted.size() == 2; }));
}

TEST_F(ListenerTest, saysWhyItCannotListen) {
  ASSERT_TRUE(listener.listen(loopback()).ok());
  Listener other{loop, acceptor};
  const auto status = other.listen(listener.local());
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().text,
            "cannot listen on " + listener.local().text() +
                ": Address already in use; `ss -lnptu 'sport = " + std::to_string(listener.local().port()) +
                "'` shows which program has it: stop that, or choose another port");
}

TEST_F(ListenerTest, saysThatTheMachineHasNoSuchAddress) {
  const auto status = listener.listen(*Address::parse("203.0.113.77:0"));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(
      status.error().text,
      "cannot listen on 203.0.113.77:0: Cannot assign requested address; `ip address` shows the addresses that this "
      "machine has");
}

TEST(ListensFor, saysWhoWantedItByWhichKeys) {
  EXPECT_EQ(listensFor("the targets", "portal.address", base::fail("cannot listen on 10.0.0.1:3260")).error().text,
            "the targets (portal.address) cannot listen on 10.0.0.1:3260");
  EXPECT_TRUE(listensFor("the targets", "portal.address", {}).ok());
}

TEST_F(ListenerTest, takesAtMost64ATurn) {
  ASSERT_TRUE(listener.listen(loopback()).ok());
  std::vector<Peer> peers;
  for (int i = 0; i < 100; ++i) peers.push_back(Peer::connectedTo(listener.local()));
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(acceptor.accepted.size(), 64U);
  loop.runTurn(base::Duration::zero());
  EXPECT_EQ(acceptor.accepted.size(), 100U);
}

TEST_F(ListenerTest, withoutDescriptorsItRestsAndTriesAgain) {
  ASSERT_TRUE(listener.listen(loopback()).ok());
  // One that succeeds comes first: UBSan needs a descriptor when it first sees a type, and remembers it then.
  const Peer first = Peer::connectedTo(listener.local());
  EXPECT_TRUE(drive([&] { return acceptor.accepted.size() == 1; }));
  const Peer second = Peer::connectedTo(listener.local());
  base::TimePoint failed{};
  {
    const NoDescriptors none;
    EXPECT_TRUE(drive([&] { return acceptor.failures.size() == 1; }));
    failed = loop.now();
    settle(loop);
    EXPECT_EQ(acceptor.failures.size(), 1U) << "it must not spin";
  }
  EXPECT_EQ(acceptor.failures[0], "cannot accept a connection: Too many open files");
  EXPECT_TRUE(drive([&] { return acceptor.accepted.size() == 2; }));
  EXPECT_GE(loop.now() - failed, Listener::kRetryAfter);
  EXPECT_EQ(acceptor.failures.size(), 1U);
}

TEST_F(ListenerTest, pausedLeavesConnectionsInTheBacklog) {
  ASSERT_TRUE(listener.listen(loopback()).ok());
  acceptor.acceptedHook = [](Listener& l) { l.pause(); };
  const Peer peers[] = {Peer::connectedTo(listener.local()), Peer::connectedTo(listener.local())};
  EXPECT_TRUE(drive([&] { return acceptor.accepted.size() == 1; }));
  settle(loop);
  EXPECT_EQ(acceptor.accepted.size(), 1U);
  listener.resume();
  EXPECT_TRUE(drive([&] { return acceptor.accepted.size() == 2; }));
}

TEST_F(ListenerTest, mayBeDestroyedInTheCall) {
  auto own = std::make_unique<Listener>(loop, acceptor);
  ASSERT_TRUE(own->listen(loopback()).ok());
  acceptor.acceptedHook = [&](Listener&) { own.reset(); };
  const Peer peers[] = {Peer::connectedTo(own->local()), Peer::connectedTo(own->local())};
  EXPECT_TRUE(drive([&] { return own == nullptr; }));
  EXPECT_EQ(acceptor.accepted.size(), 1U);
}

TEST_F(ListenerTest, closedAcceptsNoMore) {
  ASSERT_TRUE(listener.listen(loopback()).ok());
  const Address address = listener.local();
  listener.close();
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_storage to;
  const socklen_t size = address.toSockaddr(to);
  EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), size), -1);
}

TEST_F(ListenerTest, adoptsASocketThatListensAlready) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_storage name;
  const socklen_t size = loopback().toSockaddr(name);
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&name), size), 0);
  ASSERT_EQ(::listen(fd.get(), 10), 0);
  ASSERT_TRUE(listener.adopt(std::move(fd)).ok());
  const Peer peer = Peer::connectedTo(listener.local());
  EXPECT_TRUE(drive([&] { return acceptor.accepted.size() == 1; }));
  EXPECT_NE(option(acceptor.accepted[0].fd.get(), IPPROTO_TCP, TCP_NODELAY), 0);
}

TEST_F(ListenerTest, refusesToAdoptWhatDoesNotListen) {
  UniqueFd tcp(::socket(AF_INET, SOCK_STREAM, 0));
  const std::string number = std::to_string(tcp.get());
  const auto status = listener.adopt(std::move(tcp));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().text, "descriptor " + number + " is not a listening socket");
  EXPECT_FALSE(listener.adopt(UniqueFd(::open("/dev/null", O_RDONLY))).ok());
}

}  // namespace
}  // namespace net

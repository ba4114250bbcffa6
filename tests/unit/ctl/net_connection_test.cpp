// The real connection, against a server of a few lines on the loopback interface.
#include "isns-server/ctl/net_connection.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <functional>
#include <sstream>
#include <thread>

#include "shared/isns/message_writer.h"
#include "shared/isns/value_text.h"

namespace {

using ctl::Exit;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace tag = isns::tag;

constexpr int kPatience = 20'000;  // milliseconds, far beyond what anything here takes

int boundSocket(int type, std::uint16_t& port) {
  const int fd = ::socket(AF_INET, type, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  socklen_t length = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  port = ntohs(address.sin_port);
  return fd;
}

bool readable(int fd) {
  pollfd poll{fd, POLLIN, 0};
  return ::poll(&poll, 1, kPatience) == 1;
}

// One whole PDU from a TCP connection; empty at its end.
base::Bytes readPdu(int fd) {
  base::Bytes pdu(isns::kPduHeaderSize);
  std::size_t have = 0;
  while (have < pdu.size()) {
    if (!readable(fd)) return {};
    const auto got = ::recv(fd, pdu.data() + have, pdu.size() - have, 0);
    if (got <= 0) return {};
    have += static_cast<std::size_t>(got);
    if (have == isns::kPduHeaderSize) pdu.resize(isns::kPduHeaderSize + base::loadU16(pdu.data() + 4));
  }
  return pdu;
}

void sendAll(int fd, const base::Bytes& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto sent = ::send(fd, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return;
    at += static_cast<std::size_t>(sent);
  }
}

base::Bytes answerTo(const base::Bytes& request, std::uint32_t objects = 1) {
  if (request.empty()) return {};  // the client has gone
  const isns::PduHeader header = isns::loadPduHeader(request.data());
  base::Bytes bytes;
  auto writer = isns::MessageWriter::response(bytes, header.function, header.transactionId, isns::Status::Successful);
  writer.attributes().delimiter();
  for (std::uint32_t i = 1; i <= objects; ++i) writer.attributes().u32(tag::kNodeIndex, i);
  writer.finish();
  return bytes;
}

base::Bytes scn(std::uint16_t transaction) {
  base::Bytes bytes;
  auto writer = isns::MessageWriter::request(bytes, isns::Function::SCN, transaction, isns::flag::kServer);
  writer.attributes().text(tag::kIscsiName, "iqn.2001-04.com.example:me");
  writer.attributes().u32(tag::kScnBitmap, isns::scn::kObjectAdded);
  writer.attributes().text(tag::kIscsiName, "iqn.2001-04.com.example:disk");
  writer.finish();
  return bytes;
}

// A listening socket whose first connections are handled one after the other by a function, on a thread.
class TcpServer {
 public:
  explicit TcpServer(std::function<void(int fd, int connection)> handle, int connections = 1)
      : listener_(boundSocket(SOCK_STREAM, port)) {
    ::listen(listener_, 8);
    thread_ = std::thread([this, handle = std::move(handle), connections] {
      for (int i = 0; i < connections && readable(listener_); ++i) {
        const int fd = ::accept(listener_, nullptr, nullptr);
        handle(fd, i);
        ::close(fd);
      }
    });
  }
  ~TcpServer() {
    thread_.join();
    ::close(listener_);
  }
  std::uint16_t port = 0;

 private:
  int listener_;
  std::thread thread_;
};

ctl::ServerSettings settingsFor(std::uint16_t port, base::Duration timeout = seconds(20)) {
  ctl::ServerSettings settings;
  settings.server = "127.0.0.1:" + std::to_string(port);
  settings.timeout = timeout;
  settings.source = isns::nodeKey("iqn.2001-04.com.example:me");
  return settings;
}

const isns::Request kQuery = isns::query(isns::nodeKey("iqn.2001-04.com.example:disk"), {});

TEST(NetConnection, AsksOverOneConnectionAndReadsAnswersOfSeveralPdus) {
  TcpServer server([](int fd, int) {
    for (const std::uint32_t objects : {1U, 20000U}) sendAll(fd, answerTo(readPdu(fd), objects));
    readPdu(fd);  // until the client closes
  });
  ctl::NetConnection connection(settingsFor(server.port), {}, nullptr);
  const auto one = connection.ask(kQuery);
  ASSERT_TRUE(one) << oneLine(one.error());
  EXPECT_EQ(one->operating.size(), 1U);
  const auto many = connection.ask(kQuery);
  ASSERT_TRUE(many) << oneLine(many.error());
  EXPECT_EQ(many->operating.size(), 20000U);
  EXPECT_EQ(connection.server(), "127.0.0.1:" + std::to_string(server.port));
}

TEST(NetConnection, SaysThatNobodyListens) {
  std::uint16_t port = 0;
  const net::UniqueFd unused(boundSocket(SOCK_STREAM, port));  // bound, not listening
  ctl::NetConnection connection(settingsFor(port), {}, nullptr);
  const auto response = connection.ask(kQuery);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().exit, Exit::Connect);
  EXPECT_EQ(response.error().what, "cannot connect to 127.0.0.1:" + std::to_string(port));
}

TEST(NetConnection, SaysThatTheHostIsUnknown) {
  ctl::ServerSettings settings = settingsFor(1);
  settings.server = "host.invalid";
  ctl::NetConnection connection(settings, {}, nullptr);
  const auto response = connection.ask(kQuery);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().exit, Exit::Connect);
}

TEST(NetConnection, GivesUpAfterTheTimeout) {
  TcpServer server([](int fd, int) {
    readPdu(fd);
    readPdu(fd);
  });
  ctl::NetConnection connection(settingsFor(server.port, milliseconds(50)), {}, nullptr);
  const auto response = connection.ask(kQuery);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().exit, Exit::Timeout);
  EXPECT_EQ(response.error().why, "nothing came within 0.05 s");
}

// A port that takes no further connection: SYNs stay without an answer, as behind a filter that drops them.
class SilentPort {
 public:
  SilentPort() : listener_(boundSocket(SOCK_STREAM, port)) {
    ::listen(listener_.get(), 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (net::UniqueFd& fd : fillers_) {
      fd = net::UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      (void)::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
  }
  std::uint16_t port = 0;

 private:
  net::UniqueFd listener_;
  std::array<net::UniqueFd, 4> fillers_;
};

ctl::NetConnection::LookUp addressesAt(std::initializer_list<std::uint16_t> ports) {
  std::vector<net::Address> all;
  for (const std::uint16_t port : ports) all.push_back(net::Address::v4(127, 0, 0, 1, port));
  return [all](const std::string&, std::uint16_t) { return base::Result<std::vector<net::Address>>(all); };
}

TEST(NetConnection, TriesTheAddressBehindASilentOne) {
  const SilentPort silent;
  TcpServer server([](int fd, int) {
    sendAll(fd, answerTo(readPdu(fd)));
    readPdu(fd);
  });
  ctl::NetConnection connection(settingsFor(1, seconds(2)), {}, nullptr, addressesAt({silent.port, server.port}));
  const auto local = connection.localAddress();
  ASSERT_TRUE(local) << local.error().why;
  EXPECT_TRUE(connection.ask(kQuery));
  EXPECT_EQ(connection.server(), "127.0.0.1:" + std::to_string(server.port));
}

TEST(NetConnection, KeepsToTheAddressThatAnswered) {
  std::uint16_t port = 0;
  const net::UniqueFd first(boundSocket(SOCK_STREAM, port));  // bound, not listening
  TcpServer server([](int fd, int) { sendAll(fd, answerTo(readPdu(fd))); }, 2);
  ctl::NetConnection connection(settingsFor(1), {}, nullptr, addressesAt({port, server.port}));
  ASSERT_TRUE(connection.ask(kQuery));
  ::listen(first.get(), 8);
  auto again = connection.ask(kQuery);
  if (!again) again = connection.ask(kQuery);  // the end of the old connection had not come yet
  EXPECT_TRUE(again);
  EXPECT_EQ(connection.server(), "127.0.0.1:" + std::to_string(server.port));
}

TEST(NetConnection, SaysThatTheServerClosedAndConnectsAgainWhenAskedAgain) {
  TcpServer server(
      [](int fd, int connection) {
        const base::Bytes request = readPdu(fd);
        if (connection == 1) sendAll(fd, answerTo(request));
      },
      2);
  ctl::NetConnection connection(settingsFor(server.port), {}, nullptr);
  const auto first = connection.ask(kQuery);
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().exit, Exit::Connect);
  EXPECT_TRUE(connection.ask(kQuery));
}

TEST(NetConnection, SaysThatTheAnswerCannotBeRead) {
  for (const bool isns : {true, false}) {
    TcpServer server([isns](int fd, int) {
      base::Bytes answer = answerTo(readPdu(fd));
      base::storeU32(answer.data() + answer.size() - 8, 4000);
      const auto http = base::asBytes("HTTP/1.1 400 Bad Request\r\n\r\n");
      sendAll(fd, isns ? answer : base::Bytes(http.begin(), http.end()));
      readPdu(fd);
    });
    ctl::NetConnection connection(settingsFor(server.port), {}, nullptr);
    const auto response = connection.ask(kQuery);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().exit, Exit::Malformed) << isns;
  }
}

// The next datagram, and who sent it.
base::Bytes receive(int fd, sockaddr_in& peer) {
  base::Bytes datagram(2000);
  socklen_t length = sizeof peer;
  const auto got = ::recvfrom(fd, datagram.data(), datagram.size(), 0, reinterpret_cast<sockaddr*>(&peer), &length);
  datagram.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return datagram;
}

// What a silent address has carried out nobody knows: a request that changes something goes to one that answers alone.
TEST(NetConnection, ByUdpTriesTheAddressBehindASilentOneWithAQuestionThatChangesNothing) {
  std::uint16_t silentPort = 0, port = 0;
  const net::UniqueFd silent(boundSocket(SOCK_DGRAM, silentPort));
  const net::UniqueFd server(boundSocket(SOCK_DGRAM, port));
  std::vector<std::uint16_t> functions;
  std::thread thread([&] {
    for (int i = 0; i < 3 && readable(server.get()); ++i) {
      sockaddr_in peer{};
      const base::Bytes request = receive(server.get(), peer);
      functions.push_back(isns::loadPduHeader(request.data()).function);
      const base::Bytes answer = answerTo(request);
      ::sendto(server.get(), answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&peer), sizeof peer);
    }
  });
  ctl::ServerSettings settings = settingsFor(1, seconds(2));
  settings.udp = true;
  ctl::NetConnection connection(settings, {}, nullptr, addressesAt({silentPort, port}));
  const isns::Request change = isns::deregister(isns::nodeKey("iqn.2001-04.com.example:disk"));
  const auto response = connection.ask(change);
  EXPECT_TRUE(response) << oneLine(response.error());
  EXPECT_TRUE(connection.ask(change)) << "the one that answered is known";
  thread.join();
  EXPECT_EQ(connection.server(), "127.0.0.1:" + std::to_string(port));
  const auto query = static_cast<std::uint16_t>(isns::Function::DevAttrQry);
  const auto deregister = static_cast<std::uint16_t>(isns::Function::DevDereg);
  EXPECT_EQ(functions, (std::vector{query, deregister, deregister}));
  pollfd waits{silent.get(), POLLIN, 0};
  while (::poll(&waits, 1, 0) == 1) {
    sockaddr_in peer{};
    EXPECT_EQ(isns::loadPduHeader(receive(silent.get(), peer).data()).function, query);
  }
}

TEST(NetConnection, ByUdpSaysThatNoAddressAnswers) {
  std::uint16_t ports[2] = {};
  const net::UniqueFd silent[] = {net::UniqueFd(boundSocket(SOCK_DGRAM, ports[0])),
                                  net::UniqueFd(boundSocket(SOCK_DGRAM, ports[1]))};
  ctl::ServerSettings settings = settingsFor(1, milliseconds(50));
  settings.udp = true;
  ctl::NetConnection connection(settings, {}, nullptr, addressesAt({ports[0], ports[1]}));
  const auto response = connection.ask(kQuery);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().exit, Exit::Timeout);
  EXPECT_EQ(response.error().what, "no answer from 127.0.0.1:1");
}

TEST(NetConnection, RepeatsADatagramThatIsNotAnswered) {
  std::uint16_t port = 0;
  const net::UniqueFd server(boundSocket(SOCK_DGRAM, port));
  std::thread thread([&] {
    base::Bytes first;
    for (int i = 0; i < 2 && readable(server.get()); ++i) {
      base::Bytes datagram(2000);
      sockaddr_in peer{};
      socklen_t length = sizeof peer;
      const auto got =
          ::recvfrom(server.get(), datagram.data(), datagram.size(), 0, reinterpret_cast<sockaddr*>(&peer), &length);
      datagram.resize(static_cast<std::size_t>(got));
      if (i == 0) {
        first = datagram;
        continue;
      }
      EXPECT_EQ(datagram, first);
      const base::Bytes answer = answerTo(datagram);
      ::sendto(server.get(), answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&peer), length);
    }
  });
  ctl::ServerSettings settings = settingsFor(port);
  settings.udp = true;
  ctl::NetConnection connection(settings, {}, nullptr);
  const auto response = connection.ask(kQuery);
  thread.join();
  ASSERT_TRUE(response) << oneLine(response.error());
  EXPECT_EQ(response->operating.size(), 1U);
}

TEST(NetConnection, TakesAndAnswersNotificationsByTcp) {
  ctl::NetConnection connection(settingsFor(1), {}, nullptr);
  const auto port = connection.listen(*isns::parsePortal("127.0.0.1:0"));
  ASSERT_TRUE(port);
  base::Bytes answer;
  std::thread server([&] {
    const net::UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(*port));
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return;
    sendAll(fd.get(), scn(0x8001));
    answer = readPdu(fd.get());
    sendAll(fd.get(), scn(0x8002));
    readPdu(fd.get());
  });
  const base::TimePoint patience = base::now().mono + milliseconds(kPatience);
  const auto first = connection.nextNotice(patience);
  const auto second = connection.nextNotice(patience);
  server.join();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(std::get<isns::ScnNotice>(second->content).events.at(0).sources.at(0).text(),
            "iqn.2001-04.com.example:disk");
  ASSERT_FALSE(answer.empty());
  EXPECT_EQ(isns::loadPduHeader(answer.data()).function, 0x8008);
  EXPECT_EQ(isns::loadPduHeader(answer.data()).transactionId, 0x8001);
  EXPECT_EQ(connection.nextNotice(base::now().mono), std::nullopt);
}

TEST(NetConnection, IsNotDisturbedByNonsenseOnThePortForNotifications) {
  ctl::NetConnection connection(settingsFor(1), {}, nullptr);
  const auto port = connection.listen(*isns::parsePortal("127.0.0.1:0"));
  ASSERT_TRUE(port);
  const auto connected = [&] {
    net::UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(*port));
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return fd;
  };
  const net::UniqueFd stranger = connected();
  const auto nonsense = base::asBytes("GET / HTTP/1.1\r\n\r\n");
  sendAll(stranger.get(), base::Bytes(nonsense.begin(), nonsense.end()));
  const net::UniqueFd server = connected();
  sendAll(server.get(), scn(0x8001));
  EXPECT_TRUE(connection.nextNotice(base::now().mono + milliseconds(kPatience)));
  EXPECT_TRUE(readPdu(stranger.get()).empty()) << "it is closed without an answer";
}

TEST(NetConnection, TakesAndAnswersNotificationsByUdp) {
  ctl::NetConnection connection(settingsFor(1), {}, nullptr);
  const auto port = connection.listen({*isns::parseIp("127.0.0.1"), isns::kUdpPortFlag});
  ASSERT_TRUE(port);
  EXPECT_NE(*port & isns::kUdpPortFlag, 0U);
  std::uint16_t own = 0;
  const net::UniqueFd server(boundSocket(SOCK_DGRAM, own));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(*port & 0xffff));
  const base::Bytes message = scn(0x8001);
  ::sendto(server.get(), message.data(), message.size(), 0, reinterpret_cast<sockaddr*>(&address), sizeof address);
  EXPECT_TRUE(connection.nextNotice(base::now().mono + milliseconds(kPatience)));
  ASSERT_TRUE(readable(server.get()));
  base::Bytes answer(2000);
  ASSERT_GT(::recv(server.get(), answer.data(), answer.size(), 0), 12);
  EXPECT_EQ(isns::loadPduHeader(answer.data()).function, 0x8008);
}

TEST(NetConnection, EndsWaitingForNotificationsOnAnInterrupt) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    ctl::NetConnection connection(settingsFor(1), {}, nullptr);
    ASSERT_TRUE(connection.listen(*isns::parsePortal("127.0.0.1:0")));
    ::raise(signal);
    EXPECT_FALSE(connection.nextNotice(base::kNever));
    EXPECT_TRUE(connection.interrupted()) << signal;
  }
}

TEST(NetConnection, KnowsTheAddressThatLeadsToTheServer) {
  ctl::NetConnection connection(settingsFor(3205), {}, nullptr);
  const auto address = connection.localAddress();
  ASSERT_TRUE(address);
  EXPECT_EQ(isns::formatIp(*address), "127.0.0.1");
}

TEST(NetConnection, PrintsTheMessagesInWordsWhereThatIsAskedFor) {
  std::ostringstream trace;
  TcpServer server([](int fd, int) {
    sendAll(fd, answerTo(readPdu(fd)));
    readPdu(fd);
  });
  {
    ctl::NetConnection connection(settingsFor(server.port), {}, &trace);
    EXPECT_TRUE(connection.ask(kQuery));
  }
  EXPECT_EQ(trace.str(),
            "> DevAttrQry transaction 1 client, 84 bytes\n"
            ">   source    iscsi_name = iqn.2001-04.com.example:me\n"
            ">   key       iscsi_name = iqn.2001-04.com.example:disk\n"
            "< DevAttrQryRsp transaction 1 server, 24 bytes, status 0 Successful\n"
            "<   operating node_index = 1\n");
}

TEST(NetConnection, SaysWhyItCannotSign) {
  TcpServer server([](int fd, int) { readPdu(fd); });
  ctl::NetConnection connection(
      settingsFor(server.port), [](base::Bytes&, base::WallTime) -> base::Status { return base::fail("no key there"); },
      nullptr);
  const auto response = connection.ask(kQuery);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().exit, Exit::Local);
  EXPECT_EQ(response.error().why, "no key there");
}

}  // namespace

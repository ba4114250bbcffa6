#include "isns-server/app/outbound_driver.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "shared/isns/message_writer.h"

namespace app {
namespace {

// Somebody with a portal: a listening socket, and what came over the connections to it.
class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&name), size), 0);
    EXPECT_EQ(::listen(fd_.get(), 16), 0);
    EXPECT_EQ(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&name), &size), 0);
    port_ = ntohs(name.sin_port);
  }
  [[nodiscard]] core::Endpoint endpoint() const { return endpointOf(net::Address::v4(127, 0, 0, 1, port_), false); }

  // Whether a whole SCN is here, which then is answered.
  bool answerOne() {
    if (!connection_) connection_ = net::UniqueFd(::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    std::array<std::uint8_t, 4096> bytes;
    const ssize_t got = connection_ ? ::recv(connection_.get(), bytes.data(), bytes.size(), 0) : -1;
    if (got < static_cast<ssize_t>(isns::kPduHeaderSize)) return false;
    last.assign(bytes.begin(), bytes.begin() + got);
    const isns::PduHeader header = isns::loadPduHeader(bytes.data());
    base::Bytes answer;
    isns::MessageWriter::response(answer, header.function, header.transactionId, isns::Status::Successful,
                                  isns::flag::kClient)
        .finish();
    EXPECT_EQ(::send(connection_.get(), answer.data(), answer.size(), 0), static_cast<ssize_t>(answer.size()));
    return true;
  }
  base::Bytes last;  // what it heard

 private:
  net::UniqueFd fd_, connection_;
  std::uint16_t port_ = 0;
};

constexpr std::uint8_t kSignature = 0x5a;

// Says the same to everybody, and counts the answers.
class Crier final : public core::OutboundLane {
 public:
  int answers = 0;
  bool sign = false;

 private:
  Composed compose(const core::Turn& turn, base::Now, base::Bytes& out, core::Composing& about) override {
    about = {static_cast<std::uint16_t>(turn.id), sign};
    isns::MessageWriter::request(out, isns::Function::SCN, about.transactionId, isns::flag::kServer).finish();
    return Composed::Message;
  }
  void onAnswer(const core::Turn&, const isns::Message&, base::Now) override { ++answers; }
  bool onFailure(const core::Turn&, core::SendFailure, bool, base::Now) override { return true; }
  void onStrayAnswer(std::uint32_t, const isns::IpAddress&, const isns::Message&, base::Now) override {}
};

class OutboundDriverTest : public testing::Test {
 protected:
  OutboundDriverTest()
      : outbound_({}, base::MonotonicClock::now()),
        driver_(
            loop_, outbound_, [](const net::Address&, base::ByteView) {},
            [this](base::ByteView message) { return signedCopy(message); }, [this] { return feed_ && feed_(); }) {
    outbound_.attach(core::Lane::Scn, crier_, 1, isns::Function::SCN);
    EXPECT_TRUE(driver_.start().ok());
    loop_.setTurnEnd([this] {
      ++turns_;
      driver_.turnEnd(fed_, clientsWait_);
    });
  }

  void tell(const Listener& listener, std::uint32_t id) {
    outbound_.enqueue(listener.endpoint(), core::Lane::Scn, id, std::chrono::seconds(5));
  }
  base::ByteView signedCopy(base::ByteView message) {
    signed_.assign(message.begin(), message.end());
    signed_.push_back(kSignature);
    return signed_;
  }
  bool until(const std::function<bool()>& condition) {
    const base::TimePoint end = base::MonotonicClock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (base::MonotonicClock::now() > end) return false;
      loop_.runTurn(std::chrono::milliseconds(1));
    }
    return true;
  }

  net::Loop loop_;
  core::Outbound outbound_;
  Crier crier_;
  base::Bytes signed_;
  std::function<bool()> feed_;
  bool fed_ = false;
  bool clientsWait_ = false;
  int turns_ = 0;
  OutboundDriver driver_;
};

TEST_F(OutboundDriverTest, tellsAListenerAndTakesItsAnswer) {
  Listener listener;
  tell(listener, 1);
  EXPECT_TRUE(until([&] { return listener.answerOne(); }));
  EXPECT_TRUE(until([&] { return crier_.answers == 1; }));
}

TEST_F(OutboundDriverTest, whatIsToBeSignedLeavesSigned) {
  for (const bool sign : {false, true}) {
    Listener listener;
    crier_.sign = sign;
    tell(listener, 1);
    EXPECT_TRUE(until([&] { return listener.answerOne(); }));
    EXPECT_EQ(listener.last.back() == kSignature, sign);
    EXPECT_EQ(listener.last.size(), isns::kPduHeaderSize + (sign ? 1U : 0U));
  }
}

TEST_F(OutboundDriverTest, theLoopSleepsWhenAllAreTold) {
  Listener listener;
  tell(listener, 1);
  ASSERT_TRUE(until([&] { return listener.answerOne(); }));
  ASSERT_TRUE(until([&] { return crier_.answers == 1; }));
  for (int i = 0; i < 5; ++i) loop_.runTurn({});
  const base::TimePoint begin = base::MonotonicClock::now();
  loop_.runTurn(std::chrono::milliseconds(20));
  EXPECT_GE(base::MonotonicClock::now() - begin, std::chrono::milliseconds(19));
}

// While clients wait, listeners get slices, with the loop at rest between them.
TEST_F(OutboundDriverTest, listenersAreToldInSlicesWhileClientsWait) {
  std::vector<Listener> listeners(100);
  for (std::uint32_t i = 0; i < listeners.size(); ++i) tell(listeners[i], i + 1);
  clientsWait_ = true;
  loop_.runTurn({});
  const base::TimePoint begin = base::MonotonicClock::now();
  int heard = 0;
  EXPECT_TRUE(until([&] {
    for (Listener& listener : listeners) heard += listener.answerOne() ? 1 : 0;
    return crier_.answers == 100;
  }));
  EXPECT_EQ(heard, 100);
  // A hold lasts a millisecond; the two turns after a slice find nothing to wait for.
  EXPECT_LE(turns_, 3 * ((base::MonotonicClock::now() - begin) / core::OutboundPace::kLongestHold + 2));
}

TEST_F(OutboundDriverTest, nothingLeavesInTheTurnInWhichAClientWaits) {
  Listener listener;
  tell(listener, 1);
  clientsWait_ = true;
  loop_.runTurn({});
  EXPECT_TRUE(outbound_.more()) << "it has not even been connected";
  clientsWait_ = false;
  loop_.runTurn({});
  EXPECT_FALSE(outbound_.more());
}

TEST_F(OutboundDriverTest, aHoldEndsByItselfWhereNothingElseWakesTheLoop) {
  Listener listener;
  tell(listener, 1);
  clientsWait_ = true;
  loop_.runTurn({});
  const base::TimePoint begin = base::MonotonicClock::now();
  loop_.runTurn(std::chrono::seconds(10));
  EXPECT_FALSE(outbound_.more());
  EXPECT_LT(base::MonotonicClock::now() - begin, std::chrono::seconds(5));
}

TEST_F(OutboundDriverTest, aFeedIsAskedUntilItHasNoMore) {
  Listener listener;
  int left = 1000;
  fed_ = true;
  feed_ = [&] {
    if (left > 0 && --left == 0) tell(listener, 1);
    return fed_ = left > 0;
  };
  EXPECT_TRUE(until([&] { return listener.answerOne(); }));
}

}  // namespace
}  // namespace app

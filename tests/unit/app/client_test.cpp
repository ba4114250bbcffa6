#include "isns-server/app/client.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "shared/isns/message_writer.h"

namespace app {
namespace {

// Every answer waits for the store and is of the same size.
class WaitingHost final : public ClientHost {
 public:
  static constexpr std::size_t kAnswer = 100'000;
  int requests = 0;
  bool ended = false;

 private:
  void onRequest(Client& client, const isns::Message&, base::Bytes&) override {
    ++requests;
    client.session().hold(kAnswer);
  }
  void onFault(Client&, const isns::FramingFault&, base::Bytes&) override {}
  core::Lookahead& lookahead() override { return lookahead_; }
  void onEnded(Client&, End) override { ended = true; }

  core::Registry registry_{1};
  core::Liveness liveness_{base::TimePoint{}};
  core::Lookahead lookahead_{registry_, liveness_};
};

class ClientTest : public testing::Test {
 protected:
  void connect(const Client::Limits& limits) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    peer_ = net::UniqueFd(ends[0]);
    client_ = std::make_unique<Client>(loop_, host_, 1, session::Access::Full, limits);
    ASSERT_TRUE(client_->accept(net::UniqueFd(ends[1]), net::Address::v4(127, 0, 0, 1, 4000)));
  }
  void ask(int times) {
    base::Bytes requests;
    for (int i = 0; i < times; ++i) {
      isns::MessageWriter::request(requests, isns::Function::DevAttrQry, static_cast<std::uint16_t>(i)).finish();
    }
    ASSERT_EQ(::send(peer_.get(), requests.data(), requests.size(), 0), static_cast<ssize_t>(requests.size()));
    turn();
  }
  void turn() {
    for (int i = 0; i < 4; ++i) loop_.runTurn({});
  }

  net::Loop loop_;
  WaitingHost host_;
  net::UniqueFd peer_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientTest, TakesNoMoreRequestsWhileLargeAnswersWaitForTheStore) {
  Client::Limits limits;
  limits.output = 3 * WaitingHost::kAnswer - 1;
  connect(limits);
  ask(10);
  EXPECT_EQ(host_.requests, 3);
  client_->release(base::Bytes(WaitingHost::kAnswer));
  turn();
  EXPECT_EQ(host_.requests, 4);
  // The store failed: what comes is shorter, and the last of them frees all.
  for (int i = 0; i < 3; ++i) client_->release(base::Bytes(16));
  turn();
  EXPECT_EQ(host_.requests, 7);
  EXPECT_FALSE(host_.ended);
}

TEST(ClientLimits, HaveRoomForTheLargestAnswerThatTheConfigurationAllowsBehindAllThatWaits) {
  Client::Limits limits;
  limits.answer = std::size_t{1} << 30;
  limits.output = std::size_t{1} << 30;
  // Each PDU of 65,532 bytes has a header, and where it is signed a block.
  const std::size_t wire = limits.answer + (limits.answer / 65'532 + 1) * (isns::kPduHeaderSize + 2048);
  EXPECT_GE(Client::maxOutput(limits), 2 * (limits.output + wire));
  // One that nobody sets so large does not cost so much either.
  limits.answer = limits.output = 64U << 10;
  EXPECT_LT(Client::maxOutput(limits), std::size_t{4} << 20);
}

}  // namespace
}  // namespace app

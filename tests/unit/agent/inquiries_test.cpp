// What an agent finds out for its management server, against this project's target.
#include "agent/app/inquiries.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/support/drive_until.h"
#include "tests/support/loop_server.h"

namespace agent {
namespace {

using support::LoopServer;
using ::testing::HasSubstr;

constexpr const char* kProbingHost = "iqn.2026-01.org.example:host";

class EvidenceTest : public ::testing::Test {
 protected:
  void make(bool host = true) {
    Inquiries::Parts parts{loop, log, metrics, kProbingHost, {}, {}, {}, {}};
    parts.random = [](std::span<std::uint8_t> out) {
      std::ranges::fill(out, std::uint8_t{0});
      return true;
    };
    if (host) parts.proofsFor = [](std::string_view) { return std::vector<attach::LoginProof>(); };
    parts.changed = [this] { ++changed; };
    inquiries = std::make_unique<Inquiries>(std::move(parts));
    inquiries->setEvery(std::chrono::seconds(1), std::chrono::seconds(1));
  }
  [[nodiscard]] management::Wanted probing(bool expected, std::string initiator = kProbingHost) const {
    return {{}, {{std::move(initiator), LoopServer::kTarget, {server.portal().text()}, expected}}};
  }
  [[nodiscard]] management::Truth told() const {
    management::Truth truth;
    inquiries->tell(truth);
    return truth;
  }
  bool until(const std::function<bool()>& condition) {
    return support::driveUntil(loop, condition, std::chrono::seconds(20));
  }

  net::Loop loop;
  ops::Log log{kLogEvents, ops::Severity::Info};
  ops::Metrics metrics{kMetrics};
  LoopServer server{loop, {LoopServer::unit("a", "memory:1M", 1)}};
  int changed = 0;
  std::unique_ptr<Inquiries> inquiries;
};

TEST_F(EvidenceTest, aProbeTellsWhatItMetBesideWhatItWasToMeet) {
  make();
  inquiries->want(probing(false));
  ASSERT_TRUE(until([&] { return !told().probes.empty(); }));
  const management::ProbeResult met = told().probes.front();
  EXPECT_EQ(met.target, LoopServer::kTarget);
  EXPECT_EQ(met.outcome, san::ProbeOutcome::In);
  EXPECT_FALSE(met.expected);
  EXPECT_EQ(met.units, std::vector<std::string>{"naa.3000000000000001"});
  EXPECT_GT(changed, 0);
  server.admits = false;
  server.apply({LoopServer::unit("a", "memory:1M", 1)});
  ASSERT_TRUE(until([&] { return told().probes.front().outcome == san::ProbeOutcome::Refused; })) << "the next round";
  EXPECT_THAT(told().probes.front().reason, HasSubstr("the login was refused"));
  EXPECT_TRUE(told().probes.front().units.empty());
}

TEST_F(EvidenceTest, aMachineThatIsNoHostTriesNothingAndNobodyTriesForAnother) {
  make(false);
  inquiries->want(probing(false));
  for (int i = 0; i < 50; ++i) loop.runTurn(std::chrono::milliseconds(1));
  EXPECT_EQ(server.server().counters().connectionsAccepted, 0U) << "no host";
  make();
  inquiries->want(probing(false, "iqn.2026-01.org.example:another"));
  for (int i = 0; i < 50; ++i) loop.runTurn(std::chrono::milliseconds(1));
  EXPECT_EQ(server.server().counters().connectionsAccepted, 0U) << "for another";
}

TEST_F(EvidenceTest, aPortalThatIsAskedTellsOfItsTargetsUntilNobodyWantsThat) {
  make();
  inquiries->want({{server.portal().text(), "127.0.0.1:1"}, {}});
  ASSERT_TRUE(until([&] { return told().discoveries.size() == 2; }));
  const auto found = told().discoveries;
  EXPECT_EQ(found[0].asked, "127.0.0.1:1");
  EXPECT_TRUE(found[0].target.empty());
  EXPECT_FALSE(found[0].reason.empty());
  EXPECT_EQ(found[1].target, LoopServer::kTarget);
  EXPECT_EQ(found[1].portal, server.portal().text() + "/tcp");
  EXPECT_EQ(found[1].tag, 1U);
  inquiries->want({{"127.0.0.1:1"}, {}});
  EXPECT_EQ(told().discoveries.size(), 1U);
}

TEST_F(EvidenceTest, anEndInTheMiddleLeavesNothing) {
  make();
  inquiries->want(probing(true));
  ASSERT_TRUE(until([&] { return server.server().counters().connectionsNow > 0; }));
  inquiries.reset();
  ASSERT_TRUE(until([&] { return server.server().sessions().empty(); }));
}

}  // namespace
}  // namespace agent

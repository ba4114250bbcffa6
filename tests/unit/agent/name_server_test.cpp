// NameServer without one that answers: whether zones count, and when they are kept.
#include "agent/app/name_server.h"

#include <filesystem>
#include <fstream>

#include "tests/support/scratch_folder.h"
#include "tests/unit/agent/agent_testing.h"

namespace agent {
namespace {

// Of an agent that has none of its own.
struct NameServerTest : testing::Test {
  void begin(ManagedNameServers managed) {
    nameServer.useManaged(std::move(managed));
    ASSERT_TRUE(nameServer.load(config.runtime.isns).ok());
    target::Setup setup;
    setup.targets.emplace_back().name = agent_test::kTarget;
    setup.targets[0].rules.push_back({"*", {}, {}, {}});
    ASSERT_TRUE(targets.apply(std::move(setup)).ok());
    ASSERT_TRUE(nameServer.start(config.start, config.runtime.isns).ok());
  }
  void keepZones() { std::ofstream(path) << zonesText({{std::string(agent_test::kTarget), {"iqn.2024-01.org.example:other"}}}); }
  [[nodiscard]] bool admits(std::string_view initiator) const {
    return target::findRule(inner->setup().targets[0], initiator, net::Address::v4(10, 0, 0, 1, 1)) != nullptr;
  }

  support::ScratchFolder scratch;
  std::string path = scratch.file("zones.json");
  Config config = agent_test::parsed("");
  net::Loop loop;
  ops::Log log{kLogEvents, ops::Severity::Info};
  ops::Metrics metrics{kMetrics};
  DiskWorker worker{loop};
  agent_test::FakeTargets* inner = new agent_test::FakeTargets;
  ZonedTargets targets{std::unique_ptr<Targets>(inner)};
  NameServer nameServer{{loop, log, metrics, targets, worker, path}};
};

TEST_F(NameServerTest, whereNoneIsWantedTheRulesAloneDecide) {
  keepZones();
  begin({});
  EXPECT_TRUE(admits(agent_test::kHost));
}

TEST_F(NameServerTest, zonesGoOnWhereItIsLostWhichNameServersTheManagementServerNamed) {
  keepZones();
  begin({std::nullopt, true});
  EXPECT_FALSE(admits(agent_test::kHost));
  EXPECT_TRUE(admits("iqn.2024-01.org.example:other"));
  nameServer.useManaged({});  // it is heard again, and names none
  EXPECT_TRUE(admits(agent_test::kHost));
}

TEST_F(NameServerTest, withoutZonesThatWereKeptNobodySaysThatTheyCounted) {
  begin({std::nullopt, true});
  EXPECT_TRUE(admits(agent_test::kHost));
}

TEST_F(NameServerTest, zonesAreKeptFromWhenTheyCountThoughNoneHasAnswered) {
  begin({std::vector<net::Address>{net::Address::v4(127, 0, 0, 1, 9)}, false});
  EXPECT_FALSE(admits(agent_test::kHost));
  worker.settle();
  EXPECT_TRUE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace agent

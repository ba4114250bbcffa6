// Management with a server that never answers: what it makes of what is kept, and of commands.
#include "agent/app/management.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/support/random_bytes.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/agent/enrolled.h"

namespace agent {
namespace {

struct ManagementTest : testing::Test {
  void SetUp() override {
    target::Setup setup;
    setup.targets.emplace_back().name = agent_test::kTarget;
    ASSERT_TRUE(targets.apply(std::move(setup)).ok());
    management.follow([this](ManagedNameServers said) { nameServers = std::move(said); });
  }
  // One of which nothing is known any more but that there is one.
  void enrolWithALostState() {
    ASSERT_TRUE(folder.save(agent_test::enrolled(random), random).ok());
    ASSERT_TRUE(folder.saveState(agent_test::kDesiredText, 55, random).ok());
    ASSERT_TRUE(std::filesystem::remove(path + "/seal.key"));
  }
  void enrol() {
    ASSERT_TRUE(folder.save(agent_test::enrolled(random), random).ok());
    ASSERT_TRUE(folder.saveState(agent_test::kDesiredText, 55, random).ok());
  }
  void breakGlassAt(std::string_view target) {
    GlassRule rule;
    rule.target = target;
    rule.initiator = agent_test::kHost;
    rule.last = {rule.target, rule.initiator, "allow", "server down", 1000, 77};
    kept.put(rule);
    kept.untold.push_back(rule.last);
    ASSERT_TRUE(folder.saveGlass(kept).ok());
  }
  std::int64_t brokenGlass() { return metrics.at<Metric::BreakGlass>().value(); }

  support::ScratchFolder scratch;
  std::string path = scratch.path().string() + "/management";
  ManagementFolder folder{path};
  base::RandomSource random = support::knownBytes();
  net::Loop loop;
  ops::Log log{kLogEvents, ops::Severity::Info};
  ops::Metrics metrics{kMetrics};
  DiskWorker worker{loop};
  agent_test::FakeTargets* server = new agent_test::FakeTargets;
  ManagedTargets targets{std::unique_ptr<Targets>(server)};
  Management management{{loop, log, metrics, targets, worker, path, random, std::pmr::get_default_resource()}};
  ManagedNameServers nameServers;
  BreakGlass kept;
};

TEST_F(ManagementTest, thatALostStateNamedNoNameServersIsNotSaid) {
  enrolWithALostState();
  ASSERT_TRUE(management.load().ok());
  EXPECT_FALSE(nameServers.list);
  EXPECT_TRUE(nameServers.lost);
}

TEST_F(ManagementTest, aStateThatOpensSaysThatItNamesNone) {
  enrol();
  ASSERT_TRUE(management.load().ok());
  EXPECT_FALSE(nameServers.list);
  EXPECT_FALSE(nameServers.lost);
}

TEST_F(ManagementTest, glassOfTargetsThatTheCertificateDoesNotNameIsForgotten) {
  enrol();
  breakGlassAt("iqn.2024-01.org.example:another");
  breakGlassAt(agent_test::kTarget);
  ASSERT_TRUE(management.load().ok());
  management.start();
  worker.settle();
  const auto left = folder.loadGlass();
  ASSERT_TRUE(left);
  for (const BreakGlass* glass : {&*left, &management.obeyed().glass}) {
    ASSERT_EQ(glass->rules.size(), 1U);
    EXPECT_EQ(glass->rules[0].target, agent_test::kTarget);
    ASSERT_EQ(glass->untold.size(), 1U);
    EXPECT_EQ(glass->untold[0].target, agent_test::kTarget);
  }
  EXPECT_EQ(brokenGlass(), 1);
}

TEST_F(ManagementTest, whoLeavesCountsNoBrokenGlassAnyMore) {
  enrol();
  breakGlassAt(agent_test::kTarget);
  ASSERT_TRUE(management.load().ok());
  management.start();
  EXPECT_EQ(brokenGlass(), 1);
  bool left = false;
  management.leave([&](const control::Result& result) { left = result.ok(); });
  worker.settle();
  EXPECT_TRUE(left);
  EXPECT_EQ(brokenGlass(), 0);
}

}  // namespace
}  // namespace agent

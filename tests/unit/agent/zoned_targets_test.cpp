#include "agent/app/zoned_targets.h"

#include "tests/unit/agent/agent_testing.h"

using namespace agent_test;

namespace agent {
namespace {

struct ZonedTargetsTest : testing::Test {
  FakeTargets* inner = new FakeTargets;  // the targets' own
  ZonedTargets targets{std::unique_ptr<Targets>(inner)};
  int told = 0;

  void SetUp() override {
    targets.setApplied([this] { ++told; });
  }
  void begin(Zones zones = {}) {
    targets.begin(std::move(zones));
    target::Setup setup;
    setup.targets.emplace_back().name = kTarget;
    setup.targets[0].rules.push_back({"*", {}, {}, {}});
    ASSERT_TRUE(targets.apply(std::move(setup)).ok());
  }
  [[nodiscard]] bool admits(std::string_view initiator) const {
    return target::findRule(inner->setup().targets[0], initiator, net::Address::v4(10, 0, 0, 1, 1)) != nullptr;
  }
};

TEST_F(ZonedTargetsTest, withoutEnforcementTheRulesAloneDecide) {
  begin();
  EXPECT_TRUE(admits(kHost));
}

TEST_F(ZonedTargetsTest, aTargetOfWhichNothingWasSaidAdmitsNobody) {
  targets.enforce(true);
  begin();
  EXPECT_FALSE(admits(kHost));
}

TEST_F(ZonedTargetsTest, whoIsInItsZoneIsAdmittedAsTheRulesSay) {
  targets.enforce(true);
  begin({{std::string(kTarget), {std::string(kHost)}}});
  EXPECT_TRUE(admits(kHost));
  EXPECT_FALSE(admits("iqn.2024-01.org.example:host2"));
}

TEST_F(ZonedTargetsTest, aNewZoneHoldsAtOnceAndTheSameAgainIsNoChange) {
  targets.enforce(true);
  begin();
  const int before = inner->applied;
  EXPECT_TRUE(targets.setZone(kTarget, {std::string(kHost)}));
  EXPECT_TRUE(admits(kHost));
  EXPECT_EQ(inner->applied, before + 1);
  EXPECT_FALSE(targets.setZone(kTarget, {std::string(kHost)}));
  EXPECT_EQ(inner->applied, before + 1);
  EXPECT_TRUE(targets.setZone(kTarget, {}));
  EXPECT_FALSE(admits(kHost));
  EXPECT_EQ(told, 3) << "each time that a setup was applied";
}

TEST_F(ZonedTargetsTest, theZoneOfATargetThatHasGoneIsForgotten) {
  targets.enforce(true);
  begin({{std::string(kTarget), {std::string(kHost)}}, {"iqn.2024-01.org.example:gone", {std::string(kHost)}}});
  EXPECT_TRUE(targets.forgetOthers());
  EXPECT_EQ(targets.zones().size(), 1U);
  EXPECT_FALSE(targets.forgetOthers());
  EXPECT_TRUE(admits(kHost));
}

TEST_F(ZonedTargetsTest, enforcementCanBeginAndEndWhileTargetsRun) {
  begin();
  targets.enforce(true);
  EXPECT_FALSE(admits(kHost));
  targets.enforce(false);
  EXPECT_TRUE(admits(kHost));
}

TEST(ZonesFile, isReadAsItWasWritten) {
  const Zones zones{{"iqn.a", {"iqn.x", "iqn.y"}}, {"iqn.b", {}}};
  EXPECT_EQ(*readZones(zonesText(zones)), zones);
}

TEST(ZonesFile, whatIsDamagedIsTold) {
  EXPECT_FALSE(readZones("{\"zones\": [").ok());
  EXPECT_EQ(readZones("{}").error().text, "there is no list \"zones\"");
  EXPECT_EQ(readZones("{\"zones\": [{\"target\": 7, \"initiators\": []}]}").error().text,
            "an element of \"zones\" is not a target with its initiators");
  EXPECT_EQ(readZones("{\"zones\": [{\"target\": \"iqn.a\", \"initiators\": [7]}]}").error().text,
            "an initiator of iqn.a is no text");
}

}  // namespace
}  // namespace agent

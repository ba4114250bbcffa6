// --break-glass: what it makes of a managed target, until when it holds, and what is kept and told of it.
#include "agent/app/break_glass.h"

#include <gmock/gmock.h>

#include "agent/app/managed_report.h"
#include "agent/app/managed_targets.h"
#include "shared/base/printable.h"
#include "tests/unit/agent/agent_testing.h"

namespace agent {
namespace {

using agent_test::FakeTargets;
using agent_test::kHost;
using agent_test::kTarget;
using control::Command;
using ::testing::HasSubstr;

constexpr std::string_view kStranger = "iqn.2024-01.org.example:stranger";

std::shared_ptr<management::DesiredState> stateWith(std::string_view initiator, std::uint32_t lun,
                                                    std::uint64_t revision = 12) {
  auto state = std::make_shared<management::DesiredState>();
  state->revision = revision;
  management::DesiredTarget& target = state->targets.emplace_back();
  target.target = kTarget;
  management::DesiredInitiator& one = target.initiators.emplace_back();
  one.name = initiator;
  one.maps = {{"naa.3900000000000031", lun, san::Right::ReadWrite}};
  return state;
}

struct GlassTest : testing::Test {
  GlassTest() {
    target::Setup setup;
    for (const char* id : {"disk1", "disk2"}) {
      target::UnitSetup& unit = setup.units.emplace_back();
      unit.id = id;
      unit.identity.naa = {0x39, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(id[4])};
    }
    setup.targets.emplace_back().name = kTarget;
    EXPECT_TRUE(targets.apply(std::move(setup)).ok());
    obey();
  }
  void obey() { ASSERT_TRUE(targets.obey({{std::string(kTarget)}, state, glass}).ok()); }

  // Empty: it was done, and holds.
  std::string does(Command command, std::initializer_list<std::pair<const char*, base::Json>> arguments) {
    control::Request request;
    request.command = command;
    request.arguments.set("target", base::Json(kTarget));
    for (const auto& [name, value] : arguments) request.arguments.set(name, value);
    if (!request.arguments.has("break_glass")) request.arguments.set("break_glass", base::Json("server down"));
    auto rule = breakGlass(glass, {request, *state, targets.inForce(), 1000, 77});
    if (!rule) return rule.error().text;
    glass.untold.push_back(rule->last);
    glass.put(std::move(*rule));
    obey();
    return {};
  }
  const target::AccessRule* rule(std::string_view initiator) {
    return target::findRule(server->setup().targets[0], initiator, net::Address::v4(10, 0, 0, 1, 1));
  }
  std::string lunsOf(std::string_view initiator) { return agent_test::lunsOf(server->setup(), kTarget, initiator); }

  FakeTargets* server = new FakeTargets;
  ManagedTargets targets{std::unique_ptr<Targets>(server)};
  std::shared_ptr<const management::DesiredState> state = stateWith(kHost, 3);
  BreakGlass glass;
};

TEST_F(GlassTest, aStrangerGetsAUnitByTheProofThatIsNamed) {
  EXPECT_EQ(rule(kStranger), nullptr);
  EXPECT_EQ(does(Command::Map, {{"initiator", kStranger}, {"unit", "disk2"}, {"read_only", true}}), "");
  EXPECT_EQ(lunsOf(kStranger), "0=disk2,ro");
  EXPECT_FALSE(rule(kStranger)->policy.noneAllowed) << "CHAP, if nothing else is said";
  base::Json::Array none{base::Json("authentication=none")};
  EXPECT_EQ(does(Command::Allow, {{"initiator", kStranger}, {"settings", std::move(none)}}), "");
  EXPECT_TRUE(rule(kStranger)->policy.noneAllowed);
  EXPECT_EQ(lunsOf(kStranger), "0=disk2,ro") << "they stay";
  EXPECT_EQ(lunsOf(kHost), "3=disk1") << "the server decides about others";
}

TEST_F(GlassTest, aHostOfTheServerKeepsWhatItHasAndGetsMore) {
  EXPECT_EQ(does(Command::Map, {{"initiator", kHost}, {"unit", "disk2"}}), "");
  EXPECT_EQ(lunsOf(kHost), "0=disk2 3=disk1");
  EXPECT_TRUE(rule(kHost)->policy.noneAllowed) << "the proof is the server's";
  EXPECT_EQ(does(Command::Unmap, {{"initiator", kHost}, {"lun", std::uint64_t{3}}}), "");
  EXPECT_EQ(lunsOf(kHost), "0=disk2");
  base::Json::Array mutual{base::Json("authentication=mutual")};
  EXPECT_EQ(does(Command::Allow, {{"initiator", kHost}, {"settings", std::move(mutual)}}), "");
  EXPECT_TRUE(rule(kHost)->policy.mutualRequired);
  EXPECT_EQ(does(Command::Deny, {{"initiator", kHost}}), "");
  EXPECT_EQ(rule(kHost), nullptr);
  EXPECT_EQ(glass.rules.size(), 1U);
  EXPECT_EQ(glass.untold.size(), 4U);
  EXPECT_EQ(glass.untold[1].command, "unmap 3=disk1");
}

TEST_F(GlassTest, whatCannotBeMeantIsRefused) {
  EXPECT_THAT(does(Command::Map, {{"unit", "disk2"}}), HasSubstr("name the initiator"));
  EXPECT_THAT(does(Command::Map, {{"initiator", "*"}, {"unit", "disk2"}}), HasSubstr("not everybody"));
  EXPECT_THAT(does(Command::Map, {{"initiator", kHost}, {"unit", "disk9"}}), HasSubstr("no unit"));
  EXPECT_THAT(does(Command::Map, {{"initiator", kHost}, {"unit", "disk2"}, {"lun", std::uint64_t{3}}}),
              HasSubstr("unmap it first"));
  EXPECT_THAT(does(Command::Map, {{"initiator", kHost}, {"unit", "disk2"}, {"break_glass", ""}}), HasSubstr("reason"));
  EXPECT_THAT(does(Command::Map, {{"initiator", kHost}, {"unit", "disk2"}, {"break_glass", "a\nb"}}),
              HasSubstr("a reason must be UTF-8 text without control characters"));
  EXPECT_THAT(does(Command::Unmap, {{"initiator", kStranger}, {"lun", std::uint64_t{0}}}), HasSubstr("does not let"));
  base::Json::Array luns{base::Json("luns=0=disk1")};
  EXPECT_THAT(does(Command::Allow, {{"initiator", kHost}, {"settings", std::move(luns)}}), HasSubstr("only"));
  EXPECT_TRUE(glass.rules.empty());
}

TEST_F(GlassTest, aReasonThatTheServerWouldNotReadIsRefused) {
  for (const char* reason : {"x\x7f", "x\xc2\x85", "x\xff", "x\ty"}) {
    EXPECT_THAT(does(Command::Map, {{"initiator", kHost}, {"unit", "disk2"}, {"break_glass", reason}}),
                HasSubstr("a reason must be"))
        << base::printable(reason);
  }
  EXPECT_EQ(does(Command::Map, {{"initiator", kHost}, {"unit", "disk2"}, {"break_glass", "Störung"}}), "");
  const auto read = readGlass(glassText(glass));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(*read, glass);
}

TEST_F(GlassTest, itHoldsUntilTheServerSaysSomethingElseOfThatInitiator) {
  ASSERT_EQ(does(Command::Map, {{"initiator", kHost}, {"unit", "disk2"}}), "");
  auto more = stateWith(kHost, 3, 13);
  more->targets[0].initiators[0].md5Refused = true;
  more->targets[0].initiators.emplace_back().name = kStranger;
  EXPECT_TRUE(endOutdated(glass, *more).empty()) << "another host, and how a secret is proven";
  EXPECT_TRUE(endOutdated(glass, management::DesiredState()).empty()) << "a state that was lost says nothing";
  EXPECT_EQ(endOutdated(glass, *stateWith(kHost, 4, 14)).size(), 1U);
  EXPECT_TRUE(glass.rules.empty());
}

TEST_F(GlassTest, oneThatTheServerDidNotNameHoldsUntilItDoes) {
  ASSERT_EQ(does(Command::Map, {{"initiator", kStranger}, {"unit", "disk2"}}), "");
  EXPECT_TRUE(endOutdated(glass, *stateWith(kHost, 9, 13)).empty());
  EXPECT_EQ(endOutdated(glass, *stateWith(kStranger, 0, 14)).size(), 1U);
}

TEST_F(GlassTest, brokenOverALostStateItTakesTheFirstWordOfTheServerAsWhatWasSaid) {
  state = std::make_shared<management::DesiredState>();
  ASSERT_EQ(does(Command::Map, {{"initiator", kHost}, {"unit", "disk2"}}), "");
  EXPECT_TRUE(endOutdated(glass, *stateWith(kHost, 3, 12)).empty());
  EXPECT_EQ(endOutdated(glass, *stateWith(kHost, 4, 13)).size(), 1U);
}

TEST_F(GlassTest, aUnitThatIsNotThereIsLeftOutAndComesBack) {
  ASSERT_EQ(does(Command::Map, {{"initiator", kHost}, {"unit", "disk2"}}), "");
  target::Setup setup = targets.setup();
  const target::Setup whole = setup;
  setup.units.pop_back();
  ASSERT_TRUE(targets.apply(std::move(setup)).ok());
  EXPECT_EQ(lunsOf(kHost), "3=disk1");
  ASSERT_TRUE(targets.apply(whole).ok());
  EXPECT_EQ(lunsOf(kHost), "0=disk2 3=disk1");
}

TEST_F(GlassTest, itIsReadAsItWasKept) {
  base::Json::Array none{base::Json("authentication=none")};
  ASSERT_EQ(does(Command::Map, {{"initiator", kStranger}, {"unit", "disk2"}, {"settings", std::move(none)}}), "");
  ASSERT_EQ(does(Command::Deny, {{"initiator", kHost}}), "");
  const auto read = readGlass(glassText(glass));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(*read, glass);
  EXPECT_FALSE(readGlass(R"({"rules": [{"admitted": true, "luns": ["x"], "last": {}}]})"));
  EXPECT_FALSE(readGlass("{}}"));
}

TEST_F(GlassTest, theReportSaysWhatIsAppliedAndThatItWasDoneByHand) {
  ASSERT_EQ(does(Command::Map, {{"initiator", kHost}, {"unit", "disk2"}}), "");
  const auto units = targets.units();
  const management::Truth truth = truthOf({targets.obeyed(), 55, targets.setup(), targets.inForce(), units, {}, {}});
  ASSERT_EQ(truth.targets.size(), 1U);
  EXPECT_EQ(truth.targets[0].maps.size(), 2U);
  EXPECT_EQ(truth.targets[0].glassBrokenAt, 77);
  EXPECT_EQ(truth.targets[0].glassReason, "server down");
  ASSERT_EQ(truth.brokenGlass.size(), 1U);
  EXPECT_EQ(truth.brokenGlass[0].command, "map 0=disk2");
  const std::string first = management::reportText(2, true, truth, {}, {});
  EXPECT_THAT(first, HasSubstr(R"("glass_broken_at": 77)"));
  EXPECT_THAT(first, HasSubstr(R"("break_glass")"));
  EXPECT_THAT(management::reportText(3, true, truth, truth, {}), testing::Not(HasSubstr(R"("break_glass")")))
      << "once, also where the server wants all";
}

}  // namespace
}  // namespace agent

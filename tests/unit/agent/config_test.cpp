#include "agent/app/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/app/config_forms.h"
#include "agent/app/config_table.h"
#include "agent/app/setup_builder.h"
#include "shared/base/hex.h"
#include "tests/unit/agent/agent_testing.h"

namespace {

using agent_test::errorsOf;
using agent_test::parsed;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kStore = R"(
[[unit]]
id = "disk1"
store = "memory:1M"
[[unit]]
id = "iso"
store = "null:1G,readonly"
serial = "S1"
naa = "6001405aaaaaaaaaaaaaaaaaaaaaaaaa"
[[target]]
name = "IQN.2024-01.org.example:Store"
alias = "Store"
groups = ["1", "2"]
[[access]]
target = "iqn.2024-01.org.example:store"
initiator = "iqn.2024-01.org.example:host1"
addresses = ["10.0.0.0/8"]
authentication = "mutual"
algorithms = ["SHA-256"]
luns = ["1=iso,ro", "0=disk1"]
[[access]]
target = "iqn.2024-01.org.example:store"
authentication = "none"
)";

target::Setup setupOf(const agent::Config& config) {
  agent::ConfigErrors errors;
  target::Setup setup = agent::buildSetup(config.objects, config.runtime, {base::Bytes(32, 7)}, errors);
  EXPECT_THAT(errors, IsEmpty());
  return setup;
}

TEST(AgentConfig, HasTheDocumentedDefaults) {
  const agent::Config config = parsed("");
  EXPECT_EQ(config.start.state.folder, "/var/lib/sanctum/agent");
  EXPECT_EQ(config.start.control.socket, "/run/sanctum/agent.sock");
  EXPECT_EQ(config.start.http.address, net::Address::v4(127, 0, 0, 1, 3287));
  ASSERT_EQ(config.start.portals.size(), 2U);
  EXPECT_EQ(config.start.portals[0].address, net::Address::v4(0, 0, 0, 0, 3260));
  EXPECT_EQ(config.start.portals[1].address.text(), "[::]:3260");
  EXPECT_EQ(config.start.engine.choice, block::EngineChoice::Auto);
  EXPECT_TRUE(config.objects[agent::ObjectKind::Unit].empty());
  EXPECT_EQ(config.runtime.discovery.authentication, agent::Authentication::None);
}

TEST(AgentConfig, TakesTheLimitsOfTheTargetServerAsItsDefaults) {
  const target::Limits documented = parsed("").start.limits;
  const target::Limits limits;
  EXPECT_EQ(documented.connections, limits.connections);
  EXPECT_EQ(documented.loginsAtATime, limits.loginsAtATime);
  EXPECT_EQ(documented.loginsOfAnAddress, limits.loginsOfAnAddress);
  EXPECT_EQ(documented.sessions, limits.sessions);
  EXPECT_EQ(documented.sessionsPerInitiator, limits.sessionsPerInitiator);
  EXPECT_EQ(documented.loginTime, limits.loginTime);
  EXPECT_EQ(documented.logoutTime, limits.logoutTime);
  EXPECT_EQ(documented.pingAfter, limits.pingAfter);
  EXPECT_EQ(documented.pingTime, limits.pingTime);
  EXPECT_EQ(documented.dataOutTime, limits.dataOutTime);
  EXPECT_EQ(documented.commandWindow, limits.commandWindow);
  EXPECT_EQ(documented.writeMemory, limits.writeMemory);
  EXPECT_EQ(documented.unitMemory, limits.unitMemory);
  EXPECT_EQ(documented.outputHighWater, limits.outputHighWater);
}

TEST(AgentConfig, BecomesASetupWithNamesInTheirNormalSpelling) {
  const target::Setup setup = setupOf(parsed(kStore));
  ASSERT_EQ(setup.targets.size(), 1U);
  const target::TargetSetup& target = setup.targets[0];
  EXPECT_EQ(target.name, agent_test::kTarget);
  EXPECT_THAT(target.groups, ElementsAre(1, 2));
  ASSERT_EQ(target.rules.size(), 2U);
  EXPECT_EQ(target.rules[0].initiator, agent_test::kHost);
  EXPECT_TRUE(target.rules[0].policy.mutualRequired);
  EXPECT_FALSE(target.rules[0].policy.takesNone());
  EXPECT_THAT(target.rules[0].policy.algorithms.list(), ElementsAre(iscsi::ChapAlgorithm::Sha256));
  EXPECT_TRUE(target.rules[0].addresses[0].contains(net::Address::v4(10, 1, 2, 3, 0)));
  EXPECT_THAT(target.rules[0].luns, ElementsAre(target::LunMapping{0, "disk1", target::Right::ReadWrite},
                                                target::LunMapping{1, "iso", target::Right::ReadOnly}));
  EXPECT_TRUE(target.rules[1].policy.takesNone());
  EXPECT_THAT(target.rules[1].luns, IsEmpty());
}

TEST(AgentConfig, DemandsChapWhereARuleSaysNothing) {
  const agent::Config config = parsed(R"(
[[target]]
name = "iqn.2024-01.org.example:store"
[[access]]
target = "iqn.2024-01.org.example:store"
)");
  const iscsi::AuthPolicy policy = setupOf(config).targets[0].rules[0].policy;
  EXPECT_FALSE(policy.takesNone());
  EXPECT_TRUE(policy.chapAllowed);
}

TEST(AgentConfig, WishesForFastDefaults) {
  const iscsi::Wishes wishes = setupOf(parsed(kStore)).targets[0].wishes;
  EXPECT_EQ(wishes.value(iscsi::Key::MaxRecvDataSegmentLength), 262144U);
  EXPECT_EQ(wishes.value(iscsi::Key::MaxBurstLength), 1048576U);
  EXPECT_EQ(wishes.value(iscsi::Key::FirstBurstLength), 262144U);
  EXPECT_EQ(wishes.value(iscsi::Key::InitialR2T), 0U);
  EXPECT_EQ(wishes.value(iscsi::Key::ImmediateData), 1U);
  EXPECT_EQ(wishes.value(iscsi::Key::MaxConnections), 4U);
  EXPECT_EQ(wishes.value(iscsi::Key::MaxOutstandingR2T), 4U);
  EXPECT_EQ(wishes.value(iscsi::Key::ErrorRecoveryLevel), 0U);
  EXPECT_TRUE(wishes.allows(iscsi::Key::HeaderDigest, static_cast<std::uint32_t>(iscsi::Digest::Crc32c)));
  EXPECT_TRUE(wishes.allows(iscsi::Key::DataDigest, static_cast<std::uint32_t>(iscsi::Digest::None)));
}

TEST(AgentConfig, GivesUnitsStableIdentitiesOfTheirOwn) {
  const target::Setup setup = setupOf(parsed(kStore));
  const scsi::UnitIdentity& made = agent_test::unitOf(setup, "disk1")->identity;
  EXPECT_EQ(made.serial, agent::madeSerial({base::Bytes(32, 7)}, "disk1"));
  EXPECT_EQ(made.naa.size(), 8U);
  EXPECT_EQ(made.naa[0] >> 4U, 3);
  EXPECT_NE(made.serial, agent::madeSerial({base::Bytes(32, 8)}, "disk1"));
  EXPECT_NE(made.serial, agent::madeSerial({base::Bytes(32, 7)}, "disk2"));
  const scsi::UnitIdentity& given = agent_test::unitOf(setup, "iso")->identity;
  EXPECT_EQ(given.serial, "S1");
  EXPECT_EQ(base::hexText(given.naa), "6001405aaaaaaaaaaaaaaaaaaaaaaaaa");
}

TEST(AgentConfig, ErrorsNameFileLineAndKey) {
  EXPECT_THAT(errorsOf("[[unit]]\nid = \"Disk\"\nstore = \"memory:1M\"\n"),
              ElementsAre(HasSubstr("f.toml:2:6: 'id' expects a unit id")));
  EXPECT_THAT(errorsOf("[[unit]]\nid = \"a\"\nstore = \"memry:1M\"\n"), ElementsAre(HasSubstr("f.toml:3:9: 'store'")));
  EXPECT_THAT(errorsOf("[[unit]]\nid = \"a\"\nstore = \"memory:1M\"\nserail = \"x\"\n"),
              ElementsAre(HasSubstr("did you mean 'serial'?")));
  EXPECT_THAT(errorsOf("[[target]]\nname = \"disk\"\n"), ElementsAre(HasSubstr("f.toml:2:8: 'name' expects an iSCSI")));
  EXPECT_THAT(errorsOf("[limits]\nsesions = 3\n"), ElementsAre(HasSubstr("did you mean 'limits.sessions'?")));
}

TEST(AgentConfig, RefusesWhatContradictsItself) {
  const std::string unit = "[[unit]]\nid = \"a\"\nstore = \"memory:1M\"\n";
  const std::string target = "[[target]]\nname = \"iqn.2024-01.org.example:store\"\n";
  const std::string access = "[[access]]\ntarget = \"iqn.2024-01.org.example:store\"\n";
  EXPECT_THAT(errorsOf(unit + unit), ElementsAre(HasSubstr("f.toml:5:6: the unit 'a' is there twice")));
  EXPECT_THAT(errorsOf(target + target), ElementsAre(HasSubstr("is there twice")));
  EXPECT_THAT(errorsOf(target + access + access), ElementsAre(HasSubstr("another rule")));
  EXPECT_THAT(errorsOf(access), ElementsAre(HasSubstr("there is no target")));
  EXPECT_THAT(errorsOf(unit + target + access + "luns = [\"0=b\"]\n"),
              ElementsAre(HasSubstr("f.toml:8:8: there is no unit 'b'; did you mean 'a'?")));
  EXPECT_THAT(errorsOf(unit + target + access + "luns = [\"0=a\", \"0=a\"]\n"),
              ElementsAre(HasSubstr("LUN 0 is there")));
  EXPECT_THAT(errorsOf("[[unit]]\nid = \"a\"\nstore = \"file:/x\"\n[[unit]]\nid = \"b\"\nstore = \"file:/x\"\n"),
              ElementsAre(HasSubstr("has the same store")));
  EXPECT_THAT(errorsOf(target + "first_burst_length = \"2MiB\"\n"), ElementsAre(HasSubstr("max_burst_length")));
  EXPECT_THAT(errorsOf("[[chap]]\nname = \"a\"\nsecret = \"a\"\nmutual_name = \"t\"\n"),
              ElementsAre(HasSubstr("go together")));
  EXPECT_THAT(errorsOf("[[portal]]\naddress = \"1.1.1.1\"\n[[portal]]\naddress = \"1.1.1.1:3260\"\n"),
              ElementsAre(HasSubstr("is there twice")));
}

TEST(AgentConfig, OfReadOnlyUnitsManyMayShareAStore) {
  EXPECT_THAT(errorsOf("[[unit]]\nid = \"a\"\nstore = \"file:/x,readonly\"\n"
                       "[[unit]]\nid = \"b\"\nstore = \"file:/x,readonly\"\n"),
              IsEmpty());
}

TEST(AgentConfig, ReadsBackWhatItPrints) {
  const agent::Config config = parsed(kStore, {"log.level=debug"});
  const agent::Config again = parsed(agent::effectiveText(config));
  for (std::size_t i = 0; i < config.values.keys.size(); ++i) {
    EXPECT_EQ(config.values.keys[i].value, again.values.keys[i].value);
  }
  EXPECT_EQ(again.objects[agent::ObjectKind::Access].size(), 2U);
}

TEST(AgentConfig, KeepsPortalsAndLimitsUntilARestart) {
  const agent::Config running = parsed("");
  agent::Config wanted =
      parsed("[limits]\nsessions = 5\n[log]\nlevel = \"debug\"\n[[portal]]\naddress = \"127.0.0.1\"\n");
  const agent::Reloaded reloaded = agent::reloaded(running, std::move(wanted));
  ASSERT_EQ(reloaded.frozen.size(), 2U);
  EXPECT_EQ(reloaded.frozen[0].key, "limits.sessions");
  EXPECT_EQ(reloaded.frozen[1].key, "portal");
  EXPECT_THAT(reloaded.changed, ElementsAre("log.level"));
  EXPECT_EQ(reloaded.config.start.portals.size(), 2U);
  EXPECT_EQ(reloaded.config.start.limits.sessions, 8192U);
  EXPECT_EQ(reloaded.config.runtime.log.level, ops::Severity::Debug);
}

TEST(AgentConfig, KnowsLunEntries) {
  EXPECT_EQ(agent::parseLunEntry("16383=a,ro")->lun, 16383U);
  EXPECT_EQ(agent::parseLunEntry("16383=a,ro")->right, target::Right::ReadOnly);
  EXPECT_EQ(agent::parseLunEntry("0=a,rw")->right, target::Right::ReadWrite);
  for (const char* text : {"", "a", "=a", "0=", "16384=a", "-1=a", "0=a,", "0=a,rx", "0=A", "0=a,ro,ro", "0x1=a"}) {
    EXPECT_FALSE(agent::parseLunEntry(text)) << text;
  }
}

}  // namespace

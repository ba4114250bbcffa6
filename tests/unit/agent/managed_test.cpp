// What a desired state makes of a setup, of CHAP and of reports.
#include <gmock/gmock.h>

#include "agent/app/credentials.h"
#include "agent/app/managed_credentials.h"
#include "agent/app/managed_report.h"
#include "agent/app/management.h"
#include "agent/app/zoned_targets.h"
#include "shared/base/plain_text.h"
#include "shared/mgmt/report_limits.h"
#include "tests/unit/agent/agent_testing.h"

using namespace agent_test;

namespace agent {
namespace {

constexpr std::string_view kOther = "iqn.2024-01.org.example:other";
const net::Address kFrom = net::Address::v4(10, 0, 0, 1, 1);

management::HandOver handOver(std::vector<std::pair<std::uint32_t, std::string>> accept,
                              std::vector<std::pair<std::uint32_t, std::string>> answer = {}) {
  management::HandOver over(std::pmr::get_default_resource());
  over.credential = 9;
  over.step = 4;
  over.userName = "user";
  over.mutual = !answer.empty();
  for (auto& [version, text] : accept) over.accept.push_back({version, *base::Secret::from(text)});
  for (auto& [version, text] : answer) over.answer.push_back({version, *base::Secret::from(text)});
  return over;
}

target::Setup localSetup() {
  target::Setup setup;
  for (const char* id : {"disk1", "disk2"}) {
    target::UnitSetup& unit = setup.units.emplace_back();
    unit.id = id;
    unit.store = "memory:1M";
    unit.identity.naa = {0x39, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(id[4])};
  }
  for (const std::string_view name : {kTarget, kOther}) {
    target::TargetSetup& target = setup.targets.emplace_back();
    target.name = name;
    target.rules.push_back({"*", {}, {}, {{5, "disk1", target::Right::ReadWrite}}});
  }
  return setup;
}
constexpr std::string_view kDisk2 = "naa.3900000000000032";

struct ManagedTest : testing::Test {
  FakeTargets* server = new FakeTargets;
  ManagedTargets* managed = new ManagedTargets(std::unique_ptr<Targets>(server));
  ZonedTargets targets{std::unique_ptr<Targets>(managed)};

  static Obeyed obeyed(std::vector<management::HandOver> credentials = {}, san::ChapDemand chap = san::ChapDemand::None,
                       bool md5Refused = false) {
    auto state = std::make_shared<management::DesiredState>();
    state->revision = 12;
    management::DesiredTarget& target = state->targets.emplace_back();
    target.target = kTarget;
    management::DesiredInitiator& initiator = target.initiators.emplace_back();
    initiator.name = kHost;
    initiator.chap = chap;
    initiator.md5Refused = md5Refused;
    initiator.maps = {{"naa.9999999999999999", 1, san::Right::ReadWrite},
                      {std::string(kDisk2), 3, san::Right::ReadOnly}};
    initiator.credentials = std::move(credentials);
    return {{std::string(kTarget)}, std::move(state)};
  }
  const target::AccessRule* rule(std::size_t target, std::string_view initiator) {
    return target::findRule(server->setup().targets[target], initiator, kFrom);
  }
};

TEST_F(ManagedTest, theStateTakesThePlaceOfTheRulesOfItsTargetsAlone) {
  ASSERT_TRUE(targets.apply(localSetup()).ok());
  ASSERT_TRUE(managed->obey(obeyed()).ok());
  EXPECT_EQ(rule(0, "iqn.2024-01.org.example:stranger"), nullptr);
  const target::AccessRule* host = rule(0, kHost);
  ASSERT_NE(host, nullptr);
  EXPECT_EQ(host->luns, (std::vector<target::LunMapping>{{3, "disk2", target::Right::ReadOnly}}))
      << "a unit that is not here is left out";
  EXPECT_TRUE(host->policy.noneAllowed);
  EXPECT_FALSE(host->policy.chapAllowed);
  EXPECT_NE(rule(1, "iqn.2024-01.org.example:stranger"), nullptr) << "not in the certificate";
  EXPECT_EQ(targets.setup().targets[0].rules[0].initiator, "*") << "what was given is kept";
}

TEST_F(ManagedTest, zonesDoNotCountThereButElsewhere) {
  targets.enforce(true);
  ASSERT_TRUE(targets.apply(localSetup()).ok());
  ASSERT_TRUE(managed->obey(obeyed()).ok());
  EXPECT_NE(rule(0, kHost), nullptr);
  EXPECT_EQ(rule(1, kHost), nullptr);
  ASSERT_TRUE(managed->obey({}).ok());
  EXPECT_EQ(rule(0, kHost), nullptr) << "the zone counts again";
  targets.enforce(false);
  EXPECT_NE(rule(0, "iqn.2024-01.org.example:stranger"), nullptr) << "and the local rule";
}

TEST_F(ManagedTest, aTargetThatTheStateDoesNotKnowAdmitsNobody) {
  Obeyed nobody{{std::string(kTarget)}, std::make_shared<management::DesiredState>()};
  ASSERT_TRUE(managed->obey(std::move(nobody)).ok());
  ASSERT_TRUE(targets.apply(localSetup()).ok());
  EXPECT_EQ(rule(0, kHost), nullptr);
}

TEST_F(ManagedTest, untilTheFirstStateLocalRulesGoOn) {
  ASSERT_TRUE(managed->obey({{std::string(kTarget)}, nullptr}).ok());
  ASSERT_TRUE(targets.apply(localSetup()).ok());
  EXPECT_NE(rule(0, "iqn.2024-01.org.example:stranger"), nullptr);
}

TEST_F(ManagedTest, closedItClosesTheRulesOfTheStateAloneAndOpensThemAgain) {
  ASSERT_TRUE(targets.apply(localSetup()).ok());
  managed->close(true);
  EXPECT_FALSE(rule(0, kHost)->closed) << "no state has come: local rules go on";
  ASSERT_TRUE(managed->obey(obeyed()).ok());
  EXPECT_TRUE(rule(0, kHost)->closed);
  EXPECT_FALSE(rule(1, kHost)->closed) << "not in the certificate";
  managed->close(false);
  EXPECT_FALSE(rule(0, kHost)->closed);
}

TEST_F(ManagedTest, whatWasChangedByBreakGlassIsNotClosed) {
  ASSERT_TRUE(targets.apply(localSetup()).ok());
  Obeyed broken = obeyed();
  GlassRule glass;
  glass.target = kTarget;
  glass.initiator = kHost;
  glass.luns = {{0, "disk1", target::Right::ReadWrite}};
  broken.glass.put(glass);
  ASSERT_TRUE(managed->obey(std::move(broken)).ok());
  managed->close(true);
  EXPECT_FALSE(rule(0, kHost)->closed);
}

TEST_F(ManagedTest, theProofIsTheOneThatIsOwed) {
  ASSERT_TRUE(targets.apply(localSetup()).ok());
  std::vector<management::HandOver> one;
  one.push_back(handOver({{1, "a secret of sixteen"}}));
  ASSERT_TRUE(managed->obey(obeyed(std::move(one), san::ChapDemand::Mutual, true)).ok());
  const iscsi::AuthPolicy& policy = rule(0, kHost)->policy;
  EXPECT_FALSE(policy.takesNone());
  EXPECT_TRUE(policy.mutualRequired);
  EXPECT_FALSE(policy.algorithms.contains(iscsi::ChapAlgorithm::Md5));
  EXPECT_TRUE(policy.algorithms.contains(iscsi::ChapAlgorithm::Sha3_256));
}

struct Receiver final : iscsi::CredentialsReceiver {
  std::optional<iscsi::ChapCredentials> got;
  void onCredentials(std::optional<iscsi::ChapCredentials> credentials, base::TimePoint) override {
    got = std::move(credentials);
  }
  void onCredentialsFailed(base::TimePoint) override {}
};

std::string shown(const base::Secret& secret) { return std::string(base::asText(secret.reveal())); }

struct ManagedChap : ManagedTest {
  Credentials local;
  ManagedCredentials credentials{local};
  Obeyed held;

  void hold(management::HandOver over) {
    std::vector<management::HandOver> list;
    list.push_back(std::move(over));
    held = obeyed(std::move(list));
    credentials.follow([this]() -> const Obeyed& { return held; });
  }
  std::optional<iscsi::ChapCredentials> ask(std::string_view target = kTarget, bool discovery = false) {
    Receiver receiver;
    credentials.ask({kHost, target, discovery, "user"}, receiver, base::TimePoint{});
    return std::move(receiver.got);
  }
  management::ProofUsed used(iscsi::SecretMatch match, iscsi::Proof proof = iscsi::Proof::Chap) {
    target::SessionFacts session;
    session.initiator = kHost;
    session.target = kTarget;
    session.identity = {proof, "user", true};
    session.secret = match;
    return provenBy(held, session);
  }
};

TEST_F(ManagedChap, bothVersionsAreTakenAndTheOneThatWasUsedIsKnown) {
  hold(handOver({{3, "the old secret"}, {4, "the new secret"}}));
  const auto got = ask();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->initiator.name, "user");
  EXPECT_EQ(shown(got->initiator.current), "the old secret");
  EXPECT_EQ(shown(got->initiator.next), "the new secret");
  EXPECT_FALSE(got->target.usable());
  EXPECT_EQ(used(iscsi::SecretMatch::Current), (management::ProofUsed{9, 3, 0, true}));
  EXPECT_EQ(used(iscsi::SecretMatch::Next), (management::ProofUsed{9, 4, 0, true}));
}

TEST_F(ManagedChap, itAnswersAsItsPeerDidWhereItIsToldTo) {
  management::HandOver over =
      handOver({{3, "the old secret"}, {4, "the new secret"}}, {{3, "our old secret"}, {4, "our new secret"}});
  over.answerAsPeer = true;
  hold(std::move(over));
  const auto got = ask();
  EXPECT_TRUE(got->answerAsPeer);
  EXPECT_EQ(got->target.name, kTarget) << "without a name of its own";
  EXPECT_EQ(shown(got->target.current), "our old secret");
  EXPECT_EQ(shown(got->target.next), "our new secret");
  EXPECT_EQ(used(iscsi::SecretMatch::Next, iscsi::Proof::MutualChap), (management::ProofUsed{9, 4, 4, true}));
}

TEST_F(ManagedChap, elsewhereAndForDiscoveryTheConfigurationCounts) {
  hold(handOver({{3, "the old secret"}}));
  EXPECT_FALSE(ask(kOther));
  EXPECT_FALSE(ask(kTarget, true));
}

TEST_F(ManagedTest, theReportIsWhatIsInForce) {
  ASSERT_TRUE(targets.apply(localSetup()).ok());
  std::vector<management::HandOver> one;
  one.push_back(handOver({{1, "a secret of sixteen"}}));
  ASSERT_TRUE(managed->obey(obeyed(std::move(one))).ok());
  target::SessionFacts session;
  session.id = 3;
  session.initiator = kHost;
  session.target = kTarget;
  session.since = base::WallTime(std::chrono::seconds(77));
  session.connections.push_back({0, kFrom, net::Address::v4(10, 0, 0, 2, 3260)});
  target::SessionFacts foreign = session;
  foreign.target = kOther;
  const auto units = targets.units();
  const std::vector<target::SessionFacts> sessions{session, foreign};
  const std::map<std::uint64_t, management::ProofUsed> proofs{{3, {9, 1, 0, false}}};
  const management::Truth truth =
      truthOf({managed->obeyed(), 55, managed->setup(), managed->inForce(), units, sessions, proofs});
  ASSERT_EQ(truth.targets.size(), 1U);
  EXPECT_EQ(truth.targets[0].desired, 12U);
  EXPECT_EQ(truth.targets[0].appliedAt, 55);
  EXPECT_EQ(truth.targets[0].admitted, std::vector<std::string>{std::string(kHost)});
  EXPECT_EQ(truth.targets[0].maps,
            (std::vector<management::AppliedMap>{{std::string(kHost), std::string(kDisk2), 3, san::Right::ReadOnly}}));
  ASSERT_EQ(truth.units.size(), 2U);
  EXPECT_EQ(truth.units[0].paths, (std::vector<management::UnitPath>{{std::string(kTarget), 5}}))
      << "as locally mapped";
  EXPECT_EQ(truth.units[1].paths, (std::vector<management::UnitPath>{{std::string(kTarget), 0}})) << "the lowest free";
  EXPECT_EQ(truth.units[0].bytes, 2048U * 512);
  ASSERT_EQ(truth.sessions.size(), 1U);
  EXPECT_EQ(truth.sessions[0].portal, "10.0.0.2:3260/tcp");
  EXPECT_EQ(truth.sessions[0].units, std::vector<std::string>{std::string(kDisk2)});
  EXPECT_EQ(truth.sessions[0].used.version, 1U);
  EXPECT_EQ(truth.credentials, (std::vector<management::AppliedStep>{{9, 4}}));
}

TEST_F(ManagedTest, theReportTellsOfWhomMoreIsDemandedThanOfAll) {
  ASSERT_TRUE(targets.apply(localSetup()).ok());
  const auto reported = [&] {
    return truthOf({managed->obeyed(), 55, managed->setup(), managed->inForce(), {}, {}, {}}).targets.at(0);
  };
  ASSERT_TRUE(managed->obey(obeyed()).ok());
  EXPECT_TRUE(reported().provesOneWay.empty() && reported().provesMutual.empty() && reported().provesNothing.empty());
  std::vector<management::HandOver> one;
  one.push_back(handOver({{1, "a secret of sixteen"}}));
  ASSERT_TRUE(managed->obey(obeyed(std::move(one), san::ChapDemand::Mutual)).ok());
  EXPECT_EQ(reported().chap, san::ChapDemand::None);
  EXPECT_EQ(reported().provesMutual, std::vector<std::string>{std::string(kHost)});
}

// The server takes no report that has more, or a text that is longer or has a control character.
TEST(HostReport, isWithinWhatTheServerTakesWhateverTargetsShow) {
  management::Truth truth;
  truth.sessions.resize(1);
  truth.sessions[0].units = {"naa.1"};
  std::vector<management::SeenSession> sessions(40);  // of as many portals
  for (management::SeenSession& one : sessions) one.units.assign(1000, "t10.a\n" + std::string(300, 'x'));
  addHost(truth, {}, sessions);
  ASSERT_EQ(truth.sessions.size(), 41U);
  std::size_t units = 0;
  for (const management::SeenSession& one : truth.sessions) {
    units += one.units.size();
    for (const std::string& unit : one.units) ASSERT_EQ(base::plainTextFault(unit, 255), "");
  }
  EXPECT_EQ(units, mgmt::ReportLimits::kSessionUnits);
  EXPECT_TRUE(truth.sessions[1].units[0].starts_with("t10.a\\x0a"));
}

TEST(PortalReport, tellsHowAPortalHangsOnTheNetwork) {
  management::Truth truth;
  truth.portals = portalsOf({{net::Address::v4(10, 0, 5, 1, 3260), "eth0.5", 5, 9000, 10000, 24, true}});
  EXPECT_THAT(management::reportText(1, true, truth, {}, {}),
              testing::HasSubstr(R"({"portal": "10.0.5.1:3260/tcp", "interface": "eth0.5", "vlan": 5, "mtu": 9000, )"
                                 R"("speed": 10000, "prefix": 24, "up": true})"));
}

TEST(ManagementServer, hasAPortAndNothingElseInItsName) {
  EXPECT_EQ(*managementServer("san.example.org"), "san.example.org:3285");
  EXPECT_EQ(*managementServer("10.0.0.1:99"), "10.0.0.1:99");
  EXPECT_EQ(*managementServer("[2001:db8::1]"), "[2001:db8::1]:3285");
  for (const char* wrong : {"", "2001:db8::1", "a/b", "user@host", "a b"})
    EXPECT_FALSE(managementServer(wrong)) << wrong;
}

}  // namespace
}  // namespace agent

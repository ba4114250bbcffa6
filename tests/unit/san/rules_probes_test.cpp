// R23: probes and answers to SendTargets that are not as reach and registrations say.
#include "tests/unit/san/rule_checks.h"

using namespace test;

namespace {

constexpr std::uint32_t kNow = 100'000;

// A host whose agent reports, at a target of ours that lets it in and one that does not, and at a foreign one.
struct Probed : RuleSan {
  Probed() {
    ours = disk("disk1");
    web = machine("web1");
    node = initiatorOf(web);
    zoned = zone("zone1", {node, ours});
    applied(ours, {node}, {});
    foreign = target(iqn("array"));
    agent = create(Kind::Agent, {{"name", std::string("web1 agent")},
                                 {"entity", done().get<Node>(node)->entity.ref()},
                                 {"reported_at", std::uint64_t{kNow}}});
  }
  Id probe(Id target, ProbeOutcome outcome, Truth expected) {
    return create(Kind::Probe, {{"initiator", ObjectRef{Kind::Node, node}},
                                {"target", ObjectRef{Kind::Node, target}},
                                {"agent", ObjectRef{Kind::Agent, agent}},
                                {"outcome", std::string(wordOf(outcome))},
                                {"reason", std::string(outcome == ProbeOutcome::In ? "" : "Not found")},
                                {"expected", std::string(wordOf(expected))},
                                {"at", std::uint64_t{kNow - 60}}});
  }
  Id told(const std::string& target, const std::string& portal, const std::string& asked = "10.0.0.9:3260") {
    return create(Kind::Discovery, {{"agent", ObjectRef{Kind::Agent, agent}},
                                    {"asked", asked},
                                    {"target", target},
                                    {"portal", portal},
                                    {"seen_at", std::uint64_t{kNow - 30}}});
  }
  [[nodiscard]] std::string portalOf(Id target) const {
    const SanIndex index(done());
    return isns::formatPortal(index.portal(index.grantedPortalsOf(target).front())->address);
  }
  [[nodiscard]] Findings findings(Seconds now = kNow) const { return check(*this, "R23", now, Basis::Applied); }
  Id ours = 0, foreign = 0, web = 0, node = 0, agent = 0, zoned = 0;
};

TEST(R23, AProbeThatMeetsWhatReachSaysIsNoFinding) {
  Probed san;
  san.probe(san.ours, ProbeOutcome::In, Truth::Yes);
  san.probe(san.foreign, ProbeOutcome::Refused, Truth::No);
  EXPECT_TRUE(san.findings().list.empty());
}

TEST(R23, AProbeThatGotInAtAForeignTargetWithoutBeingZoned) {
  Probed san;
  const Id probe = san.probe(san.foreign, ProbeOutcome::In, Truth::No);
  EXPECT_EQ(only(san.findings()).severity, Severity::Medium);
  EXPECT_EQ(only(san.findings()).cause, "node:iqn.2026-01.example:array probe in");
  EXPECT_EQ(only(san.findings()).text,
            "A probe of iqn.2026-01.example:web1 got in at iqn.2026-01.example:array, though reach says no.");
  EXPECT_EQ(only(san.findings()).sinceTime, kNow - 60);
  const Id unit = san.unit("naa.6009", san.foreign, 0);
  san.set({Kind::Probe, probe}, "units", SanBuilder::refs(Kind::LogicalUnit, {unit}));
  EXPECT_EQ(only(san.findings()).severity, Severity::High) << "it was shown a disk";
}

TEST(R23, AProbeThatGotInAtATargetOfOursThatDoesNotAdmitIt) {
  Probed san;
  san.set({Kind::AppliedTarget, 1}, "admitted", std::vector<ObjectRef>{});
  san.set({Kind::Domain, san.zoned}, "nodes", SanBuilder::refs(Kind::Node, {san.ours}));
  san.probe(san.ours, ProbeOutcome::In, Truth::No);
  EXPECT_EQ(only(san.findings()).severity, Severity::High);
}

TEST(R23, AProbeThatCouldNotGetInWhereItShould) {
  Probed san;
  const Id probe = san.probe(san.ours, ProbeOutcome::Refused, Truth::Yes);
  EXPECT_EQ(only(san.findings()).severity, Severity::Medium);
  EXPECT_EQ(
      only(san.findings()).text,
      "iqn.2026-01.example:web1 could not get in at iqn.2026-01.example:disk1 by a probe, though reach says yes: Not "
      "found.");
  san.set({Kind::Probe, probe}, "outcome", std::string("unreachable"));
  EXPECT_EQ(only(san.findings()).severity, Severity::Low);
  san.set({Kind::Probe, probe}, "outcome", std::string("failed"));
  EXPECT_TRUE(san.findings().list.empty()) << "it was let in";
}

TEST(R23, AProbeFromBeforeAChangeIsNoEvidenceOfAFault) {
  Probed san;
  san.probe(san.foreign, ProbeOutcome::In, Truth::Unknown);
  EXPECT_TRUE(san.findings().list.empty()) << "reach was another before it";
  san.probe(san.ours, ProbeOutcome::In, Truth::No);
  EXPECT_TRUE(san.findings().list.empty()) << "reach is another now";
}

TEST(R23, AProbeOfAnAgentThatIsSilentIsOld) {
  Probed san;
  san.probe(san.foreign, ProbeOutcome::In, Truth::No);
  EXPECT_EQ(san.findings().list.size(), 1U);
  EXPECT_TRUE(san.findings(kNow + 181).list.empty());
}

TEST(R23, ATargetThatTellsOfThePortalsThatItRegisteredIsNoFinding) {
  Probed san;
  san.told("iqn.2026-01.example:array", san.portalOf(san.foreign));
  EXPECT_TRUE(san.findings().list.empty());
}

TEST(R23, ATargetThatTellsOfOtherPortalsThanItRegistered) {
  Probed san;
  const std::string own = san.portalOf(san.foreign);
  san.told("iqn.2026-01.example:array", own);
  const Id more = san.told("iqn.2026-01.example:array", "10.0.7.7:3260/tcp");
  EXPECT_EQ(only(san.findings()).severity, Severity::Low);
  EXPECT_EQ(
      only(san.findings()).text,
      "iqn.2026-01.example:array, as 10.0.0.9:3260 tells the agent web1 agent, has portals that are not registered: "
      "10.0.7.7:3260/tcp.");
  san.erase({Kind::Discovery, more});
  EXPECT_TRUE(san.findings().list.empty());
  san.morePortal(san.foreign, "10.0.5.5:3260");
  EXPECT_NE(only(san.findings()).text.find("lacks portals that are registered: 10.0.5.5:3260/tcp."), std::string::npos)
      << only(san.findings()).text;
}

TEST(R23, APortalOfTheOtherAddressFamilyIsNotMissed) {
  Probed san;
  san.told("iqn.2026-01.example:array", san.portalOf(san.foreign));
  san.morePortal(san.foreign, "[fd00::9]:3260");
  EXPECT_TRUE(san.findings().list.empty());
}

TEST(R23, TargetsThatAreNotRegisteredAreOneFindingOfThePortalThatToldOfThem) {
  Probed san;
  for (const char* name : {"iqn.x:1", "iqn.x:2", "iqn.x:3", "iqn.x:4"}) san.told(name, "10.0.0.9:3260/tcp");
  EXPECT_EQ(only(san.findings()).severity, Severity::Info);
  EXPECT_EQ(only(san.findings()).text,
            "web1 agent was told of targets that are not registered, by 10.0.0.9:3260: iqn.x:1, iqn.x:2, iqn.x:3 and 1 "
            "more.");
  san.set({Kind::Agent, san.agent}, "revoked", true);
  EXPECT_TRUE(san.findings().list.empty());
}

TEST(R23, APortalThatGaveNoAnswerIsNoFinding) {
  Probed san;
  san.create(Kind::Discovery, {{"agent", ObjectRef{Kind::Agent, san.agent}},
                               {"asked", std::string("10.0.0.9:3260")},
                               {"reason", std::string("no connection")}});
  EXPECT_TRUE(san.findings().list.empty());
}

}  // namespace

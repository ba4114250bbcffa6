#include "tests/unit/san/rule_checks.h"

using namespace test;

namespace {

// A host and a target with a portal in each of two networks; SanBuilder's own are in the first.
struct TwoWays : RuleSan {
  TwoWays() {
    second = create(Kind::Network,
                    {{"name", std::string("storage-b")}, {"subnets", std::vector<std::string>{"10.1.0.0/16"}}});
    target = disk("disk1");
    unit = RuleSan::unit("naa.6001", target, 0);
    web = machine("web1");
    give(web, target, unit);
    hostPortal = morePortal(initiatorOf(web), "10.1.0.1:3260");
    targetPortal = morePortal(target, "10.1.0.2:3260");
  }
  Id second = 0, target = 0, unit = 0, web = 0, hostPortal = 0, targetPortal = 0;
};

TEST(R12, TwoPathsInTwoNetworksAreEnough) {
  TwoWays san;
  EXPECT_TRUE(check(san, "R12").list.empty());
}

TEST(R12, TheOnlyPortalOfATargetIsOneCauseForAllItsHosts) {
  TwoWays san;
  san.erase({Kind::Portal, san.targetPortal});
  const Id b = san.machine("b");
  san.give(b, san.target, san.unit);
  EXPECT_EQ(only(check(san, "R12")).subject.kind, Kind::Portal);
  EXPECT_EQ(only(check(san, "R12")).objects, (std::vector<ObjectRef>{{Kind::Host, san.web}, {Kind::Host, b}}));
  EXPECT_EQ(only(check(san, "R12")).severity, Severity::Medium);
}

TEST(R12, AHostInOneNetworkUsesOnePortalOfTheTarget) {
  TwoWays san;
  san.erase({Kind::Portal, san.hostPortal});
  const Findings findings = check(san, "R12");
  EXPECT_EQ(only(findings).subject, (ObjectRef{Kind::Host, san.web}));
  EXPECT_NE(only(findings).text.find("although the target has others"), std::string::npos) << only(findings).text;
}

TEST(R12, PathsOfOneNetworkAreLowAndAreThatNetworksFinding) {
  TwoWays san;
  san.set({Kind::Network, san.network}, "subnets", std::vector<std::string>{"10.0.0.0/15"});
  san.erase({Kind::Network, san.second});
  EXPECT_EQ(only(check(san, "R12")).subject, (ObjectRef{Kind::Network, san.network}));
  EXPECT_EQ(only(check(san, "R12")).severity, Severity::Low);
}

TEST(R12, NetworksOfOneFabricShareIt) {
  TwoWays san;
  const Id a = san.create(Kind::Fabric, {{"name", std::string("A")}});
  const Id b = san.create(Kind::Fabric, {{"name", std::string("B")}});
  san.set({Kind::Network, san.network}, "fabric", ObjectRef{Kind::Fabric, a});
  san.set({Kind::Network, san.second}, "fabric", ObjectRef{Kind::Fabric, b});
  EXPECT_TRUE(check(san, "R12").list.empty());
  san.set({Kind::Network, san.second}, "fabric", ObjectRef{Kind::Fabric, a});
  EXPECT_EQ(only(check(san, "R12")).subject, (ObjectRef{Kind::Fabric, a}));
}

TEST(R12, OnePortOfTheHostIsAPointOfFailure) {
  TwoWays san;
  san.erase({Kind::Portal, san.hostPortal});
  san.set({Kind::Network, san.second}, "subnets", std::vector<std::string>{"10.0.0.0/16", "10.1.0.0/16"});
  san.set({Kind::Network, san.network}, "subnets", std::vector<std::string>{"10.0.0.0/16"});
  const Findings findings = check(san, "R12");
  EXPECT_NE(only(findings).text.find("only through the initiator"), std::string::npos) << only(findings).text;
}

TEST(R12, APathThatMayWorkIsGivenTheBenefitOfTheDoubt) {
  TwoWays san;
  san.erase({Kind::Network, san.second});  // that way is unknown now
  EXPECT_TRUE(check(san, "R12").list.empty());
}

TEST(R12, AUnitThatOneInitiatorAloneHasIsLookedAtByItself) {
  RuleSan san;
  san.create(Kind::Network, {{"name", std::string("b")}, {"subnets", std::vector<std::string>{"10.1.0.0/16"}}});
  const Id target = san.disk("disk1");
  san.morePortal(target, "10.1.0.2:3260");
  const Id both = san.unit("naa.6001", target, 0);
  const Id one = san.unit("naa.6002", target, 1);
  const Id web = san.machine("web1");
  const Id entity = san.entity("eid:second");
  const Id second = san.node(RuleSan::iqn("second"), entity, true, false);
  san.group(second, san.portal("10.1.0.1:3260", entity));
  san.add({Kind::Host, web}, "entities", {Kind::Entity, entity});
  san.zone("zone1", {san.of("web1"), second, target});
  san.map({Kind::Host, web}, target, both, 0);
  EXPECT_TRUE(check(san, "R12").list.empty());
  san.map({Kind::Node, san.of("web1")}, target, one, 1);
  EXPECT_EQ(only(check(san, "R12")).subject, (ObjectRef{Kind::Host, web}));
  EXPECT_NE(only(check(san, "R12")).text.find("reaches 1 logical unit "), std::string::npos);
}

Id credential(SanBuilder& san, Id initiator, Id target, bool held = true) {
  const std::string word(wordOf(held ? Truth::Yes : Truth::Unknown));
  return san.create(Kind::Credential, {{"initiator", ObjectRef{Kind::Node, initiator}},
                                       {"target", SanBuilder::to({Kind::Node, target})},
                                       {"initiator_holds", word},
                                       {"target_holds", word}});
}

TEST(R13, ATargetThatDemandsNothingTakesTheNameAsProof) {
  TwoWays san;
  EXPECT_EQ(only(check(san, "R13")).subject, (ObjectRef{Kind::Node, san.target}));
  EXPECT_EQ(only(check(san, "R13")).severity, Severity::Medium);
  EXPECT_TRUE(only(check(san, "R13")).mend.edits.empty()) << "it would lock the host out";
  credential(san, san.initiatorOf(san.web), san.target);
  EXPECT_TRUE(check(mended(san, only(check(san, "R13")).mend), "R13").list.empty());
  san.set({Kind::Node, san.target}, "chap", std::string("one-way"));
  EXPECT_TRUE(check(san, "R13").list.empty());
}

TEST(R13, ADemandOfTheDomainIsEnough) {
  TwoWays san;
  credential(san, san.initiatorOf(san.web), 0);
  san.set({Kind::Domain, SanIndex(san.done()).domainsOf(san.target).front()}, "chap", std::string("one-way"));
  EXPECT_TRUE(check(san, "R13").list.empty());
}

TEST(R13, ARegimeMakesItHigh) {
  TwoWays san;
  san.labels({Kind::LogicalUnit, san.unit}, san.label("own words"));
  EXPECT_EQ(only(check(san, "R13")).severity, Severity::Medium);
  san.labels({Kind::LogicalUnit, san.unit}, san.label("PCI", "PCI DSS"));
  EXPECT_EQ(only(check(san, "R13")).severity, Severity::High);
}

TEST(R13, OneWayWhereMutualIsWantedAndNotYetApplied) {
  TwoWays san;
  const Id web = san.initiatorOf(san.web);
  credential(san, web, san.target);
  san.applied(san.target, {web}, {{{Kind::Node, web}, {Kind::LogicalUnit, san.unit}, 0, Right::ReadWrite}});
  const ObjectRef applied{Kind::AppliedTarget, 1};
  san.set(applied, "chap", std::string("one-way"));
  EXPECT_TRUE(check(san, "R13", 0, Basis::Applied).list.empty()) << "no policy wants more";
  san.set({Kind::Node, san.target}, "chap", std::string("mutual"));
  EXPECT_EQ(only(check(san, "R13", 0, Basis::Applied)).severity, Severity::Low);
  san.set(applied, "chap", std::string("none"));
  EXPECT_EQ(only(check(san, "R13", 0, Basis::Applied)).text,
            "iqn.2026-01.example:disk1 takes the name of web1 as proof, though CHAP is wanted.");
}

}  // namespace

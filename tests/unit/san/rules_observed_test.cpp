#include "tests/unit/san/rule_checks.h"

using namespace test;

namespace {

// A host with an agent, zoned and mapped, at a target whose agent has applied that.
struct Observed : RuleSan {
  explicit Observed(Id idsBefore = 0) {
    idsAfter(Kind::Node, idsBefore);
    target = disk("disk1");
    unit = RuleSan::unit("naa.6001", target, 0);
    web = machine("web1");
    node = initiatorOf(web);
    give(web, target, unit);
    applied(target, {node}, {{{Kind::Node, node}, {Kind::LogicalUnit, unit}, 0, Right::ReadWrite}});
    agent = create(Kind::Agent, {{"name", std::string("web1 agent")},
                                 {"entity", done().get<Node>(node)->entity.ref()},
                                 {"reported_at", std::uint64_t{kNow}}});
  }
  Id session(std::initializer_list<Id> units) {
    return create(Kind::Session,
                  {{"initiator", ObjectRef{Kind::Node, node}},
                   {"target", ObjectRef{Kind::Node, target}},
                   {"portal", ObjectRef{Kind::Portal, SanIndex(done()).grantedPortalsOf(target).front()}},
                   {"units", SanBuilder::refs(Kind::LogicalUnit, units)},
                   {"seen_by", SanBuilder::refs(Kind::Agent, {agent})},
                   {"since", std::uint64_t{kNow - 50}}});
  }
  [[nodiscard]] Findings findings(Seconds now = kNow) const { return check(*this, "R23", now, Basis::Applied); }
  static constexpr std::uint32_t kNow = 100'000;
  Id target = 0, unit = 0, web = 0, node = 0, agent = 0;
};

TEST(R23, AHostWhoseAgentDoesNotListWhatItShouldReach) {
  Observed san;
  EXPECT_EQ(only(san.findings()).cause, "host:web1 not listed");
  EXPECT_EQ(only(san.findings()).severity, Severity::Low);
  san.session({san.unit});
  EXPECT_TRUE(san.findings().list.empty());
}

// Memory follows the number of nodes, not their ids; and in a snapshot that was read the last one may be lower than
// some.
TEST(R23, SaysTheSameWhateverTheIdsOfNodes) {
  Observed san(kFirstProvisional - 100);
  san.idsAfter(Kind::Node, 1);
  EXPECT_GT(san.node, kFirstProvisional - 100);
  EXPECT_EQ(only(san.findings()).cause, "host:web1 not listed");
}

TEST(R23, AnAgentThatIsSilentSaysNothingAboutUnits) {
  Observed san;
  EXPECT_TRUE(san.findings(Observed::kNow + 181).list.empty());
  san.set({Kind::Agent, san.agent}, "revoked", true);
  EXPECT_TRUE(san.findings().list.empty());
}

TEST(R23, ASessionWhereReachSaysNo) {
  Observed san;
  san.session({san.unit});
  san.set({Kind::AppliedTarget, 1}, "admitted", std::vector<ObjectRef>{});
  san.set({Kind::Node, san.target}, "chap", std::string("one-way"));  // so that the desired state is the same
  const Findings findings = san.findings();
  EXPECT_EQ(only(findings).severity, Severity::High);
  EXPECT_EQ(only(findings).objects, (std::vector<ObjectRef>{{Kind::Node, san.node}}));
  EXPECT_EQ(only(findings).sinceTime, Observed::kNow - 50);
}

TEST(R23, ASessionOfAgentsThatSayNothingAnyMoreIsNoEvidence) {
  Observed san;
  san.session({san.unit});
  san.set({Kind::AppliedTarget, 1}, "admitted", std::vector<ObjectRef>{});
  san.set({Kind::Node, san.target}, "chap", std::string("one-way"));
  EXPECT_FALSE(san.findings().list.empty());
  EXPECT_TRUE(san.findings(Observed::kNow + 181).list.empty());
  san.set({Kind::Agent, san.agent}, "revoked", true);
  EXPECT_TRUE(san.findings().list.empty());
}

TEST(R23, AHostWithTwoSessionsIsNamedOnce) {
  Observed san;
  san.session({san.unit});
  san.session({san.unit});
  san.set({Kind::AppliedTarget, 1}, "admitted", std::vector<ObjectRef>{});
  san.set({Kind::Node, san.target}, "chap", std::string("one-way"));
  EXPECT_EQ(only(san.findings()).text,
            "2 sessions of iqn.2026-01.example:web1 stand at iqn.2026-01.example:disk1, though reach says no.");
}

TEST(R23, ASessionThatListsAUnitThatIsNotMapped) {
  Observed san;
  const Id other = san.unit;
  san.session({other, san.RuleSan::unit("naa.6002", san.target, 1)});
  EXPECT_EQ(only(san.findings()).cause, "node:iqn.2026-01.example:disk1 session");
}

TEST(R23, ASessionWithoutUnitsIsNoFaultWhileItMayLogIn) {
  Observed san;
  san.session({san.unit});
  san.set({Kind::AppliedTarget, 1}, "maps", std::vector<Access>{});
  san.erase({Kind::Map, 1});
  san.set({Kind::Session, 1}, "units", std::vector<ObjectRef>{});
  EXPECT_TRUE(san.findings().list.empty());
}

TEST(R23, WhoIsOnlyNotRegisteredIsLessBad) {
  Observed san;
  san.session({san.unit});
  san.set({Kind::Host, san.web}, "nodes", SanBuilder::refs(Kind::Node, {san.node}));
  san.set({Kind::Node, san.node}, "entity", Value());
  EXPECT_EQ(only(san.findings()).severity, Severity::Medium);
}

TEST(R23, WhatIsWantedAndNotAppliedForLong) {
  Observed san;
  san.session({san.unit});
  const Id other = san.RuleSan::unit("naa.6002", san.target, 1);
  san.map({Kind::Host, san.web}, san.target, other, 1);
  const Seconds made = san.done().time;
  san.set({Kind::Agent, san.agent}, "reported_at", std::uint64_t{1});  // its own finding is none
  EXPECT_TRUE(san.findings(made + 180).list.empty()) << "it may take a moment";
  FindingContext context;
  context.basis = Basis::Applied;
  context.timeOf = [&](Revision revision) { return revision + 1 == san.done().revision ? made : Seconds{0}; };
  context.now = made + 180;
  EXPECT_TRUE(evaluateRule(SanIndex(san.done()), context, "R23").list.empty());
  context.now = made + 181;
  const Findings findings = evaluateRule(SanIndex(san.done()), context, "R23");
  EXPECT_EQ(only(findings).cause, "node:iqn.2026-01.example:disk1 pending");
  EXPECT_EQ(only(findings).severity, Severity::Medium);
  EXPECT_EQ(only(findings).sinceTime, made);
}

TEST(R23, TwoMapsOfOneLunAreToldAtOnce) {
  Observed san;
  san.session({san.unit});
  const Id other = san.RuleSan::unit("naa.6002", san.target, 1);
  san.map({Kind::Node, san.node}, san.target, other, 0);
  const Findings findings = san.findings(san.done().time);
  EXPECT_EQ(only(findings).cause, "node:iqn.2026-01.example:disk1 LUN twice");
  EXPECT_EQ(only(findings).severity, Severity::Medium);
  EXPECT_EQ(
      only(findings).text,
      "iqn.2026-01.example:disk1 is to give iqn.2026-01.example:web1 two logical units at one LUN, and gives that "
      "of the older map.");
  san.set({Kind::Map, 2}, "lun", std::uint64_t{1});
  EXPECT_TRUE(san.findings(san.done().time).list.empty());
}

TEST(R23, WhatWasChangedAtATargetByHandIsToldAtOnceWithItsReason) {
  Observed san;
  san.session({san.unit});
  san.erase({Kind::Map, 1});
  san.set({Kind::AppliedTarget, 1}, "glass_broken_at", std::uint64_t{90});
  san.set({Kind::AppliedTarget, 1}, "glass_reason", std::string("server down"));
  const Findings findings = san.findings(san.done().time);
  EXPECT_EQ(only(findings).severity, Severity::High);
  EXPECT_EQ(only(findings).cause, "node:iqn.2026-01.example:disk1 break-glass");
  EXPECT_EQ(only(findings).text,
            "iqn.2026-01.example:disk1 was changed by hand at its machine, against what is wanted there, for web1: "
            "server down.");
  EXPECT_EQ(only(findings).sinceTime, 90);
  EXPECT_EQ(san.findings(san.done().time + 181).list.size(), 1U) << "and not as pending, too";
  san.set({Kind::AppliedTarget, 1}, "glass_broken_at", std::uint64_t{0});
  EXPECT_TRUE(san.findings(san.done().time).list.empty());
}

TEST(R23, WhatATargetGivesByItselfThoughNothingElseIsWantedIsTold) {
  Observed san;
  san.session({san.unit});
  san.set({Kind::AppliedTarget, 1}, "maps", std::vector<Access>{});
  const Revision reported = san.done().revision;
  san.set({Kind::Session, 1}, "units", std::vector<ObjectRef>{});
  san.create(Kind::Site, {{"name", std::string("elsewhere")}});  // the snapshot gets a later time
  FindingContext context;
  context.basis = Basis::Applied;
  context.timeOf = [&](Revision revision) { return revision == reported ? Seconds{1000} : Seconds{0}; };
  context.now = 1181;
  const Findings findings = evaluateRule(SanIndex(san.done()), context, "R23");
  EXPECT_EQ(only(findings).cause, "node:iqn.2026-01.example:disk1 pending");
  EXPECT_EQ(only(findings).sinceTime, 1000);
}

// With the revision of its first part, while its domains are stored in another one.
TEST(R23, ATargetThatWasToldOfAChangeSetWasToldOfItsDomains) {
  Observed san;
  san.session({san.unit});
  const Id change = san.create(Kind::ChangeSet, {{"author", std::string("ann")}, {"committed_at", std::uint64_t{10}}});
  const Revision told = san.done().revision;
  san.set({Kind::Domain, SanIndex(san.done()).domainsOf(san.target).front()}, "name", std::string("renamed"));
  san.set({Kind::ChangeSet, change}, "zoned", san.done().revision);
  san.set({Kind::AppliedTarget, 1}, "desired", std::uint64_t{told});
  ASSERT_TRUE(san.findings(san.done().time).list.empty());
  san.set({Kind::AppliedTarget, 1}, "maps", std::vector<Access>{});
  san.set({Kind::Session, 1}, "units", std::vector<ObjectRef>{});
  EXPECT_TRUE(san.findings(san.done().time).list.empty()) << "it is not so since the commit";
  EXPECT_EQ(only(san.findings(san.done().time + 181)).sinceTime, san.done().time);
}

TEST(R23, WhatWasTakenAwayAndIsStillGivenIsHigh) {
  Observed san;
  san.session({san.unit});
  san.erase({Kind::Map, 1});
  EXPECT_TRUE(san.findings(san.done().time + 180).list.empty());
  const Findings findings = san.findings(san.done().time + 181);
  EXPECT_EQ(only(findings).severity, Severity::High);
  EXPECT_EQ(only(findings).text, "iqn.2026-01.example:disk1 still gives web1 what was taken away.");
  san.set({Kind::AppliedTarget, 1}, "maps", std::vector<Access>{});
  san.set({Kind::Session, 1}, "units", std::vector<ObjectRef>{});
  EXPECT_TRUE(san.findings(san.done().time + 181).list.empty());
}

// A host that was zoned and mapped, and still has the disk.
struct Holding : Observed {
  Holding() { session({unit}); }
  Id held(const std::string& designator = "naa.6001", const std::string& at = iqn("disk1"), std::uint64_t lun = 0) {
    set({Kind::Session, 1}, "units", std::vector<ObjectRef>{});
    return create(Kind::HeldDisk, {{"initiator", ObjectRef{Kind::Node, node}},
                                   {"agent", ObjectRef{Kind::Agent, agent}},
                                   {"target", at},
                                   {"lun", lun},
                                   {"unit", designator},
                                   {"reason", std::string("mounted at /srv")},
                                   {"since", std::uint64_t{kNow - 40 + lun}}});
  }
  void unmap() {
    erase({Kind::Map, 1});
    set({Kind::AppliedTarget, 1}, "maps", std::vector<Access>{});
  }
};

TEST(R23, ADiskThatItsHostStillUsesThoughItsMapHasGone) {
  Holding san;
  san.held();
  san.unmap();
  const Findings findings = san.findings();
  EXPECT_EQ(only(findings).severity, Severity::High);
  EXPECT_EQ(only(findings).cause, "host:web1 held");
  EXPECT_EQ(only(findings).subject, (ObjectRef{Kind::Host, san.web}));
  EXPECT_EQ(only(findings).objects, (std::vector<ObjectRef>{{Kind::LogicalUnit, san.unit}}));
  EXPECT_EQ(only(findings).text, "web1 still uses naa.6001, which it may not reach any more: mounted at /srv.");
  EXPECT_EQ(only(findings).sinceTime, Observed::kNow - 40);
  san.erase({Kind::HeldDisk, 1});
  EXPECT_TRUE(san.findings().list.empty());
}

TEST(R23, ADiskThatItsHostStillUsesThoughItsZoneHasGone) {
  Holding san;
  san.held();
  san.set({Kind::Domain, 1}, "nodes", std::vector<ObjectRef>{});
  san.erase({Kind::Session, 1});
  san.set({Kind::AppliedTarget, 1}, "admitted", std::vector<ObjectRef>{});
  EXPECT_EQ(only(san.findings()).severity, Severity::High);
}

TEST(R23, ADiskThatItsHostIsShownNoMoreThoughReachDoesNotSayNoIsLessBad) {
  Holding san;
  san.held();
  san.set({Kind::Session, 1}, "units", SanBuilder::refs(Kind::LogicalUnit, {san.unit}));
  EXPECT_EQ(only(san.findings()).severity, Severity::Medium);
  EXPECT_EQ(only(san.findings()).text, "web1 still uses naa.6001, which it is shown no more: mounted at /srv.");
}

TEST(R23, DisksOfATargetAndOfAUnitThatTheModelDoesNotKnowAreToldByTheirPlace) {
  Holding san;
  san.unmap();
  san.held("", "iqn.2026-01.example:retired", 7);
  EXPECT_EQ(only(san.findings()).severity, Severity::Medium) << "it is only not registered";
  EXPECT_EQ(only(san.findings()).text,
            "web1 still uses LUN 7 of iqn.2026-01.example:retired, which it is shown no more: mounted at /srv.");
  san.held("naa.gone", RuleSan::iqn("disk1"), 2);
  EXPECT_EQ(only(san.findings()).severity, Severity::High) << "its target is ours, and has no such unit any more";
  EXPECT_EQ(only(san.findings()).count, 2U);
  EXPECT_EQ(only(san.findings()).text,
            "web1 still uses LUN 7 of iqn.2026-01.example:retired and LUN 2 of iqn.2026-01.example:disk1, which it may "
            "not reach any more.");
}

TEST(R23, ADiskOfAnAgentThatIsSilentOrRevokedIsNoEvidence) {
  Holding san;
  san.held();
  san.unmap();
  EXPECT_EQ(san.findings().list.size(), 1U);
  EXPECT_TRUE(san.findings(Observed::kNow + 181).list.empty());
  san.set({Kind::Agent, san.agent}, "revoked", true);
  EXPECT_TRUE(san.findings().list.empty());
}

TEST(R23, ADiskThatIsHeldMayBeAccepted) {
  Holding san;
  san.held();
  san.unmap();
  san.waiver("R23", {Kind::LogicalUnit, san.unit}, Observed::kNow + 10);
  EXPECT_FALSE(only(san.findings()).open());
}

}  // namespace

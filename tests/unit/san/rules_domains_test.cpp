#include "tests/unit/san/rule_checks.h"

using namespace test;

namespace {

constexpr Seconds kDay = 86400;

TEST(R01, ADomainWithTwoHostsIsTooMuchForOne) {
  RuleSan san;
  const Id web = san.machine("web1");
  const Id db = san.machine("db1");
  const Id zone = san.zone("zone1", {san.initiatorOf(web), san.disk("disk1")});
  EXPECT_TRUE(check(san, "R01").list.empty());
  san.add({Kind::Domain, zone}, "nodes", {Kind::Node, san.initiatorOf(db)});
  const Findings findings = check(san, "R01");
  const Finding& finding = only(findings);
  EXPECT_EQ(finding.cause, "domain:zone1");
  EXPECT_EQ(finding.count, 2U);
  EXPECT_EQ(finding.severity, Severity::Medium);
  EXPECT_EQ(finding.objects, (std::vector<ObjectRef>{{Kind::Host, web}, {Kind::Host, db}}));
  EXPECT_EQ(finding.text,
            "The domain zone1 holds initiators of 2 hosts or clusters (web1 and db1); the policy allows 1.");
  EXPECT_EQ(finding.since, san.done().revision);  // the second host made it a fault
  EXPECT_EQ(finding.sinceTime, san.done().time);
}

TEST(R01, InitiatorsOfOneHostAndHostsOfOneClusterCountOnce) {
  RuleSan san;
  const Id cluster = san.cluster("esx");
  const Id a = san.machine("esx1", cluster);
  const Id b = san.machine("esx2", cluster);
  const Id second = san.node(RuleSan::iqn("esx1b"), san.done().get<Node>(san.initiatorOf(a))->entity.id, true, false);
  const Id zone = san.zone("zone1", {san.initiatorOf(a), second, san.initiatorOf(b), san.disk("disk1")});
  EXPECT_TRUE(check(san, "R01").list.empty());
  san.set({Kind::Host, b}, "cluster", Value());
  EXPECT_EQ(only(check(san, "R01")).subject, (ObjectRef{Kind::Domain, zone}));
}

TEST(R01, TheLimitIsASettingAndNoneIsNone) {
  RuleSan san;
  san.zone("zone1", {san.initiatorOf(san.machine("a")), san.initiatorOf(san.machine("b")), san.disk("disk1")});
  san.settings("max_initiators_per_domain", std::uint64_t{2});
  EXPECT_TRUE(check(san, "R01").list.empty());
  san.settings("max_initiators_per_domain", std::uint64_t{0});
  EXPECT_TRUE(check(san, "R01").list.empty());
}

TEST(R01, TheMendGivesEachItsOwnDomainAndTakesNothingAway) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id a = san.machine("a");
  const Id b = san.machine("b");
  const Id c = san.machine("c");
  san.zone("zone1", {san.initiatorOf(a), san.initiatorOf(b), san.initiatorOf(c), target});
  san.domain("zone1-b", {});  // the name is taken
  for (Id host : {a, b, c}) san.map({Kind::Host, host}, target, unit, 0);
  const SanBuilder after = mended(san, only(check(san, "R01")).mend);
  EXPECT_TRUE(check(after, "R01").list.empty());
  EXPECT_TRUE(check(after, "R02").list.empty());
  EXPECT_TRUE(after.done().find(Kind::Domain, "zone1-b-2"));
  const ReachMatrix works = reachMatrix(SanIndex(after.done()), Basis::Desired, Question::Works);
  EXPECT_EQ(works.count(Truth::Yes), 3U);
}

TEST(R02, InitiatorsOfDifferentHostsSeeEachOther) {
  RuleSan san;
  const Id a = san.machine("a");
  const Id b = san.machine("b");
  const Id zone = san.zone("zone1", {san.initiatorOf(a), san.initiatorOf(b), san.disk("disk1")});
  const Findings findings = check(san, "R02");
  EXPECT_EQ(only(findings).text, "The domain zone1 shows initiators of a and b to each other.");
  EXPECT_TRUE(check(mended(san, only(findings).mend), "R02").list.empty());
  // Nobody sees anything in a disabled set, nor who is not registered.
  san.set({Kind::DomainSet, *san.done().find(Kind::DomainSet, "set1")}, "enabled", false);
  EXPECT_TRUE(check(san, "R02").list.empty());
  san.set({Kind::DomainSet, *san.done().find(Kind::DomainSet, "set1")}, "enabled", true);
  san.set({Kind::Node, san.of("b")}, "entity", Value());
  EXPECT_TRUE(check(san, "R02").list.empty());
  EXPECT_EQ(check(san, "R01").list.size(), 1U) << "the domain " << zone << " still holds both";
}

TEST(R02, OneClusterMaySeeItself) {
  RuleSan san;
  const Id cluster = san.cluster("esx");
  san.zone("zone1", {san.initiatorOf(san.machine("a", cluster)), san.initiatorOf(san.machine("b", cluster))});
  EXPECT_TRUE(check(san, "R02").list.empty());
}

TEST(R02, AnInitiatorThatIsAControlNodeSeesEverything) {
  RuleSan san;
  san.machine("a");
  san.set({Kind::Node, san.of("a")}, "control", true);
  EXPECT_EQ(only(check(san, "R02")).severity, Severity::Medium);
  san.set({Kind::Node, san.of("a")}, "initiator", false);
  EXPECT_TRUE(check(san, "R02").list.empty());
}

TEST(R03, MembersOfTheDefaultDomainWhereItIsOn) {
  RuleSan san;
  const Id a = san.initiatorOf(san.machine("a"));
  const Id disk = san.disk("disk1");
  san.create(Kind::Domain, {{"name", std::string("default")}, {"nodes", SanBuilder::refs(Kind::Node, {a, disk})}},
             Domain::kDefault);
  EXPECT_TRUE(check(san, "R03").list.empty()) << "it is off";
  san.settings("default_domain", true);
  EXPECT_EQ(only(check(san, "R03")).count, 2U);
  EXPECT_TRUE(only(check(san, "R03")).mend.edits.empty()) << "they would lose everything";
  san.zone("zone1", {a, disk});
  EXPECT_TRUE(check(mended(san, only(check(san, "R03")).mend), "R03").list.empty());
}

TEST(R04, DomainsOfOneDisabledSetAreOneFinding) {
  RuleSan san;
  const Id one = san.domain("one", {});
  const Id two = san.domain("two", {});
  const Id set = san.domainSet("night", false, {one, two});
  EXPECT_EQ(only(check(san, "R04")).subject, (ObjectRef{Kind::DomainSet, set}));
  EXPECT_EQ(only(check(san, "R04")).count, 2U);
  san.domainSet("day", true, {one});
  EXPECT_EQ(only(check(san, "R04")).count, 1U);
  san.add({Kind::DomainSet, *san.done().find(Kind::DomainSet, "day")}, "domains", {Kind::Domain, two});
  EXPECT_TRUE(check(san, "R04").list.empty());
}

TEST(R04, ADomainInNoSetCountsUnlessSuchAreActive) {
  RuleSan san;
  san.domain("one", {});
  EXPECT_EQ(only(check(san, "R04")).cause, "no set");
  EXPECT_TRUE(check(mended(san, only(check(san, "R04")).mend), "R04").list.empty());
  san.settings("unassigned_domains_active", true);
  EXPECT_TRUE(check(san, "R04").list.empty());
}

TEST(R05, ADomainNeedsBothSides) {
  RuleSan san;
  const Id a = san.initiatorOf(san.machine("a"));
  const Id zone = san.zone("zone1", {a});
  EXPECT_EQ(only(check(san, "R05")).text, "The domain zone1 has no target.");
  EXPECT_TRUE(check(mended(san, only(check(san, "R05")).mend), "R05").list.empty());
  san.add({Kind::Domain, zone}, "nodes", {Kind::Node, san.disk("disk1")});
  EXPECT_TRUE(check(san, "R05").list.empty());
  san.remove({Kind::Domain, zone}, "nodes", {Kind::Node, a});
  EXPECT_EQ(only(check(san, "R05")).text, "The domain zone1 has no initiator.");
  san.add({Kind::Domain, zone}, "nodes", {Kind::Node, san.node(RuleSan::iqn("later"), 0, false, false)});
  EXPECT_TRUE(check(san, "R05").list.empty()) << "it may become the initiator";
}

TEST(R06, AMemberThatIsAwayForLong) {
  RuleSan san;
  const Id a = san.initiatorOf(san.machine("a"));
  san.zone("zone1", {a, san.disk("disk1")});
  EXPECT_TRUE(check(san, "R06", 1000 * kDay).list.empty()) << "it is registered";
  san.set({Kind::Node, a}, "entity", Value());
  san.set({Kind::Node, a}, "last_seen", static_cast<std::uint64_t>(10 * kDay));
  EXPECT_TRUE(check(san, "R06", 40 * kDay).list.empty()) << "not yet longer";
  const Findings findings = check(san, "R06", 40 * kDay + 1);
  EXPECT_EQ(only(findings).subject, (ObjectRef{Kind::Node, a}));
  EXPECT_EQ(only(findings).sinceTime, 40 * kDay);
  EXPECT_TRUE(check(mended(san, only(findings).mend), "R06", 40 * kDay + 1).list.empty());
}

TEST(R06, WhoWasZonedAndNeverCame) {
  RuleSan san;
  const Id ghost = san.node(RuleSan::iqn("ghost"), 0, false, false);
  san.zone("zone1", {ghost});
  FindingContext context;
  context.now = 40 * kDay;
  context.timeOf = [](Revision) { return 20 * kDay; };
  EXPECT_TRUE(evaluateRule(SanIndex(san.done()), context, "R06").list.empty());
  context.now = 51 * kDay;
  EXPECT_EQ(
      only(evaluateRule(SanIndex(san.done()), context, "R06")).text,
      "iqn.2026-01.example:ghost was zoned 31 days ago, and no registration of it is known; it is a member of zone1.")
      << "it may have registered where that was not kept";
  context.timeOf = [](Revision) { return Seconds{0}; };
  EXPECT_TRUE(evaluateRule(SanIndex(san.done()), context, "R06").list.empty()) << "nobody knows when";
}

}  // namespace

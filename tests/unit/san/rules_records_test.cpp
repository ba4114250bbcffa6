// R14, R15 and R17 to R22: what is told by the records of credentials, changes, names, portals and agents.
#include "shared/base/wildcard.h"
#include "tests/unit/san/rule_checks.h"

using namespace test;

namespace {

constexpr Seconds kDay = 86400;
constexpr std::uint64_t at(Seconds time) { return static_cast<std::uint64_t>(time); }

Id weakCredential(SanBuilder& san, Id initiator, Id target, std::uint64_t weaknesses, std::uint64_t setAt = 0) {
  return san.create(Kind::Credential, {{"initiator", ObjectRef{Kind::Node, initiator}},
                                       {"target", SanBuilder::to({Kind::Node, target})},
                                       {"weaknesses", weaknesses},
                                       {"set_at", setAt}});
}

TEST(R14, EachFaultOfSecretsIsOneCause) {
  RuleSan san;
  const Id a = san.initiator(RuleSan::iqn("a"));
  const Id b = san.initiator(RuleSan::iqn("b"));
  const Id target = san.disk("disk1");
  weakCredential(san, a, target, 0);
  EXPECT_TRUE(check(san, "R14").list.empty());
  const Id weak = weakCredential(san, b, target, weakness::kShort | weakness::kReused);
  weakCredential(san, a, 0, weakness::kShort);
  const Findings findings = check(san, "R14");
  ASSERT_EQ(findings.list.size(), 2U);
  EXPECT_EQ(findings.list[0].cause, "reused");
  EXPECT_EQ(findings.list[1].cause, "short");
  EXPECT_EQ(findings.list[1].count, 2U);
  EXPECT_EQ(findings.list[1].severity, Severity::High);
  san.set({Kind::Credential, weak}, "state", std::string("retired"));
  EXPECT_EQ(only(check(san, "R14")).count, 1U);
}

TEST(R14, ASecretIsOldAfterItsDays) {
  RuleSan san;
  weakCredential(san, san.initiator(RuleSan::iqn("a")), 0, 0, at(10 * kDay));
  EXPECT_TRUE(check(san, "R14", 375 * kDay).list.empty());
  EXPECT_EQ(only(check(san, "R14", 375 * kDay + 1)).severity, Severity::Medium);
  EXPECT_EQ(only(check(san, "R14", 375 * kDay + 1)).sinceTime, 375 * kDay);
  san.settings("secret_days", std::uint64_t{0});
  EXPECT_TRUE(check(san, "R14", 1000 * kDay).list.empty());
}

TEST(R15, MD5IsAFindingWhereADomainOfThePairRefusesIt) {
  RuleSan san;
  const Id a = san.initiator(RuleSan::iqn("a"));
  const Id target = san.disk("disk1");
  const Id other = san.disk("disk2");
  const Id used = weakCredential(san, a, target, 0);
  san.set({Kind::Credential, used}, "md5", true);
  san.zone("zone1", {a, target});
  const Id strict = san.zone("strict", {a, other});
  EXPECT_TRUE(check(san, "R15").list.empty());
  san.set({Kind::Domain, strict}, "md5_refused", true);
  EXPECT_TRUE(check(san, "R15").list.empty()) << "the pair meets in another domain";
  san.add({Kind::Domain, strict}, "nodes", {Kind::Node, target});
  EXPECT_EQ(only(check(san, "R15")).subject, (ObjectRef{Kind::Domain, strict}));
  san.set({Kind::Credential, used}, "md5", false);
  EXPECT_TRUE(check(san, "R15").list.empty());
}

Id change(SanBuilder& san, const std::string& author, const std::string& approver, Seconds time) {
  return san.create(Kind::ChangeSet, {{"author", author}, {"approver", approver}, {"committed_at", at(time)}});
}

TEST(R17, WhoApprovesTheirOwnWork) {
  RuleSan san;
  change(san, "ann", "bob", 100);
  change(san, "ann", "", 100);
  EXPECT_TRUE(check(san, "R17").list.empty());
  change(san, "ann", "ann", 100);
  EXPECT_EQ(only(check(san, "R17")).severity, Severity::Info);
  san.settings("author_may_approve", false);
  EXPECT_EQ(only(check(san, "R17")).severity, Severity::High);
  change(san, "ann", "ann", 200);
  change(san, "bob", "bob", 200);
  EXPECT_EQ(check(san, "R17").list.size(), 2U);
  EXPECT_EQ(check(san, "R17").list[0].count, 2U);
  EXPECT_EQ(check(san, "R17").list[0].sinceTime, 100) << "the change set says when it was";
}

Id window(SanBuilder& san, const std::string& name, const std::string& kind, Seconds starts, Seconds ends) {
  return san.create(Kind::Window,
                    {{"name", name}, {"purpose", kind}, {"starts", at(starts)}, {"ends", at(ends)}, {"weekly", true}});
}

TEST(R18, AChangeOutsideOfTheWindowsThatWereThere) {
  RuleSan san;
  const Id before = change(san, "ann", "", 5 * 3600);
  window(san, "night", "change", 0, 3600);
  EXPECT_TRUE(check(san, "R18").list.empty()) << "there was no window when it was made";
  change(san, "ann", "", 7 * kDay + 1800);
  EXPECT_TRUE(check(san, "R18").list.empty()) << "in it, a week later";
  const Id late = change(san, "ann", "", 7 * kDay + 3600);
  EXPECT_EQ(only(check(san, "R18")).objects, (std::vector<ObjectRef>{{Kind::ChangeSet, late}}));
  EXPECT_EQ(only(check(san, "R18")).severity, Severity::Medium);
  san.set({Kind::ChangeSet, late}, "origin", std::string("rollback"));
  EXPECT_TRUE(check(san, "R18").list.empty()) << before;
}

TEST(R18, AFreezeHoldsWithoutChangeWindowsToo) {
  RuleSan san;
  const Id freeze = window(san, "year end", "freeze", 0, 3600);
  change(san, "ann", "", 3600);
  EXPECT_TRUE(check(san, "R18").list.empty());
  change(san, "ann", "", 3599);
  EXPECT_EQ(only(check(san, "R18")).subject, (ObjectRef{Kind::Window, freeze}));
  EXPECT_EQ(only(check(san, "R18")).severity, Severity::High);
}

// A change set that was judged when it was committed.
Id judged(SanBuilder& san, Seconds time, const std::string& outside, const std::string& freezes = {}) {
  const Id id = change(san, "ann", "", time);
  san.set({Kind::ChangeSet, id}, "outside_windows", outside);
  san.set({Kind::ChangeSet, id}, "freezes", freezes);
  return id;
}

TEST(R18, WhatWasJudgedAtTheCommitHoldsWhateverBecomesOfTheWindows) {
  RuleSan san;
  const Id night = window(san, "night", "change", 0, 3600);
  judged(san, 3599, "no");
  const Id late = judged(san, 3600, "yes");
  san.set({Kind::Window, night}, "ends", at(7200));
  EXPECT_EQ(only(check(san, "R18")).objects, (std::vector<ObjectRef>{{Kind::ChangeSet, late}})) << "drawn out since";
  san.set({Kind::Window, night}, "ends", at(60));
  EXPECT_EQ(only(check(san, "R18")).objects, (std::vector<ObjectRef>{{Kind::ChangeSet, late}})) << "cut short since";
  san.erase({Kind::Window, night});
  EXPECT_EQ(only(check(san, "R18")).objects, (std::vector<ObjectRef>{{Kind::ChangeSet, late}})) << "gone since";
}

TEST(R18, AFreezeThatIsGoneIsNamedByWhatItHeldUp) {
  RuleSan san;
  const Id freeze = window(san, "year end", "freeze", 0, 3600);
  const Id frozen = judged(san, 100, "no", "year end");
  EXPECT_EQ(only(check(san, "R18")).subject, (ObjectRef{Kind::Window, freeze}));
  san.erase({Kind::Window, freeze});
  const Finding found = only(check(san, "R18"));
  EXPECT_EQ(found.severity, Severity::High);
  EXPECT_EQ(found.subject, ObjectRef{});
  EXPECT_EQ(found.objects, (std::vector<ObjectRef>{{Kind::ChangeSet, frozen}}));
  EXPECT_NE(found.text.find("was committed in the freeze year end."), std::string::npos) << found.text;
}

TEST(R18, WhatNobodyJudgedIsByWindowsThatStandAsTheyStoodThen) {
  RuleSan san;
  const Id freeze = window(san, "year end", "freeze", 0, 3600);
  change(san, "ann", "", 100);
  ASSERT_EQ(check(san, "R18").list.size(), 1U);
  san.set({Kind::Window, freeze}, "ends", at(7200));
  EXPECT_TRUE(check(san, "R18").list.empty()) << "how it was then is not known";
}

constexpr bool matchesGlob(std::string_view pattern, std::string_view text) {
  return base::wildcardMatches(pattern, text, base::LetterCase::Counts);
}
static_assert(matchesGlob("*", "") && matchesGlob("a*b*c", "aXbbYc") && matchesGlob("?", "\xc3\xa4") &&
              matchesGlob("", ""));
static_assert(!matchesGlob("a?", "a") && !matchesGlob("a*b", "acbd") && !matchesGlob("", "a") &&
              matchesGlob("*ab", "aab"));

TEST(R19, NamesFollowThePattern) {
  RuleSan san;
  san.machine("prd-web1");
  const Id odd = san.machine("web2");
  san.zone("prd-zone", {});
  EXPECT_TRUE(check(san, "R19").list.empty());
  san.settings("name_pattern", std::string("prd-*"));
  EXPECT_EQ(only(check(san, "R19")).objects, (std::vector<ObjectRef>{{Kind::Host, odd}}));
  san.zone("lab", {});
  EXPECT_EQ(check(san, "R19").list.size(), 2U);
  san.set({Kind::Host, odd}, "name", std::string("prd-web2"));
  EXPECT_EQ(only(check(san, "R19")).cause, "domains");
}

TEST(R20, TwoNodesWithOneAlias) {
  RuleSan san;
  const Id a = san.initiator(RuleSan::iqn("a"));
  const Id b = san.initiator(RuleSan::iqn("b"));
  san.set({Kind::Node, b}, "alias", std::string("DB"));
  san.set({Kind::Node, a}, "alias", std::string("db2"));
  EXPECT_TRUE(check(san, "R20").list.empty());
  san.set({Kind::Node, a}, "alias", std::string("db"));
  EXPECT_EQ(only(check(san, "R20")).count, 2U);
  EXPECT_EQ(only(check(san, "R20")).since, san.done().revision);
  const SanBuilder after = mended(san, only(check(san, "R20")).mend);
  EXPECT_TRUE(check(after, "R20").list.empty());
  EXPECT_EQ(after.done().get<Node>(b)->alias, "DB") << "it had it first";
}

TEST(R20, OneNameClaimedByTwoAgents) {
  RuleSan san;
  const Id a = san.initiator(RuleSan::iqn("a"));
  san.create(Kind::Agent, {{"name", std::string("one")}, {"nodes", SanBuilder::refs(Kind::Node, {a})}});
  EXPECT_TRUE(check(san, "R20").list.empty());
  const Id two = san.create(Kind::Agent, {{"name", std::string("two")}, {"nodes", SanBuilder::refs(Kind::Node, {a})}});
  EXPECT_EQ(only(check(san, "R20")).severity, Severity::High);
  san.set({Kind::Agent, two}, "revoked", true);
  EXPECT_TRUE(check(san, "R20").list.empty());
}

TEST(R21, ATargetAnswersOnlyInStorageNetworks) {
  RuleSan san;
  san.initiator(RuleSan::iqn("a"));
  const Id target = san.disk("disk1");
  EXPECT_TRUE(check(san, "R21").list.empty());
  const Id outside = san.morePortal(target, "192.168.0.1:3260");
  EXPECT_EQ(only(check(san, "R21")).objects, (std::vector<ObjectRef>{{Kind::Portal, outside}}));
  const Id office = san.create(
      Kind::Network,
      {{"name", std::string("office")}, {"subnets", std::vector<std::string>{"192.168.0.0/24"}}, {"storage", false}});
  EXPECT_EQ(only(check(san, "R21")).subject, (ObjectRef{Kind::Network, office}));
  const Id group = san.done().lastIds[static_cast<std::size_t>(Kind::PortalGroup)];
  san.set({Kind::PortalGroup, group}, "tag", std::uint64_t{PortalGroup::kNullTag});
  EXPECT_TRUE(check(san, "R21").list.empty());
}

TEST(R21, WithoutDeclaredNetworksNobodyIsOutside) {
  RuleSan san;
  san.erase({Kind::Network, san.network});
  san.disk("disk1");
  EXPECT_TRUE(check(san, "R21").list.empty());
}

TEST(R22, AnAgentThatSaysNothing) {
  RuleSan san;
  const Id agent = san.create(Kind::Agent, {{"name", std::string("one")}, {"enrolled_at", std::uint64_t{100}}});
  EXPECT_TRUE(check(san, "R22", 280).list.empty());
  EXPECT_NE(only(check(san, "R22", 281)).text.find("has never reported"), std::string::npos);
  san.set({Kind::Agent, agent}, "reported_at", std::uint64_t{1000});
  EXPECT_TRUE(check(san, "R22", 1180).list.empty());
  EXPECT_EQ(only(check(san, "R22", 1181)).sinceTime, 1180);
  san.set({Kind::Agent, agent}, "revoked", true);
  EXPECT_TRUE(check(san, "R22", 1181).list.empty());
}

TEST(R22, WhereMostAreSilentThatIsOneCause) {
  RuleSan san;
  for (int i = 0; i < 15; ++i) {
    san.create(Kind::Agent,
               {{"name", "agent" + std::to_string(i)}, {"reported_at", std::uint64_t{i < 8 ? 1000U : 5000U}}});
  }
  EXPECT_EQ(only(check(san, "R22", 5000)).count, 8U);
  san.create(Kind::Agent, {{"name", std::string("another")}, {"reported_at", std::uint64_t{5000}}});
  EXPECT_EQ(check(san, "R22", 5000).list.size(), 8U) << "half is not most";
}

}  // namespace

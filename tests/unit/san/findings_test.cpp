// The table of rules, waivers, grouping and what becomes of findings from one evaluation to the next.
#include <algorithm>
#include <limits>
#include <set>

#include "shared/san/rule_facts.h"
#include "tests/support/synthetic_san.h"
#include "tests/unit/san/rule_checks.h"

using namespace test;

namespace {

TEST(RuleTable, HasEveryRuleOnceAndAllItsTexts) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kRuleTable.size(); ++i) {
    const RuleRow& row = kRuleTable[i];
    const std::string number = std::to_string(i + 1);
    EXPECT_EQ(row.id, (i < 9 ? "R0" : "R") + number);
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(findRule(row.id), &row);
    EXPECT_EQ(findRule(row.name), &row);
    ASSERT_NE(row.evaluate, nullptr);
    for (std::string_view text : {row.title, row.counts, row.meaning, row.action, row.controls})
      EXPECT_FALSE(text.empty()) << row.id;
    EXPECT_TRUE(row.meaning.ends_with('.') && row.action.ends_with('.')) << row.id;
    for (std::string_view text : {row.meaning, row.action, row.controls}) {
      EXPECT_EQ(text.find("ompliant"), std::string_view::npos) << "evidence, never more: " << row.id;
    }
  }
  EXPECT_EQ(names.size(), 23U);
  EXPECT_EQ(findRule("R24"), nullptr);
}

// Two zones with two hosts each.
struct TwoFaults : RuleSan {
  TwoFaults() {
    first = zone("zone1", {initiatorOf(machine("a")), initiatorOf(machine("b")), disk("disk1")});
    second = zone("zone2", {initiatorOf(machine("c")), initiatorOf(machine("d")), disk("disk2")});
  }
  Id first = 0, second = 0;
};

TEST(Waivers, AcceptOneSubjectUntilTheirDate) {
  TwoFaults san;
  const Id waiver = san.waiver("R01", {Kind::Domain, san.first}, 1000);
  const Findings findings = check(san, "R01", 999);
  ASSERT_EQ(findings.list.size(), 2U);
  EXPECT_EQ(findings.list[0].waiver, waiver);
  EXPECT_TRUE(findings.list[1].open());
  EXPECT_EQ(findings.open(), 1U);
  EXPECT_EQ(findings.waived(), 1U);
  const Findings later = check(san, "R01", 1000);
  EXPECT_TRUE(later.list[0].open());
  EXPECT_EQ(later.list[0].expiredWaiver, waiver);
  EXPECT_NE(later.list[0].text.find("Its waiver expired at 1970-01-01T00:16:40Z."), std::string::npos)
      << later.list[0].text;
  EXPECT_EQ(later.list[1].expiredWaiver, 0U);
}

TEST(Waivers, OfAnotherRuleOrWithoutADateAcceptNothing) {
  TwoFaults san;
  san.waiver("R02", {Kind::Domain, san.first}, 1000);
  san.waiver("R01", {Kind::Domain, san.second}, 0);
  const Findings findings = check(san, "R01", 10);
  EXPECT_EQ(findings.open(), 2U);
  EXPECT_NE(findings.list[1].text.find("Its waiver has no date."), std::string::npos);
}

TEST(Waivers, WithoutASubjectAcceptTheRuleAndTheLongestCounts) {
  TwoFaults san;
  san.waiver("R01", {}, 100);
  const Id longer = san.waiver("R01", {}, 1000);
  EXPECT_EQ(check(san, "R01", 500).open(), 0U);
  EXPECT_EQ(check(san, "R01", 500).list[0].waiver, longer);
  EXPECT_EQ(check(san, "R01", 1000).open(), 2U);
}

TEST(Waivers, OfOneObjectTakeItOutOfTheCount) {
  RuleSan san;
  const Id one = san.domain("one", {});
  san.domain("two", {});
  san.domain("three", {});
  san.waiver("R04", {Kind::Domain, one}, 1000);
  EXPECT_EQ(only(check(san, "R04", 10)).count, 2U);
  EXPECT_EQ(only(check(san, "R04", 10)).waivedCount, 1U);
  EXPECT_EQ(only(check(san, "R04", 1000)).count, 3U);
  EXPECT_NE(only(check(san, "R04", 1000)).expiredWaiver, 0U);
}

TEST(Findings, OfOneCauseAreOneWithSomeExamples) {
  RuleSan san;
  for (int i = 0; i < 50; ++i) san.domain("left" + std::to_string(i), {});
  const Findings findings = check(san, "R04");
  EXPECT_EQ(only(findings).count, 50U);
  EXPECT_EQ(only(findings).objects.size(), Finding::kMaxObjects);
  EXPECT_NE(only(findings).text.find("and 47 more"), std::string::npos);
}

TEST(Findings, AMendThatWouldBeTooLongHasNoEdits) {
  RuleSan san;
  std::size_t made = 0;
  san.edit([&](SnapshotEditor& editor) {
    for (; made <= Mend::kMaxEdits; ++made) {
      const auto domain = editor.create(Kind::Domain);
      ASSERT_TRUE(editor.set(*domain, *findField(Kind::Domain, "name"), "d" + std::to_string(made)).ok());
    }
  });
  EXPECT_TRUE(only(check(san, "R04")).mend.edits.empty());
  EXPECT_FALSE(only(check(san, "R04")).mend.sentence.empty());
}

FindingKey key(std::string_view rule, std::string_view cause) { return {std::string(rule), std::string(cause)}; }

TEST(Compare, TellsNewClearedWaivedAndAgain) {
  TwoFaults san;
  const Findings before = check(san, "R01");
  SanBuilder next(san.done());
  next.remove({Kind::Domain, san.first}, "nodes", {Kind::Node, san.of("a")});
  next.add({Kind::Domain, san.second}, "nodes", {Kind::Node, san.of("a")});
  next.create(Kind::Domain,
              {{"name", std::string("zone3")}, {"nodes", SanBuilder::refs(Kind::Node, {san.of("a"), san.of("b")})}});
  const Findings after = check(next, "R01");
  const auto changes = compareFindings(before, after);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].state, LifeCycle::Cleared);
  EXPECT_EQ(changes[0].before->cause, "domain:zone1");
  EXPECT_EQ(changes[1].state, LifeCycle::Open);
  EXPECT_TRUE(changes[1].changed) << "a third host came";
  EXPECT_EQ(changes[2].state, LifeCycle::New);
  EXPECT_EQ(textOf(impactOn(before, after)), "1 new violation, 1 worse, 1 cleared");
  EXPECT_EQ(textOf(impactOn(before, before)), "none");

  const auto back = compareFindings(after, before, {key("R01", "domain:zone1")});
  ASSERT_EQ(back.size(), 3U);
  EXPECT_EQ(back[0].state, LifeCycle::Again);
  EXPECT_EQ(back[2].state, LifeCycle::Cleared);
}

TEST(Compare, AWaiverThatExpiresBringsItsFindingAgain) {
  TwoFaults san;
  san.waiver("R01", {Kind::Domain, san.first}, 1000);
  const Findings during = check(san, "R01", 500);
  const Findings later = check(san, "R01", 1500);
  EXPECT_EQ(compareFindings({}, during)[0].state, LifeCycle::Waived);
  EXPECT_EQ(compareFindings(during, later)[0].state, LifeCycle::Again);
  EXPECT_TRUE(compareFindings(during, later)[0].changed);
  EXPECT_FALSE(compareFindings(during, later)[1].changed);
  EXPECT_EQ(impactOn(during, later).appeared.size(), 1U);
  EXPECT_EQ(impactOn(later, during).cleared.size(), 1U);
}

FindingContext syntheticContext(const Snapshot& snapshot) {
  FindingContext context;
  context.now = snapshot.time + 100'000;
  return context;
}

// Any rule finds alone what it finds among all, in the same order, each time.
TEST(Evaluate, EachRuleAloneSaysTheSameAsAllTogether) {
  SyntheticPlan plan;
  plan.hosts = 60;
  plan.targets = 12;
  plan.units = 150;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    plan.seed = seed;
    const SyntheticSan san = syntheticSan(plan);
    const SanIndex index(san.snapshot);
    for (const Basis basis : {Basis::Applied, Basis::Desired}) {
      FindingContext context = syntheticContext(san.snapshot);
      context.basis = basis;
      const Findings all = evaluate(index, context);
      std::vector<Finding> alone;
      for (const RuleRow& row : kRuleTable) {
        const Findings one = evaluateRule(index, context, row.name);
        alone.insert(alone.end(), one.list.begin(), one.list.end());
      }
      EXPECT_EQ(all.list, alone);
      EXPECT_GT(all.list.size(), 10U);
      std::set<FindingKey> keys;
      for (const Finding& finding : all.list) {
        EXPECT_TRUE(keys.insert(keyOf(finding)).second) << finding.rule << " " << finding.cause;
        EXPECT_FALSE(finding.text.empty());
        EXPECT_GT(finding.count, 0U) << finding.rule << " " << finding.cause;
        EXPECT_LE(finding.objects.size(), Finding::kMaxObjects);
        EXPECT_FALSE(finding.mend.sentence.empty());
      }
      EXPECT_GT(all.until, context.now);
      context.mends = false;
      const Findings bare = evaluate(index, context);
      ASSERT_EQ(bare.list.size(), all.list.size());
      EXPECT_TRUE(std::ranges::all_of(bare.list, [](const Finding& finding) { return finding.mend.edits.empty(); }));
    }
  }
}

// From one change to the next: what is kept of an evaluation is told as long as it holds, to the second.
TEST(Evaluation, SaysHowLongItsListHolds) {
  SyntheticPlan plan;
  plan.hosts = 40;
  plan.targets = 10;
  plan.units = 100;
  const SyntheticSan san = syntheticSan(plan);
  const SanIndex index(san.snapshot);
  FindingContext context = syntheticContext(san.snapshot);
  Findings last = evaluate(index, context);
  std::size_t changes = 0;
  for (unsigned step = 0; step < 40 && last.until != std::numeric_limits<Seconds>::max(); ++step) {
    ASSERT_GT(last.until, context.now);
    const Seconds until = last.until;
    context.now = until - 1;
    EXPECT_EQ(evaluate(index, context).list, last.list) << until;
    context.now = until;
    Findings next = evaluate(index, context);
    if (next.list != last.list) ++changes;
    last = std::move(next);
  }
  EXPECT_GT(changes, 10U);
}

// What each way of asking the time says of when it answers otherwise.
TEST(Evaluation, KnowsTheSecondAtWhichAnAnswerChanges) {
  RuleSan san;
  const SanIndex index(san.done());
  const auto facts = [&](Seconds now, auto&& ask) {
    FindingContext context;
    context.now = now;
    RuleFacts made(index, context, false);
    const auto answer = ask(made);
    return std::pair(static_cast<Seconds>(answer), made.until());
  };
  const auto older = [](RuleFacts& made) { return made.isOlder(1000, 60); };
  const auto age = [](RuleFacts& made) { return made.age(1000, 60); };
  const auto ahead = [](RuleFacts& made) { return made.isAhead(1000); };
  constexpr Seconds kEver = std::numeric_limits<Seconds>::max();
  EXPECT_EQ(facts(1060, older), std::pair(Seconds{0}, Seconds{1061}));
  EXPECT_EQ(facts(1061, older), std::pair(Seconds{1}, kEver));
  EXPECT_EQ(facts(1059, age), std::pair(Seconds{0}, Seconds{1060}));
  EXPECT_EQ(facts(1060, age), std::pair(Seconds{1}, Seconds{1120}));
  EXPECT_EQ(facts(999, ahead), std::pair(Seconds{1}, Seconds{1000}));
  EXPECT_EQ(facts(1000, ahead), std::pair(Seconds{0}, kEver));
}

}  // namespace

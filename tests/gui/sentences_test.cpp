// Sentences: what the rules and the proofs say of many SANs has a form.
#include "console-gui/model/sentences.h"

#include <gmock/gmock.h>

#include <set>
#include <string>

#include "console-gui/client/demo_san.h"
#include "shared/san/change.h"
#include "shared/san/filter_match.h"
#include "shared/san/finding.h"
#include "shared/san/san_index.h"
#include "shared/san/why.h"
#include "tests/support/san_builder.h"
#include "tests/support/synthetic_san.h"

using namespace console;

namespace {

constexpr san::Seconds kNow = 1'795'788'000;
constexpr std::uint64_t kSeeds = 4;
constexpr std::size_t kPairs = 100;

class Sentences : public testing::Test {
 protected:
  void say(const std::string& text) {
    if (text.empty() || !seen_.insert(text).second || hasForm(text)) return;
    // A mend says several: then each has a form.
    std::size_t from = 0;
    for (std::size_t at = text.find(". "); at != std::string::npos; at = text.find(". ", from)) {
      if (!hasForm(text.substr(from, at + 1 - from))) break;
      from = at + 2;
    }
    if (from != 0 && hasForm(text.substr(from))) return;
    without_.insert(text);
  }

  void findingsOf(const san::SanIndex& index) {
    san::FindingContext context;
    context.now = kNow;
    for (const san::Finding& finding : san::evaluate(index, context).list) {
      say(finding.text);
      say(finding.mend.sentence);
      for (const auto& fact : finding.facts) say(fact.name);
    }
  }

  void proofsOf(const san::SanIndex& index, const std::vector<san::Id>& units) {
    for (std::size_t i = 0; i < kPairs && !units.empty() && !index.hosts().empty(); ++i) {
      for (const san::Basis basis : {san::Basis::Desired, san::Basis::Applied}) {
        const san::Why why =
            san::why(index, basis, index.hosts()[i % index.hosts().size()], units[i * 7 % units.size()]);
        for (const auto& path : why.paths) {
          for (const auto& layer : path.layers) {
            for (const auto& fact : layer.facts) say(fact.text);
          }
        }
        for (const auto& mend : why.mends) say(mend.text);
      }
    }
  }

  void of(const san::Snapshot& snapshot) {
    const san::SanIndex index(snapshot);
    std::vector<san::Id> units;
    snapshot.table<san::LogicalUnit>().forEach([&](san::Id id, const san::LogicalUnit&) { units.push_back(id); });
    findingsOf(index);
    proofsOf(index, units);
  }

  std::set<std::string> seen_, without_;
};

TEST_F(Sentences, OfTheDemoHaveForms) {
  for (const DemoRevision& revision : demoHistory(kNow)) of(revision.snapshot);
  EXPECT_THAT(without_, testing::IsEmpty());
}

TEST_F(Sentences, OfManySansHaveForms) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    test::SyntheticPlan plan;
    plan.seed = seed;
    plan.hosts = 40;
    plan.targets = 10;
    plan.units = 100;
    of(test::syntheticSan(plan).snapshot);
  }
  EXPECT_THAT(without_, testing::IsEmpty());
}

// With and without who uses it, of one and of several, with and without what reach says.
TEST_F(Sentences, OfDisksThatHostsHoldHaveForms) {
  for (const bool zoned : {false, true}) {
    test::SanBuilder san;
    san.host("web1", "iqn.2026-01.example:web1");
    const san::Id web = san.nodeNamed("iqn.2026-01.example:web1");
    const san::Id disk = san.target("iqn.2026-01.example:disk1");
    san.unit("naa.6001", disk, 0);
    if (zoned) san.zone("zone1", {web, disk});
    const san::Id agent =
        san.create(san::Kind::Agent, {{"name", std::string("web1")}, {"reported_at", std::uint64_t{kNow}}});
    const auto held = [&](const std::string& unit, const std::string& reason) {
      const san::Id made = san.create(san::Kind::HeldDisk, {{"initiator", san::ObjectRef{san::Kind::Node, web}},
                                                            {"agent", san::ObjectRef{san::Kind::Agent, agent}},
                                                            {"target", std::string("iqn.2026-01.example:disk1")},
                                                            {"unit", unit},
                                                            {"reason", reason}});
      findingsOf(san::SanIndex(san.done()));
      return san::ObjectRef{san::Kind::HeldDisk, made};
    };
    const std::size_t before = seen_.size();
    san.erase(held("naa.6001", ""));
    held("naa.6001", "mounted at /srv");
    held("", "part of dm-0");
    EXPECT_GE(seen_.size(), before + 3);
  }
  for (const char* reason : {"mounted at /srv", "part of dm-0", "open in process 7 (dd)", "open in 1 NBD client",
                             "open in 3 NBD clients", "in use by the kernel"}) {
    EXPECT_TRUE(hasForm(reason)) << reason;
  }
  EXPECT_THAT(without_, testing::IsEmpty());
}

// What a wrong filter is told.
TEST_F(Sentences, OfFiltersThatAreWrongHaveForms) {
  const auto made = test::syntheticSan({});
  for (const char* typed : {"(",
                            ")",
                            "name:",
                            "nofield:x",
                            "nmae:x",
                            "kind:hots",
                            "OR a",
                            "a AND",
                            "AND a",
                            ":x",
                            "()",
                            "\"a",
                            "a\"b\"",
                            "enabled:maybe",
                            "enabled>yes",
                            "right:sometimes",
                            "bytes:x",
                            "bytes:9..1",
                            "since:tomorrow",
                            "label<x",
                            "kind~h",
                            "a(b"}) {
    const auto filter = san::Filter::parse(typed);
    if (!filter) {
      say(filter.error().text);
      say(filter.error().hint);
      continue;
    }
    const auto matcher = san::FilterMatcher::bind(*filter, made.snapshot, {});
    if (matcher) continue;
    say(matcher.error().text);
    say(matcher.error().hint);
  }
  EXPECT_THAT(without_, testing::IsEmpty());
}

// What a change set that cannot be is told.
TEST_F(Sentences, OfEditsThatCannotBeHaveForms) {
  const auto made = test::syntheticSan({});
  const san::ObjectRef host{san::Kind::Host, made.hosts[0]}, domain{san::Kind::Domain, made.domains[0]},
      node{san::Kind::Node, made.initiators[0]};
  const std::vector<std::vector<san::Edit>> wrong{
      {{san::EditOp::Set, host, "nofield", std::string("x")}},
      {{san::EditOp::Set, {san::Kind::Host, 99'999'999}, "name", std::string("x")}},
      {{san::EditOp::Add, host, "name", host}},
      {{san::EditOp::Remove, domain, "nodes", san::ObjectRef{san::Kind::Node, made.initiators[40]}}},
      {{san::EditOp::Set, node, "name", std::string("x")}},
      {{san::EditOp::Set, host, "name", std::string(san::nameOf(made.snapshot, {san::Kind::Host, made.hosts[1]}))}},
      {{san::EditOp::Erase, {san::Kind::Agent, 1}, "", {}}},
      {{san::EditOp::Add, domain, "nodes", san::ObjectRef{san::Kind::Node, 99'999'999}}},
  };
  for (const auto& edits : wrong) {
    const auto applied = san::apply(made.snapshot, edits, san::Writer::ChangeSet, made.snapshot.revision + 1, kNow);
    ASSERT_FALSE(applied);
    say(applied.error().text);
  }
  EXPECT_THAT(without_, testing::IsEmpty());
}

}  // namespace

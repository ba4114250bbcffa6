// Sentences: what the rules and the proofs say of many SANs has a form.
#include "console-gui/model/sentences.h"

#include <gmock/gmock.h>

#include <set>
#include <string>

#include "console-gui/client/demo_san.h"
#include "shared/san/finding.h"
#include "shared/san/san_index.h"
#include "shared/san/why.h"
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

}  // namespace

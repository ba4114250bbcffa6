// That the SAN of the benches is what its plan says: the same each time, with work for every layer of reach.
#include <gtest/gtest.h>

#include "shared/san/fields.h"
#include "tests/support/synthetic_san.h"

using namespace test;
using namespace san;

namespace {

SyntheticPlan smallPlan() {
  SyntheticPlan plan;
  plan.hosts = 120;
  plan.targets = 20;
  plan.units = 200;
  plan.initiatorsPerHost = 2;
  plan.domainsPerSet = 30;
  return plan;
}

template <class T, class Holds>
std::size_t countOf(const Snapshot& snapshot, Holds&& holds) {
  std::size_t count = 0;
  snapshot.table<T>().forEach([&](Id, const T& object) { count += holds(object) ? 1U : 0U; });
  return count;
}

TEST(SyntheticSan, HasTheNumbersOfItsPlan) {
  const SyntheticSan made = syntheticSan(smallPlan());
  EXPECT_EQ(made.snapshot.table<Host>().size(), 120U);
  EXPECT_EQ(made.snapshot.table<LogicalUnit>().size(), 200U);
  EXPECT_EQ(made.snapshot.table<Domain>().size(), 120U);
  EXPECT_EQ(countOf<Node>(made.snapshot, [](const Node& node) { return node.initiator; }), 240U);
  EXPECT_EQ(countOf<Node>(made.snapshot, [](const Node& node) { return node.target; }), 20U);
  EXPECT_EQ(made.snapshot.get<Domain>(Domain::kDefault), nullptr) << "no zone is the default domain";
}

TEST(SyntheticSan, IsTheSameForTheSameSeed) {
  const auto sameObjects = [](const Snapshot& a, const Snapshot& b) {
    bool same = true;
    forEachKind([&]<class T>(T*) {
      same = same && a.table<T>().size() == b.table<T>().size();
      a.table<T>().forEach([&](Id id, const T& object) {
        const T* other = b.get<T>(id);
        for (const FieldRow& field : fieldsOf(T::kKind)) same = same && other != nullptr && field.equal(object, *other);
      });
    });
    return same;
  };
  SyntheticPlan plan = smallPlan();
  const SyntheticSan made = syntheticSan(plan);
  EXPECT_TRUE(sameObjects(made.snapshot, syntheticSan(plan).snapshot));
  plan.seed = 2;
  EXPECT_FALSE(sameObjects(made.snapshot, syntheticSan(plan).snapshot));
}

TEST(SyntheticSan, HasSomethingOutOfOrderForEachLayer) {
  const Snapshot snapshot = syntheticSan(smallPlan()).snapshot;
  EXPECT_GT(countOf<Node>(snapshot, [](const Node& node) { return !node.registered(); }), 0U);
  EXPECT_GT(countOf<DomainSet>(snapshot, [](const DomainSet& set) { return !set.enabled; }), 0U);
  EXPECT_GT(countOf<PortalGroup>(snapshot, [](const PortalGroup& group) { return !group.grantsAccess(); }), 0U);
  EXPECT_LT(snapshot.table<AppliedTarget>().size(), 20U) << "some targets are foreign";
  EXPECT_GT(snapshot.table<AppliedTarget>().size(), 10U);
  EXPECT_GT(snapshot.table<Session>().size(), 50U);
  EXPECT_GT(snapshot.table<Credential>().size(), 50U);
  EXPECT_GT(snapshot.table<Approval>().size(), 100U);
}

TEST(SyntheticSan, WithHubsAFewUnitsHaveMostMaps) {
  SyntheticPlan plan = smallPlan();
  const auto mostMapped = [&] {
    const SyntheticSan made = syntheticSan(plan);
    std::size_t most = 0;
    for (Id unit : made.units) {
      most = std::max(most, countOf<Map>(made.snapshot, [&](const Map& map) { return map.unit.id == unit; }));
    }
    return most;
  };
  const std::size_t uniform = mostMapped();
  plan.spread = Spread::Hubs;
  EXPECT_GT(mostMapped(), 2 * uniform);
}

}  // namespace

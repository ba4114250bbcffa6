// Who is told what happened to nodes themselves: against brute force over all pairs, and what a change of many costs.
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/core/scn_plan_fixture.h"

namespace {

using core::Index;

constexpr std::uint32_t kEverything = test::kAllObjectBits;

class ScnChanges : public test::ScnPlanTest {
 protected:
  // Of the first `count` nodes.
  void changeTypes(std::size_t count, std::uint32_t type) {
    change([&](core::Transaction& tx) {
      for (std::size_t i = 0; i < count; ++i) {
        tx.alter<core::Node>(nodes_[i]).attributes.setU32(isns::tag::kNodeType, type);
      }
    });
  }
};

// Of two thousand that see each other, four million would be told.
TEST_F(ScnChanges, WhoIsToldOfManyIsToldOnceToLookAgain) {
  constexpr std::size_t kMany = 2000;
  while (nodes_.size() < kMany) node(isns::node_type::kTarget, kEverything);
  join(domain(true));
  changeTypes(kMany, isns::node_type::kInitiator);
  EXPECT_EQ(told(), kMany);
  change([&](core::Transaction& tx) {
    for (std::size_t i = 0; i < kMany / 2; ++i) tx.deregisterNode(nodes_[i]);
  });
  EXPECT_EQ(told(), kMany / 2) << "those that are left";
}

TEST_F(ScnChanges, AsManyAsAListenerIsToldOfAtOnceAreToldEach) {
  policy_.scnQueueEvents = 10;
  for (int i = 0; i < 12; ++i) node(isns::node_type::kTarget, i == 11 ? kEverything : 0);
  join(domain(true));
  changeTypes(10, isns::node_type::kInitiator);
  EXPECT_EQ(planned_.size(), 10U);
  changeTypes(11, isns::node_type::kTarget | isns::node_type::kInitiator);
  ASSERT_EQ(planned_.size(), 1U);
  EXPECT_TRUE(planned_[0].event->overflow);
  // Itself it does not count among the others.
  policy_.scnQueueEvents = 11;
  changeTypes(12, isns::node_type::kInitiator);
  EXPECT_EQ(planned_.size(), 12U);
}

class ScnChangesSeeds : public ScnChanges, public testing::WithParamInterface<unsigned> {
 protected:
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

  void makeAll() {
    for (int i = 0; i < 10; ++i) node(1 + below(3), bitmap());
    join(domain(false));  // what is in a domain is known also while it is not registered
    for (int i = 0; i < 4; ++i) domain(i != 0);
    change([&](core::Transaction& tx) {
      for (const Index d : domains_) {
        for (const Index n : nodes_) {
          if (below(2) == 0) tx.addMember(d, core::MemberKind::Node, n);
        }
      }
    });
  }
  std::uint32_t bitmap() {
    static constexpr std::uint32_t kBitmaps[] = {kEverything,
                                                 kEverything | isns::scn::kTargetAndSelfOnly,
                                                 kEverything | isns::scn::kInitiatorAndSelfOnly,
                                                 isns::scn::kObjectAdded,
                                                 isns::scn::kObjectUpdated | isns::scn::kObjectRemoved,
                                                 0};
    return kBitmaps[below(std::size(kBitmaps))];
  }
  // Nodes come, go and change in one change.
  void step() {
    change([&](core::Transaction& tx) {
      for (unsigned steps = 1 + below(8); steps > 0; --steps) {
        const Index n = nodes_[below(static_cast<unsigned>(nodes_.size()))];
        if (!tx.get<core::Node>(n)->registered()) {
          tx.registerNode(n, tx.createEntity("again-" + std::to_string(++entities_)));
        } else if (below(3) == 0) {
          tx.deregisterNode(n);
          continue;
        }
        auto& attributes = tx.alter<core::Node>(n).attributes;
        attributes.setU32(isns::tag::kNodeType, 1 + below(3));
        attributes.setU32(isns::tag::kScnBitmap, bitmap());
      }
    });
  }
  [[nodiscard]] std::multiset<Telling> expected(const core::State& before) const {
    std::multiset<Telling> all;
    for (const Index subject : nodes_) {
      const core::Node& was = *before.get<core::Node>(subject);
      const core::Node& is = *state().get<core::Node>(subject);
      std::uint32_t bit = 0;
      if (was.registered() != is.registered()) {
        bit = is.registered() ? isns::scn::kObjectAdded : isns::scn::kObjectRemoved;
      } else if (is.registered() && was.type() != is.type()) {
        bit = isns::scn::kObjectUpdated;
      }
      if (bit == 0) continue;
      for (const Index listener : nodes_) {
        const core::Node& now = *state().get<core::Node>(listener);
        const bool itself = listener == subject && (now.scnBitmap() & bit) != 0;
        const bool sees = listener != subject && test::share(is.registered() ? state() : before, listener, subject) &&
                          test::wants(now, bit, is.registered() ? is : was);
        if (now.registered() && (itself || sees)) all.emplace(listener, subject, bit);
      }
    }
    return all;
  }

  std::mt19937 random_{GetParam()};
  unsigned entities_ = 0;
};

TEST_P(ScnChangesSeeds, EachWhoSeesItIsToldOnceAndNobodyElse) {
  makeAll();
  std::size_t told = 0;
  for (int round = 0; round < 400 && !HasFailure(); ++round) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()) + ", round " + std::to_string(round));
    const core::State before = state();
    step();
    EXPECT_EQ(tellings(), expected(before));
    told += tellings().size();
  }
  EXPECT_GT(told, 1000U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ScnChangesSeeds, testing::Range(1U, 9U));

}  // namespace

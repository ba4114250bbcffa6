// Who is told that somebody came into sight or went out of it: against brute force over all pairs, and what a change of
// many members costs.
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/core/scn_plan_fixture.h"

namespace {

using core::Index;
namespace scn = isns::scn;
namespace tag = isns::tag;

constexpr std::uint32_t kAll = test::kAllObjectBits;

class ScnSight : public test::ScnPlanTest {};

// Ten thousand of them are a hundred million pairs: each is told once to look again.
TEST_F(ScnSight, ManyThatComeAtOnceAreToldOnceEach) {
  constexpr std::size_t kMany = 2000;
  while (nodes_.size() < kMany) node(isns::node_type::kTarget, kAll);
  const Index zone = domain(true);
  join(zone);
  EXPECT_EQ(told(), kMany);
  leave(zone);
  EXPECT_EQ(told(), kMany);
  join(zone);
  enable(sets_[0], false);
  EXPECT_EQ(told(), kMany);
  enable(sets_[0], true);
  EXPECT_EQ(told(), kMany);
}

TEST_F(ScnSight, WhoIsThereAlreadyIsToldOnceOfManyThatCome) {
  const Index zone = domain(true);
  for (int i = 0; i < 100; ++i) node(isns::node_type::kInitiator, kAll);
  join(zone);
  for (int i = 0; i < 1000; ++i) node(isns::node_type::kTarget, 0);
  join(zone);
  EXPECT_EQ(told(), 100U);
}

TEST_F(ScnSight, WhoSeesTheOthersAnywayIsToldOfNothing) {
  const Index zone = domain(true);
  const Index more = domain(false);
  while (nodes_.size() < 2000) node(isns::node_type::kTarget, kAll);
  join(zone);
  join(more);
  enable(sets_[1], true);
  EXPECT_EQ(told(), 0U);
  leave(zone);
  EXPECT_EQ(told(), 0U);
}

// ---- Against brute force ----

class ScnSightSeeds : public ScnSight, public testing::WithParamInterface<unsigned> {
 protected:
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

  void makeAll() {
    static constexpr std::uint32_t kBitmaps[] = {kAll,
                                                 kAll,
                                                 kAll | scn::kTargetAndSelfOnly,
                                                 scn::kObjectAdded,
                                                 0,
                                                 kAll | scn::kInitiatorAndSelfOnly,
                                                 scn::kObjectRemoved};
    for (int i = 0; i < 10; ++i) node(1 + below(3), kBitmaps[below(std::size(kBitmaps))]);
    for (int i = 0; i < 5; ++i) domain(below(2) == 0);
  }
  // As many steps as a change set has in one change.
  void step() {
    change([&](core::Transaction& tx) {
      for (unsigned steps = 1 + below(8); steps > 0; --steps) {
        const Index d = domains_[below(static_cast<unsigned>(domains_.size()))];
        const Index n = nodes_[below(static_cast<unsigned>(nodes_.size()))];
        const Index set = sets_[below(static_cast<unsigned>(sets_.size()))];
        const unsigned what = below(12);
        if (what < 5)
          tx.addMember(d, core::MemberKind::Node, n);
        else if (what < 9)
          tx.removeMember(d, core::MemberKind::Node, n);
        else if (what == 9)
          tx.addToSet(set, d);
        else if (what == 10)
          tx.removeFromSet(set, d);
        else
          tx.alter<core::DomainSet>(set).attributes.setU32(tag::kDdsStatus, below(2));
      }
    });
  }
  [[nodiscard]] std::multiset<Telling> expected(const core::State& before) const {
    std::multiset<Telling> all;
    for (Index listener : nodes_) {
      for (Index subject : nodes_) {
        const bool saw = test::share(before, listener, subject);
        const bool sees = test::share(state(), listener, subject);
        if (listener == subject || saw == sees) continue;
        const std::uint32_t bit = sees ? scn::kObjectAdded : scn::kObjectRemoved;
        if (test::wants(*state().get<core::Node>(listener), bit, *state().get<core::Node>(subject))) {
          all.emplace(listener, subject, bit);
        }
      }
    }
    return all;
  }

  std::mt19937 random_{GetParam()};
};

TEST_P(ScnSightSeeds, EachPairIsToldOnceAndNobodyElse) {
  makeAll();
  for (int round = 0; round < 400 && !HasFailure(); ++round) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()) + ", round " + std::to_string(round));
    const core::State before = state();
    step();
    EXPECT_EQ(tellings(), expected(before));
  }
}

// With less room, who is told of some alone is told of all that he is to be told.
TEST_P(ScnSightSeeds, WhoIsToldOfTooManyIsToldToLookAgain) {
  policy_.scnQueueEvents = 2;
  makeAll();
  std::size_t looks = 0;
  for (int round = 0; round < 400 && !HasFailure(); ++round) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()) + ", round " + std::to_string(round));
    const core::State before = state();
    step();
    auto said = tellings();
    auto wanted = expected(before);
    for (Index listener : nodes_) {
      if (!said.contains({listener, listener, scn::kObjectUpdated})) continue;
      ++looks;
      const auto his = [&](const Telling& one) { return std::get<0>(one) == listener; };
      EXPECT_GT(std::count_if(wanted.begin(), wanted.end(), his), 2);
      std::erase_if(said, his);
      std::erase_if(wanted, his);
    }
    EXPECT_EQ(said, wanted);
  }
  EXPECT_GT(looks, 20U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ScnSightSeeds, testing::Range(1U, 9U));

}  // namespace

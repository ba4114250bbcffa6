// Proofs on random SANs: each mend that has edits mends, as far as it says, and each proof says what the cell says. And
// what agents are handed out is what reach says.
#include <gtest/gtest.h>

#include "shared/san/desired.h"
#include "shared/san/why.h"
#include "tests/property/random_san.h"
#include "tests/support/apply_edits.h"

using namespace test;

namespace {

void checkMend(const san::Snapshot& before, const san::Why& why, const san::ReachMend& mend) {
  SCOPED_TRACE(mend.text);
  const auto after = test::applyEdits(before, mend.edits);
  ASSERT_TRUE(after.ok()) << after.error().text;
  const san::SanIndex index(*after);
  const auto host = index.hostNumber(why.host);
  ASSERT_TRUE(host.has_value());
  const san::Cell cell = cellOf(index, san::Basis::Desired, *host, why.unit);
  ASSERT_NE(mend.result, san::Truth::No);
  ASSERT_GE(cell.works, mend.result);
}

void checkProof(const san::Why& why) {
  san::Truth works = san::Truth::No;
  for (const san::PathProof& proof : why.paths) {
    works = either(works, proof.path.works());
    for (const san::LayerProof& layer : proof.layers) {
      ASSERT_FALSE(layer.facts.empty());
      for (const san::ProofFact& fact : layer.facts) {
        ASSERT_TRUE(static_cast<bool>(fact.about));
        ASSERT_FALSE(fact.text.empty());
        ASSERT_EQ(fact.text.back(), '.') << fact.text;
      }
    }
  }
  ASSERT_EQ(works, why.cell.works);
  if (works == san::Truth::Yes) {
    ASSERT_TRUE(why.mends.empty());
  } else {
    ASSERT_FALSE(why.mends.empty());
  }
}

void checkSan(std::uint64_t seed, std::size_t& mended) {
  const san::Snapshot snapshot = randomSan(seed);
  const san::SanIndex index(snapshot);
  for (const san::ObjectRef host : index.hosts()) {
    for (const san::Id unit : index.units()) {
      for (const san::Basis basis : {san::Basis::Applied, san::Basis::Desired}) {
        SCOPED_TRACE(refText(snapshot, host) + " and unit " + std::to_string(unit) +
                     (basis == san::Basis::Applied ? " applied" : " desired"));
        const san::Why why = san::why(index, basis, host, unit);
        checkProof(why);
        if (testing::Test::HasFatalFailure()) return;
        for (const san::ReachMend& mend : why.mends) {
          ASSERT_FALSE(mend.text.empty());
          if (mend.edits.empty()) continue;
          checkMend(snapshot, why, mend);
          ++mended;
          if (testing::Test::HasFatalFailure()) return;
        }
      }
    }
  }
}

TEST(SanWhyProperty, EveryMendOfARandomSanMends) {
  std::size_t mended = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    checkSan(seed, mended);
    if (testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GT(mended, 1000U);
}

// What an agent is handed out lets in and gives what reach says of the desired state, no more and no less.
void checkDesired(const san::SanIndex& index, const san::Path& path) {
  const auto all = desiredAt(index, path.target);
  ASSERT_EQ(all.has_value(), index.isManaged(path.target));
  if (!all || all->enforcement == san::Enforcement::Unknown) return;
  const auto at = std::ranges::find(all->initiators, path.initiator, &san::DesiredInitiator::node);
  const bool listed = at != all->initiators.end();
  bool proven = !listed || at->chap == san::ChapDemand::None;
  for (san::Id id : listed ? at->credentials : std::vector<san::Id>()) {
    proven = proven || at->chap != san::ChapDemand::Mutual || index.snapshot().get<san::Credential>(id)->mutual;
  }
  if (listed || all->enforcement != san::Enforcement::Open) {
    ASSERT_EQ(path.layer(san::Layer::Admitted), san::truthOf(listed && proven));
  }
  if (!listed) return;
  const auto map = std::ranges::find(at->maps, path.unit, &san::DesiredMap::unit);
  ASSERT_EQ(path.layer(san::Layer::Mapped), san::truthOf(map != at->maps.end()));
  if (map != at->maps.end()) {
    ASSERT_EQ(path.right, map->right);
    ASSERT_EQ(path.lun, map->lun);
  }
}

TEST(SanDesiredProperty, WhatAnAgentIsHandedOutIsWhatReachSays) {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const san::SanIndex index(randomSan(seed));
    for (std::size_t host = 0; host < index.hosts().size(); ++host) {
      for (const san::Id unit : index.units()) {
        for (const san::Path& path : pathsBetween(index, san::Basis::Desired, host, unit)) {
          SCOPED_TRACE("initiator " + std::to_string(path.initiator) + ", target " + std::to_string(path.target));
          checkDesired(index, path);
          if (testing::Test::HasFatalFailure()) return;
        }
      }
    }
  }
}

}  // namespace

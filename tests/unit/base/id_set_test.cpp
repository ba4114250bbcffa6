#include "shared/base/id_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace {

using base::IdSet;

std::vector<std::uint32_t> ids(const IdSet& set) {
  std::vector<std::uint32_t> all;
  set.forEach([&](std::uint32_t id) { all.push_back(id); });
  return all;
}

TEST(IdSet, AgreesWithASetOverRandomChangesAndCopies) {
  std::mt19937 random(7);
  for (std::uint32_t range : {3U, 50U, 5000U}) {
    IdSet set;
    std::set<std::uint32_t> model;
    std::vector<std::pair<IdSet, std::set<std::uint32_t>>> copies;
    for (int step = 0; step < 20'000; ++step) {
      const std::uint32_t id = 1 + static_cast<std::uint32_t>(random() % range);
      if (random() % 5 < 2) {
        EXPECT_EQ(set.erase(id), model.erase(id) == 1);
      } else {
        EXPECT_EQ(set.insert(id), model.insert(id).second);
      }
      if (step % 4000 == 0) copies.emplace_back(set, model);
    }
    EXPECT_EQ(ids(set), std::vector<std::uint32_t>(model.begin(), model.end()));
    EXPECT_EQ(set.size(), model.size());
    for (const auto& [copy, expected] : copies) {
      EXPECT_EQ(ids(copy), std::vector<std::uint32_t>(expected.begin(), expected.end()));
    }
  }
}

TEST(IdSet, KeepsAscendingInsertsInFullChunks) {
  IdSet set;
  for (std::uint32_t id = 1; id <= 10'000; ++id) set.insert(id);
  EXPECT_EQ(set.size(), 10'000U);
  EXPECT_EQ(set.front(), 1U);
  EXPECT_TRUE(set.contains(9'999));
  EXPECT_FALSE(set.contains(10'001));
}

TEST(IdSet, NextWalksTheWholeSetInOrder) {
  for (std::uint32_t count : {0U, 1U, 2U, 1000U}) {
    IdSet set;
    std::vector<std::uint32_t> expected;
    for (std::uint32_t i = 1; i <= count; ++i) {
      set.insert(i * 3);
      expected.push_back(i * 3);
    }
    std::vector<std::uint32_t> walked;
    for (std::uint32_t id = set.next(0); id != 0; id = set.next(id)) walked.push_back(id);
    EXPECT_EQ(walked, expected);
  }
}

TEST(IdSet, KnowsWhetherTwoSetsShareAnId) {
  IdSet a;
  IdSet b;
  EXPECT_FALSE(IdSet::intersects(a, b));
  for (std::uint32_t id = 2; id < 1000; id += 2) a.insert(id);
  for (std::uint32_t id = 1; id < 1000; id += 2) b.insert(id);
  EXPECT_FALSE(IdSet::intersects(a, b));
  b.insert(500);
  EXPECT_TRUE(IdSet::intersects(a, b));
  EXPECT_TRUE(IdSet::intersects(b, a));
}

TEST(IdSet, EqualsByContent) {
  IdSet a;
  IdSet b;
  for (std::uint32_t id : {5U, 9U, 1U}) a.insert(id);
  for (std::uint32_t id : {9U, 1U, 5U}) b.insert(id);
  EXPECT_EQ(a, b);
  b.erase(5);
  EXPECT_FALSE(a == b);
}

}  // namespace

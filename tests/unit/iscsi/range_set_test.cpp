#include "agent/iscsi/range_set.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/iscsi/random.h"

namespace {

using iscsi::ByteRange;
using iscsi::RangeSet;
using Added = RangeSet::Added;

TEST(RangeSet, GrowsAsBytesComeInOrder) {
  RangeSet set;
  EXPECT_EQ(set.add({0, 10}), Added::Ok);
  EXPECT_EQ(set.add({10, 30}), Added::Ok);
  EXPECT_EQ(set.contiguous(), 30U);
  EXPECT_TRUE(set.covers(30));
  EXPECT_FALSE(set.covers(31));
  EXPECT_FALSE(set.firstMissing({0, 30}));
}

TEST(RangeSet, TellsHolesAndFillsThem) {
  RangeSet set;
  set.add({20, 30});
  set.add({40, 50});
  EXPECT_EQ(set.firstMissing({0, 60}), (ByteRange{0, 20}));
  EXPECT_EQ(set.firstMissing({20, 60}), (ByteRange{30, 40}));
  EXPECT_EQ(set.firstMissing({25, 35}), (ByteRange{30, 35}));
  EXPECT_EQ(set.firstMissing({45, 60}), (ByteRange{50, 60}));
  set.add({0, 20});
  EXPECT_EQ(set.contiguous(), 30U);
  set.add({30, 40});
  EXPECT_EQ(set.contiguous(), 50U);
}

TEST(RangeSet, RefusesOverlaps) {
  RangeSet set;
  set.add({0, 10});
  set.add({20, 30});
  for (const ByteRange range :
       {ByteRange{5, 15}, ByteRange{0, 1}, ByteRange{15, 21}, ByteRange{29, 35}, ByteRange{12, 40}}) {
    EXPECT_EQ(set.add(range), Added::Overlap) << range.begin;
  }
  EXPECT_EQ(set.add({10, 20}), Added::Ok);
  EXPECT_EQ(set.contiguous(), 30U);
}

TEST(RangeSet, TakesEmptyRangesAnywhere) {
  RangeSet set;
  set.add({0, 10});
  EXPECT_EQ(set.add({5, 5}), Added::Ok);
  EXPECT_EQ(set.contiguous(), 10U);
}

TEST(RangeSet, KeepsNoMoreRangesThanItsBound) {
  RangeSet set;
  for (std::uint32_t i = 0; i < RangeSet::kMaxRanges; ++i) EXPECT_EQ(set.add({10 + 20 * i, 20 + 20 * i}), Added::Ok);
  EXPECT_EQ(set.add({100000, 100001}), Added::TooMany);
  EXPECT_EQ(set.add({20, 25}), Added::Ok) << "it joins another one";
  EXPECT_EQ(set.add({0, 10}), Added::Ok) << "it makes one less";
  EXPECT_EQ(set.contiguous(), 25U);
  EXPECT_EQ(set.add({100000, 100001}), Added::Ok);
}

TEST(RangeSet, AgreesWithABitmap) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    iscsi_test::Random random(seed);
    RangeSet set;
    std::vector<bool> bytes(200, false);
    for (int step = 0; step < 60; ++step) {
      const std::uint32_t begin = random() % 200;
      const std::uint32_t end = std::min<std::uint32_t>(200, begin + 1 + random() % 20);
      bool free = true;
      for (std::uint32_t i = begin; i < end; ++i) free = free && !bytes[i];
      ASSERT_EQ(set.add({begin, end}), free ? Added::Ok : Added::Overlap) << seed;
      for (std::uint32_t i = begin; free && i < end; ++i) bytes[i] = true;
      const std::uint32_t from = random() % 200;
      std::uint32_t hole = from;
      while (hole < 200 && bytes[hole]) ++hole;
      std::uint32_t holeEnd = hole;
      while (holeEnd < 200 && !bytes[holeEnd]) ++holeEnd;
      const auto missing = set.firstMissing({from, 200});
      ASSERT_EQ(missing.has_value(), hole < 200) << seed;
      if (missing) {
        ASSERT_EQ(*missing, (ByteRange{hole, holeEnd})) << seed;
      }
    }
  }
}

}  // namespace

// What of a history is old, with clocks that were wrong: revisions 1, 2, 3 and so on with the times that are given.
#include "db/store/prune_cut.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

using store::PruneCut;
using store::PruneLimits;

// Old: before 100. Now: 500. No clock that was right has shown a time before 10.
constexpr PruneLimits kBy{100, 500, 10};

PruneCut::Cut cutOf(const std::vector<std::int64_t>& times, std::size_t limit = 1000, std::int64_t before = 0) {
  PruneCut known(kBy, limit, before);
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (!known.take(i + 1, times[i], i + 1 == times.size())) break;
  }
  return known.cut();
}
std::size_t goesOf(const std::vector<std::int64_t>& times) { return cutOf(times).count; }

TEST(PruneCut, WhatIsOldGoesUpToTheFirstThatIsYoung) {
  const auto cut = cutOf({20, 30, 99, 100, 30, 400});
  EXPECT_EQ(cut.count, 3U);
  EXPECT_EQ(cut.revision, 3U);
  EXPECT_EQ(cut.time, 99);
  EXPECT_EQ(goesOf({100, 20, 400}), 0U);
  EXPECT_EQ(goesOf({500, 20, 400}), 0U) << "now is young";
  EXPECT_EQ(goesOf({}), 0U);
}

TEST(PruneCut, TheNewestStays) {
  EXPECT_EQ(goesOf({20, 30, 40}), 2U);
  EXPECT_EQ(goesOf({20}), 0U);
}

TEST(PruneCut, AClockThatWasAheadStopsNothing) {
  const auto cut = cutOf({20, 900, 901, 30, 40, 400});
  EXPECT_EQ(cut.count, 5U);
  EXPECT_EQ(cut.time, 40);
  EXPECT_EQ(goesOf({900, 20, 400}), 2U) << "the first of all";
}

TEST(PruneCut, WhatAClockThatWasAheadWroteStaysWhileNothingOldIsBehindIt) {
  EXPECT_EQ(goesOf({20, 900, 901, 400}), 1U);
  EXPECT_EQ(goesOf({20, 900}), 1U);
  EXPECT_EQ(goesOf({900, 901, 400}), 0U);
}

TEST(PruneCut, AClockThatWasBehindMakesNothingOld) {
  EXPECT_EQ(goesOf({40, 50, 20, 21, 400, 401}), 2U) << "after a quiet year, perhaps";
  EXPECT_EQ(goesOf({400, 20, 401}), 0U);
  EXPECT_EQ(goesOf({1, 2, 400, 401}), 0U) << "before any clock that was right";
  EXPECT_EQ(goesOf({40, 900, 20, 400, 401}), 1U) << "one behind another that was ahead proves nothing either";
  EXPECT_EQ(cutOf({20, 21, 400, 401}, 1000, 50).count, 0U) << "nor behind what is pruned already";
}

TEST(PruneCut, WhatWasWrittenWithAClockBehindGoesWithALaterOneThatIsOld) {
  const auto cut = cutOf({40, 1, 20, 50, 400, 401});
  EXPECT_EQ(cut.count, 4U);
  EXPECT_EQ(cut.time, 50);
}

TEST(PruneCut, APageEndsAtItsLimitWithTheLatestTimeThatHolds) {
  const auto first = cutOf({20, 900, 901, 902, 30, 400}, 3);
  EXPECT_EQ(first.count, 3U);
  EXPECT_EQ(first.revision, 3U);
  EXPECT_EQ(first.time, 20);
  const auto next = cutOf({902, 30, 400}, 3, first.time);
  EXPECT_EQ(next.count, 2U);
  EXPECT_EQ(next.time, 30);
  EXPECT_EQ(cutOf({20, 30}, 0).count, 0U);
}

TEST(PruneCut, TheNewestIsAWitnessToo) {
  const auto cut = cutOf({20, 900, 30});
  EXPECT_EQ(cut.count, 2U);
  EXPECT_EQ(cut.time, 20);
}

}  // namespace

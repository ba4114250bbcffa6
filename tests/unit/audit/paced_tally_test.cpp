#include "isns-server/manage/audit/paced_tally.h"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using manage::RefusalTally;

const base::TimePoint kStart{1h};

TEST(RefusalTally, TheFirstIsToldAtOnceAndTheOthersOfItsMinuteTogether) {
  RefusalTally tally;
  tally.note("10.0.0.1", {"", "iqn.a", "", "DDReg"}, kStart);
  auto due = tally.take(kStart);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].count, 1U);
  EXPECT_EQ(due[0].about.what, "DDReg");
  for (int i = 0; i < 500; ++i) tally.note("10.0.0.1", {"", "iqn.b", "", "DDSReg"}, kStart + 1s);
  EXPECT_TRUE(tally.take(kStart + 59s).empty());
  due = tally.take(kStart + 60s);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].count, 500U);
  EXPECT_EQ(due[0].about.who, "iqn.b");
}

TEST(RefusalTally, WhoIsQuietIsForgotten) {
  RefusalTally tally;
  tally.note("10.0.0.1", {"", "iqn.a", "", "DDReg"}, kStart);
  EXPECT_EQ(tally.take(kStart).size(), 1U);
  EXPECT_TRUE(tally.take(kStart + 60s).empty());
  EXPECT_TRUE(tally.empty());
  tally.note("10.0.0.1", {"", "iqn.a", "", "DDReg"}, kStart + 61s);
  EXPECT_EQ(tally.take(kStart + 61s).size(), 1U);
}

TEST(RefusalTally, ManyAddressesAreOneBeyondTheBound) {
  RefusalTally tally;
  for (int i = 0; i < 10'000; ++i) tally.note("10.0." + std::to_string(i), {"", "iqn.a", "", "DDReg"}, kStart);
  const auto due = tally.take(kStart);
  EXPECT_EQ(due.size(), RefusalTally::kMaxKeys + 1);
  std::uint64_t all = 0;
  for (const auto& one : due) all += one.count;
  EXPECT_EQ(all, 10'000U);
}

}  // namespace

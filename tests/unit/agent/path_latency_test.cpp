#include "agent/app/path_latency.h"

#include <gtest/gtest.h>

namespace agent {
namespace {

constexpr base::TimePoint at(int seconds) { return base::TimePoint(std::chrono::seconds(1000 + seconds)); }

PathSample sample(std::uint64_t fast, std::uint64_t slow, std::uint32_t lun = 0, const char* portal = "10.0.0.2:3260") {
  PathSample one;
  one.target = "iqn.2024-01.org.example:disk";
  one.lun = lun;
  one.portal = portal;
  one.up = true;
  one.latency.counts[7] = fast;   // below 128 us
  one.latency.counts[13] = slow;  // below 8,192 us
  return one;
}

std::uint32_t latencyOf(PathLatency& latency, std::vector<PathSample> samples, int seconds) {
  return latency.take(samples, at(seconds)).at(0).measured.latency;
}

TEST(PathLatency, isTheMedianOfAllAtFirstAndOfEachMinuteThen) {
  PathLatency latency;
  EXPECT_EQ(latencyOf(latency, {sample(100, 10)}, 0), 128U);
  EXPECT_EQ(latencyOf(latency, {sample(100, 50)}, 59), 128U) << "the minute is not over";
  EXPECT_EQ(latencyOf(latency, {sample(110, 60)}, 60), 8192U) << "50 slow ones and 10 fast ones since";
  EXPECT_EQ(latencyOf(latency, {sample(110, 60)}, 121), 8192U) << "a minute without requests says nothing new";
  EXPECT_EQ(latencyOf(latency, {sample(200, 60)}, 190), 128U);
}

TEST(PathLatency, nothingIsToldBeforeTheFirstRequest) {
  PathLatency latency;
  EXPECT_EQ(latencyOf(latency, {sample(0, 0)}, 0), 0U);
}

TEST(PathLatency, disksOnOnePortalCountTogetherAndPortalsApart) {
  PathLatency latency;
  PathSample broken = sample(1, 0, 1);
  broken.errors = 2;
  broken.losses = 1;
  broken.up = false;
  const auto paths = latency.take({sample(0, 5), broken, sample(9, 0, 0, "10.0.1.2:3260")}, at(0));
  ASSERT_EQ(paths.size(), 2U);
  EXPECT_EQ(paths[0].measured, (management::SeenSession::Measured{8192, 3}));
  EXPECT_TRUE(paths[0].up) << "for one of the disks";
  EXPECT_EQ(paths[1].measured, (management::SeenSession::Measured{128, 0}));
}

TEST(PathLatency, aProcessThatBeganAnewIsTakenFromNothing) {
  PathLatency latency;
  EXPECT_EQ(latencyOf(latency, {sample(1000, 0)}, 0), 128U);
  EXPECT_EQ(latencyOf(latency, {sample(1, 5)}, 60), 8192U);
}

TEST(PathLatency, whatIsGoneIsForgotten) {
  PathLatency latency;
  EXPECT_EQ(latencyOf(latency, {sample(1000, 0)}, 0), 128U);
  EXPECT_TRUE(latency.take({}, at(1)).empty());
  EXPECT_EQ(latencyOf(latency, {sample(0, 3)}, 2), 8192U);
}

}  // namespace
}  // namespace agent

#include "shared/base/rate_limiter.h"

#include <gtest/gtest.h>

#include <array>

namespace {

using namespace std::chrono_literals;
using Address = std::array<std::uint8_t, 16>;
using RateLimiter = base::RateLimiter<Address>;

const base::TimePoint kStart{1h};

Address host(std::uint8_t last) {
  Address address{};
  address[15] = last;
  return address;
}

int allowed(RateLimiter& limiter, const Address& source, base::TimePoint now, int tries = 100) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += limiter.allow(source, now) ? 1 : 0;
  return count;
}

TEST(RateLimiter, AllowsABurstAndThenTheRate) {
  RateLimiter limiter({10, 5, 100, 0});
  EXPECT_EQ(allowed(limiter, host(1), kStart), 5);
  EXPECT_EQ(allowed(limiter, host(1), kStart + 99ms), 0);
  EXPECT_EQ(allowed(limiter, host(1), kStart + 100ms), 1);
  EXPECT_EQ(allowed(limiter, host(1), kStart + 400ms), 3);
  EXPECT_EQ(allowed(limiter, host(1), kStart + 10s), 5) << "never more than the burst";
}

TEST(RateLimiter, HoldsTheRateOverTime) {
  RateLimiter limiter({1000, 10, 100, 0});
  int count = 0;
  for (int ms = 0; ms < 10'000; ++ms) count += allowed(limiter, host(1), kStart + ms * 1ms, 3);
  EXPECT_EQ(count, 10'000 + 10 - 1);
}

TEST(RateLimiter, KeepsABucketForEachAddress) {
  RateLimiter limiter({1, 2, 100, 0});
  EXPECT_EQ(allowed(limiter, host(1), kStart), 2);
  EXPECT_EQ(allowed(limiter, host(2), kStart), 2);
  EXPECT_EQ(allowed(limiter, host(1), kStart), 0);
  EXPECT_EQ(limiter.sources(), 2U);
}

TEST(RateLimiter, TakesSeveralAtOnceOrNone) {
  RateLimiter limiter({1, 4, 100, 0});
  EXPECT_FALSE(limiter.allow(host(1), kStart, 5));
  EXPECT_TRUE(limiter.allow(host(1), kStart, 3));
  EXPECT_FALSE(limiter.allow(host(1), kStart, 2));
  EXPECT_TRUE(limiter.allow(host(1), kStart, 1));
}

TEST(RateLimiter, SaysWhetherThereIsOneWithoutTakingIt) {
  RateLimiter limiter({10, 2, 100, 0});
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(limiter.has(host(1), kStart));
  EXPECT_EQ(limiter.sources(), 0U);
  EXPECT_EQ(allowed(limiter, host(1), kStart), 2);
  EXPECT_FALSE(limiter.has(host(1), kStart + 99ms));
  EXPECT_TRUE(limiter.has(host(1), kStart + 100ms));
  EXPECT_TRUE(limiter.has(host(2), kStart));
}

TEST(RateLimiter, HasNoLimitAtRateZeroAndKeepsNothingThen) {
  RateLimiter limiter({0, 1, 100, 0});
  EXPECT_EQ(allowed(limiter, host(1), kStart, 1000), 1000);
  EXPECT_EQ(limiter.sources(), 0U);
}

TEST(RateLimiter, ForgetsTheAddressThatAskedLongestAgoWhenFull) {
  RateLimiter limiter({1, 1, 3, 0});
  for (std::uint8_t i = 1; i <= 3; ++i) EXPECT_TRUE(limiter.allow(host(i), kStart));
  EXPECT_FALSE(limiter.allow(host(1), kStart)) << "asked last now";
  EXPECT_TRUE(limiter.allow(host(4), kStart)) << "in the place of host 2";
  EXPECT_EQ(limiter.sources(), 3U);
  EXPECT_FALSE(limiter.allow(host(1), kStart));
  EXPECT_FALSE(limiter.allow(host(3), kStart));
  EXPECT_TRUE(limiter.allow(host(2), kStart)) << "unknown again";
}

TEST(RateLimiter, StaysWithinItsBoundUnderManyAddresses) {
  RateLimiter limiter({100, 1, 50, 7});
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    Address address{};
    base::storeU32(address.data() + 12, i);
    EXPECT_TRUE(limiter.allow(address, kStart));
    ASSERT_LE(limiter.sources(), 50U);
  }
}

TEST(RateLimiter, TakesTheLargestSettings) {
  RateLimiter limiter({1, UINT32_MAX, 0, 0});
  EXPECT_TRUE(limiter.allow(host(1), kStart, UINT32_MAX));
  EXPECT_FALSE(limiter.allow(host(1), kStart));
}

TEST(RateLimiter, TakesAnotherRateAndKeepsWhatWasAskedFor) {
  RateLimiter limiter({1, 60, 100, 0});
  EXPECT_EQ(allowed(limiter, host(1), kStart), 60);
  limiter.setRate({10, 10, 100, 0});
  EXPECT_EQ(limiter.sources(), 1U);
  EXPECT_EQ(allowed(limiter, host(1), kStart), 0) << "its bucket is empty";
  EXPECT_EQ(allowed(limiter, host(1), kStart + 100ms), 1) << "and fills at the new rate";
  EXPECT_EQ(allowed(limiter, host(1), kStart + 10s), 10);
  limiter.setRate({0, 0, 100, 0});
  EXPECT_EQ(allowed(limiter, host(1), kStart + 10s), 100);
}

TEST(RateLimiter, SaysHowLongToWaitAndKeepsTextsApart) {
  base::RateLimiter<std::string> limiter({2, 1, 100, 7});
  EXPECT_EQ(limiter.take("10.0.0.1", kStart), 0s);
  EXPECT_EQ(limiter.take("10.0.0.1", kStart), 500ms);
  EXPECT_EQ(limiter.take("10.0.0.1", kStart + 200ms), 300ms);
  EXPECT_EQ(limiter.take("10.0.0.2", kStart), 0s);
  EXPECT_EQ(limiter.take("10.0.0.1", kStart + 500ms), 0s);
}

}  // namespace

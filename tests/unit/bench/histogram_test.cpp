#include "tests/bench/common/histogram.h"

#include <gtest/gtest.h>

#include <memory>

namespace bench {
namespace {

TEST(Histogram, QuantilesAreRightWithinOneClassOverTheWholeRange) {
  for (std::uint64_t scale = 1; scale < (std::uint64_t{1} << 50); scale *= 8) {
    const auto histogram = std::make_unique<Histogram>();
    for (std::uint64_t i = 1; i <= 1000; ++i) histogram->add(i * scale);
    const auto exact = static_cast<double>(scale);
    EXPECT_NEAR(static_cast<double>(histogram->quantile(0.5)), 500 * exact, 500 * exact * 0.017);
    EXPECT_NEAR(static_cast<double>(histogram->quantile(0.99)), 990 * exact, 990 * exact * 0.017);
  }
}

TEST(Histogram, NoQuantileIsAboveTheLargestValue) {
  const auto histogram = std::make_unique<Histogram>();
  histogram->add(1'000'001);
  EXPECT_EQ(histogram->quantile(0.5), 1'000'001U);
  EXPECT_EQ(histogram->quantile(1), 1'000'001U);
  EXPECT_EQ(histogram->max(), 1'000'001U);
}

TEST(Histogram, ARareLargeValueIsOnlyInTheTail) {
  const auto histogram = std::make_unique<Histogram>();
  for (int i = 0; i < 999; ++i) histogram->add(10);
  histogram->add(1'000'000);
  EXPECT_EQ(histogram->quantile(0.99), 10U);
  EXPECT_EQ(histogram->quantile(0.9999), 1'000'000U);
}

TEST(Histogram, TheLargestNumberHasAClass) {
  const auto histogram = std::make_unique<Histogram>();
  histogram->add(~std::uint64_t{0});
  EXPECT_EQ(histogram->quantile(0.5), ~std::uint64_t{0});
}

}  // namespace
}  // namespace bench

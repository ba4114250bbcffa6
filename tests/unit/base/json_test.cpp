#include "shared/base/json.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "shared/base/json_reader.h"

namespace {

using base::Json;

std::string written(double number) {
  std::string text;
  Json(number).writeCompact(text);
  return text;
}

TEST(Json, WritesANumberSoThatItReadsBackAsTheSame) {
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(12.0), "12.0");
  EXPECT_EQ(written(1e300), "1e+300");
  EXPECT_EQ(written(-0.0), "-0.0");
  EXPECT_EQ(written(1e23), "1e+23");
  std::mt19937_64 random(1);
  std::size_t tried = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    const std::string text = written(number);
    const auto read = base::parseJson(text);
    ASSERT_TRUE(read.ok()) << text;
    ASSERT_EQ(read->number(), nullptr) << "as a whole number: " << text;
    const double parsed = std::strtod(text.c_str(), nullptr);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(parsed), std::bit_cast<std::uint64_t>(number)) << text;
    std::string again;
    read->writeCompact(again);
    ASSERT_EQ(again, text);
    ++tried;
  }
  EXPECT_GT(tried, 19'000U);
}

TEST(Json, HasNoNumberForWhatIsNoneOrHasNoEnd) {
  using Limits = std::numeric_limits<double>;
  for (double number : {Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN()}) {
    EXPECT_EQ(written(number), "null");
  }
}

TEST(Json, SaysAtWhichByteATextIsNoJson) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"{\"title\":\"\xff\"}", "it is not UTF-8, at byte 10"},
      {"{\"a\":\"\xc3\xa9\xc3\"}", "it is not UTF-8, at byte 8"},
      {"{\"a\":1} x", "there is more behind the value, at byte 8"},
      {"", "a value is expected, at byte 0"},
  };
  for (const auto& [text, why] : rows) {
    const auto read = base::parseJson(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().text, why);
  }
}

}  // namespace

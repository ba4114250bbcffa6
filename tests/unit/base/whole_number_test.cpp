#include "shared/base/whole_number.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace {

TEST(WholeNumber, IsTheWholeText) {
  EXPECT_EQ(base::wholeNumber<std::uint16_t>("3260"), 3260);
  EXPECT_EQ(base::wholeNumber<std::uint16_t>("007"), 7);
  EXPECT_EQ(base::wholeNumber<std::uint8_t>("fF", 16), 255);
  for (const char* text : {"", " 1", "1 ", "1.0", "1e3", "+1", "0x1", "a"})
    EXPECT_EQ(base::wholeNumber<std::uint64_t>(text), std::nullopt) << text;
}

TEST(WholeNumber, FitsTheType) {
  EXPECT_EQ(base::wholeNumber<std::uint16_t>("65535"), 65535);
  EXPECT_EQ(base::wholeNumber<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(base::wholeNumber<std::uint64_t>("18446744073709551616"), std::nullopt);
}

TEST(WholeNumber, HasAMinusOnlyWhereTheTypeDoes) {
  EXPECT_EQ(base::wholeNumber<int>("-3"), -3);
  EXPECT_EQ(base::wholeNumber<unsigned>("-3"), std::nullopt);
  EXPECT_EQ(base::wholeNumber<unsigned>("-0"), std::nullopt);
}

}  // namespace

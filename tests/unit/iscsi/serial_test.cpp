#include "agent/iscsi/serial.h"

#include <gtest/gtest.h>

namespace {

using iscsi::serialLess;

struct Pair {
  std::uint32_t a, b;
  bool less, greater;
};

// RFC 1982 3.2 with SERIAL_BITS = 32; section 5.1 has the same facts for 2 and 8 bits.
constexpr Pair kPairs[] = {
    {0, 0, false, false},
    {0, 1, true, false},
    {0xffffffff, 0, true, false},
    {0xffffffff, 1, true, false},
    {0xfffffff0, 0x0000000f, true, false},
    {0, 0x7fffffff, true, false},
    {0, 0x80000001, false, true},
    {0x80000000, 0x80000001, true, false},
    {0x7fffffff, 0x80000000, true, false},
    {0, 0x80000000, false, false},  // undefined there: neither here
    {5, 0x80000005, false, false},
};

TEST(SerialNumber, ComparesAroundTheCircle) {
  for (const Pair& pair : kPairs) {
    EXPECT_EQ(serialLess(pair.a, pair.b), pair.less) << std::hex << pair.a << ' ' << pair.b;
    EXPECT_EQ(serialLess(pair.b, pair.a), pair.greater) << std::hex << pair.a << ' ' << pair.b;
    EXPECT_EQ(iscsi::serialLessEqual(pair.a, pair.b), pair.less || pair.a == pair.b);
  }
}

TEST(SerialNumber, GivesTheLaterOfTwo) {
  EXPECT_EQ(iscsi::serialMax(0xffffffff, 0), 0U);
  EXPECT_EQ(iscsi::serialMax(3, 2), 3U);
}

TEST(SerialNumber, KnowsARunAcrossTheWrap) {
  EXPECT_TRUE(iscsi::serialWithin(0xffffffff, 0xffffffff, 2));
  EXPECT_TRUE(iscsi::serialWithin(0, 0xffffffff, 2));
  EXPECT_FALSE(iscsi::serialWithin(1, 0xffffffff, 2));
  EXPECT_FALSE(iscsi::serialWithin(0xfffffffe, 0xffffffff, 2));
  EXPECT_FALSE(iscsi::serialWithin(7, 7, 0));
}

}  // namespace

#include <gtest/gtest.h>

#include "agent/iscsi/serial.h"

namespace {

using iscsi::serialLess;
using iscsi::serialLessEqual;
using iscsi::serialMax;
using iscsi::serialWithin;

struct Ordered {
  std::uint32_t first;
  std::uint32_t second;
};

TEST(SerialOrder, ANumberComesBeforeWhatLiesUpToHalfACircleAhead) {
  for (const auto& [a, b] :
       {Ordered{0, 1}, Ordered{5, 6}, Ordered{0, 0x7fffffff}, Ordered{0x7fffffff, 0x80000000}, Ordered{0x80000001, 0},
        Ordered{0xffffffff, 0}, Ordered{0xffffffff, 0x7ffffffe}, Ordered{0xfffffff0, 0x0000000f}}) {
    EXPECT_TRUE(serialLess(a, b) && serialLessEqual(a, b)) << std::hex << a << ' ' << b;
    EXPECT_FALSE(serialLess(b, a) || serialLessEqual(b, a)) << std::hex << a << ' ' << b;
    EXPECT_EQ(serialMax(a, b), b);
    EXPECT_EQ(serialMax(b, a), b);
  }
}

TEST(SerialOrder, ANumberIsNotBeforeItself) {
  for (const std::uint32_t a : {0U, 1U, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
    EXPECT_FALSE(serialLess(a, a));
    EXPECT_TRUE(serialLessEqual(a, a));
  }
}

// RFC 1982 3.2 leaves this pair undefined; here neither comes first.
TEST(SerialOrder, NumbersHalfACircleApartHaveNone) {
  for (const std::uint32_t a : {0U, 1U, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
    const std::uint32_t b = a + 0x80000000U;
    EXPECT_FALSE(serialLess(a, b) || serialLess(b, a) || serialLessEqual(a, b)) << std::hex << a;
  }
}

TEST(SerialOrder, ARangeMayLieOverTheWrap) {
  for (const std::uint32_t n : {0xfffffffeU, 0xffffffffU, 0U, 1U}) EXPECT_TRUE(serialWithin(n, 0xfffffffe, 4)) << n;
  for (const std::uint32_t n : {0xfffffffdU, 2U, 0x80000000U}) EXPECT_FALSE(serialWithin(n, 0xfffffffe, 4)) << n;
  EXPECT_FALSE(serialWithin(7, 7, 0));
}

}  // namespace

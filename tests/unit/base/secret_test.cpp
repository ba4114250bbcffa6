#include "shared/base/secret.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

namespace {

using base::Secret;

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(Printable<int> && !Printable<Secret>);
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);

TEST(Secret, HoldsTheBytesItWasMadeOf) {
  const auto secret = Secret::from("0123456789ab");
  ASSERT_TRUE(secret);
  EXPECT_EQ(base::asText(secret->reveal()), "0123456789ab");
  EXPECT_EQ(secret->size(), 12U);
  EXPECT_FALSE(secret->empty());
  EXPECT_TRUE(Secret().empty());
}

TEST(Secret, TakesUpTo255Bytes) {
  EXPECT_TRUE(Secret::from(std::string(255, 'x')));
  EXPECT_FALSE(Secret::from(std::string(256, 'x')));
}

TEST(Secret, ComparesByAllItsBytes) {
  const auto of = [](std::string_view text) { return *Secret::from(text); };
  EXPECT_TRUE(of("abcd") == of("abcd"));
  EXPECT_FALSE(of("abcd") == of("abce"));
  EXPECT_FALSE(of("abcd") == of("bbcd"));
  EXPECT_FALSE(of("abcd") == of("abc"));
  EXPECT_TRUE(of("") == Secret());
}

TEST(Secret, LeavesNothingBehindWhenItMoves) {
  Secret from = *Secret::from("swordfish");
  Secret to = std::move(from);
  EXPECT_EQ(base::asText(to.reveal()), "swordfish");
  EXPECT_TRUE(from.empty());  // NOLINT: that is what is asked
  EXPECT_EQ(*from.reveal().data(), 0);
  Secret again;
  again = std::move(to);
  EXPECT_EQ(base::asText(again.reveal()), "swordfish");
  EXPECT_EQ(*to.reveal().data(), 0);
  EXPECT_EQ(base::asText(again.copy().reveal()), "swordfish");
  EXPECT_FALSE(again.empty());
}

TEST(Secret, IsWipedWhenItIsDestroyed) {
  alignas(Secret) unsigned char memory[sizeof(Secret)];
  auto* secret = new (memory) Secret(*Secret::from(std::string(255, 'x')));
  ASSERT_GE(std::count(std::begin(memory), std::end(memory), 'x'), 255);
  secret->~Secret();
  asm volatile("" : : "r"(&memory[0]) : "memory");
  EXPECT_EQ(std::count(std::begin(memory), std::end(memory), 'x'), 0);
}

TEST(Secret, IsNotPrintedByTests) { EXPECT_EQ(testing::PrintToString(*Secret::from("swordfish")), "(a secret)"); }

TEST(EqualInConstantTime, SeesEveryBit) {
  const base::Bytes bytes(40, 0x5a);
  EXPECT_TRUE(base::equalInConstantTime(bytes, base::Bytes(40, 0x5a)));
  EXPECT_FALSE(base::equalInConstantTime(bytes, base::Bytes(39, 0x5a)));
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    base::Bytes other = bytes;
    other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1U << (bit % 8)));
    EXPECT_FALSE(base::equalInConstantTime(bytes, other)) << bit;
  }
  EXPECT_TRUE(base::equalInConstantTime({}, {}));
}

}  // namespace

// The kernel of this machine is asked; with interfaces of its own it is interop's interfaces_test.py.
#include "agent/registrar/interfaces.h"

#include <gtest/gtest.h>

namespace registrar {
namespace {

TEST(Interfaces, theLoopbackHasItsAddressWithAPrefix) {
  const auto wanted = net::Address::v4(127, 0, 0, 1, 3260);
  const auto seen = networksOf({wanted});
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].address, wanted);
  EXPECT_EQ(seen[0].interface, "lo");
  EXPECT_EQ(seen[0].prefix, 8U);
  EXPECT_EQ(seen[0].vlan, 0U);
  EXPECT_EQ(seen[0].speed, 0U);
  EXPECT_GT(seen[0].mtu, 0U);
  EXPECT_TRUE(seen[0].up);
}

TEST(Interfaces, anAddressOfNobodyHereIsLeftOut) {
  EXPECT_TRUE(networksOf({net::Address::v4(203, 0, 113, 77, 3260)}).empty());
  EXPECT_TRUE(networksOf({}).empty());
}

}  // namespace
}  // namespace registrar

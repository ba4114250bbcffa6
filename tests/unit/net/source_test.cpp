#include "shared/net/source.h"

#include <gtest/gtest.h>

namespace {

using net::sourceOf;

TEST(Source, IsAnAddressOfIpv4AndANetworkOfIpv6) {
  EXPECT_EQ(sourceOf("10.0.0.1"), "10.0.0.1");
  EXPECT_NE(sourceOf("10.0.0.1"), sourceOf("10.0.0.2"));
  EXPECT_EQ(sourceOf("::ffff:10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(sourceOf("2001:db8::1"), sourceOf("2001:db8::ffff:1"));
  EXPECT_NE(sourceOf("2001:db8::1"), sourceOf("2001:db8:0:1::1"));
  EXPECT_EQ(sourceOf("unix"), "unix");
}

}  // namespace

#include "shared/isns/ip_text.h"

#include <gtest/gtest.h>

namespace {

std::string again(std::string_view text) {
  const auto address = isns::parseIp(text);
  return address ? isns::formatIp(*address) : "refused";
}

TEST(IpText, WritesAddressesInTheirShortestForm) {
  EXPECT_EQ(again("10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(again("::"), "::");
  EXPECT_EQ(again("::1"), "::1");
  EXPECT_EQ(again("FE80:0:0:0:0:0:0:1"), "fe80::1");
  EXPECT_EQ(again("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
  EXPECT_EQ(again("2001:db8::"), "2001:db8::");
  EXPECT_EQ(again("1:2:3:4:5:6:7:8"), "1:2:3:4:5:6:7:8");
  EXPECT_EQ(again("1:0:3:4:5:6:7:8"), "1:0:3:4:5:6:7:8");
  EXPECT_EQ(again("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(again("64:ff9b::192.0.2.33"), "64:ff9b::c000:221");
}

TEST(IpText, RefusesWhatIsNoAddress) {
  for (const char* text :
       {"", "10.0.0", "10.0.0.256", "10.0.0.1.2", "010.0.0.1", "10.0.0.", "1:2:3:4:5:6:7", ":::", "1::2::3",
        "1:2:3:4:5:6:7:8:9", "12345::", "fe80:", ":1", "::1.2.3.4.5", "1:2:3:4:5:6:7:1.2.3.4", "host"}) {
    EXPECT_FALSE(isns::parseIp(text)) << text;
  }
}

TEST(IpText, ReadsAndWritesPortals) {
  const auto portal = isns::parsePortal("10.0.0.1:3260");
  ASSERT_TRUE(portal);
  EXPECT_EQ(isns::formatPortal(*portal), "10.0.0.1:3260/tcp");
  EXPECT_EQ(isns::parsePortal("10.0.0.1:3260/tcp"), portal);
  EXPECT_EQ(isns::formatPortal(*isns::parsePortal("[fe80::1]:99/udp")), "[fe80::1]:99/udp");
  EXPECT_EQ(isns::formatPortal(*isns::parsePortal("fe80::1", 860)), "[fe80::1]:860/tcp");
  EXPECT_EQ(isns::formatPortal(*isns::parsePortal("10.0.0.1", 860)), "10.0.0.1:860/tcp");
}

TEST(IpText, RefusesWhatIsNoPortal) {
  for (const char* text : {"10.0.0.1", "10.0.0.1:", "10.0.0.1:65536", "10.0.0.1:1/sctp", "[10.0.0.1]:1", "[fe80::1",
                           "[fe80::1]1", "host:3260", ""}) {
    EXPECT_FALSE(isns::parsePortal(text)) << text;
  }
}

}  // namespace

#include "isns-server/session/address_rules.h"

#include <gtest/gtest.h>

#include "shared/isns/ip_text.h"

namespace {

using session::Access;
using session::AddressPrefix;
using session::AddressRules;

isns::IpAddress ip(std::string_view text) { return isns::parseIp(text).value(); }
AddressPrefix v6(std::string_view text, std::uint8_t bits) { return {ip(text), bits}; }
AddressPrefix v4(std::string_view text, int bits) { return {ip(text), static_cast<std::uint8_t>(96 + bits)}; }

TEST(AddressPrefix, ComparesAsManyBitsAsItHas) {
  EXPECT_TRUE(v4("10.0.0.0", 8).holds(ip("10.255.1.2")));
  EXPECT_FALSE(v4("10.0.0.0", 8).holds(ip("11.0.0.0")));
  EXPECT_TRUE(v4("192.168.4.0", 22).holds(ip("192.168.7.255")));
  EXPECT_FALSE(v4("192.168.4.0", 22).holds(ip("192.168.8.0")));
  EXPECT_TRUE(v4("10.0.0.1", 32).holds(ip("10.0.0.1")));
  EXPECT_FALSE(v4("10.0.0.1", 32).holds(ip("10.0.0.0")));
  EXPECT_TRUE(v6("2001:db8::", 32).holds(ip("2001:db8:1::1")));
  EXPECT_FALSE(v6("2001:db8::", 32).holds(ip("2001:db9::1")));
  EXPECT_TRUE(v6("fe80::", 10).holds(ip("febf::1")));
  EXPECT_FALSE(v6("fe80::", 10).holds(ip("fec0::1")));
  EXPECT_TRUE(v6("::1", 128).holds(ip("::1")));
  EXPECT_FALSE(v6("::1", 128).holds(ip("::2")));
}

TEST(AddressPrefix, OfIpv6HoldsNoIpv4AddressAndTheOtherWayRound) {
  EXPECT_TRUE(v6("::", 0).holds(ip("2001:db8::1")));
  EXPECT_FALSE(v6("::", 0).holds(ip("10.0.0.1")));
  EXPECT_TRUE(v4("0.0.0.0", 0).holds(ip("10.0.0.1")));
  EXPECT_FALSE(v4("0.0.0.0", 0).holds(ip("::1")));
}

TEST(AddressRules, TakeTheFirstThatHoldsTheAddress) {
  const auto rules = AddressRules::make({{v4("10.0.0.5", 32), Access::Full},
                                         {v4("10.0.0.0", 24), Access::Register},
                                         {v4("10.0.0.0", 8), Access::Query},
                                         {v6("::1", 128), Access::Full}},
                                        Access::None);
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->accessOf(ip("10.0.0.5")), Access::Full);
  EXPECT_EQ(rules->accessOf(ip("10.0.0.6")), Access::Register);
  EXPECT_EQ(rules->accessOf(ip("10.1.0.6")), Access::Query);
  EXPECT_EQ(rules->accessOf(ip("11.1.0.6")), Access::None);
  EXPECT_EQ(rules->accessOf(ip("::1")), Access::Full);
}

TEST(AddressRules, GiveTheDefaultWhereThereIsNoRule) {
  EXPECT_EQ(AddressRules::make({}, Access::Full)->accessOf(ip("10.0.0.1")), Access::Full);
}

TEST(AddressRules, AreBounded) {
  EXPECT_TRUE(AddressRules::make(std::vector<session::AddressRule>(session::kMaxRules), Access::None));
  EXPECT_FALSE(AddressRules::make(std::vector<session::AddressRule>(session::kMaxRules + 1), Access::None));
  EXPECT_FALSE(AddressRules::make({{v6("::", 129), Access::Full}}, Access::None));
}

TEST(AccessNeeded, IsAsMuchAsTheFunctionChanges) {
  using F = isns::Function;
  const auto needed = [](F function) { return session::accessNeeded(isns::idOf(function)); };
  for (const F f : {F::DevAttrQry, F::DevGetNext, F::GetDomId}) EXPECT_EQ(needed(f), Access::Query);
  for (const F f : {F::DevAttrReg, F::DevDereg, F::SCNReg, F::SCNDereg, F::SCNEvent, F::RqstDomId, F::RlseDomId}) {
    EXPECT_EQ(needed(f), Access::Register);
  }
  for (const F f : {F::DDReg, F::DDDereg, F::DDSReg, F::DDSDereg}) EXPECT_EQ(needed(f), Access::Full);
  EXPECT_EQ(session::accessNeeded(isns::responseOf(F::SCN)), Access::Query);
  EXPECT_EQ(session::accessNeeded(0x0100), Access::Query);
}

}  // namespace

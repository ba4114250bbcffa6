#include "agent/registrar/peers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/registrar/host_addresses.h"

namespace registrar {
namespace {

namespace tag = isns::tag;
using testing::ElementsAre;

constexpr const char* kHost = "iqn.2026-01.example:host";
const NodePresence kInitiator{kHost, Role::Initiator, {}, {}};

struct AnswerBuilder {
  base::Bytes bytes;
  isns::AttributeWriter writer{bytes};

  AnswerBuilder& node(const std::string& name, std::uint32_t type = isns::node_type::kTarget) {
    writer.text(tag::kIscsiName, name);
    writer.u32(tag::kNodeType, type);
    return *this;
  }
  AnswerBuilder& group(const std::string& name, const char* portal, std::optional<std::uint32_t> value = 1) {
    const isns::PortalAddress address = isnsPortal(*net::Address::parse(portal));
    writer.text(tag::kPgIscsiName, name);
    writer.ip(tag::kPgPortalIp, address.ip);
    writer.u32(tag::kPgPortalPort, address.port);
    value ? writer.u32(tag::kPgTag, *value) : writer.empty(tag::kPgTag);
    return *this;
  }
  [[nodiscard]] Peers read(const NodePresence& node = kInitiator) const {
    isns::Response response;
    response.operating = *isns::readAttributes(bytes);
    return peersOf(node, response);
  }
};

TEST(PeersTest, aTargetHasItsPortalsInTheOrderOfTheAnswerEachOnce) {
  const Peers peers = AnswerBuilder()
                          .node("iqn.b")
                          .node("iqn.a")
                          .group("iqn.a", "10.0.0.2:3260")
                          .group("iqn.a", "10.0.0.1:3260", 2)
                          .group("iqn.a", "10.0.0.2:3260")
                          .read();
  ASSERT_EQ(peers.list.size(), 2U);
  EXPECT_EQ(peers.list[0].name, "iqn.a");
  EXPECT_THAT(peers.list[0].portals, ElementsAre(PeerPortal{*net::Address::parse("10.0.0.2:3260"), 1},
                                                 PeerPortal{*net::Address::parse("10.0.0.1:3260"), 2}));
  EXPECT_TRUE(peers.list[1].portals.empty());
}

TEST(PeersTest, anIpv4AddressInTheCompatibleFormIsOneOfIpv4) {
  const Peers peers =
      AnswerBuilder().node("iqn.a").group("iqn.a", "[::10.0.0.2]:3260").group("iqn.a", "[::1]:3260").read();
  ASSERT_EQ(peers.list.size(), 1U);
  EXPECT_THAT(peers.list[0].portals, ElementsAre(PeerPortal{*net::Address::parse("10.0.0.2:3260"), 1},
                                                 PeerPortal{*net::Address::parse("[::1]:3260"), 1}));
}

TEST(PeersTest, aPortalWithoutATagOrWithoutAnAddressIsNoWay) {
  const Peers peers = AnswerBuilder()
                          .node("iqn.a")
                          .group("iqn.a", "10.0.0.2:3260", std::nullopt)
                          .group("iqn.a", "0.0.0.0:3260")
                          .group("iqn.other", "10.0.0.3:3260")
                          .read();
  ASSERT_EQ(peers.list.size(), 1U);
  EXPECT_TRUE(peers.list[0].portals.empty());
}

TEST(PeersTest, itselfAndNodesOfTheOtherKindAreNoPeers) {
  const Peers peers = AnswerBuilder()
                          .node(kHost, isns::node_type::kInitiator | isns::node_type::kTarget)
                          .node("iqn.i", isns::node_type::kInitiator)
                          .node("iqn.both", isns::node_type::kInitiator | isns::node_type::kTarget)
                          .read();
  ASSERT_EQ(peers.list.size(), 1U);
  EXPECT_EQ(peers.list[0].name, "iqn.both");
  const NodePresence target{"iqn.t", Role::Target, {}, {}};
  const Peers initiators = AnswerBuilder().node("iqn.i", isns::node_type::kInitiator).node("iqn.t2").read(target);
  ASSERT_EQ(initiators.list.size(), 1U);
  EXPECT_EQ(initiators.list[0].name, "iqn.i");
}

TEST(WildcardsTest, becomeTheAddressesOfTheirKind) {
  const std::vector<net::Address> host{*net::Address::parse("10.0.0.1:0"), *net::Address::parse("[2001:db8::1]:0")};
  const auto portals = withoutWildcards({{*net::Address::parse("0.0.0.0:3260"), 1},
                                         {*net::Address::parse("[::]:3260"), 1},
                                         {*net::Address::parse("10.0.0.1:3260"), 2}},
                                        host);
  EXPECT_THAT(portals, ElementsAre(PortalPresence{*net::Address::parse("10.0.0.1:3260"), 1},
                                   PortalPresence{*net::Address::parse("[2001:db8::1]:3260"), 1}));
}

TEST(HostAddressesTest, leaveTheLoopbackOutWhereThereIsAnyOther) {
  const auto at = [](const char* text) { return *net::Address::parse(text); };
  const net::Address v4 = at("10.0.0.1:0"), v6 = at("[2001:db8::1]:0"), here4 = at("127.0.0.1:0"), here6 = at("[::1]:0");
  EXPECT_THAT(reachable({here4, here6, v4, v4}), ElementsAre(v4));
  EXPECT_THAT(reachable({here4, here6, v6}), ElementsAre(v6));
  EXPECT_THAT(reachable({here4, here6}), ElementsAre(here4, here6));
}

TEST(HostAddressesTest, sayFromWhereAServerIsSpokenTo) {
  const net::Address here = *net::Address::parse("127.0.0.1:0");
  EXPECT_EQ(sourceTowards(*net::Address::parse("127.0.0.1:3205"))->withPort(0), here);
  EXPECT_FALSE(sourceTowards(*net::Address::parse("255.255.255.255:3205"))) << "nobody speaks to it so";
  const auto with = sourceAddresses({*net::Address::parse("127.0.0.1:3205"), *net::Address::parse("127.0.0.1:3206")});
  EXPECT_EQ(with.front(), here) << "though the host has others";
  EXPECT_EQ(std::ranges::count(with, here), 1);
  for (const net::Address& one : hostAddresses()) EXPECT_EQ(std::ranges::count(with, one), 1) << one.text();
  EXPECT_EQ(sourceAddresses({}), hostAddresses());
}

TEST(HostAddressesTest, holdNoWildcardAndNoLinkLocalAddress) {
  const auto all = hostAddresses();
  EXPECT_FALSE(all.empty());
  for (const net::Address& one : all) {
    EXPECT_FALSE(one.isAny()) << one.text();
    EXPECT_EQ(one.scope(), 0U) << one.text();
  }
}

}  // namespace
}  // namespace registrar

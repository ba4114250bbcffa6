#include "shared/net/address.h"

#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>

#include <set>
#include <unordered_set>

namespace net {
namespace {

struct Parsed {
  const char* text;
  const char* shown;
};

class AddressParse : public testing::TestWithParam<Parsed> {};

TEST_P(AddressParse, readsAndPrintsTheNormalForm) {
  const auto address = Address::parse(GetParam().text, 3205);
  ASSERT_TRUE(address.ok()) << address.error().text;
  EXPECT_EQ(address->text(), GetParam().shown);
  EXPECT_EQ(*Address::parse(address->text()), *address);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, AddressParse,
    testing::Values(Parsed{"10.0.0.1:860", "10.0.0.1:860"}, Parsed{"10.0.0.1", "10.0.0.1:3205"},
                    Parsed{"[::1]:0", "[::1]:0"}, Parsed{"[::1]", "[::1]:3205"}, Parsed{"::1", "[::1]:3205"},
                    Parsed{"::", "[::]:3205"}, Parsed{"2001:DB8:0:0::5", "[2001:db8::5]:3205"},
                    Parsed{"::ffff:10.0.0.1", "10.0.0.1:3205"}, Parsed{"[::ffff:10.0.0.1]:1", "10.0.0.1:1"},
                    Parsed{"255.255.255.255:65535", "255.255.255.255:65535"}, Parsed{"[fe80::1%1]:7", "[fe80::1%1]:7"},
                    Parsed{"[fe80::1%lo]:7", "[fe80::1%1]:7"}));

struct Refused {
  const char* text;
  const char* reason;
};

class AddressRefusal : public testing::TestWithParam<Refused> {};

TEST_P(AddressRefusal, saysWhatIsWrong) {
  const auto address = Address::parse(GetParam().text);
  ASSERT_FALSE(address.ok());
  EXPECT_EQ(address.error().text, GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, AddressRefusal,
    testing::Values(Refused{"10.0.0.1", "'10.0.0.1' has no port; write 10.0.0.1:PORT"},
                    Refused{"::1", "'::1' has no port; write [::1]:PORT"},
                    Refused{"10.0.0.1:65536", "'10.0.0.1:65536': the port is not a number from 0 to 65535"},
                    Refused{"10.0.0.1:", "'10.0.0.1:': the port is not a number from 0 to 65535"},
                    Refused{"10.0.0.1:3205x", "'10.0.0.1:3205x': the port is not a number from 0 to 65535"},
                    Refused{"10.0.0.1:-1", "'10.0.0.1:-1': the port is not a number from 0 to 65535"},
                    Refused{"10.0.0:80", "'10.0.0' is not an IP address (names are not resolved here)"},
                    Refused{"storage1:80", "'storage1' is not an IP address (names are not resolved here)"},
                    Refused{"", "'' is not an IP address (names are not resolved here)"},
                    Refused{"[::1:80", "'[::1:80' lacks the closing ]"},
                    Refused{"[::1]80", "'[::1]80': only :PORT can follow the ]"},
                    Refused{"[10.0.0.1]:80", "'[10.0.0.1]:80': brackets are for IPv6 addresses"},
                    Refused{"[2001:db8::1%lo]:80", "'2001:db8::1%lo': only a link-local address takes an interface"},
                    Refused{"[fe80::1%nosuch]:80", "this machine has no network interface 'nosuch'"}));

TEST(Address, carriesIPv4AsMappedIPv6) {
  const Address address = Address::v4(10, 1, 2, 3, 3205);
  const Address::Octets expected{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 2, 3};
  EXPECT_EQ(address.octets(), expected);
  EXPECT_EQ(address, Address(expected, 3205));
  EXPECT_TRUE(address.isV4());
}

TEST(Address, survivesTheKernelsForm) {
  for (const char* text : {"10.1.2.3:3205", "[2001:db8::1]:860", "[fe80::1%1]:1", "0.0.0.0:0", "[::]:9"}) {
    const Address address = *Address::parse(text);
    sockaddr_storage storage{};
    const socklen_t size = address.toSockaddr(storage);
    EXPECT_EQ(storage.ss_family, address.family());
    EXPECT_EQ(size, address.isV4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    EXPECT_EQ(Address::from(storage), address) << text;
  }
}

TEST(Address, ofAMappedSockaddrIsTheIPv4Address) {
  sockaddr_storage storage{};
  const Address address = Address::v4(10, 1, 2, 3, 5);
  EXPECT_EQ(address.toSockaddr6(storage), sizeof(sockaddr_in6));
  EXPECT_EQ(storage.ss_family, AF_INET6);
  EXPECT_EQ(Address::from(storage), address);
}

TEST(Address, isNothingForOtherFamilies) {
  sockaddr_storage storage{};
  storage.ss_family = AF_UNIX;
  EXPECT_EQ(Address::from(storage), std::nullopt);
}

TEST(Address, knowsSpecialAddresses) {
  const auto parse = [](const char* text) { return *Address::parse(text, 1); };
  EXPECT_TRUE(parse("0.0.0.0").isAny());
  EXPECT_TRUE(parse("::").isAny());
  EXPECT_FALSE(parse("0.0.0.1").isAny());
  EXPECT_TRUE(parse("127.9.9.9").isLoopback());
  EXPECT_TRUE(parse("::1").isLoopback());
  EXPECT_FALSE(parse("::2").isLoopback());
  EXPECT_TRUE(parse("224.0.0.1").isMulticast());
  EXPECT_TRUE(parse("239.255.0.1").isMulticast());
  EXPECT_TRUE(parse("ff02::1").isMulticast());
  EXPECT_FALSE(parse("240.0.0.1").isMulticast());
}

TEST(Address, differsByPortAndScope) {
  EXPECT_NE(Address::v4(10, 0, 0, 1, 1), Address::v4(10, 0, 0, 1, 2));
  EXPECT_EQ(Address::v4(10, 0, 0, 1, 1).withPort(2), Address::v4(10, 0, 0, 1, 2));
  EXPECT_NE(*Address::parse("[fe80::1%1]:1"), *Address::parse("[fe80::1]:1"));
}

TEST(Address, hashesNeighboursApart) {
  std::set<std::size_t> hashes;
  std::set<std::size_t> lowBits;
  for (unsigned i = 0; i < 65'536; ++i) {
    const auto address = Address::v4(10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i), 3260);
    const std::size_t hash = std::hash<Address>{}(address);
    hashes.insert(hash);
    lowBits.insert(hash & 0xFFFF);
  }
  EXPECT_EQ(hashes.size(), 65'536U);
  EXPECT_GT(lowBits.size(), 35'000U);  // a random function leaves 63 % of the places taken
}

struct Containment {
  const char* network;
  const char* address;
  bool inside;
};

class NetworkContains : public testing::TestWithParam<Containment> {};

TEST_P(NetworkContains, byPrefix) {
  const auto network = Network::parse(GetParam().network);
  ASSERT_TRUE(network.ok()) << network.error().text;
  EXPECT_EQ(network->contains(*Address::parse(GetParam().address, 1)), GetParam().inside);
}

INSTANTIATE_TEST_SUITE_P(
    Table, NetworkContains,
    testing::Values(Containment{"10.0.0.0/8", "10.255.255.255", true}, Containment{"10.0.0.0/8", "11.0.0.0", false},
                    Containment{"10.0.0.0/8", "9.255.255.255", false}, Containment{"10.64.0.0/10", "10.127.0.1", true},
                    Containment{"10.64.0.0/10", "10.128.0.1", false}, Containment{"10.0.0.4/31", "10.0.0.5", true},
                    Containment{"10.0.0.4/31", "10.0.0.6", false}, Containment{"10.0.0.4", "10.0.0.4", true},
                    Containment{"10.0.0.4", "10.0.0.5", false}, Containment{"10.0.0.4/32", "10.0.0.4", true},
                    Containment{"0.0.0.0/0", "255.1.2.3", true}, Containment{"0.0.0.0/0", "::1", false},
                    Containment{"::/0", "2001:db8::1", true}, Containment{"::/0", "10.0.0.1", false},
                    Containment{"::1", "::1", true}, Containment{"::1", "::2", false},
                    Containment{"2001:db8::/33", "2001:db8:7fff::1", true},
                    Containment{"2001:db8::/33", "2001:db8:8000::1", false},
                    Containment{"127.0.0.0/8", "::ffff:127.0.0.1", true}, Containment{"fe80::/10", "fe80::1%1", true}));

TEST(Network, printsWhatItParsed) {
  for (const char* text : {"10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/32", "10.0.0.1/32", "::1/128"}) {
    EXPECT_EQ(Network::parse(text)->text(), text);
  }
  EXPECT_EQ(Network::parse("::1")->text(), "::1/128");
  EXPECT_EQ(*Network::parse("10.0.0.1"), *Network::parse("10.0.0.1/32"));
}

class NetworkRefusal : public testing::TestWithParam<Refused> {};

TEST_P(NetworkRefusal, saysWhatIsWrong) {
  const auto network = Network::parse(GetParam().text);
  ASSERT_FALSE(network.ok());
  EXPECT_EQ(network.error().text, GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, NetworkRefusal,
    testing::Values(
        Refused{"10.1.0.0/8", "'10.1.0.0/8' has bits beyond its prefix; did you mean 10.0.0.0/8?"},
        Refused{"2001:db8::1/64", "'2001:db8::1/64' has bits beyond its prefix; did you mean 2001:db8::/64?"},
        Refused{"10.0.0.0/33", "'10.0.0.0/33': the prefix length is not a number from 0 to 32"},
        Refused{"::/129", "'::/129': the prefix length is not a number from 0 to 128"},
        Refused{"10.0.0.0/", "'10.0.0.0/': the prefix length is not a number from 0 to 32"},
        Refused{"10.0.0.0/255.0.0.0", "'10.0.0.0/255.0.0.0': the prefix length is not a number from 0 to 32"},
        Refused{"san/8", "'san' is not an IP address (names are not resolved here)"}));

}  // namespace
}  // namespace net

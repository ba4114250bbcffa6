#include "tests/bench/common/fleet.h"

#include <gtest/gtest.h>

#include "shared/isns/pdu.h"
#include "shared/isns/tlv.h"

namespace bench {
namespace {

// The reader has checked every attribute against its row.
isns::Status statusOfAttributes(const base::Bytes& pdu) {
  isns::AttributeReader reader(base::ByteView(pdu).subspan(isns::kPduHeaderSize));
  for (isns::Attribute attribute; reader.next(attribute);) {
  }
  return reader.status();
}

TEST(Fleet, AllMessagesOfAKindHaveOneLengthAndAreWellFormed) {
  for (const Host host : {0U, 9U, 10U, 99'999U, 1'000'000U, 0xffffffffU}) {
    base::Bytes pdu;
    appendRegister(pdu, host, 1);
    base::Bytes first;
    appendRegister(first, 0, 2);
    EXPECT_EQ(pdu.size(), first.size()) << host;
    EXPECT_EQ(statusOfAttributes(pdu), isns::Status::Successful) << host;

    pdu.clear();
    first.clear();
    appendKeyedQuery(pdu, initiatorOf(host), host, 1);
    appendKeyedQuery(first, 0, 1, 1);
    EXPECT_EQ(pdu.size(), first.size()) << host;
    EXPECT_EQ(statusOfAttributes(pdu), isns::Status::Successful) << host;
  }
}

TEST(Fleet, TheTransactionIdIsTheOneGiven) {
  base::Bytes pdu;
  appendZoneQuery(pdu, 0, 0xbeef);
  EXPECT_EQ(isns::loadPduHeader(pdu.data()).transactionId, 0xbeef);
  EXPECT_EQ(isns::loadPduHeader(pdu.data()).length, pdu.size() - isns::kPduHeaderSize);
}

TEST(Fleet, TenHostsInARowAreAZoneWithOneInitiator) {
  for (Host host = 20; host < 30; ++host) {
    EXPECT_EQ(zoneOf(host), 2U);
    EXPECT_EQ(initiatorOf(host), 20U);
    EXPECT_EQ(isInitiator(host), host == 20);
  }
}

TEST(Fleet, AScnPortalIsRegisteredWithItsPort) {
  const net::Address scn = net::Address::v4(127, 16, 0, 1, 4711);
  base::Bytes pdu;
  appendRegister(pdu, 3, 1, &scn);
  isns::AttributeReader reader(base::ByteView(pdu).subspan(isns::kPduHeaderSize));
  std::uint32_t port = 0;
  isns::IpAddress ip{};
  for (isns::Attribute a; reader.next(a);) {
    if (a.tag == isns::tag::kScnPort) port = a.u32();
    if (a.tag == isns::tag::kPortalIp) ip = a.ip();
  }
  EXPECT_EQ(port, 4711U);
  EXPECT_EQ(ip, scn.octets());
}

}  // namespace
}  // namespace bench

#include "agent/registrar/presence.h"

#include <gtest/gtest.h>

#include "shared/isns/tlv.h"

namespace registrar {
namespace {

// The server of Windows refuses a portal that a message lists twice, and a portal that it knows unless it is replaced.
TEST(Presence, IsRegisteredWithReplaceAndEachPortalOnceWhateverTheNumberOfNodes) {
  Presence presence;
  presence.eid = "array";
  for (const char* address : {"10.0.1.1:3260", "10.0.1.2:3260"}) {
    presence.portals.push_back({*net::Address::parse(address), 1});
  }
  for (const char* name : {"iqn.2026-01.example:a", "iqn.2026-01.example:b"}) {
    presence.nodes.push_back({name, Role::Target, "", {}});
  }
  const isns::Request request = registration(presence);
  EXPECT_TRUE(request.replace);
  const auto attributes = isns::readAttributes(request.operating);
  ASSERT_TRUE(attributes);
  std::size_t portals = 0;
  for (const isns::AttributeValue& attribute : *attributes) portals += attribute.tag == isns::tag::kPortalIp ? 1 : 0;
  EXPECT_EQ(portals, presence.portals.size());
}

}  // namespace
}  // namespace registrar

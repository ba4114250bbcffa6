// What a transaction that is given up leaves behind: nothing.
#include <gtest/gtest.h>
#include <malloc.h>

#include <string>

#include "isns-server/core/transaction.h"

namespace {

// Makes objects with keys that nobody else has, and gives them up.
void refuse(core::Registry& registry, const core::Policy& policy, int number) {
  core::Transaction transaction(registry, policy, {});
  const std::string name = std::to_string(number);
  const core::Index entity = transaction.createEntity("host-" + name);
  const core::Index node = transaction.ensureNode("iqn.2001-01.com.example:" + name);
  transaction.registerNode(node, entity);
  isns::IpAddress address{};
  base::storeU32(address.data(), static_cast<std::uint32_t>(number));
  const core::Index portal = transaction.ensurePortal(core::PortalKey::of(address, 3260));
  transaction.ensureGroup(node, portal);
  transaction.createDomain(0, "domain " + name);
}

TEST(Transaction, RefusedRequestsCostNoMemory) {
  core::Registry registry(1);
  const core::Policy policy;
  int number = 0;
  while (number < 1000) refuse(registry, policy, number++);
  const std::size_t before = mallinfo2().uordblks;  // 0 under sanitizers, where this says nothing
  while (number < 50'000) refuse(registry, policy, number++);
  EXPECT_EQ(registry.objects(), 0U);
  EXPECT_LE(mallinfo2().uordblks, before + 65'536);
}

}  // namespace

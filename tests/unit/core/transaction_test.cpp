// What a transaction that is given up leaves behind: nothing.
#include <gtest/gtest.h>
#include <malloc.h>

#include <string>

#include "isns-server/core/transaction.h"

namespace {

base::Bytes token(int number) {
  base::Bytes bytes(8);
  base::storeU64(bytes.data(), static_cast<std::uint64_t>(number) + 1);
  return bytes;
}

// Makes objects with keys that nobody else has, and gives them up.
void refuse(core::Registry& registry, const core::Policy& policy, int number) {
  core::Transaction transaction(registry, policy, {});
  const std::string name = std::to_string(number);
  const core::Index entity = transaction.createEntity("host-" + name);
  const core::Index node = transaction.ensureNode("iqn.2001-01.com.example:" + name);
  transaction.registerNode(node, entity);
  transaction.setWwnnToken(node, token(number));
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

TEST(Transaction, ATokenThatANodeHasNoMoreCostsNoMemoryAndLeadsNowhere) {
  core::Registry registry(1);
  const core::Policy policy;
  store::Batch batch;
  core::Index node = 0;
  const auto change = [&](int number) {
    {
      core::Transaction transaction(registry, policy, {});
      if (node == 0) node = transaction.ensureNode("iqn.2001-01.com.example:a");
      transaction.setWwnnToken(node, token(number));
      transaction.alter<core::Node>(node);
      transaction.finish(batch, 1, "", "");
    }
    batch.clear();
    registry.beginCommit();
    registry.commitSucceeded();
  };
  int number = 0;
  while (number < 1000) change(number++);
  const std::size_t before = mallinfo2().uordblks;
  while (number < 50'000) change(number++);
  EXPECT_LE(mallinfo2().uordblks, before + 65'536);
  EXPECT_EQ(registry.findNodeByToken(registry.working(), token(0)), nullptr);
  const core::Node* found = registry.findNodeByToken(registry.working(), token(number - 1));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->index, node);
}

}  // namespace

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

// What is changed step by step, each in a revision of its own.
class SinceWhenTest : public testing::Test {
 protected:
  template <class Change>
  std::uint64_t change(Change&& change) {
    core::Transaction transaction(registry_, policy_, {});
    change(transaction);
    const std::uint64_t revision = transaction.finish(batch_, 1, "", "");
    batch_.clear();
    registry_.beginCommit();
    registry_.commitSucceeded();
    return revision;
  }

  core::Registry registry_{1};
  const core::Policy policy_{};
  store::Batch batch_;
  core::Index node_ = 0, entity_ = 0, domain_ = 0;
};

TEST_F(SinceWhenTest, ANodeIsRegisteredSinceItsLastBreak) {
  change([&](core::Transaction& tx) {
    node_ = tx.ensureNode("iqn.2001-01.com.example:a");
    tx.addMember(tx.createDomain(0, "zone"), core::MemberKind::Node, node_);
  });
  const auto since = [&] { return registry_.working().table<core::Node>().get(node_)->registeredSince; };
  EXPECT_EQ(since(), 0U);
  const auto registers = [&](core::Transaction& tx) {
    entity_ = tx.createEntity("host");
    tx.registerNode(node_, entity_);
  };
  const std::uint64_t first = change(registers);
  change([&](core::Transaction& tx) { tx.alter<core::Node>(node_); });
  EXPECT_EQ(since(), first);
  change([&](core::Transaction& tx) { tx.deregisterNode(node_); });
  EXPECT_EQ(since(), 0U);
  const std::uint64_t second = change(registers);
  EXPECT_EQ(since(), second);
  change([&](core::Transaction& tx) {
    tx.deregisterNode(node_);
    tx.registerNode(node_, entity_);
  });
  EXPECT_EQ(since(), second) << "replaced in one message";
}

TEST_F(SinceWhenTest, ADomainKnowsWhenAPortalLastLeftIt) {
  core::Index portal = 0;
  const std::uint64_t made = change([&](core::Transaction& tx) {
    domain_ = tx.createDomain(0, "zone");
    portal = tx.ensurePortal(core::PortalKey::of(isns::IpAddress{}, 3260));
    tx.addMember(domain_, core::MemberKind::Portal, portal);
  });
  const auto domain = [&] { return registry_.working().table<core::Domain>().get(domain_); };
  EXPECT_EQ(domain()->portalsLeft, 0U);
  const std::uint64_t left =
      change([&](core::Transaction& tx) { tx.removeMember(domain_, core::MemberKind::Portal, portal); });
  EXPECT_EQ(domain()->portalsLeft, left);
  EXPECT_EQ(domain()->changed, made);
}

TEST_F(SinceWhenTest, ADomainIsInNoSetSinceItLeftTheLast) {
  core::Index one = 0, two = 0;
  const std::uint64_t made = change([&](core::Transaction& tx) {
    domain_ = tx.createDomain(0, "zone");
    one = tx.createSet(0, "one");
    two = tx.createSet(0, "two");
  });
  const auto domain = [&] { return registry_.working().table<core::Domain>().get(domain_); };
  EXPECT_EQ(domain()->unassignedSince, made);
  change([&](core::Transaction& tx) { tx.addToSet(one, domain_), tx.addToSet(two, domain_); });
  change([&](core::Transaction& tx) { tx.removeFromSet(one, domain_); });
  EXPECT_EQ(domain()->unassignedSince, made);
  const std::uint64_t left = change([&](core::Transaction& tx) { tx.removeFromSet(two, domain_); });
  EXPECT_EQ(domain()->unassignedSince, left);
  EXPECT_EQ(domain()->changed, made);
}

}  // namespace

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
  // Of several that follow each other none stays, neither the last nor one in between.
  for (int i = 0; i < 3; ++i) transaction.setWwnnToken(node, token(3 * number + i));
  isns::IpAddress address{};
  base::storeU32(address.data(), static_cast<std::uint32_t>(number));
  const core::Index portal = transaction.ensurePortal(core::PortalKey::of(address, 3260));
  transaction.ensureGroup(node, portal);
  const core::Index domain = transaction.createDomain(0, "domain " + name);
  transaction.rename(*transaction.get<core::Domain>(domain), "renamed " + name);
  const core::Index port = transaction.ensureFcPort(token(number));
  for (int i = 0; i < 3; ++i) transaction.setDevice(port, transaction.ensureFcDevice(token(3 * number + i)));
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

// What is in working() alone is gone; what was there is found.
TEST(Transaction, ARefusedRequestTakesNoKeyOfTheOthers) {
  core::Registry registry(1);
  const core::Policy policy;
  store::Batch batch;
  const auto change = [&](auto&& what) {
    core::Transaction transaction(registry, policy, {});
    what(transaction);
    transaction.finish(batch, 1, "", "");
  };
  const auto commit = [&](auto&& meanwhile) {
    batch.clear();
    registry.beginCommit();
    meanwhile();
    registry.commitSucceeded();
  };
  core::Index domain = 0;
  change([&](core::Transaction& transaction) { domain = transaction.createDomain(0, "a"); });
  commit([] {});
  change([&](core::Transaction& transaction) { transaction.removeDomain(domain); });
  {
    core::Transaction refused(registry, policy, {});
    refused.createDomain(domain, "a");
  }
  EXPECT_NE(registry.findDomain(registry.committed(), "a"), nullptr) << "its removal is not stored yet";
  commit([&] {
    core::Transaction refused(registry, policy, {});
    refused.createDomain(domain, "a");
  });
  EXPECT_EQ(registry.findDomain(registry.committed(), "a"), nullptr);
  change([&](core::Transaction& transaction) { transaction.createDomain(domain, "a"); });
  EXPECT_NE(registry.findDomain(registry.working(), "a"), nullptr);
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
  // Each a second after the one before it.
  template <class Change>
  std::uint64_t change(Change&& change) {
    core::Transaction transaction(registry_, policy_, {{}, base::WallTime(std::chrono::seconds(++time_))});
    change(transaction);
    const std::uint64_t revision = transaction.finish(batch_, 1, "", "");
    formerNodes_.clear();
    store::OpsReader reader(batch_[0].ops);
    for (store::Op op; reader.next(op);) {
      if (op.table != static_cast<std::uint8_t>(core::TableNumber::FormerNode)) continue;
      core::FormerNode& row = formerNodes_.emplace_back();
      EXPECT_TRUE(core::readRow(op.cells, row));
      EXPECT_EQ(core::formerNodeId(row.number), op.id);
    }
    batch_.clear();
    registry_.beginCommit();
    registry_.commitSucceeded();
    return revision;
  }

  core::Registry registry_{1};
  const core::Policy policy_{};
  [[nodiscard]] const core::Node* node() const { return registry_.findNode(registry_.working(), kName); }
  void registers(core::Transaction& tx) {
    entity_ = tx.createEntity("host");
    tx.registerNode(node_ = tx.ensureNode(kName), entity_);
  }

  static constexpr const char* kName = "iqn.2001-01.com.example:a";
  store::Batch batch_;
  std::vector<core::FormerNode> formerNodes_;  // of the last change
  std::int64_t time_ = 1'700'000'000;
  core::Index node_ = 0, entity_ = 0, domain_ = 0;
};

TEST_F(SinceWhenTest, AMemberOfADomainSaysWhenItsRegistrationEnded) {
  change([&](core::Transaction& tx) {
    tx.addMember(domain_ = tx.createDomain(0, "zone"), core::MemberKind::Node, tx.ensureNode(kName));
  });
  EXPECT_EQ(node()->lastSeen, 0);
  change([&](core::Transaction& tx) { registers(tx); });
  EXPECT_EQ(node()->lastSeen, 0);
  change([&](core::Transaction& tx) { tx.removeEntity(entity_); });
  const std::int64_t left = time_;
  EXPECT_EQ(node()->lastSeen, left);
  EXPECT_TRUE(formerNodes_.empty());
  change([&](core::Transaction& tx) { registers(tx); });
  EXPECT_EQ(node()->lastSeen, 0);
}

TEST_F(SinceWhenTest, ANodeThatMovesFromDomainToDomainKeepsWhenItsRegistrationEnded) {
  change([&](core::Transaction& tx) {
    registers(tx);
    tx.addMember(domain_ = tx.createDomain(0, "zone"), core::MemberKind::Node, node_);
  });
  change([&](core::Transaction& tx) { tx.removeEntity(entity_); });
  const std::int64_t left = time_;
  change([&](core::Transaction& tx) {
    tx.removeMember(domain_, core::MemberKind::Node, node_);
    tx.addMember(tx.createDomain(0, "other"), core::MemberKind::Node, tx.ensureNode(kName));
  });
  EXPECT_NE(node()->index, node_) << "it was there no more for a moment";
  EXPECT_EQ(node()->lastSeen, left);
  EXPECT_TRUE(formerNodes_.empty());
}

TEST_F(SinceWhenTest, OfANodeThatNothingNamesARowSaysWhenItsRegistrationEnded) {
  const auto lone = [&](std::uint64_t number, std::int64_t lastSeen) {
    ASSERT_EQ(formerNodes_.size(), 1U);
    EXPECT_EQ(formerNodes_[0].name, kName);
    EXPECT_EQ(formerNodes_[0].number, number);
    EXPECT_EQ(formerNodes_[0].lastSeen, lastSeen);
  };
  change([&](core::Transaction& tx) { registers(tx); });
  change([&](core::Transaction& tx) { tx.removeEntity(entity_); });
  EXPECT_EQ(node(), nullptr);
  lone(1, time_);
  change([&](core::Transaction& tx) {
    registers(tx);
    tx.addMember(domain_ = tx.createDomain(0, "zone"), core::MemberKind::Node, node_);
  });
  change([&](core::Transaction& tx) { tx.removeEntity(entity_); });
  const std::int64_t left = time_;
  change([&](core::Transaction& tx) { tx.removeDomain(domain_); });
  lone(2, left);
}

TEST_F(SinceWhenTest, WhoReplacesItsRegistrationInOneMessageHasNotLeft) {
  change([&](core::Transaction& tx) { registers(tx); });
  change([&](core::Transaction& tx) {
    tx.removeEntity(entity_);
    registers(tx);
  });
  EXPECT_TRUE(formerNodes_.empty());
  EXPECT_EQ(node()->lastSeen, 0);
}

TEST_F(SinceWhenTest, ASetIsEnabledSinceItWasNotLast) {
  core::Index set = 0;
  const auto turn = [&](core::Transaction& tx, std::uint32_t status) {
    std::uint8_t value[4];
    base::storeU32(value, status);
    tx.setAttribute<core::DomainSet>(set, isns::tag::kDdsStatus, value);
  };
  const auto now = [&] { return registry_.working().table<core::DomainSet>().get(set); };
  const std::uint64_t made = change([&](core::Transaction& tx) {
    set = tx.createSet(0, "set");
    turn(tx, isns::kDdsEnabled);
  });
  EXPECT_EQ(now()->enabledSince, made);
  change([&](core::Transaction& tx) { tx.rename(*tx.get<core::DomainSet>(set), "renamed"); });
  EXPECT_EQ(now()->enabledSince, made);
  change([&](core::Transaction& tx) {
    turn(tx, 0);
    turn(tx, isns::kDdsEnabled);
    tx.rename(*tx.get<core::DomainSet>(set), "set");
  });
  EXPECT_EQ(now()->enabledSince, made) << "disabled and enabled in one message";
  change([&](core::Transaction& tx) { turn(tx, 0); });
  EXPECT_EQ(now()->enabledSince, 0U);
  const std::uint64_t again = change([&](core::Transaction& tx) { turn(tx, isns::kDdsEnabled); });
  EXPECT_EQ(now()->enabledSince, again);
}

TEST_F(SinceWhenTest, DomainsAndSetsKnowWhenAMemberLastLeft) {
  core::Index set = 0;
  const std::uint64_t made = change([&](core::Transaction& tx) {
    domain_ = tx.createDomain(0, "zone");
    tx.addMember(domain_, core::MemberKind::Node, node_ = tx.ensureNode(kName));
    tx.addToSet(set = tx.createSet(0, "set"), domain_);
  });
  const auto domain = [&] { return registry_.working().table<core::Domain>().get(domain_); };
  const auto inSet = [&] { return registry_.working().table<core::DomainSet>().get(set); };
  EXPECT_EQ(domain()->nodesLeft, 0U);
  EXPECT_EQ(inSet()->domainsLeft, 0U);
  const std::uint64_t first =
      change([&](core::Transaction& tx) { tx.removeMember(domain_, core::MemberKind::Node, node_); });
  const std::uint64_t second = change([&](core::Transaction& tx) { tx.removeFromSet(set, domain_); });
  EXPECT_EQ(domain()->nodesLeft, first);
  EXPECT_EQ(inSet()->domainsLeft, second);
  EXPECT_EQ(domain()->changed, made);
  EXPECT_EQ(inSet()->changed, made);
}

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

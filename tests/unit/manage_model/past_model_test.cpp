#include "isns-server/manage/model/past_model.h"

#include <gtest/gtest.h>

#include "db/memory/memory_store.h"
#include "isns-server/core/change_kind.h"
#include "isns-server/manage/model/model_schema.h"

namespace {

using manage::NotedFacts;
using manage::PastModel;
using manage::ServerFacts;

const store::Schema& schemaOfModel() {
  static const std::vector<store::Table> tables = manage::managedTables(core::schema().tables, manage::factsTables());
  static const store::Schema schema{tables};
  return schema;
}

// A history that is committed change by change, and the model as it was.
class PastModelTest : public testing::Test {
 protected:
  PastModelTest() { epoch_ = store_.lease(store::LeaseAction::Acquire, "test", std::chrono::seconds(0))->epoch; }

  template <class Write>
  void change(std::uint64_t revision, std::uint32_t kind, Write&& write) {
    store::Batch batch;
    store::OpsWriter ops = batch.begin(revision, static_cast<std::int64_t>(revision) * 10, kind, "test", "");
    write(ops);
    batch.end();
    const auto committed = store_.commit(batch, epoch_);
    ASSERT_TRUE(committed) << committed.error().text;
  }
  void note(std::uint64_t revision, const ServerFacts& facts) {
    noted_ = noted_.next(facts, revision);
    change(revision, core::change_kind::kPolicy, [&](store::OpsWriter& ops) { manage::writeRow(ops, noted_); });
  }
  void putDomain(std::uint64_t revision, core::Index index) {
    change(revision, 1, [&](store::OpsWriter& ops) {
      core::Domain domain;
      domain.index = index;
      domain.created = domain.changed = revision;
      domain.attributes.setText(isns::tag::kDdName, "zone" + std::to_string(index));
      core::writeRow(ops, domain);
    });
  }
  [[nodiscard]] san::Snapshot past(san::Revision revision, const ServerFacts& present = {}) {
    const auto found = PastModel(store_, present, {}).at(revision);
    EXPECT_TRUE(found) << found.error().detail;
    return found ? *found : san::Snapshot();
  }

  memory::MemoryStore store_{schemaOfModel()};
  std::uint64_t epoch_ = 0;
  NotedFacts noted_;
};

TEST_F(PastModelTest, ARevisionIsSeenWithThePolicyThatHeldThen) {
  note(1, {true, false, {}});
  putDomain(2, 1);
  note(3, {false, true, {}});
  putDomain(4, 2);
  EXPECT_TRUE(past(2).settings().defaultDomain);
  EXPECT_FALSE(past(2).settings().unassignedDomainsActive);
  EXPECT_FALSE(past(4).settings().defaultDomain);
  EXPECT_TRUE(past(4).settings().unassignedDomainsActive);
}

TEST_F(PastModelTest, BeforeAnythingWasNotedThePolicyIsTheFirstThatWas) {
  putDomain(1, 1);
  EXPECT_TRUE(past(1, {true, false, {}}).settings().defaultDomain);  // nothing was noted yet
  note(2, {true, false, {}});
  note(3, {false, false, {}});
  EXPECT_TRUE(past(1, {false, false, {}}).settings().defaultDomain);
}

TEST_F(PastModelTest, ControlNodesAreThoseOfThen) {
  note(1, {false, false, {"iqn.a"}});
  change(2, 1, [&](store::OpsWriter& ops) {
    core::Entity owner;
    owner.index = 1;
    owner.attributes.setText(isns::tag::kEntityId, "a");
    core::writeRow(ops, owner);
    core::Node node;
    node.index = 1;
    node.entity = 1;
    node.attributes.setText(isns::tag::kIscsiName, "iqn.a");
    core::writeRow(ops, node);
  });
  note(3, {});
  const auto isControl = [&](san::Revision revision) {
    const san::Snapshot then = past(revision);
    return then.get<san::Node>(*then.find(san::Kind::Node, "iqn.a"))->control;
  };
  EXPECT_TRUE(isControl(2));
  EXPECT_FALSE(isControl(3));
}

TEST_F(PastModelTest, WhatIsLeftOfAPrunedHistoryIsStillAnswered) {
  note(1, {true, false, {}});
  putDomain(2, 1);
  putDomain(3, 2);
  change(4, 1, [](store::OpsWriter& ops) { ops.erase(static_cast<std::uint8_t>(core::TableNumber::Domain), 1); });
  note(5, {});
  putDomain(6, 3);
  ASSERT_EQ(*store_.prune({31}, 100), 3U);
  const auto gone = PastModel(store_, {}, {}).at(2);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, mgmt::ProblemCode::RevisionGone);
  EXPECT_EQ(gone.error().detail, "The history is whole since revision 3.");
  EXPECT_EQ(past(3).revision, 3U);
  EXPECT_TRUE(past(3).replayed);
  EXPECT_EQ(past(3).time, 30);
  EXPECT_EQ(past(3).table<san::Domain>().size(), 2U);
  EXPECT_EQ(past(3).get<san::Domain>(1)->created, 2U);
  EXPECT_TRUE(past(3).settings().defaultDomain);
  EXPECT_EQ(past(4).table<san::Domain>().size(), 1U);
  EXPECT_FALSE(past(5).settings().defaultDomain);
  EXPECT_EQ(past(6).table<san::Domain>().size(), 2U);
}

TEST(NotedFacts, WhatStaysKeepsItsRevisionOverItsRow) {
  NotedFacts noted = NotedFacts().next({true, false, {"iqn.a", "iqn.b"}}, 5).next({true, true, {"iqn.b", "iqn.c"}}, 9);
  store::Batch batch;
  store::OpsWriter ops = batch.begin(9, 0, 1, "", "");
  manage::writeRow(ops, noted);
  batch.end();
  store::OpsReader reader(batch[0].ops);
  store::Op op;
  ASSERT_TRUE(reader.next(op));
  NotedFacts read;
  ASSERT_TRUE(manage::readRow(op.cells, read));
  EXPECT_EQ(read, noted);
  EXPECT_EQ(read.defaultDomainSince, 5U);
  EXPECT_EQ(read.unassignedDomainsSince, 9U);
  EXPECT_EQ(read.controlNodes, (decltype(read.controlNodes){{"iqn.b", 5}, {"iqn.c", 9}}));
}

}  // namespace

#include "isns-server/manage/model/projection.h"

#include <gtest/gtest.h>

#include "isns-server/manage/model/object_rows.h"
#include "shared/isns/ip_text.h"
#include "shared/san/edit.h"
#include "shared/san/since_rows.h"

namespace {

using manage::Projection;
using san::Kind;
using san::ObjectRef;

// Changes as the registry and change sets write them.
class ProjectionTest : public testing::Test {
 protected:
  template <class Write>
  base::Status change(Projection& projection, std::uint64_t revision, Write&& write) {
    store::Batch batch;
    store::OpsWriter ops = batch.begin(revision, static_cast<std::int64_t>(revision) * 10, 1, "test", "");
    write(ops);
    batch.end();
    return projection.apply(batch[0]);
  }
  static void putNode(store::OpsWriter& ops, core::Index index, const std::string& name, core::Index entity) {
    if (entity != 0) {
      core::Entity owner;
      owner.index = entity;
      owner.attributes.setText(isns::tag::kEntityId, "entity-of-" + name);
      core::writeRow(ops, owner);
    }
    core::Node node;
    node.index = index;
    node.entity = entity;
    node.attributes.setText(isns::tag::kIscsiName, name);
    node.attributes.setU32(isns::tag::kNodeType, isns::node_type::kInitiator);
    core::writeRow(ops, node);
  }
  // Of the node with the index, at a portal of the entity with that index.
  static void putGroup(store::OpsWriter& ops, core::Index index, core::Index node) {
    core::Portal portal;
    portal.index = 1;
    portal.entity = node;
    const isns::IpAddress ip = *isns::parseIp("10.0.0.1");
    portal.attributes.set(isns::tag::kPortalIp, ip);
    portal.attributes.setU32(isns::tag::kPortalPort, 3260);
    core::writeRow(ops, portal);
    core::PortalGroup group;
    group.index = index;
    group.node = node;
    group.portal = 1;
    core::writeRow(ops, group);
  }
  static void putDomain(store::OpsWriter& ops, core::Index index, const std::string& name = {}) {
    core::Domain domain;
    domain.index = index;
    domain.attributes.setText(isns::tag::kDdName, name.empty() ? "zone" + std::to_string(index) : name);
    core::writeRow(ops, domain);
  }
  static void pinNode(store::OpsWriter& ops, san::Id id, const std::string& name, san::Seconds lastSeen = 0) {
    san::Node node;
    node.lastSeen = lastSeen;
    node.id = id;
    node.name = name;
    node.alias = "known";
    manage::writeRow(ops, Kind::Node, node, 1, 1);
  }
};

TEST_F(ProjectionTest, ControlNodesAreThoseThatTheConfigurationWasNotedToName) {
  manage::ServerFacts facts;
  facts.controlNodes = {"iqn.a"};
  Projection projection(0, facts);
  ASSERT_TRUE(change(projection, 1, [](store::OpsWriter& ops) {
    putNode(ops, 1, "iqn.a", 1);
    putNode(ops, 2, "iqn.b", 2);
  }));
  const auto isControl = [&](const char* name) {
    return projection.snapshot().get<san::Node>(*projection.snapshot().find(Kind::Node, name))->control;
  };
  EXPECT_TRUE(isControl("iqn.a"));
  facts.controlNodes = {"iqn.b", "iqn.c"};
  ASSERT_TRUE(change(projection, 2, [&](store::OpsWriter& ops) { manage::writeRow(ops, manage::NotedFacts(facts)); }));
  EXPECT_FALSE(isControl("iqn.a"));
  EXPECT_TRUE(isControl("iqn.b"));
  ASSERT_TRUE(change(projection, 3, [](store::OpsWriter& ops) { putNode(ops, 3, "iqn.c", 3); }));
  EXPECT_TRUE(isControl("iqn.c"));
}

TEST_F(ProjectionTest, ARegistrationAgainIsTheSameObject) {
  Projection projection(0, {});
  ASSERT_TRUE(change(projection, 1, [](store::OpsWriter& ops) { putNode(ops, 1, "iqn.a", 1); }));
  const auto id = projection.snapshot().find(Kind::Node, "iqn.a");
  ASSERT_TRUE(id);
  ASSERT_TRUE(change(projection, 2, [](store::OpsWriter& ops) {
    ops.erase(static_cast<std::uint8_t>(core::TableNumber::Node), 1);
    ops.erase(static_cast<std::uint8_t>(core::TableNumber::Entity), 1);
  }));
  EXPECT_FALSE(projection.snapshot().get<san::Node>(*id)->registered());
  EXPECT_EQ(projection.snapshot().get<san::Node>(*id)->lastSeen, 20);
  ASSERT_TRUE(change(projection, 3, [](store::OpsWriter& ops) { putNode(ops, 7, "iqn.a", 7); }));
  EXPECT_EQ(projection.snapshot().find(Kind::Node, "iqn.a"), id);
  EXPECT_TRUE(projection.snapshot().get<san::Node>(*id)->registered());
  EXPECT_EQ(projection.snapshot().get<san::Node>(*id)->lastSeen, 0);
}

TEST_F(ProjectionTest, ARegistrationIsAsOldAsItHoldsWithoutABreak) {
  Projection projection(0, {});
  const auto since = [](const Projection& of) {
    return of.snapshot().get<san::Node>(*of.snapshot().find(Kind::Node, "iqn.a"))->registeredSince();
  };
  // In a domain, the node stays where its registration goes.
  const auto put = [](store::OpsWriter& ops, core::Index entity, std::uint64_t begun, std::uint64_t changed) {
    if (entity != 0) {
      core::Entity owner;
      owner.index = entity;
      owner.attributes.setText(isns::tag::kEntityId, "a");
      core::writeRow(ops, owner);
    }
    core::Node node;
    node.index = 1;
    node.entity = entity;
    node.created = 1;
    node.changed = changed;
    node.registeredSince = begun;
    node.attributes.setText(isns::tag::kIscsiName, "iqn.a");
    core::writeRow(ops, node);
  };
  ASSERT_TRUE(change(projection, 1, [&](store::OpsWriter& ops) { put(ops, 1, 1, 1); }));
  ASSERT_TRUE(change(projection, 2, [&](store::OpsWriter& ops) { put(ops, 1, 1, 2); }));  // another alias, say
  EXPECT_EQ(since(projection), 1U);
  ASSERT_TRUE(change(projection, 3, [&](store::OpsWriter& ops) { put(ops, 0, 0, 3); }));
  EXPECT_EQ(since(projection), 3U);
  ASSERT_TRUE(change(projection, 4, [&](store::OpsWriter& ops) { put(ops, 1, 4, 4); }));
  EXPECT_EQ(since(projection), 4U);
  ASSERT_TRUE(change(projection, 5, [&](store::OpsWriter& ops) { put(ops, 1, 4, 5); }));
  EXPECT_EQ(since(projection), 4U);
  const auto loaded = [&](std::uint64_t told) {
    Projection next(0, {});
    store::Batch batch;
    store::OpsWriter ops = batch.begin(1, 0, 1, "", "");
    put(ops, 1, told, 5);
    batch.end();
    store::OpsReader reader(batch[0].ops);
    for (store::Op op; reader.next(op);) EXPECT_TRUE(next.loadRow(op.table, op.id, op.cells));
    EXPECT_TRUE(next.finishLoad(6, 60));
    return since(next);
  };
  EXPECT_EQ(loaded(4), 4U);
  EXPECT_EQ(loaded(0), 5U);  // of a version that did not tell
}

TEST_F(ProjectionTest, ADomainThatLeavesItsLastSetSaysSinceWhenAndIsNotChanged) {
  Projection projection(0, {});
  const auto put = [](store::OpsWriter& ops, std::uint64_t since) {
    core::Domain domain;
    domain.index = 1;
    domain.created = domain.changed = 1;
    domain.unassignedSince = since;
    domain.attributes.setText(isns::tag::kDdName, "zone1");
    core::writeRow(ops, domain);
  };
  ASSERT_TRUE(change(projection, 1, [&](store::OpsWriter& ops) { put(ops, 1); }));
  ASSERT_TRUE(change(projection, 7, [&](store::OpsWriter& ops) { put(ops, 7); }));
  const san::Domain& domain = *projection.snapshot().get<san::Domain>(1);
  EXPECT_EQ(domain.unassignedSince, 7U);
  EXPECT_EQ(domain.changed, 1U);
}

// What an object tells of since when, by its name.
std::vector<san::Revision> told(const Projection& of, ObjectRef ref, std::string_view name) {
  for (const san::SinceRow& row : san::sinceRowsOf(ref.kind)) {
    if (row.name == name) return row.get(*of.snapshot().get(ref));
  }
  return {};
}

template <class Write>
void loadInto(Projection& projection, Write&& write) {
  store::Batch batch;
  store::OpsWriter ops = batch.begin(1, 0, 1, "", "");
  write(ops);
  batch.end();
  store::OpsReader reader(batch[0].ops);
  for (store::Op op; reader.next(op);) ASSERT_TRUE(projection.loadRow(op.table, op.id, op.cells));
  ASSERT_TRUE(projection.finishLoad(9, 90));
}

TEST_F(ProjectionTest, APortalIsNamedByADomainSinceItsMembershipSays) {
  const ObjectRef zone{Kind::Domain, 1};
  const auto put = [](store::OpsWriter& ops, std::uint64_t left) {
    putNode(ops, 1, "iqn.a", 1);
    putGroup(ops, 1, 1);
    core::Domain domain;
    domain.index = 1;
    domain.created = domain.changed = 1;
    domain.portalsLeft = left;
    domain.attributes.setText(isns::tag::kDdName, "zone1");
    core::writeRow(ops, domain);
  };
  const auto join = [](store::OpsWriter& ops, std::int64_t since) {
    ops.put(static_cast<std::uint8_t>(core::TableNumber::DomainPortal), (std::int64_t{1} << 32) + 1);
    ops.integer(1);
    ops.integer(1);
    if (since != 0) ops.integer(since);
  };
  Projection live(0, {});
  ASSERT_TRUE(change(live, 1, [&](store::OpsWriter& ops) { put(ops, 0); }));
  ASSERT_TRUE(change(live, 3, [&](store::OpsWriter& ops) { join(ops, 3); }));
  ASSERT_TRUE(change(live, 4, [&](store::OpsWriter& ops) { putGroup(ops, 1, 1); }));
  EXPECT_EQ(told(live, zone, "portals_since"), std::vector<san::Revision>{3});
  EXPECT_EQ(told(live, zone, "portals_left"), std::vector<san::Revision>{0});
  ASSERT_TRUE(change(live, 6, [](store::OpsWriter& ops) {
    ops.erase(static_cast<std::uint8_t>(core::TableNumber::DomainPortal), (std::int64_t{1} << 32) + 1);
  }));
  EXPECT_TRUE(told(live, zone, "portals_since").empty());
  EXPECT_EQ(told(live, zone, "portals_left"), std::vector<san::Revision>{6}) << "of a history that does not say so";
  Projection start(0, {});
  loadInto(start, [&](store::OpsWriter& ops) {
    put(ops, 6);
    join(ops, 8);
  });
  EXPECT_EQ(told(start, zone, "portals_since"), std::vector<san::Revision>{8});
  EXPECT_EQ(told(start, zone, "portals_left"), std::vector<san::Revision>{6});
}

// Domain 1 and set 1 with it in, as the registry stores them.
struct ZoneInSet {
  std::uint64_t nodesLeft = 0, domainsLeft = 0, enabledSince = 0, changed = 1;
  std::int64_t nodeSince = 0, domainSince = 0;  // 0: no member

  void put(store::OpsWriter& ops) const {
    core::Domain domain;
    domain.index = 1;
    domain.created = domain.changed = 1;
    domain.nodesLeft = nodesLeft;
    domain.attributes.setText(isns::tag::kDdName, "zone1");
    core::writeRow(ops, domain);
    core::DomainSet set;
    set.index = 1;
    set.created = 1;
    set.changed = changed;
    set.enabledSince = enabledSince;
    set.domainsLeft = domainsLeft;
    set.attributes.setText(isns::tag::kDdsName, "set" + std::to_string(changed));
    set.attributes.setU32(isns::tag::kDdsStatus, isns::kDdsEnabled);
    core::writeRow(ops, set);
    if (nodeSince != 0) join(ops, core::TableNumber::DomainNode, nodeSince);
    if (domainSince != 0) join(ops, core::TableNumber::SetDomain, domainSince);
  }
  static void join(store::OpsWriter& ops, core::TableNumber table, std::int64_t since) {
    ops.put(static_cast<std::uint8_t>(table), core::memberId(1, 1));
    ops.integer(1);
    ops.integer(1);
    ops.integer(since);
  }
};

TEST_F(ProjectionTest, AStartKnowsWhichChangeOfDomainsAndSetsWasTheLast) {
  const auto changed = [](const ZoneInSet& rows) {
    Projection start(0, {});
    loadInto(start, [&](store::OpsWriter& ops) {
      putNode(ops, 1, "iqn.a", 1);
      rows.put(ops);
    });
    return std::pair(start.snapshot().get<san::Domain>(1)->changed, start.snapshot().get<san::DomainSet>(1)->changed);
  };
  EXPECT_EQ(changed({}), (std::pair<san::Revision, san::Revision>(1, 1)));
  EXPECT_EQ(changed({0, 0, 1, 1, 3, 4}), (std::pair<san::Revision, san::Revision>(3, 4))) << "the last that joined";
  EXPECT_EQ(changed({5, 6, 1, 1, 3, 4}), (std::pair<san::Revision, san::Revision>(5, 6))) << "the last that left";
  EXPECT_EQ(changed({5, 6, 1, 8, 3, 4}), (std::pair<san::Revision, san::Revision>(5, 8))) << "renamed";
}

TEST_F(ProjectionTest, ASetThatIsRenamedIsEnabledSinceItWas) {
  const auto since = [](const Projection& of) { return of.snapshot().get<san::DomainSet>(1)->enabledSince; };
  const ZoneInSet renamed{0, 0, 2, 7, 0, 0};
  Projection live(0, {});
  ASSERT_TRUE(change(live, 2, [](store::OpsWriter& ops) { ZoneInSet{0, 0, 2, 2, 0, 0}.put(ops); }));
  ASSERT_TRUE(change(live, 7, [&](store::OpsWriter& ops) { renamed.put(ops); }));
  EXPECT_EQ(since(live), 2U);
  Projection start(0, {});
  loadInto(start, [&](store::OpsWriter& ops) { renamed.put(ops); });
  EXPECT_EQ(since(start), 2U);
  EXPECT_EQ(start.snapshot().get<san::DomainSet>(1)->name, "set7");
}

// Node 1 in no entity, as a domain names it.
void putMember(store::OpsWriter& ops, std::int64_t lastSeen) {
  core::Node node;
  node.index = 1;
  node.created = node.changed = 1;
  node.lastSeen = lastSeen;
  node.attributes.setText(isns::tag::kIscsiName, "iqn.a");
  core::writeRow(ops, node);
}
void putFormer(store::OpsWriter& ops, std::uint64_t number, const std::string& name, std::int64_t lastSeen) {
  core::writeRow(ops, core::FormerNode{number, name, lastSeen});
}
san::Seconds lastSeen(const Projection& of) {
  return of.snapshot().get<san::Node>(*of.snapshot().find(Kind::Node, "iqn.a"))->lastSeen;
}

TEST_F(ProjectionTest, AStartKnowsWhenTheRegistrationOfAMemberEnded) {
  Projection start(0, {});
  loadInto(start, [](store::OpsWriter& ops) { putMember(ops, 50); });
  EXPECT_EQ(lastSeen(start), 50);
  Projection unknown(0, {});
  loadInto(unknown, [](store::OpsWriter& ops) { putMember(ops, 0); });
  EXPECT_EQ(lastSeen(unknown), 0);
}

TEST_F(ProjectionTest, AStartKnowsWhenTheRegistrationOfAPinnedNodeEnded) {
  Projection start(0, {});
  loadInto(start, [](store::OpsWriter& ops) {
    pinNode(ops, 4, "iqn.a");
    putFormer(ops, 2, "iqn.a", 70);
    putFormer(ops, 1, "iqn.a", 50);
  });
  EXPECT_EQ(lastSeen(start), 70);
}

TEST_F(ProjectionTest, WhatAnEarlierVersionKnewOfAPinnedNodeIsStillKnown) {
  Projection start(0, {});
  loadInto(start, [](store::OpsWriter& ops) { pinNode(ops, 4, "iqn.a", 60); });
  EXPECT_EQ(lastSeen(start), 60);
}

TEST_F(ProjectionTest, WhoIsZonedAfterItsRegistrationEndedIsKnownToHaveBeenThere) {
  Projection start(0, {});
  loadInto(start, [](store::OpsWriter& ops) { putFormer(ops, 1, "iqn.a", 70); });
  ASSERT_TRUE(change(start, 12, [](store::OpsWriter& ops) { putMember(ops, 0); }));
  EXPECT_EQ(lastSeen(start), 70);
}

// The change was planned while the node was registered, and its registration has ended by now.
TEST_F(ProjectionTest, AnAliasTakesNoTimeAway) {
  Projection projection(0, {});
  ASSERT_TRUE(change(projection, 1, [](store::OpsWriter& ops) { putNode(ops, 1, "iqn.a", 1); }));
  const san::Id id = *projection.snapshot().find(Kind::Node, "iqn.a");
  ASSERT_TRUE(change(projection, 2, [](store::OpsWriter& ops) {
    ops.erase(static_cast<std::uint8_t>(core::TableNumber::Node), 1);
    ops.erase(static_cast<std::uint8_t>(core::TableNumber::Entity), 1);
  }));
  ASSERT_TRUE(change(projection, 3, [&](store::OpsWriter& ops) { pinNode(ops, id, "iqn.a"); }));
  EXPECT_EQ(lastSeen(projection), 20);
}

TEST(FormerNodes, WhoLeftLongestAgoMakesRoom) {
  manage::FormerNodes all;
  all.put({1, "iqn.a", 10});
  all.put({2, "iqn.b", 20});
  all.put({core::kMaxFormerNodes, "iqn.a", 30});
  all.put({core::kMaxFormerNodes + 1, "iqn.c", 40});
  EXPECT_EQ(all.lastSeen("iqn.a"), 30) << "it left once more since";
  EXPECT_EQ(all.lastSeen("iqn.c"), 40);
  all.put({core::kMaxFormerNodes + 2, "iqn.d", 50});
  EXPECT_EQ(all.lastSeen("iqn.b"), 0);
}

TEST_F(ProjectionTest, AStartKnowsSinceWhenAHostConsistsOfWhatItDoes) {
  const ObjectRef ref{Kind::Host, 1};
  const auto put = [](store::OpsWriter& ops, san::Revision changed, bool tells) {
    pinNode(ops, 1, "iqn.a");
    pinNode(ops, 2, "iqn.b");
    san::Host host;
    host.id = 1;
    host.created = 1;
    host.changed = changed;
    host.name = "web" + std::to_string(changed);
    san::Cluster cluster;
    cluster.id = 5;
    cluster.name = "pair";
    manage::writeRow(ops, Kind::Cluster, cluster, 1, 1);
    host.cluster.id = 5;
    host.clusterDate = {5, 3};
    host.nodes.insert(1, 4);
    host.nodes.insert(2, changed);
    if (tells) return manage::writeRow(ops, Kind::Host, host, 1, changed);
    ops.put(manage::tableOf(Kind::Host), 1);
    ops.integer(1);
    ops.integer(static_cast<std::int64_t>(changed));
    std::string memory;
    for (const san::FieldRow* field : manage::storedFields(Kind::Host)) {
      ops.cell(manage::cellOf(*field, field->get(host), memory));
    }
  };
  Projection projection(0, {});
  loadInto(projection, [&](store::OpsWriter& ops) { put(ops, 7, true); });
  EXPECT_EQ(told(projection, ref, "nodes_since"), (std::vector<san::Revision>{4, 7}));
  EXPECT_EQ(told(projection, ref, "cluster_since"), std::vector<san::Revision>{3});
  Projection older(0, {});
  loadInto(older, [&](store::OpsWriter& ops) { put(ops, 7, false); });
  EXPECT_EQ(told(older, ref, "nodes_since"), (std::vector<san::Revision>{7, 7})) << "as old as the last change";
  EXPECT_EQ(told(older, ref, "cluster_since"), std::vector<san::Revision>{7});
  ASSERT_TRUE(change(older, 10, [&](store::OpsWriter& ops) { put(ops, 10, false); }));
  EXPECT_EQ(told(older, ref, "nodes_since"), (std::vector<san::Revision>{7, 7})) << "another name begins nothing anew";
  EXPECT_EQ(told(older, ref, "cluster_since"), std::vector<san::Revision>{7});
}

TEST_F(ProjectionTest, AnIndexThatIsUsedAgainIsAnotherObject) {
  Projection projection(0, {});
  ASSERT_TRUE(change(projection, 1, [](store::OpsWriter& ops) { putNode(ops, 1, "iqn.a", 1); }));
  const auto first = projection.snapshot().find(Kind::Node, "iqn.a");
  ASSERT_TRUE(change(projection, 2, [](store::OpsWriter& ops) { putNode(ops, 1, "iqn.b", 1); }));
  EXPECT_NE(projection.snapshot().find(Kind::Node, "iqn.b"), first);
  EXPECT_EQ(projection.indexOf({Kind::Node, *first}), std::nullopt);
}

// The process in which the node was pinned had other numbers than one that reads the history from its beginning.
TEST_F(ProjectionTest, AHistoryIsReadWithTheNumbersThatItsRowsHave) {
  const auto history = [&](Projection& projection) {
    return change(projection, 1, [](store::OpsWriter& ops) { putNode(ops, 1, "iqn.a", 1); }).ok() &&
           change(projection, 2, [](store::OpsWriter& ops) { putNode(ops, 2, "iqn.b", 2); }).ok() &&
           change(projection, 3, [](store::OpsWriter& ops) { pinNode(ops, 1, "iqn.b"); }).ok();
  };
  Projection unaware(0, {});  // makes way when the row comes, so its earlier snapshots have other numbers
  EXPECT_TRUE(history(unaware));
  EXPECT_EQ(unaware.snapshot().find(Kind::Node, "iqn.b"), san::Id{1});
  Projection aware(0, {});
  aware.expect({{{Kind::Node, "iqn.b"}, 1}});
  ASSERT_TRUE(history(aware));
  EXPECT_EQ(aware.snapshot().find(Kind::Node, "iqn.b"), san::Id{1});
  EXPECT_EQ(aware.snapshot().get<san::Node>(1)->alias, "known");
  EXPECT_NE(aware.snapshot().find(Kind::Node, "iqn.a"), san::Id{1});
  EXPECT_EQ(aware.pins(), (Projection::Pins{{{Kind::Node, "iqn.b"}, 1}}));
}

// Peers register and deregister: that has given millions of ids, and there are few objects.
TEST_F(ProjectionTest, ObjectsThatHaveGoneTakeNoRoom) {
  Projection projection(0, {});
  constexpr san::Id kMany = san::SnapshotEditor::kMaxObjects;
  projection.expect({{{Kind::Node, "iqn.x"}, kMany}, {{Kind::Entity, "x"}, kMany}, {{Kind::PortalGroup, ""}, kMany}});
  ASSERT_TRUE(change(projection, 1, [](store::OpsWriter& ops) {
    putNode(ops, 1, "iqn.a", 1);
    putGroup(ops, 1, 1);
  }));
  EXPECT_EQ(projection.snapshot().find(Kind::Node, "iqn.a"), kMany + 1);
  EXPECT_EQ(projection.snapshot().table<san::PortalGroup>().size(), 1U);
}

TEST_F(ProjectionTest, WhoeverComesBackIsNotSweptAwayWithThoseThatAreGone) {
  Projection projection(0, {});
  const auto gone = [](core::Index index) {
    return [index](store::OpsWriter& ops) {
      ops.erase(static_cast<std::uint8_t>(core::TableNumber::Node), index);
      ops.erase(static_cast<std::uint8_t>(core::TableNumber::Entity), index);
    };
  };
  constexpr std::size_t kMany = Projection::kMaxUnused + 8;
  const auto nameOf = [](std::size_t number) { return "iqn.h" + std::to_string(number); };
  std::uint64_t revision = 0;
  core::Index index = 0;
  for (std::size_t i = 0; i < kMany; ++i) {
    const core::Index first = ++index, second = ++index;
    ASSERT_TRUE(change(projection, ++revision, [&](store::OpsWriter& ops) { putNode(ops, first, nameOf(i), first); }));
    ASSERT_TRUE(change(projection, ++revision, gone(first)));
    ASSERT_TRUE(
        change(projection, ++revision, [&](store::OpsWriter& ops) { putNode(ops, second, nameOf(i), second); }));
  }
  EXPECT_EQ(projection.snapshot().table<san::Node>().size(), kMany);
  for (core::Index back = 2; back <= index; back += 2) ASSERT_TRUE(change(projection, ++revision, gone(back)));
  EXPECT_LE(projection.snapshot().table<san::Node>().size(), Projection::kMaxUnused);
}

TEST_F(ProjectionTest, WhatAnAgentHasSeenIsNotSweptAway) {
  Projection projection(0, {});
  std::uint64_t revision = 0;
  const auto change = [&](auto&& write) { ASSERT_TRUE(this->change(projection, ++revision, write)); };
  change([](store::OpsWriter& ops) {
    putNode(ops, 1, "iqn.seen", 1);
    putGroup(ops, 1, 1);
  });
  const san::Id seen = *projection.snapshot().find(Kind::Node, "iqn.seen");
  const auto amended = projection.amend(0, [&](san::SnapshotEditor& editor) -> san::Edited<void> {
    auto& agent = editor.own<san::Agent>(editor.create(Kind::Agent)->id);
    agent.name = "host";
    auto& held = editor.own<san::HeldDisk>(editor.create(Kind::HeldDisk)->id);
    held.initiator.id = seen;
    held.agent.id = agent.id;
    held.target = "iqn.disk";
    editor.own<san::Portal>(1).network.mtu = 9000;
    return {};
  });
  ASSERT_TRUE(amended);
  const auto gone = [](store::OpsWriter& ops, core::Index index) {
    ops.erase(static_cast<std::uint8_t>(core::TableNumber::Node), index);
    ops.erase(static_cast<std::uint8_t>(core::TableNumber::Entity), index);
  };
  change([&](store::OpsWriter& ops) {
    ops.erase(static_cast<std::uint8_t>(core::TableNumber::PortalGroup), 1);
    ops.erase(static_cast<std::uint8_t>(core::TableNumber::Portal), 1);
    gone(ops, 1);
  });
  for (core::Index index = 2; index < 2 + Projection::kMaxUnused; ++index) {
    change([&](store::OpsWriter& ops) { putNode(ops, index, "iqn.h" + std::to_string(index), index); });
    change([&](store::OpsWriter& ops) { gone(ops, index); });
  }
  EXPECT_LT(projection.snapshot().table<san::Node>().size(), 8U);
  EXPECT_NE(projection.snapshot().get<san::Node>(seen), nullptr);
  ASSERT_NE(projection.snapshot().get<san::Portal>(1), nullptr);
  EXPECT_EQ(projection.snapshot().get<san::Portal>(1)->network.mtu, 9000U);
}

TEST_F(ProjectionTest, OfPortalsThatAgentsHaveSeenTheYoungestStay) {
  Projection projection(0, {});
  std::uint64_t revision = 0;
  constexpr core::Index kMany = 4 * Projection::kMaxUnused;
  for (core::Index index = 1; index <= kMany; ++index) {
    ASSERT_TRUE(change(projection, ++revision, [&](store::OpsWriter& ops) {
      putNode(ops, index, "iqn.h" + std::to_string(index), index);
      core::Portal portal;
      portal.index = index;
      portal.entity = index;
      const isns::IpAddress ip =
          *isns::parseIp("10.0." + std::to_string(index / 256) + "." + std::to_string(index % 256));
      portal.attributes.set(isns::tag::kPortalIp, ip);
      portal.attributes.setU32(isns::tag::kPortalPort, 3260);
      core::writeRow(ops, portal);
    }));
    ASSERT_TRUE(projection.amend(0, [&](san::SnapshotEditor& editor) -> san::Edited<void> {
      editor.own<san::Portal>(index).network.mtu = 9000;
      return {};
    }));
    ASSERT_TRUE(change(projection, ++revision, [&](store::OpsWriter& ops) {
      for (const auto table : {core::TableNumber::Portal, core::TableNumber::Node, core::TableNumber::Entity}) {
        ops.erase(static_cast<std::uint8_t>(table), index);
      }
    }));
  }
  EXPECT_LE(projection.snapshot().table<san::Portal>().size(), 2 * Projection::kMaxUnused);
  EXPECT_NE(projection.snapshot().get<san::Portal>(kMany), nullptr);
  EXPECT_EQ(projection.snapshot().get<san::Portal>(1), nullptr);
}

TEST_F(ProjectionTest, AModelThatIsFullIsAnErrorThatSaysSo) {
  const auto text = [&](auto&& write) {
    Projection projection(0, {}, 1);
    const base::Status first = change(projection, 1, [](store::OpsWriter& ops) { putNode(ops, 1, "iqn.a", 1); });
    EXPECT_TRUE(first.ok());
    const base::Status second = change(projection, 2, write);
    return second ? std::string() : second.error().text;
  };
  EXPECT_EQ(text([](store::OpsWriter& ops) { putNode(ops, 2, "iqn.b", 0); }),
            "change 2: There are too many objects of the kind node: at most 1.");
  EXPECT_EQ(text([](store::OpsWriter& ops) { putNode(ops, 2, "iqn.b", 2); }),
            "change 2: There are too many objects of the kind entity: at most 1.");
  EXPECT_EQ(text([](store::OpsWriter& ops) { pinNode(ops, 9, "iqn.c"); }),
            "change 2: There are too many objects of the kind node: at most 1.");
  EXPECT_EQ(text([](store::OpsWriter& ops) {
              putGroup(ops, 1, 1);
              putGroup(ops, 2, 1);
            }),
            "change 2: There are too many objects of the kind portal-group: at most 1.");
  EXPECT_EQ(text([](store::OpsWriter& ops) {
              putDomain(ops, 1);
              putDomain(ops, 2);
            }),
            "change 2: There are too many objects of the kind domain: at most 1.");
}

// Ids begin anew at the end, so somebody may have the one that a pinned object is to get.
TEST_F(ProjectionTest, AnIdThatIsExpectedAndTakenIsLeftUntilTheRowMakesWay) {
  Projection projection(0, {});
  projection.expect({{{Kind::Node, "iqn.b"}, 1}, {{Kind::Node, "iqn.z"}, san::kFirstProvisional - 1}});
  ASSERT_TRUE(change(projection, 1, [](store::OpsWriter& ops) { putNode(ops, 1, "iqn.a", 1); }));
  EXPECT_EQ(projection.snapshot().find(Kind::Node, "iqn.a"), san::Id{1});
  ASSERT_TRUE(change(projection, 2, [](store::OpsWriter& ops) { putNode(ops, 2, "iqn.b", 2); }));
  ASSERT_TRUE(change(projection, 3, [](store::OpsWriter& ops) { pinNode(ops, 1, "iqn.b"); }));
  EXPECT_EQ(projection.snapshot().find(Kind::Node, "iqn.b"), san::Id{1});
  EXPECT_EQ(projection.indexOf({Kind::Node, *projection.snapshot().find(Kind::Node, "iqn.a")}), core::Index{1});
}

// Names that differ for the registry may be shown as one; and a peer can foresee what the model makes of that.
TEST_F(ProjectionTest, NoNameOfAPeerLeavesADomainWithoutOne) {
  Projection projection(0, {});
  const base::Status status = change(projection, 1, [](store::OpsWriter& ops) {
    putDomain(ops, 1, "\\x01 #4");
    putDomain(ops, 2, "\\x01 #4.2");
    putDomain(ops, 3, "\x01");
    putDomain(ops, 4, "\\x01");
  });
  ASSERT_TRUE(status) << status.error().text;
  EXPECT_EQ(projection.snapshot().get<san::Domain>(3)->name, "\\x01");
  EXPECT_EQ(projection.snapshot().get<san::Domain>(4)->name, "\\x01 #4.3");
}

TEST_F(ProjectionTest, APinnedNodeStaysWhenItsRegistrationGoes) {
  Projection projection(0, {});
  ASSERT_TRUE(change(projection, 1, [](store::OpsWriter& ops) { putNode(ops, 1, "iqn.a", 1); }));
  const san::Id id = *projection.snapshot().find(Kind::Node, "iqn.a");
  ASSERT_TRUE(change(projection, 2, [&](store::OpsWriter& ops) { pinNode(ops, id, "iqn.a"); }));
  EXPECT_TRUE(projection.isPinned({Kind::Node, id}));
  ASSERT_TRUE(change(projection, 3, [](store::OpsWriter& ops) {
    ops.erase(static_cast<std::uint8_t>(core::TableNumber::Node), 1);
    ops.erase(static_cast<std::uint8_t>(core::TableNumber::Entity), 1);
  }));
  ASSERT_NE(projection.snapshot().get<san::Node>(id), nullptr);
  EXPECT_EQ(projection.snapshot().get<san::Node>(id)->alias, "known");
}

TEST_F(ProjectionTest, RowsOfALoadMayReferToEachOtherInAnyOrder) {
  Projection projection(0, {});
  const auto load = [&](std::uint8_t table, std::int64_t id, const store::Batch& batch) {
    store::OpsReader reader(batch[0].ops);
    store::Op op;
    EXPECT_TRUE(reader.next(op));
    EXPECT_EQ(op.table, table);
    return projection.loadRow(op.table, id, op.cells);
  };
  const auto row = [](Kind kind, const san::Object& object) {
    store::Batch batch;
    store::OpsWriter ops = batch.begin(1, 0, 1, "", "");
    manage::writeRow(ops, kind, object, 4, 5);
    batch.end();
    return batch;
  };
  san::Host host;
  host.id = 3;
  host.name = "web1";
  host.labels.insert(9);
  san::Label label;
  label.id = 9;
  label.name = "PCI";
  ASSERT_TRUE(load(manage::tableOf(Kind::Host), 3, row(Kind::Host, host)));
  ASSERT_TRUE(load(manage::tableOf(Kind::Label), 9, row(Kind::Label, label)));
  ASSERT_TRUE(projection.finishLoad(6, 60));
  const san::Host* loaded = projection.snapshot().get<san::Host>(3);
  ASSERT_NE(loaded, nullptr);
  EXPECT_TRUE(loaded->labels.contains(9));
  EXPECT_EQ(loaded->created, 4U);
  EXPECT_EQ(loaded->changed, 5U);
  EXPECT_EQ(projection.snapshot().revision, 6U);
}

// What a target lets in, in rows as versions before and after step 8 of the schema wrote them.
class AppliedRows : public ProjectionTest {
 protected:
  enum class Form { Told, Null, Short };  // since when; not, as a load has it; not, as the history has it
  // A row that says, as of `changed`, that nodes 1 and perhaps 2 are let in at node 3.
  static void putApplied(store::OpsWriter& ops, san::Revision changed, bool both, Form form, san::Revision first) {
    san::AppliedTarget applied;
    applied.id = 1;
    applied.changed = changed;
    applied.target.id = 3;
    applied.admitted.insert(1);
    if (both) applied.admitted.insert(2);
    const san::Dated<san::AdmittedOn> date[] = {{{1, san::ChapDemand::None, first}, first}};
    applied.admittedDates = base::SharedArray<san::Dated<san::AdmittedOn>>(date);
    if (form == Form::Told) return manage::writeRow(ops, Kind::AppliedTarget, applied, 2, changed);
    ops.put(manage::tableOf(Kind::AppliedTarget), 1);
    ops.integer(2);
    ops.integer(static_cast<std::int64_t>(changed));
    std::string memory;
    for (const manage::StoredColumn& column : manage::storedColumns(Kind::AppliedTarget)) {
      if (column.field == nullptr && form == Form::Short) continue;
      ops.cell(column.field == nullptr ? store::Cell{}
                                       : manage::cellOf(*column.field, column.field->get(applied), memory));
    }
  }
  static void putNodes(store::OpsWriter& ops) {
    for (const auto& [id, name] : {std::pair(1U, "iqn.a"), std::pair(2U, "iqn.b"), std::pair(3U, "iqn.disk")}) {
      pinNode(ops, id, name);
    }
  }
  template <class Write>
  static void load(Projection& projection, Write&& write) {
    store::Batch batch;
    store::OpsWriter ops = batch.begin(1, 0, 1, "", "");
    write(ops);
    batch.end();
    store::OpsReader reader(batch[0].ops);
    for (store::Op op; reader.next(op);) ASSERT_TRUE(projection.loadRow(op.table, op.id, op.cells));
    ASSERT_TRUE(projection.finishLoad(9, 90));
  }
  static san::Revision since(const Projection& projection, san::Id node) {
    return projection.snapshot().get<san::AppliedTarget>(1)->admittedSince(node);
  }
};

TEST_F(AppliedRows, AStartKnowsSinceWhenEachIsLetIn) {
  Projection projection(0, {});
  load(projection, [](store::OpsWriter& ops) {
    putNodes(ops);
    putApplied(ops, 7, true, Form::Told, 4);
  });
  EXPECT_EQ(since(projection, 1), 4U);
  EXPECT_EQ(since(projection, 2), 7U);
  EXPECT_EQ(projection.snapshot().get<san::AppliedTarget>(1)->changed, 7U);
}

TEST_F(AppliedRows, ARowOfAnOlderVersionHasItsOwnDateForAllAndKeepsItFromThere) {
  Projection projection(0, {});
  load(projection, [](store::OpsWriter& ops) {
    putNodes(ops);
    putApplied(ops, 7, false, Form::Null, 0);
  });
  EXPECT_EQ(since(projection, 1), 7U);
  ASSERT_TRUE(change(projection, 10, [](store::OpsWriter& ops) { putApplied(ops, 10, true, Form::Told, 7); }));
  EXPECT_EQ(since(projection, 1), 7U);
  EXPECT_EQ(since(projection, 2), 10U);
}

TEST_F(AppliedRows, AHistoryOfAnOlderVersionTellsByItsOwnChanges) {
  Projection projection(0, {});
  ASSERT_TRUE(change(projection, 1, putNodes));
  ASSERT_TRUE(change(projection, 2, [](store::OpsWriter& ops) { putApplied(ops, 2, false, Form::Short, 0); }));
  ASSERT_TRUE(change(projection, 3, [](store::OpsWriter& ops) { putApplied(ops, 3, true, Form::Short, 0); }));
  EXPECT_EQ(since(projection, 1), 2U);
  EXPECT_EQ(since(projection, 2), 3U);
}

TEST(ObjectRows, PartsThatCameWithTheChangeGetTheRevisionThatItIsStoredWith) {
  san::Credential own;
  own.changed = 20;  // as the change was planned
  own.initiatorHolds = own.targetHolds = san::Truth::Yes;
  own.initiatorDate = {san::Truth::Yes, 5};
  own.heldBy.insert(3);
  own.lackedBy.insert(2);
  const san::Dated<san::HeldEnd> dates[] = {{{2, san::Truth::Yes}, 6}, {{3, san::Truth::Yes}, 4}};
  own.endDates = base::SharedArray<san::Dated<san::HeldEnd>>(dates);
  store::Batch batch;
  store::OpsWriter ops = batch.begin(1, 0, 1, "", "");
  manage::writeRow(ops, Kind::Credential, own, 3, 22);
  batch.end();
  store::OpsReader reader(batch[0].ops);
  store::Op op;
  ASSERT_TRUE(reader.next(op));
  san::Credential back;
  ASSERT_TRUE(manage::readRow(Kind::Credential, op.cells, back));
  EXPECT_EQ(back.initiatorSince(), 5U);
  EXPECT_EQ(back.targetSince(), 22U);
  EXPECT_EQ(back.mutualSince(), 22U);
  EXPECT_EQ(back.heldSince(3), 4U);
  EXPECT_EQ(back.heldSince(2), 22U) << "it had the secret before, and has it no more";
}

// Each kind's row gives back what was stored of an object.
TEST(ObjectRows, EveryStoredFieldComesBack) {
  for (const san::KindRow& kind : san::kKindTable) {
    if (!manage::isStored(kind.kind)) continue;
    const auto object = san::makeObject(kind.kind);
    object->id = 5;
    store::Batch batch;
    store::OpsWriter ops = batch.begin(1, 0, 1, "", "");
    manage::writeRow(ops, kind.kind, *object, 7, 8);
    batch.end();
    store::OpsReader reader(batch[0].ops);
    store::Op op;
    ASSERT_TRUE(reader.next(op)) << kind.name;
    EXPECT_EQ(op.table, manage::tableOf(kind.kind));
    const auto back = san::makeObject(kind.kind);
    if (kind.kind == Kind::Portal) continue;  // an empty address has no text that reads back
    const auto status = manage::readRow(kind.kind, op.cells, *back);
    ASSERT_TRUE(status) << kind.name << ": " << status.error().text;
    EXPECT_EQ(back->created, 7U);
    for (const san::FieldRow* field : manage::storedFields(kind.kind)) {
      EXPECT_TRUE(field->equal(*object, *back)) << kind.name << "." << field->name;
    }
  }
}

TEST(ObjectRows, WhatAgentsSeeOfPortalsIsNotStored) {
  for (const san::FieldRow* field : manage::storedFields(Kind::Portal)) {
    EXPECT_NE(field->writer, san::Writer::Agent) << field->name;
  }
}

}  // namespace

// Who is woken by a change, and with what.
#include <gtest/gtest.h>

#include "isns-server/manage/agents/desired_book.h"
#include "shared/san/desired_bounds.h"
#include "tests/support/san_builder.h"

using namespace test;

namespace {

const std::string kWeb = "iqn.2026-01.example:web1";
std::string diskName(int number) { return "iqn.2026-01.example:disk" + std::to_string(number); }

struct BookWorld {
  SanBuilder san;
  manage::DesiredBook book;
  Id web = 0, disk1 = 0, disk2 = 0, unit1 = 0, unit2 = 0;

  BookWorld() {
    san.host("web1", kWeb);
    web = san.nodeNamed(kWeb);
    disk1 = san.target(diskName(1));
    disk2 = san.target(diskName(2));
    unit1 = san.unit("naa.6001", disk1, 0);
    unit2 = san.unit("naa.6002", disk2, 0);
    for (int i : {1, 2}) {
      san.create(Kind::Agent, {{"name", "agent" + std::to_string(i)},
                               {"nodes", SanBuilder::refs(Kind::Node, {i == 1 ? disk1 : disk2})}});
    }
    look();
    state(1);
    state(2);
  }
  static mgmt::Identity agent(int number) {
    return {mgmt::PeerKind::Agent, "eid" + std::to_string(number), {diskName(number), diskName(number) + "b"}, "1"};
  }
  std::vector<std::string> look() { return book.update(std::make_shared<const SanIndex>(san.done())); }
  const manage::DesiredBook::State& state(int number) { return book.stateOf(agent(number)); }
};

using Names = std::vector<std::string>;

TEST(DesiredBook, AMapWakesTheAgentOfItsTargetAlone) {
  BookWorld world;
  world.san.zone("zone1", {world.web, world.disk1});
  EXPECT_EQ(world.look(), Names{"eid1"});
  const Revision before = world.state(2).revision;
  world.san.map({Kind::Host, 1}, world.disk1, world.unit1, 4);
  EXPECT_EQ(world.look(), Names{"eid1"});
  ASSERT_EQ(world.state(1).targets.size(), 1U);
  EXPECT_EQ(world.state(1).revision, world.san.done().revision);
  ASSERT_EQ(world.state(1).targets[0].initiators.size(), 1U);
  EXPECT_EQ(world.state(1).targets[0].initiators[0].maps,
            (std::vector<DesiredMap>{{world.unit1, 4, Right::ReadWrite}}));
  EXPECT_EQ(world.state(2).revision, before);
}

TEST(DesiredBook, WhatChangesNothingToApplyWakesNobody) {
  BookWorld world;
  world.san.create(Kind::Site, {{"name", std::string("north")}});
  EXPECT_EQ(world.look(), Names{});
  world.san.applied(world.disk1, {}, {});
  EXPECT_EQ(world.look(), Names{});
}

TEST(DesiredBook, ADepartureWakesTheAgentsOfBothEnds) {
  BookWorld world;
  world.san.zone("zone1", {world.web, world.disk1});
  const Id map = world.san.map({Kind::Host, 1}, world.disk1, world.unit1, 4);
  world.look();
  const mgmt::Identity host{mgmt::PeerKind::Agent, "eid-web", {kWeb}, "1"};
  EXPECT_TRUE(world.book.stateOf(host).leaving.empty());
  const Id departure = world.san.create(
      Kind::Departure,
      {{"map", ObjectRef{Kind::Map, map}}, {"everybody", true}, {"leaves_at", std::uint64_t{1'900'000'000}}});
  EXPECT_EQ(world.look(), (Names{"eid-web", "eid1"}));
  EXPECT_EQ(world.book.stateOf(host).leaving,
            (std::vector<manage::DesiredBook::Leaving>{{kWeb, diskName(1), "naa.6001", 4, 1'900'000'000}}));
  EXPECT_EQ(world.state(1).targets[0].initiators[0].maps,
            (std::vector<DesiredMap>{{world.unit1, 4, Right::ReadOnly, 1'900'000'000}}));
  world.san.set({Kind::Departure, departure}, "leaves_at", std::uint64_t{1'900'000'600});
  EXPECT_EQ(world.look(), (Names{"eid-web", "eid1"}));
  world.san.erase({Kind::Departure, departure});
  EXPECT_EQ(world.look(), (Names{"eid-web", "eid1"}));
  EXPECT_TRUE(world.book.stateOf(host).leaving.empty());
}

TEST(DesiredBook, AnErasureIsAChange) {
  BookWorld world;
  const Id zone = world.san.zone("zone1", {world.web, world.disk1});
  world.look();
  const Revision before = world.state(1).revision;
  world.san.erase({Kind::Domain, zone});
  EXPECT_EQ(world.look(), Names{"eid1"});
  EXPECT_GT(world.state(1).revision, before);
  EXPECT_TRUE(world.state(1).targets[0].initiators.empty());
}

TEST(DesiredBook, AnInitiatorThatRegistersLaterIsFound) {
  BookWorld world;
  const Id later = world.san.create(Kind::Node, {{"name", std::string("iqn.2026-01.example:late")}});
  world.san.zone("zone1", {later, world.disk2});
  world.look();
  world.san.set({Kind::Node, later}, "initiator", true);
  EXPECT_EQ(world.look(), Names{"eid2"});
  EXPECT_EQ(world.state(2).targets[0].initiators.size(), 1U);
}

TEST(DesiredBook, AHostThatGetsAnInitiatorIsFoundThroughItsMap) {
  BookWorld world;
  const Id node = world.san.initiator("iqn.2026-01.example:web1b");
  world.san.map({Kind::Host, 1}, world.disk1, world.unit1, 4);
  world.san.zone("zone1", {world.web, node, world.disk1});
  world.look();
  world.san.add({Kind::Host, 1}, "nodes", {Kind::Node, node});
  EXPECT_EQ(world.look(), Names{"eid1"});
  EXPECT_EQ(world.state(1).targets[0].initiators[1].maps.size(), 1U);
}

// No domain shows these changes: the map of the host or of its cluster does.
TEST(DesiredBook, ATargetThatDecidesByListIsFoundThroughItsMaps) {
  BookWorld world;
  world.san.set({Kind::Node, world.disk1}, "enforcement", std::string("list"));
  world.san.set({Kind::Node, world.disk2}, "enforcement", std::string("list"));
  const Id cluster = world.san.create(Kind::Cluster, {{"name", std::string("c")}});
  world.san.map({Kind::Host, 1}, world.disk1, world.unit1, 4);
  world.san.map({Kind::Cluster, cluster}, world.disk2, world.unit2, 4);
  const Id node = world.san.initiator("iqn.2026-01.example:web1b");
  world.look();
  world.san.add({Kind::Host, 1}, "nodes", {Kind::Node, node});
  EXPECT_EQ(world.look(), Names{"eid1"});
  world.san.set({Kind::Host, 1}, "cluster", ObjectRef{Kind::Cluster, cluster});
  EXPECT_EQ(world.look(), Names{"eid2"});
  EXPECT_EQ(world.state(2).targets[0].initiators.size(), 2U);
  world.san.set({Kind::Host, 1}, "cluster", std::monostate{});
  EXPECT_EQ(world.look(), Names{"eid2"});
}

TEST(DesiredBook, ATargetThatRegistersLaterJoinsItsAgent) {
  BookWorld world;
  const Id more = world.san.target(diskName(1) + "b");
  world.look();
  EXPECT_EQ(world.book.renamed(), std::set<std::string>{"eid1"});
  world.san.add({Kind::Agent, 1}, "nodes", {Kind::Node, more});
  EXPECT_EQ(world.look(), Names{"eid1"});
  EXPECT_EQ(world.state(1).targets.size(), 2U);
}

TEST(DesiredBook, WhoIsForgottenBeginsAnew) {
  BookWorld world;
  world.book.forget("eid1");
  world.san.zone("zone1", {world.web, world.disk1});
  EXPECT_EQ(world.look(), Names{});
  EXPECT_EQ(world.state(1).revision, world.san.done().revision);
}

// Whatever changes: the book says the same as a book that knows nothing.
TEST(DesiredBook, AgreesWithOneThatBeginsAnewAfterEveryChange) {
  BookWorld world;
  const auto check = [&](const char* what) {
    world.look();
    manage::DesiredBook fresh;
    fresh.update(std::make_shared<const SanIndex>(world.san.done()));
    for (int i : {1, 2}) {
      const auto& kept = world.state(i).targets;
      const auto& anew = fresh.stateOf(BookWorld::agent(i)).targets;
      ASSERT_EQ(kept.size(), anew.size()) << what;
      for (std::size_t t = 0; t < kept.size(); ++t) EXPECT_TRUE(kept[t].sameAs(anew[t])) << what;
    }
  };
  SanBuilder& san = world.san;
  const Id zone = san.zone("zone1", {world.web, world.disk1});
  check("zone");
  san.map({Kind::Host, 1}, world.disk1, world.unit1, 1);
  check("map");
  san.set({Kind::Domain, zone}, "chap", std::string("mutual"));
  check("chap");
  san.set({Kind::Node, world.disk1}, "enforcement", std::string("list"));
  check("enforcement");
  const Id cluster = san.create(Kind::Cluster, {{"name", std::string("c")}});
  san.map({Kind::Cluster, cluster}, world.disk2, world.unit2, 2);
  check("map for a cluster");
  san.set({Kind::Host, 1}, "cluster", ObjectRef{Kind::Cluster, cluster});
  check("host joins");
  san.zone("zone2", {world.web, world.disk2});
  check("second zone");
  san.create(Kind::Credential, {{"initiator", ObjectRef{Kind::Node, world.web}}});
  check("credential for all targets");
  san.set({Kind::LogicalUnit, world.unit2}, "paths", std::vector<Access>{});
  check("unit gone");
  san.set({Kind::Node, world.web}, "control", true);
  check("control");
  san.erase({Kind::Host, 1});
  check("host erased");
  san.erase({Kind::Node, world.disk1});
  check("target erased");
}

TEST(DesiredBook, AnotherHandOverWakesWhoHoldsIt) {
  BookWorld world;
  std::uint32_t step = 1;
  world.book.onCredentials([&](const std::vector<std::string>& names, const Snapshot&) {
    using Step = manage::DesiredBook::Step;
    return names[0] == diskName(1) ? std::vector<Step>{{7, names[0], true, step}} : std::vector<Step>{};
  });
  world.san.create(Kind::Site, {{"name", std::string("a commit")}});
  EXPECT_EQ(world.book.update(std::make_shared<const SanIndex>(world.san.done()), {diskName(1), diskName(2)}),
            Names{"eid1"});
  EXPECT_EQ(world.state(1).revision, world.san.done().revision);
  world.san.create(Kind::Site, {{"name", std::string("another")}});
  step = 2;
  EXPECT_EQ(world.book.update(std::make_shared<const SanIndex>(world.san.done())), Names{}) << "nobody told of it";
  world.san.create(Kind::Site, {{"name", std::string("a third")}});
  EXPECT_EQ(world.book.update(std::make_shared<const SanIndex>(world.san.done()), {diskName(1)}), Names{"eid1"});
}

// As many maps as an agent takes: a host of many initiators, times units. More comes by registrations alone.
struct FullBook : testing::Test, BookWorld {
  static constexpr std::size_t kInitiators = 64;
  static constexpr std::size_t kUnits = DesiredBounds::kMaps / kInitiators;
  Id host = 0;
  std::vector<Id> nodes, maps;

  FullBook() {
    std::vector<ObjectRef> refs;
    for (std::size_t i = 0; i < kInitiators; ++i) refs.push_back({Kind::Node, node()});
    host = san.create(Kind::Host, {{"name", std::string("many")}, {"nodes", refs}});
    san.set({Kind::Node, disk1}, "enforcement", std::string("list"));
    for (std::uint32_t lun = 10; lun < 10 + kUnits; ++lun) {
      maps.push_back(san.map({Kind::Host, host}, disk1, san.unit("naa.7" + std::to_string(lun), disk1, lun), lun));
    }
    look();
  }
  Id node() {
    nodes.push_back(san.create(
        Kind::Node, {{"name", "iqn.2026-01.example:many" + std::to_string(nodes.size())}, {"initiator", true}}));
    return nodes.back();
  }
  // By a registration, no change set.
  void join(Id one) {
    san.add({Kind::Host, host}, "nodes", {Kind::Node, one});
    look();
  }
  const DesiredInitiator* told(Id one) {
    for (const DesiredInitiator& initiator : state(1).targets[0].initiators) {
      if (initiator.node == one) return &initiator;
    }
    return nullptr;
  }
  std::size_t mapsOf(Id one) { return told(one) == nullptr ? 0 : told(one)->maps.size(); }
  std::size_t all() {
    std::size_t count = 0;
    for (Id one : nodes) count += mapsOf(one);
    return count;
  }
};

TEST_F(FullBook, WhatIsTooMuchStaysOutAndWhatIsTakenAwayArrives) {
  EXPECT_EQ(all(), DesiredBounds::kMaps);
  EXPECT_FALSE(state(1).leftOut.any());
  const Id late = node();
  join(late);
  EXPECT_EQ(all(), DesiredBounds::kMaps) << "an agent refuses more, whole";
  EXPECT_EQ(mapsOf(late), 0U);
  EXPECT_EQ(state(1).leftOut.text(), std::to_string(kUnits) + " maps");
  san.remove({Kind::Host, host}, "nodes", {Kind::Node, nodes[0]});
  look();
  EXPECT_EQ(mapsOf(nodes[0]), 0U);
  EXPECT_EQ(mapsOf(late), kUnits) << "there is room now";
  EXPECT_FALSE(state(1).leftOut.any());
}

TEST_F(FullBook, WhoHasSomethingKeepsItWhenOneThatWasKnownEarlierComes) {
  const Id early = web;  // registered before all the others
  san.erase({Kind::Host, 1});
  join(early);
  EXPECT_EQ(mapsOf(early), 0U);
  for (std::size_t i = 0; i < kInitiators; ++i) EXPECT_EQ(mapsOf(nodes[i]), kUnits);
  // After a start nobody knows who came last.
  book.forget("eid1");
  EXPECT_EQ(mapsOf(early), kUnits);
  EXPECT_EQ(mapsOf(nodes.back()), 0U);
}

TEST_F(FullBook, InitiatorsBeyondTheBoundAreNotLetIn) {
  std::vector<ObjectRef> many;
  san.edit([&](SnapshotEditor& editor) {
    for (std::size_t i = 0; i <= DesiredBounds::kInitiators; ++i) {
      const ObjectRef ref = editor.create(Kind::Node, 0).value();
      (void)editor.set(ref, *findField(Kind::Node, "name"), "iqn.2026-01.example:more" + std::to_string(i));
      (void)editor.set(ref, *findField(Kind::Node, "initiator"), true);
      many.push_back(ref);
    }
  });
  many.push_back({Kind::Node, disk2});
  const Id zone = san.zone("zone1", {});
  san.set({Kind::Domain, zone}, "nodes", many);
  look();
  EXPECT_EQ(state(2).targets[0].initiators.size(), DesiredBounds::kInitiators);
  EXPECT_EQ(state(2).leftOut.text(), "1 initiator");
  EXPECT_EQ(state(2).targets[0].initiators.back().node, many[DesiredBounds::kInitiators - 1].id);
}

}  // namespace

#include "shared/san/impact.h"

#include <gtest/gtest.h>

#include "shared/san/desired_bounds.h"
#include "shared/san/guards.h"
#include "shared/san/scn_impact.h"
#include "tests/support/san_builder.h"

using namespace test;

namespace {

using Lines = std::vector<std::string>;

// Two hosts, zoned to a target of ours with two logical units, in one network.
struct Impacts : testing::Test {
  SanBuilder san;
  Id net =
      san.create(Kind::Network, {{"name", std::string("lan")}, {"subnets", std::vector<std::string>{"10.0.0.0/8"}}});
  Id web1 = san.host("web1", "iqn.2026-01.example:web1");
  Id web2 = san.host("web2", "iqn.2026-01.example:web2");
  Id node1 = san.nodeNamed("iqn.2026-01.example:web1");
  Id node2 = san.nodeNamed("iqn.2026-01.example:web2");
  Id disk = san.target("iqn.2026-01.example:disk");
  Id agent =
      san.create(Kind::Agent, {{"name", std::string("store")}, {"entity", ObjectRef{Kind::Entity, entityOf(disk)}}});
  Id unit1 = san.unit("naa.6001", disk, 0);
  Id unit2 = san.unit("naa.6002", disk, 1);
  Id zone = san.zone("zone", {node1, node2, disk});
  Id map1 = san.map({Kind::Host, web1}, disk, unit1, 1);
  Snapshot before = san.done();

  Id entityOf(Id node) const { return san.done().get<Node>(node)->entity.id; }
  Id session(Id initiator, Id target) {
    Id portal = 0;
    san.done().table<PortalGroup>().forEach([&](Id, const PortalGroup& group) {
      if (group.node.id == target) portal = group.portal.id;
    });
    return san.create(Kind::Session, {{"initiator", ObjectRef{Kind::Node, initiator}},
                                      {"target", ObjectRef{Kind::Node, target}},
                                      {"portal", ObjectRef{Kind::Portal, portal}}});
  }
  void begin() { before = san.done(); }
  Impact now(std::size_t listed = kListedCells) const { return impact(SanIndex(before), SanIndex(san.done()), listed); }
  Lines sentences() const {
    const SanIndex was(before);
    const SanIndex is(san.done());
    return sentencesOf(impact(was, is), was, is);
  }
  std::vector<Objection> objections(Seconds time = 0) const {
    const SanIndex was(before);
    const SanIndex is(san.done());
    return objectionsTo(diff(before, san.done()), impact(was, is), was, is, time);
  }
  std::optional<Objection> objection(Guard guard, Seconds time = 0) const {
    for (Objection& one : objections(time)) {
      if (one.guard == guard) return std::move(one);
    }
    return std::nullopt;
  }
};

// Memory follows the number of nodes: with an array up to the highest id this would take gigabytes.
TEST(ScnImpact, TellsNodesWhateverTheirIds) {
  SanBuilder san;
  const Id low = san.initiator("iqn.2026-01.example:low");
  san.idsAfter(Kind::Node, kFirstProvisional - 9);
  const Id high = san.target("iqn.2026-01.example:high");
  EXPECT_GT(high, kFirstProvisional - 9);
  const Id alone = san.target("iqn.2026-01.example:alone");
  const Snapshot before = san.done();
  san.zone("zone", {low, high});
  EXPECT_EQ(nodesTold(SanIndex(before), SanIndex(san.done())), (std::vector<Id>{low, high}));
  EXPECT_NE(alone, high);
}

TEST_F(Impacts, NothingChangesNothing) {
  const Impact none = now();
  EXPECT_EQ(none.cells, Turns{});
  EXPECT_TRUE(none.listed.empty() && none.hosts.empty() && none.units.empty() && none.sessions.empty() &&
              none.told.empty());
  EXPECT_TRUE(sentences().empty());
  EXPECT_TRUE(objections().empty());
}

TEST_F(Impacts, AMapGivesACellWithItsRight) {
  san.map({Kind::Host, web2}, disk, unit2, 1, Right::ReadOnly);
  const Impact made = now();
  ASSERT_EQ(made.listed.size(), 1U);
  EXPECT_EQ(made.listed[0],
            (CellChange{{Kind::Host, web2}, unit2, Turn::Gained, {}, {Truth::Yes, Truth::Yes, Right::ReadOnly}}));
  EXPECT_EQ(made.cells, (Turns{1, 0, 0}));
  ASSERT_EQ(made.hosts.size(), 1U);
  EXPECT_EQ(made.hosts[0].unitsBefore, 0U);
  EXPECT_EQ(made.hosts[0].unitsAfter, 1U);
  EXPECT_TRUE(made.told.empty()) << "no sight changed";
  EXPECT_EQ(sentences(), (Lines{"1 host gains naa.6002"}));
}

TEST_F(Impacts, AnotherRightIsCounted) {
  san.set({Kind::Map, map1}, "right", std::string("read-only"));
  const Impact made = now();
  EXPECT_EQ(made.cells, (Turns{0, 0, 1}));
  EXPECT_EQ(made.listed[0].before.right, Right::ReadWrite);
  EXPECT_EQ(made.listed[0].after.right, Right::ReadOnly);
  EXPECT_EQ(sentences(), (Lines{"1 host gets another right to naa.6001"}));
}

TEST_F(Impacts, LeavingAZoneLosesTheUnitEndsTheSessionAndNotifies) {
  const Id open = session(node1, disk);
  begin();
  san.set({Kind::LogicalUnit, unit1}, "name", std::string("disk1"));
  san.remove({Kind::Domain, zone}, "nodes", {Kind::Node, node1});
  const Impact made = now();
  EXPECT_EQ(made.cells, (Turns{0, 1, 0}));
  ASSERT_EQ(made.sessions.size(), 1U);
  EXPECT_EQ(made.sessions[0].session, open);
  EXPECT_TRUE(made.sessions[0].losesTarget);
  EXPECT_EQ(made.sessions[0].lost, std::vector<Id>{unit1});
  EXPECT_EQ(made.told, (std::vector<Id>{node1, node2, disk}));
  EXPECT_EQ(sentences(), (Lines{"1 host loses disk1 (1 with an open session)", "1 open session loses access",
                                "3 nodes are notified"}));
}

TEST_F(Impacts, ASessionLosesAUnitThoughTheHostKeepsItOnAnotherPath) {
  const Id disk2 = san.target("iqn.2026-01.example:disk2");
  san.create(Kind::Agent, {{"name", std::string("store2")}, {"entity", ObjectRef{Kind::Entity, entityOf(disk2)}}});
  san.add({Kind::Domain, zone}, "nodes", {Kind::Node, disk2});
  san.set({Kind::LogicalUnit, unit1}, "paths",
          std::vector<Access>{{{Kind::Node, disk}, {}, 0, Right::ReadWrite},
                              {{Kind::Node, disk2}, {}, 0, Right::ReadWrite}});
  san.map({Kind::Host, web1}, disk2, unit1, 1);
  session(node1, disk);
  begin();
  san.erase({Kind::Map, map1});
  const Impact made = now();
  EXPECT_EQ(made.cells, Turns{});
  ASSERT_EQ(made.sessions.size(), 1U);
  EXPECT_FALSE(made.sessions[0].losesTarget);
  EXPECT_EQ(made.sessions[0].lost, std::vector<Id>{unit1});
}

// A target that mirrors to another one: its node is no initiator, so its entity is no host of the matrix.
TEST_F(Impacts, ASessionOfANodeThatIsNoInitiatorHasNoCell) {
  const Id mirror = san.target("iqn.2026-01.example:mirror");
  san.add({Kind::Domain, zone}, "nodes", {Kind::Node, mirror});
  san.map({Kind::Node, mirror}, disk, unit2, 1);
  const Id open = session(mirror, disk);
  begin();
  san.remove({Kind::Domain, zone}, "nodes", {Kind::Node, mirror});
  const Impact made = now();
  EXPECT_EQ(made.cells, Turns{});
  ASSERT_EQ(made.sessions.size(), 1U);
  EXPECT_EQ(made.sessions[0].session, open);
  EXPECT_EQ(made.sessions[0].lost, std::vector<Id>{unit2});
}

TEST_F(Impacts, WhoeverSharesAnotherDomainIsNotNotified) {
  san.zone("other", {node1, disk});
  begin();
  san.remove({Kind::Domain, zone}, "nodes", {Kind::Node, node1});
  EXPECT_EQ(now().told, (std::vector<Id>{node1, node2})) << "the target still sees the first host";
}

TEST_F(Impacts, TwoThatKnewEachOtherAreBothToldOfWhomTheyMeet) {
  const Id alone = san.initiator("iqn.2026-01.example:alone");
  const Id meeting = san.zone("meeting", {alone});
  san.zone("third", {node1});  // so that the two are not in the same domains
  begin();
  san.add({Kind::Domain, meeting}, "nodes", {Kind::Node, node1});
  san.add({Kind::Domain, meeting}, "nodes", {Kind::Node, node2});
  EXPECT_EQ(now().told, (std::vector<Id>{node1, node2, alone}));
}

TEST_F(Impacts, DisablingASetNotifiesAllWhoSawOneAnother) {
  san.initiator("iqn.2026-01.example:elsewhere");
  begin();
  san.set({Kind::DomainSet, *san.done().find(Kind::DomainSet, "set1")}, "enabled", false);
  const Impact made = now();
  EXPECT_EQ(made.told, (std::vector<Id>{node1, node2, disk}));
  EXPECT_EQ(made.cells.lost, 1U);
}

TEST_F(Impacts, GivingAMachineANameChangesNoCell) {
  const Id db = san.initiator("iqn.2026-01.example:db");
  san.add({Kind::Domain, zone}, "nodes", {Kind::Node, db});
  san.map({Kind::Node, db}, disk, unit2, 0);
  begin();
  const Id host = san.create(
      Kind::Host, {{"name", std::string("db")}, {"entities", SanBuilder::refs(Kind::Entity, {entityOf(db)})}});
  EXPECT_EQ(now().cells, Turns{});
  begin();
  san.erase({Kind::Host, host});
  EXPECT_EQ(now().cells, Turns{});
  san.remove({Kind::Domain, zone}, "nodes", {Kind::Node, db});
  const Impact made = now();
  EXPECT_EQ(made.cells, (Turns{0, 1, 0}));
  EXPECT_EQ(made.hosts[0].host, (ObjectRef{Kind::Host, host}));
}

TEST_F(Impacts, TheListIsBoundedAndTheCountsAreNot) {
  for (Id unit : {unit1, unit2}) san.map({Kind::Host, web2}, disk, unit, unit);
  const Impact made = now(1);
  EXPECT_EQ(made.listed.size(), 1U);
  EXPECT_EQ(made.cells.gained, 2U);
}

TEST_F(Impacts, UnitsThatAreNewStandBesideOldOnes) {
  const Id unit3 = san.unit("naa.6003", disk, 2);
  san.map({Kind::Host, web2}, disk, unit3, 2);
  san.erase({Kind::LogicalUnit, unit1});
  const Impact made = now();
  EXPECT_EQ(made.cells, (Turns{1, 1, 0}));
  ASSERT_EQ(made.units.size(), 2U);
  EXPECT_EQ(made.units[0].unit, unit1);
  EXPECT_EQ(made.units[1].unit, unit3);
}

TEST_F(Impacts, SentencesGoAlongTheShorterSide) {
  for (Id unit : {unit1, unit2}) san.map({Kind::Host, web2}, disk, unit, unit);
  EXPECT_EQ(sentences(), (Lines{"web2 gains 2 logical units"}));
}

// --- guards ---

TEST_F(Impacts, LimitsAreThoseOfTheStateBefore) {
  const Id settings =
      san.create(Kind::Settings, {{"max_changed_objects", std::uint64_t{1}}, {"max_changed_cells", std::uint64_t{1}}},
                 Settings::kId);
  begin();
  san.map({Kind::Host, web2}, disk, unit1, 1);
  EXPECT_FALSE(objection(Guard::TooManyObjects));
  EXPECT_FALSE(objection(Guard::TooManyCells));
  san.map({Kind::Host, web2}, disk, unit2, 2);
  san.set({Kind::Settings, settings}, "max_changed_cells", std::uint64_t{100});
  EXPECT_EQ(objection(Guard::TooManyObjects)->severity, Resistance::Refuse);
  EXPECT_EQ(objection(Guard::TooManyCells)->text,
            "It changes what hosts reach in 2 places, and 1 are allowed in one change set: make several of it.");
}

TEST_F(Impacts, ALossWithALiveSessionNeedsAReason) {
  const Id open = session(node1, disk);
  begin();
  san.erase({Kind::Map, map1});
  const auto found = objection(Guard::LosesSession);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->severity, Resistance::NeedsReason);
  EXPECT_EQ(found->text, "1 open session loses access, of web1.");
  EXPECT_EQ(found->objects, (std::vector<ObjectRef>{{Kind::Session, open}}));
  EXPECT_EQ(objection(Guard::HostLosesAll)->text, "All logical units are lost to web1.");
}

TEST_F(Impacts, AHostThatKeepsSomethingHasNotLostAll) {
  san.map({Kind::Host, web1}, disk, unit2, 2);
  begin();
  san.erase({Kind::Map, map1});
  EXPECT_FALSE(objection(Guard::HostLosesAll));
  EXPECT_FALSE(objection(Guard::LosesSession));
}

TEST_F(Impacts, ADemandForChapNeedsACredential) {
  san.set({Kind::Domain, zone}, "chap", std::string("one-way"));
  const auto found = objection(Guard::NoCredential);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->severity, Resistance::Refuse);
  EXPECT_EQ(found->objects, (std::vector<ObjectRef>{{Kind::Node, node1}})) << "who has no map is not shut out";
  const Id made = san.create(
      Kind::Credential, {{"initiator", ObjectRef{Kind::Node, node1}}, {"target", ObjectRef{Kind::Node, disk}}});
  EXPECT_FALSE(objection(Guard::NoCredential));
  san.set({Kind::Domain, zone}, "chap", std::string("mutual"));
  EXPECT_TRUE(objection(Guard::NoCredential)) << "it is one-way";
  san.set({Kind::Credential, made}, "mutual", true);
  EXPECT_FALSE(objection(Guard::NoCredential));
}

TEST_F(Impacts, AMapAtATargetThatDemandsChapNeedsACredentialToo) {
  san.set({Kind::Node, disk}, "chap", std::string("mutual"));
  begin();
  EXPECT_FALSE(objection(Guard::NoCredential)) << "it was so before";
  san.map({Kind::Host, web2}, disk, unit2, 1);
  const auto found = objection(Guard::NoCredential);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->objects, (std::vector<ObjectRef>{{Kind::Node, node2}}));
}

TEST_F(Impacts, ACredentialThatTakesAnothersPlaceNeedsAReasonWhereAnEndHasNoAgent) {
  const ObjectRef initiator{Kind::Node, node1};
  const Id wide = san.create(Kind::Credential, {{"initiator", initiator}});
  EXPECT_FALSE(objection(Guard::SupersedesCredential)) << "there was none";
  begin();
  const Id own = san.create(Kind::Credential, {{"initiator", initiator}, {"target", ObjectRef{Kind::Node, disk}}});
  const auto foreign = objection(Guard::SupersedesCredential);
  ASSERT_TRUE(foreign);
  EXPECT_EQ(foreign->severity, Resistance::NeedsReason);
  EXPECT_EQ(foreign->text,
            "A new credential takes the place of the one that iqn.2026-01.example:web1 logs in with, and an end has no "
            "agent: logins are refused until somebody sets the new one there.");
  EXPECT_EQ(foreign->objects, (std::vector<ObjectRef>{{Kind::Node, node1}}));
  san.erase({Kind::Credential, wide});
  EXPECT_TRUE(objection(Guard::SupersedesCredential)) << "erased or not, the old one is refused";
  begin();
  san.erase({Kind::Credential, own});
  EXPECT_FALSE(objection(Guard::SupersedesCredential)) << "nothing takes its place";
}

TEST_F(Impacts, ACredentialThatAgentsBringToBothEndsIsAWarning) {
  (void)san.create(Kind::Agent, {{"name", std::string("web1")}, {"entity", ObjectRef{Kind::Entity, entityOf(node1)}}});
  (void)san.create(Kind::Credential, {{"initiator", ObjectRef{Kind::Node, node1}}});
  begin();
  (void)san.create(Kind::Credential,
                   {{"initiator", ObjectRef{Kind::Node, node1}}, {"target", ObjectRef{Kind::Node, disk}}});
  const auto found = objection(Guard::SupersedesCredential);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->severity, Resistance::Warn);
}

TEST_F(Impacts, ATargetThatShutsEverybodyOutIsTold) {
  san.remove({Kind::Domain, zone}, "nodes", {Kind::Node, node1});
  EXPECT_FALSE(objection(Guard::AdmitsNobody)) << "the other host is left";
  san.remove({Kind::Domain, zone}, "nodes", {Kind::Node, node2});
  const auto found = objection(Guard::AdmitsNobody);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->text, "Nobody is let in any more by iqn.2026-01.example:disk.");
  san.set({Kind::Node, disk}, "enforcement", std::string("list"));
  EXPECT_FALSE(objection(Guard::AdmitsNobody)) << "by its list the first host has a map";
}

TEST_F(Impacts, ADomainThatBecomesIdleIsAWarning) {
  const Id idle = san.domain("idle", {node1});
  const auto found = objection(Guard::DomainInNoSet);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->severity, Resistance::Warn);
  EXPECT_EQ(found->text, "idle is in no enabled set and so shows nobody anything.");
  begin();
  san.add({Kind::Domain, idle}, "nodes", {Kind::Node, node2});
  EXPECT_FALSE(objection(Guard::DomainInNoSet)) << "it was idle before";
  san.remove({Kind::DomainSet, *san.done().find(Kind::DomainSet, "set1")}, "domains", {Kind::Domain, zone});
  EXPECT_EQ(objection(Guard::DomainInNoSet)->objects, (std::vector<ObjectRef>{{Kind::Domain, zone}}));
}

TEST_F(Impacts, AFreezeRefusesAndItsOwnEndNeedsAReason) {
  const Id freeze = san.create(Kind::Window, {{"name", std::string("year end")},
                                              {"purpose", std::string("freeze")},
                                              {"starts", std::uint64_t{100}},
                                              {"ends", std::uint64_t{200}}});
  begin();
  san.set({Kind::Window, freeze}, "ends", std::uint64_t{150});
  EXPECT_EQ(objection(Guard::Frozen, 160)->severity, Resistance::NeedsReason);
  san.map({Kind::Host, web2}, disk, unit2, 1);
  EXPECT_EQ(objection(Guard::Frozen, 160)->severity, Resistance::Refuse);
  EXPECT_EQ(objection(Guard::Frozen, 160)->text, "Changes are frozen now by year end.");
  EXPECT_FALSE(objection(Guard::Frozen, 200));
  EXPECT_FALSE(objection(Guard::OutsideWindow, 200));
}

TEST_F(Impacts, OutsideOfTheChangeWindowsAReasonIsNeeded) {
  san.create(
      Kind::Window,
      {{"name", std::string("night")}, {"starts", std::uint64_t{100}}, {"ends", std::uint64_t{200}}, {"weekly", true}});
  begin();
  san.map({Kind::Host, web2}, disk, unit2, 1);
  EXPECT_TRUE(objection(Guard::OutsideWindow, 50));
  EXPECT_FALSE(objection(Guard::OutsideWindow, 150));
  EXPECT_FALSE(objection(Guard::OutsideWindow, 7 * 86400 + 150));
}

// A host whose initiators, times what it is given at the target, are as many maps as an agent takes.
struct FullAgent : Impacts {
  static constexpr std::size_t kInitiators = 64;
  static constexpr std::size_t kUnits = DesiredBounds::kMaps / kInitiators;
  Id host = 0;
  std::vector<Id> maps;

  FullAgent() {
    std::vector<ObjectRef> nodes;
    for (std::size_t i = 0; i < kInitiators; ++i)
      nodes.push_back({Kind::Node, san.create(Kind::Node, {{"name", "iqn.2026-01.example:many" + std::to_string(i)},
                                                           {"initiator", true}})});
    host = san.create(Kind::Host, {{"name", std::string("many")}, {"nodes", nodes}});
    nodes.push_back({Kind::Node, disk});
    const Id all = san.domain("many", {});
    san.set({Kind::Domain, all}, "nodes", nodes);
    san.domainSet("many", true, {all});
    san.set({Kind::Agent, agent}, "nodes", SanBuilder::refs(Kind::Node, {disk}));
    san.erase({Kind::Map, map1});
    for (std::size_t i = 0; i < kUnits; ++i) more();
    begin();
  }
  // Of one unit more.
  void more() {
    const auto lun = static_cast<std::uint32_t>(maps.size() + 10);
    maps.push_back(san.map({Kind::Host, host}, disk, san.unit("naa.7" + std::to_string(lun), disk, lun), lun));
  }
};

TEST_F(FullAgent, GetsNothingMoreAndLosesWhatItIsToLose) {
  EXPECT_FALSE(objection(Guard::AgentFull));
  more();
  const auto full = objection(Guard::AgentFull);
  ASSERT_TRUE(full) << "of a state beyond the bound an agent applies nothing, revocations neither";
  EXPECT_EQ(full->severity, Resistance::Refuse);
  EXPECT_EQ(full->objects, (std::vector<ObjectRef>{{Kind::Agent, agent}}));
  EXPECT_EQ(
      full->text,
      "65600 maps would have to be applied by store, together with what this takes away, and 65536 are the most "
      "for one agent: map or zone less at its targets, make several change sets of it, or let another agent serve "
      "some of them.");
  san.erase({Kind::Map, maps[0]});
  EXPECT_TRUE(objection(Guard::AgentFull)) << "until it is carried out both hold";
  // What has come by another way stops nobody who takes away.
  more();
  begin();
  san.erase({Kind::Map, maps[1]});
  EXPECT_FALSE(objection(Guard::AgentFull));
  more();
  EXPECT_TRUE(objection(Guard::AgentFull));
}

TEST_F(FullAgent, IsNotTheOneWhoIsRevoked) {
  san.set({Kind::Agent, agent}, "revoked", true);
  begin();
  more();
  EXPECT_FALSE(objection(Guard::AgentFull));
}

}  // namespace

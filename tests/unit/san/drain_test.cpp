#include "shared/san/drain.h"

#include <gtest/gtest.h>

#include "shared/san/change.h"
#include "shared/san/desired.h"
#include "shared/san/reach.h"
#include "tests/support/san_builder.h"

using namespace test;

namespace {

constexpr Seconds kLeaves = 1'900'000'000;

// Two hosts of a cluster, each in a zone of its own with one target of ours; the cluster has disk 3, web1 disk 4.
class Drain : public testing::Test {
 protected:
  Drain() {
    cluster = san.create(Kind::Cluster, {{"name", std::string("pair")}});
    web1 = san.host("web1", "iqn.2026-01.example:web1");
    web2 = san.host("web2", "iqn.2026-01.example:web2");
    one = san.nodeNamed("iqn.2026-01.example:web1");
    two = san.nodeNamed("iqn.2026-01.example:web2");
    for (Id host : {web1, web2}) san.set({Kind::Host, host}, "cluster", ObjectRef{Kind::Cluster, cluster});
    target = san.target("iqn.2026-01.example:disk");
    shared = san.unit("naa.6003", target, 0);
    own = san.unit("naa.6004", target, 1);
    zone1 = san.zone("zone1", {one, target});
    zone2 = san.zone("zone2", {two, target});
    mapShared = san.map({Kind::Cluster, cluster}, target, shared, 3);
    mapOwn = san.map({Kind::Host, web1}, target, own, 4);
    san.create(Kind::Agent, {{"name", std::string("a")}, {"nodes", std::vector<ObjectRef>{{Kind::Node, target}}}});
  }

  // The plan, and both of its halves carried out.
  struct Course {
    DrainPlan plan;
    Snapshot middle;
    Withdrawal later;
  };
  [[nodiscard]] Course course(std::vector<Edit> edits) const {
    Course made;
    auto plan = planDrain(SanIndex(san.done()), edits, kLeaves);
    EXPECT_TRUE(plan.ok()) << (plan ? "" : plan.error().text);
    if (!plan) return made;
    made.plan = std::move(*plan);
    made.middle = applied(san.done(), made.plan.now);
    made.later = withdrawalOf(made.plan, san.done(), made.middle);
    return made;
  }
  static Snapshot applied(const Snapshot& to, const std::vector<Edit>& edits) {
    auto made = apply(to, edits, Writer::ChangeSet, to.revision + 1, to.time + 60);
    EXPECT_TRUE(made.ok()) << (made ? "" : made.error().text);
    return made ? made->snapshot : to;
  }
  // What the initiator is to have at the target: "3 read-write, 4 read-only until 1900000000".
  [[nodiscard]] std::string given(const Snapshot& snapshot, Id initiator) const {
    std::string text;
    const DesiredTarget desired = desiredAt(SanIndex(snapshot), target).value_or(DesiredTarget{});
    for (const DesiredInitiator& its : desired.initiators) {
      if (its.node != initiator) continue;
      for (const DesiredMap& map : its.maps) {
        text += (text.empty() ? "" : ", ") + std::to_string(map.lun) + " " + std::string(wordOf(map.right));
        if (map.leavesAt != 0) text += " until " + std::to_string(map.leavesAt);
      }
    }
    return text;
  }
  static Edit leaveZone(Id zone, Id node) {
    return {EditOp::Remove, {Kind::Domain, zone}, "nodes", ObjectRef{Kind::Node, node}};
  }
  static std::vector<std::string> lines(const Grafted& due) {
    std::vector<std::string> all;
    for (const Dropped& left : due.dropped) all.push_back(std::string(nameOf(left.object.kind)) + " " + left.field);
    return all;
  }

  SanBuilder san;
  Id cluster = 0, web1 = 0, web2 = 0, one = 0, two = 0, target = 0, shared = 0, own = 0, zone1 = 0, zone2 = 0;
  Id mapShared = 0, mapOwn = 0;
};

TEST_F(Drain, AMapThatIsErasedMayBeReadUntilItGoes) {
  const Course all = course({{EditOp::Erase, {Kind::Map, mapOwn}, {}, {}}});
  EXPECT_EQ(all.plan.leaving, (std::vector<Leaving>{{mapOwn, one, target, own, 4}}));
  EXPECT_EQ(given(all.middle, one), "3 read-write, 4 read-only until 1900000000");
  const Snapshot end = applied(all.middle, all.later.edits);
  EXPECT_EQ(given(end, one), "3 read-write");
  EXPECT_TRUE(end.table<Departure>().empty());
}

TEST_F(Drain, AHostThatLosesItsZoneKeepsTheZoneAndReadsWhileTheClusterWrites) {
  const Course all = course({leaveZone(zone1, one)});
  EXPECT_EQ(given(all.middle, one), "3 read-only until 1900000000, 4 read-only until 1900000000");
  EXPECT_EQ(given(all.middle, two), "3 read-write");
  const Snapshot end = applied(all.middle, all.later.edits);
  EXPECT_EQ(given(end, one), "");
  EXPECT_EQ(given(end, two), "3 read-write");
  EXPECT_EQ(diff(all.plan.after, end).objects, std::vector<ObjectChange>{});
}

TEST_F(Drain, TheMatrixSaysWhatTheDesiredStateSays) {
  const Course all = course({leaveZone(zone1, one)});
  const SanIndex index(all.middle);
  const ReachMatrix matrix = reachMatrix(index, Basis::Desired, Question::GetsIn);
  const auto writes = [&](Id host) {
    return matrix.writable(index.hostNumber({Kind::Host, host}).value_or(99), index.unitNumber(shared).value_or(99));
  };
  EXPECT_FALSE(writes(web1));
  EXPECT_TRUE(writes(web2));
}

TEST_F(Drain, WhatIsGivenDoesNotWait) {
  const Id other = san.unit("naa.6005", target, 2);
  const ObjectRef fresh{Kind::Map, kFirstProvisional};
  const Course all = course({{EditOp::Erase, {Kind::Map, mapOwn}, {}, {}},
                             {EditOp::Create, fresh, {}, {}},
                             {EditOp::Set, fresh, "who", ObjectRef{Kind::Host, web1}},
                             {EditOp::Set, fresh, "target", ObjectRef{Kind::Node, target}},
                             {EditOp::Set, fresh, "unit", ObjectRef{Kind::LogicalUnit, other}},
                             {EditOp::Set, fresh, "lun", std::uint64_t{5}}});
  EXPECT_EQ(given(all.middle, one), "3 read-write, 4 read-only until 1900000000, 5 read-write");
}

TEST_F(Drain, AZoneThatMembersJoinAndLeaveIsSplit) {
  const Course all =
      course({leaveZone(zone1, one), {EditOp::Add, {Kind::Domain, zone1}, "nodes", ObjectRef{Kind::Node, two}}});
  EXPECT_TRUE(all.middle.get<Domain>(zone1)->nodes.contains(one));
  EXPECT_TRUE(all.middle.get<Domain>(zone1)->nodes.contains(two));
  const Snapshot end = applied(all.middle, all.later.edits);
  EXPECT_FALSE(end.get<Domain>(zone1)->nodes.contains(one));
  EXPECT_TRUE(end.get<Domain>(zone1)->nodes.contains(two));
}

TEST_F(Drain, AHostThatMovesToANewClusterMovesWhenItIsDue) {
  const ObjectRef fresh{Kind::Cluster, kFirstProvisional};
  const Course all = course({{EditOp::Create, fresh, {}, {}},
                             {EditOp::Set, fresh, "name", std::string("single")},
                             {EditOp::Set, {Kind::Host, web1}, "cluster", fresh}});
  EXPECT_EQ(given(all.middle, one), "3 read-only until 1900000000, 4 read-write");
  const Id made = all.middle.find(Kind::Cluster, "single").value_or(0);
  EXPECT_NE(made, 0U);
  const Snapshot end = applied(all.middle, all.later.edits);
  EXPECT_EQ(end.get<Host>(web1)->cluster.id, made);
  EXPECT_EQ(given(end, one), "4 read-write");
}

TEST_F(Drain, EverySortOfTakingAwayWaits) {
  const Id set = san.done().find(Kind::DomainSet, "set1").value_or(0);
  const std::vector<std::vector<Edit>> sorts{
      {{EditOp::Set, {Kind::DomainSet, set}, "enabled", false}},
      {{EditOp::Remove, {Kind::DomainSet, set}, "domains", ObjectRef{Kind::Domain, zone1}}},
      {{EditOp::Erase, {Kind::Domain, zone1}, {}, {}}},
      {{EditOp::Erase, {Kind::DomainSet, set}, {}, {}}},
      {{EditOp::Erase, {Kind::Host, web1}, {}, {}}},
      {{EditOp::Erase, {Kind::Cluster, cluster}, {}, {}}},
      {{EditOp::Set, {Kind::Host, web1}, "cluster", Value{}}},
      {{EditOp::Set, {Kind::Map, mapOwn}, "lun", std::uint64_t{9}}},
      {{EditOp::Set, {Kind::Node, target}, "enforcement", std::string("unknown")}},
  };
  for (const auto& edits : sorts) {
    SCOPED_TRACE(std::string(nameOf(edits[0].object.kind)) + " " + edits[0].field);
    const Course all = course(edits);
    EXPECT_FALSE(all.plan.leaving.empty());
    EXPECT_NE(given(all.middle, one).find("read-only until"), std::string::npos);
    const Snapshot end = applied(all.middle, all.later.edits);
    EXPECT_EQ(diff(all.plan.after, end).objects, std::vector<ObjectChange>{});
    EXPECT_EQ(given(end, one), given(all.plan.after, one));
    const Grafted due = dueEdits(all.later, all.middle);
    EXPECT_EQ(lines(due), std::vector<std::string>{});
    EXPECT_EQ(diff(end, applied(all.middle, due.edits)).objects, std::vector<ObjectChange>{});
  }
}

TEST_F(Drain, NothingWaitsWhereNobodyLosesAnything) {
  const std::vector<Edit> edits{leaveZone(zone2, target),
                                {EditOp::Add, {Kind::Domain, zone1}, "nodes", ObjectRef{Kind::Node, two}}};
  const auto plan = planDrain(SanIndex(san.done()), edits, kLeaves);
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan->leaving.empty());
  EXPECT_EQ(plan->now, edits);
  EXPECT_TRUE(plan->later.objects.empty());
}

TEST_F(Drain, WhatNeedsThePlaceOfWhatStaysIsRefusedWithASentence) {
  const Id other = san.unit("naa.6005", target, 2);
  const ObjectRef fresh{Kind::Map, kFirstProvisional};
  const std::vector<Edit> edits{{EditOp::Erase, {Kind::Map, mapOwn}, {}, {}},
                                {EditOp::Create, fresh, {}, {}},
                                {EditOp::Set, fresh, "who", ObjectRef{Kind::Host, web1}},
                                {EditOp::Set, fresh, "target", ObjectRef{Kind::Node, target}},
                                {EditOp::Set, fresh, "unit", ObjectRef{Kind::LogicalUnit, other}},
                                {EditOp::Set, fresh, "lun", std::uint64_t{4}}};
  const auto plan = planDrain(SanIndex(san.done()), edits, kLeaves);
  ASSERT_FALSE(plan.ok());
  EXPECT_NE(plan.error().text.find("stays until it is drained"), std::string::npos);
  EXPECT_NE(plan.error().text.find("LUN 4"), std::string::npos);
}

TEST_F(Drain, AForeignTargetDrainsNothing) {
  const Id foreign = san.target("iqn.2026-01.example:foreign");
  const Id zone = san.zone("zone3", {one, foreign});
  const auto plan = planDrain(SanIndex(san.done()), std::vector<Edit>{leaveZone(zone, one)}, kLeaves);
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan->leaving.empty());
}

// ---- When it is due
// --------------------------------------------------------------------------------------------------

TEST_F(Drain, WhatNobodyHasTouchedGoes) {
  const Course all = course({{EditOp::Erase, {Kind::Map, mapOwn}, {}, {}}, leaveZone(zone1, one)});
  // Somebody else lets another host into the zone: that is no decision about this one.
  const Snapshot meanwhile =
      applied(all.middle, {{EditOp::Add, {Kind::Domain, zone1}, "nodes", ObjectRef{Kind::Node, two}}});
  const Grafted due = dueEdits(all.later, meanwhile);
  EXPECT_EQ(lines(due), std::vector<std::string>{});
  const Snapshot end = applied(meanwhile, due.edits);
  EXPECT_EQ(end.get<Map>(mapOwn), nullptr);
  EXPECT_FALSE(end.get<Domain>(zone1)->nodes.contains(one));
  EXPECT_TRUE(end.get<Domain>(zone1)->nodes.contains(two));
}

TEST_F(Drain, AMapThatSomebodyHasChangedIsLeftAloneAndIsNoLongerDraining) {
  const Course all = course({{EditOp::Erase, {Kind::Map, mapOwn}, {}, {}}, leaveZone(zone2, two)});
  const Snapshot meanwhile =
      applied(all.middle, {{EditOp::Set, {Kind::Map, mapOwn}, "right", std::string("read-only")}});
  const Grafted due = dueEdits(all.later, meanwhile);
  EXPECT_EQ(lines(due), (std::vector<std::string>{"map "}));
  const Snapshot end = applied(meanwhile, due.edits);
  EXPECT_EQ(given(end, one), "3 read-write, 4 read-only");
  EXPECT_EQ(given(end, two), "");
}

TEST_F(Drain, WhatSomebodyHasTakenAwayAlreadyIsNoTrouble) {
  const Course all = course({{EditOp::Erase, {Kind::Map, mapOwn}, {}, {}}, leaveZone(zone1, one)});
  const Snapshot meanwhile = applied(all.middle, {{EditOp::Erase, {Kind::Map, mapOwn}, {}, {}}, leaveZone(zone1, one)});
  const Grafted due = dueEdits(all.later, meanwhile);
  EXPECT_EQ(lines(due), std::vector<std::string>{});
  EXPECT_TRUE(applied(meanwhile, due.edits).table<Departure>().empty());
}

TEST_F(Drain, AHostThatSomebodyHasGivenAnotherDiskIsNotErased) {
  const Course all = course({{EditOp::Erase, {Kind::Host, web1}, {}, {}}});
  SanBuilder later(all.middle);
  later.create(Kind::LogicalUnit, {{"designator", std::string("naa.6005")},
                                   {"paths", std::vector<Access>{{{Kind::Node, target}, {}, 2, Right::ReadWrite}}}});
  const Id fresh =
      later.map({Kind::Host, web1}, target, later.done().find(Kind::LogicalUnit, "naa.6005").value_or(0), 5);
  const Grafted due = dueEdits(all.later, later.done());
  EXPECT_EQ(lines(due), (std::vector<std::string>{"host "}));
  const Snapshot end = applied(later.done(), due.edits);
  EXPECT_NE(end.get<Map>(fresh), nullptr);
  EXPECT_EQ(end.get<Map>(mapOwn), nullptr);
}

TEST_F(Drain, TwoDrainsOfOneMapEndEachForItself) {
  const Course first = course({leaveZone(zone1, one)});
  const SanIndex between(first.middle);
  const auto plan = planDrain(between, std::vector<Edit>{leaveZone(zone2, two)}, kLeaves + 60);
  ASSERT_TRUE(plan.ok());
  const Snapshot both = applied(first.middle, plan->now);
  const Withdrawal second = withdrawalOf(*plan, first.middle, both);
  EXPECT_EQ(given(both, two), "3 read-only until 1900000060");
  const Grafted due = dueEdits(first.later, both);
  EXPECT_EQ(lines(due), std::vector<std::string>{});
  const Snapshot after = applied(both, due.edits);
  EXPECT_EQ(given(after, one), "");
  EXPECT_EQ(given(after, two), "3 read-only until 1900000060");
  const Snapshot end = applied(after, dueEdits(second, after).edits);
  EXPECT_EQ(given(end, two), "");
  EXPECT_TRUE(end.table<Departure>().empty());
}

TEST_F(Drain, ARollbackLeadsBackToTheMapsAsTheyWere) {
  const Course all = course({leaveZone(zone1, one)});
  EXPECT_EQ(given(withoutDepartures(all.middle, all.later.edits), one), "3 read-write, 4 read-write");
}

}  // namespace

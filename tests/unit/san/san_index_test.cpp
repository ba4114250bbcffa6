#include "shared/san/san_index.h"

#include <gtest/gtest.h>

#include "tests/support/san_builder.h"

using namespace test;

namespace {

std::vector<Id> listed(std::span<const Id> ids) { return {ids.begin(), ids.end()}; }

TEST(SanIndex, ANodeBelongsToTheHostThatNamesItThenToThatOfItsEntityThenToItsEntityThenToItself) {
  SanBuilder san;
  const Id own = san.initiator("iqn.2026-01.example:own");
  const Id entity = san.entity("shared");
  const Id byEntity = san.node("iqn.2026-01.example:by-entity", entity, true, false);
  const Id byName = san.node("iqn.2026-01.example:by-name", entity, true, false);
  const Id gone = san.node("iqn.2026-01.example:gone", 0, true, false);
  const Id whole = san.create(
      Kind::Host, {{"name", std::string("whole")}, {"entities", std::vector<ObjectRef>{{Kind::Entity, entity}}}});
  const Id part =
      san.create(Kind::Host, {{"name", std::string("part")}, {"nodes", std::vector<ObjectRef>{{Kind::Node, byName}}}});
  const SanIndex index(san.done());
  EXPECT_EQ(index.hostOf(own), san.done().get<Node>(own)->entity.ref());
  EXPECT_EQ(index.hostOf(byEntity), (ObjectRef{Kind::Host, whole}));
  EXPECT_EQ(index.hostOf(byName), (ObjectRef{Kind::Host, part}));
  EXPECT_EQ(index.hostOf(gone), (ObjectRef{Kind::Node, gone}));
  EXPECT_FALSE(index.hostOf(999));
  EXPECT_EQ(index.hosts().size(), 4U);
  EXPECT_TRUE(std::ranges::is_sorted(index.hosts()));
  EXPECT_EQ(listed(index.initiatorsOf(*index.hostNumber({Kind::Host, whole}))), (std::vector<Id>{byEntity}));
}

TEST(SanIndex, OfTwoHostsThatNameANodeTheOlderHasIt) {
  SanBuilder san;
  const Id node = san.initiator("iqn.2026-01.example:a");
  const auto nodes = std::vector<ObjectRef>{{Kind::Node, node}};
  const Id first = san.create(Kind::Host, {{"name", std::string("first")}, {"nodes", nodes}});
  san.create(Kind::Host, {{"name", std::string("second")}, {"nodes", nodes}});
  EXPECT_EQ(SanIndex(san.done()).hostOf(node), (ObjectRef{Kind::Host, first}));
}

TEST(SanIndex, ATargetAloneMakesNoHost) {
  SanBuilder san;
  san.target("iqn.2026-01.example:disk");
  EXPECT_TRUE(SanIndex(san.done()).hosts().empty());
}

TEST(SanIndex, ADomainIsActiveByAnEnabledSetByBeingTheDefaultOneOrByTheRuleForThoseInNoSet) {
  SanBuilder san;
  const Id inNone = san.create(Kind::Domain, {{"name", std::string("default")}}, Domain::kDefault);
  const Id enabled = san.domain("enabled", {});
  const Id disabled = san.domain("disabled", {});
  const Id inBoth = san.domain("both", {});
  const Id lonely = san.domain("lonely", {});
  san.domainSet("on", true, {enabled, inBoth});
  san.domainSet("off", false, {disabled, inBoth});
  const auto active = [&] {
    const SanIndex index(san.done());
    return std::vector<bool>{index.isActive(inNone), index.isActive(enabled), index.isActive(disabled),
                             index.isActive(inBoth), index.isActive(lonely),  index.isActive(999)};
  };
  EXPECT_EQ(active(), (std::vector<bool>{false, true, false, true, false, false}));
  san.create(Kind::Settings, {{"default_domain", true}}, Settings::kId);
  EXPECT_EQ(active(), (std::vector<bool>{true, true, false, true, false, false}));
  san.set({Kind::Settings, Settings::kId}, "default_domain", false);
  san.set({Kind::Settings, Settings::kId}, "unassigned_domains_active", true);
  EXPECT_EQ(active(), (std::vector<bool>{true, true, false, true, true, false}));
}

TEST(SanIndex, NumbersOfDomainsThatPeersChoseFarApartCostNoMemory) {
  SanBuilder san;
  const Id node = san.initiator("iqn.2026-01.example:a");
  const Id far = san.create(
      Kind::Domain, {{"name", std::string("far")}, {"nodes", std::vector<ObjectRef>{{Kind::Node, node}}}}, 0xfffffff0);
  const Id near = san.domain("near", {node});
  const Id set = san.domainSet("on", true, {near, far});
  const SanIndex index(san.done());
  EXPECT_TRUE(index.isActive(far));
  EXPECT_FALSE(index.isActive(far - 1));
  EXPECT_EQ(listed(index.setsOf(far)), (std::vector<Id>{set}));
  EXPECT_EQ(listed(index.setsOf(near)), (std::vector<Id>{set}));
  EXPECT_TRUE(index.setsOf(near + 1).empty());
  EXPECT_EQ(listed(index.domainsOf(node)), (std::vector<Id>{near, far}));
}

TEST(SanIndex, ATargetIsManagedByWhatIsAppliedOrByAnAgentThatIsNotRevoked) {
  SanBuilder san;
  const Id foreign = san.target("iqn.2026-01.example:foreign");
  const Id reported = san.target("iqn.2026-01.example:reported");
  const Id named = san.target("iqn.2026-01.example:named");
  const Id entity = san.target("iqn.2026-01.example:entity");
  san.applied(reported, {}, {});
  const Id agent = san.create(Kind::Agent, {{"name", std::string("a")},
                                            {"entity", san.done().get<Node>(entity)->entity.ref()},
                                            {"nodes", std::vector<ObjectRef>{{Kind::Node, named}}}});
  const auto managed = [&] {
    const SanIndex index(san.done());
    return std::vector<bool>{index.isManaged(foreign), index.isManaged(reported), index.isManaged(named),
                             index.isManaged(entity)};
  };
  EXPECT_EQ(managed(), (std::vector<bool>{false, true, true, true}));
  san.set({Kind::Agent, agent}, "revoked", true);
  EXPECT_EQ(managed(), (std::vector<bool>{false, true, false, false}));
}

TEST(SanIndex, AUnitBehindTwoLunsOfATargetIsListedOnce) {
  SanBuilder san;
  const Id target = san.target("iqn.2026-01.example:disk");
  const Id unit = san.unit("naa.6001", target, 0);
  san.set({Kind::LogicalUnit, unit}, "paths",
          std::vector<Access>{{{Kind::Node, target}, {}, 0, Right::ReadWrite},
                              {{Kind::Node, target}, {}, 5, Right::ReadWrite}});
  const SanIndex index(san.done());
  EXPECT_EQ(listed(index.unitsOf(target)), (std::vector<Id>{unit}));
  EXPECT_EQ(index.unitNumber(unit), 0U);
  EXPECT_EQ(index.unitNumber(unit + 1), std::nullopt);
}

TEST(SanIndex, APortalIsInEachNetworkWhoseSubnetHoldsIt) {
  SanBuilder san;
  const Id portal = san.portal("10.0.0.1:3260", san.entity("a"));
  const auto network = [&](const char* name, std::vector<std::string> subnets) {
    return san.create(Kind::Network, {{"name", std::string(name)}, {"subnets", std::move(subnets)}});
  };
  const Id narrow = network("narrow", {"10.0.0.0/24", "10.0.0.0/30"});
  const Id wide = network("wide", {"10.0.0.0/8"});
  network("six", {"::/0"});
  EXPECT_EQ(listed(SanIndex(san.done()).networksOf(portal)), (std::vector<Id>{narrow, wide}));
}

TEST(SanIndex, WhatIsNotThereGivesNothing) {
  const SanIndex index{Snapshot()};
  EXPECT_TRUE(index.hosts().empty());
  EXPECT_TRUE(index.units().empty());
  EXPECT_TRUE(index.nodesOf(7).empty());
  EXPECT_TRUE(index.initiatorsOf(0).empty());
  EXPECT_EQ(index.node(1), nullptr);
  EXPECT_EQ(index.appliedAt(1), nullptr);
  EXPECT_FALSE(index.isManaged(1));
  EXPECT_EQ(index.hostNumber({Kind::Host, 1}), std::nullopt);
}

}  // namespace

#include "shared/san/reach.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/san_builder.h"
#include "tests/support/synthetic_san.h"

using namespace test;

namespace {

// One host, one target of ours with one unit: zoned, mapped, applied, in one declared network.
class Reach : public testing::Test {
 protected:
  Reach() {
    host = san.host("web1", "iqn.2026-01.example:web1");
    initiator = san.nodeNamed("iqn.2026-01.example:web1");
    target = san.target("iqn.2026-01.example:disk");
    unit = san.unit("naa.6001", target, 0);
    zone = san.zone("zone", {initiator, target});
    network = san.create(Kind::Network,
                         {{"name", std::string("storage")}, {"subnets", std::vector<std::string>{"10.0.0.0/16"}}});
    map = san.map({Kind::Host, host}, target, unit, 3);
    applied = san.applied(target, {initiator}, {mapTo(initiator)});
  }

  [[nodiscard]] Access mapTo(Id who, Right right = Right::ReadWrite) const {
    return {who == 0 ? ObjectRef{} : ObjectRef{Kind::Node, who}, {Kind::LogicalUnit, unit}, 3, right};
  }
  [[nodiscard]] Cell cell(Basis basis = Basis::Applied) const {
    const SanIndex index(san.done());
    return cellOf(index, basis, *index.hostNumber({Kind::Host, host}), unit);
  }
  [[nodiscard]] std::vector<Path> paths(Basis basis = Basis::Applied) const {
    const SanIndex index(san.done());
    return pathsBetween(index, basis, *index.hostNumber({Kind::Host, host}), unit);
  }
  [[nodiscard]] Truth layer(Layer layer, Basis basis = Basis::Applied) const {
    const auto all = paths(basis);
    return all.empty() ? Truth::No : all.front().layer(layer);
  }
  [[nodiscard]] Id portalOf(Id node) const {
    return SanIndex(san.done()).portalsOf(san.done().get<Node>(node)->entity.id)[0];
  }
  [[nodiscard]] isns::IpAddress addressOf(Id portal) const { return san.done().get<Portal>(portal)->address.ip; }
  [[nodiscard]] Id groupOf(Id node) const { return SanIndex(san.done()).groupsOf(node)[0]; }
  Id credential(Value to, bool mutual, Truth initiatorHolds = Truth::Yes, Truth targetHolds = Truth::Yes) {
    return san.create(Kind::Credential, {{"initiator", ObjectRef{Kind::Node, initiator}},
                                         {"target", std::move(to)},
                                         {"mutual", mutual},
                                         {"user_name", std::string("web1")},
                                         {"initiator_holds", std::string(wordOf(initiatorHolds))},
                                         {"target_holds", std::string(wordOf(targetHolds))}});
  }
  Id session(std::vector<ObjectRef> seenBy = {}, std::vector<ObjectRef> units = {}) {
    return san.create(Kind::Session, {{"initiator", ObjectRef{Kind::Node, initiator}},
                                      {"target", ObjectRef{Kind::Node, target}},
                                      {"portal", ObjectRef{Kind::Portal, portalOf(target)}},
                                      {"seen_by", std::move(seenBy)},
                                      {"units", std::move(units)}});
  }
  void demand(std::string_view chap, bool appliedToo = true) {
    san.set({Kind::Node, target}, "chap", std::string(chap));
    if (appliedToo) san.set({Kind::AppliedTarget, applied}, "chap", std::string(chap));
  }
  void makeForeign() { san.erase({Kind::AppliedTarget, applied}); }

  SanBuilder san;
  Id host = 0, initiator = 0, target = 0, unit = 0, zone = 0, network = 0, map = 0, applied = 0;
};

TEST_F(Reach, EveryLayerHoldsWhereAllIsInPlace) {
  for (const Basis basis : {Basis::Applied, Basis::Desired}) {
    const auto all = paths(basis);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].layers, (std::array{Truth::Yes, Truth::Yes, Truth::Yes, Truth::Yes, Truth::Yes, Truth::Yes}));
    EXPECT_EQ(all[0].portal, portalOf(target));
    EXPECT_EQ(all[0].lun, 3U);
    EXPECT_EQ(all[0].proof, Proof::ClaimedName);
    EXPECT_EQ(cell(basis), (Cell{Truth::Yes, Truth::Yes, Truth::Yes, Right::ReadWrite, false, false}));
  }
}

// --- registered ---

TEST_F(Reach, ANodeThatLeftIsNotFoundAndMayStillGetIn) {
  san.set({Kind::Node, initiator}, "entity", {});
  san.set({Kind::Host, host}, "nodes", std::vector<ObjectRef>{{Kind::Node, initiator}});
  EXPECT_EQ(layer(Layer::Registered), Truth::No);
  EXPECT_EQ(layer(Layer::Network), Truth::Unknown);  // its portals are not known
  EXPECT_EQ(cell().finds, Truth::No);
  EXPECT_EQ(cell().getsIn, Truth::Unknown);
  EXPECT_EQ(cell().works, Truth::No);
}

TEST_F(Reach, ATargetThatLeftIsAPathWithoutAPortal) {
  san.set({Kind::Node, target}, "entity", {});
  const auto all = paths();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].portal, 0U);
  EXPECT_EQ(all[0].layers, (std::array{Truth::No, Truth::Yes, Truth::No, Truth::Unknown, Truth::Yes, Truth::Yes}));
}

// --- visible ---

TEST_F(Reach, ADomainOfADisabledSetShowsNothing) {
  san.set({Kind::DomainSet, *san.done().find(Kind::DomainSet, "set1")}, "enabled", false);
  EXPECT_EQ(layer(Layer::Visible), Truth::No);
  EXPECT_EQ(cell().getsIn, Truth::Yes);  // the target has not heard of it
  EXPECT_TRUE(cell().pending);
  EXPECT_EQ(cell(Basis::Desired).getsIn, Truth::No);
}

TEST_F(Reach, AControlNodeSeesWithoutADomain) {
  san.remove({Kind::Domain, zone}, "nodes", {Kind::Node, initiator});
  EXPECT_EQ(layer(Layer::Visible), Truth::No);
  san.set({Kind::Node, initiator}, "control", true);
  EXPECT_EQ(layer(Layer::Visible), Truth::Yes);
  EXPECT_EQ(layer(Layer::Portal), Truth::Yes);
  EXPECT_EQ(cell(Basis::Desired).works, Truth::Yes);
}

TEST_F(Reach, TwoNodesInNoDomainDoNotSeeEachOther) {
  san.erase({Kind::Domain, zone});
  EXPECT_EQ(layer(Layer::Visible), Truth::No);
  EXPECT_EQ(layer(Layer::Portal), Truth::No);
}

// --- portal ---

TEST_F(Reach, ANullTagGivesNoAccess) {
  san.set({Kind::PortalGroup, groupOf(target)}, "tag", std::uint64_t{PortalGroup::kNullTag});
  EXPECT_EQ(layer(Layer::Portal), Truth::No);
  EXPECT_EQ(cell().finds, Truth::No);
  EXPECT_EQ(cell().getsIn, Truth::Yes);
}

TEST_F(Reach, APortalWithoutAGroupIsNoWayToTheTarget) {
  san.erase({Kind::PortalGroup, groupOf(target)});
  EXPECT_EQ(layer(Layer::Portal), Truth::No);
}

TEST_F(Reach, ADomainThatNamesAPortalOfTheTargetLeavesOutTheOthers) {
  const Id first = portalOf(target);
  const Id second = san.portal("10.0.9.9:3260", san.done().get<Node>(target)->entity.id);
  san.group(target, second);
  const auto portals = [&] {
    std::map<Id, Truth> all;
    for (const Path& path : paths()) all[path.portal] = path.layer(Layer::Portal);
    return all;
  };
  EXPECT_EQ(portals(), (std::map<Id, Truth>{{first, Truth::Yes}, {second, Truth::Yes}}));
  san.set({Kind::Domain, zone}, "portals", std::vector<ObjectRef>{{Kind::Portal, second}});
  EXPECT_EQ(portals(), (std::map<Id, Truth>{{first, Truth::No}, {second, Truth::Yes}}));
  san.zone("other zone", {initiator, target});  // which names none
  EXPECT_EQ(portals(), (std::map<Id, Truth>{{first, Truth::Yes}, {second, Truth::Yes}}));
}

TEST_F(Reach, ADomainThatNamesPortalsOfOthersLeavesOutNone) {
  san.set({Kind::Domain, zone}, "portals", std::vector<ObjectRef>{{Kind::Portal, portalOf(initiator)}});
  EXPECT_EQ(layer(Layer::Portal), Truth::Yes);
}

TEST_F(Reach, AControlNodeIsShownPortalsThatItsDomainLeavesOut) {
  const Id second = san.portal("10.0.9.9:3260", san.done().get<Node>(target)->entity.id);
  san.set({Kind::Domain, zone}, "portals", std::vector<ObjectRef>{{Kind::Portal, second}});
  EXPECT_EQ(layer(Layer::Portal), Truth::No);
  san.set({Kind::Node, initiator}, "control", true);
  EXPECT_EQ(layer(Layer::Portal), Truth::Yes);
}

// --- network ---

TEST_F(Reach, PortalsInNoDeclaredNetworkAreUnknownUntilASessionIsSeen) {
  san.erase({Kind::Network, network});
  EXPECT_EQ(layer(Layer::Network), Truth::Unknown);
  EXPECT_EQ(cell().works, Truth::Unknown);
  const Id seen = session();
  EXPECT_EQ(layer(Layer::Network), Truth::Yes);
  EXPECT_EQ(paths()[0].session, seen);
  EXPECT_EQ(cell().works, Truth::Yes);
}

TEST_F(Reach, PortalsThatTheirAgentsSeeInOneSubnetAndVlanShareIt) {
  san.erase({Kind::Network, network});
  const auto seen = [&](Id node, std::uint64_t prefix, std::uint64_t vlan) {
    const ObjectRef portal{Kind::Portal, portalOf(node)};
    san.set(portal, "interface", std::string("eth0"));
    san.set(portal, "prefix", prefix);
    san.set(portal, "vlan", vlan);
  };
  seen(initiator, 24, 7);
  EXPECT_EQ(layer(Layer::Network), Truth::Unknown) << "one end alone says nothing";
  seen(target, 24, 7);
  EXPECT_EQ(layer(Layer::Network), Truth::Yes);
  for (const auto& [prefix, vlan] : {std::pair{16U, 7U}, {24U, 0U}, {32U, 7U}, {33U, 7U}, {0U, 7U}}) {
    seen(target, prefix, vlan);
    seen(initiator, prefix == 32 || prefix == 33 || prefix == 0 ? prefix : 24, 7);
    EXPECT_EQ(layer(Layer::Network), Truth::Unknown) << prefix << " " << vlan;
  }
  seen(initiator, 24, 7);
  seen(target, 24, 7);
  const auto declare = [&](const char* name, Id node) {
    san.create(Kind::Network,
               {{"name", std::string(name)},
                {"subnets", std::vector<std::string>{isns::formatIp(addressOf(portalOf(node))) + "/32"}}});
  };
  declare("left", initiator);
  EXPECT_EQ(layer(Layer::Network), Truth::Yes);
  declare("right", target);
  EXPECT_EQ(layer(Layer::Network), Truth::No) << "what administrators declared decides";
}

TEST_F(Reach, TheLoopbacksOfTwoMachinesAreNotOneNetwork) {
  san.erase({Kind::Network, network});
  for (const Id node : {initiator, target}) {
    const Id entity = san.done().get<Node>(node)->entity.id;
    san.erase({Kind::PortalGroup, groupOf(node)});
    san.erase({Kind::Portal, portalOf(node)});
    const Id portal = san.portal(node == target ? "127.0.0.1:3260" : "127.0.0.2:3260", entity);
    san.group(node, portal);
    san.set({Kind::Portal, portal}, "prefix", std::uint64_t{8});
  }
  EXPECT_EQ(layer(Layer::Network), Truth::Unknown);
}

TEST_F(Reach, PortalsInDifferentDeclaredNetworksAreApartWhateverASessionSays) {
  san.set({Kind::Network, network}, "subnets",
          std::vector<std::string>{isns::formatIp(addressOf(portalOf(initiator))) + "/32"});
  san.create(Kind::Network,
             {{"name", std::string("far")},
              {"subnets", std::vector<std::string>{isns::formatIp(addressOf(portalOf(target))) + "/32"}}});
  session();
  EXPECT_EQ(layer(Layer::Network), Truth::No);
  EXPECT_EQ(cell().getsIn, Truth::No);
  EXPECT_EQ(cell().finds, Truth::Yes);
}

TEST_F(Reach, PortalsOfDifferentFamiliesAreApartAndTheBestOfSeveralCounts) {
  san.set({Kind::Portal, portalOf(target)}, "entity", {});
  const Id entity = san.done().get<Node>(target)->entity.id;
  san.group(target, san.portal("[fd00::1]:3260", entity));
  EXPECT_EQ(layer(Layer::Network), Truth::No);
  san.portal("[fd00::2]:3260", san.done().get<Node>(initiator)->entity.id);
  EXPECT_EQ(layer(Layer::Network), Truth::Unknown);
}

// --- admitted ---

TEST_F(Reach, WhatATargetAppliedDecidesWhomItLetsIn) {
  san.set({Kind::AppliedTarget, applied}, "admitted", std::vector<ObjectRef>{});
  const auto by = [&](Enforcement enforcement) {
    san.set({Kind::AppliedTarget, applied}, "enforcement", std::string(wordOf(enforcement)));
    return layer(Layer::Admitted);
  };
  EXPECT_EQ(by(Enforcement::Zoning), Truth::No);
  EXPECT_EQ(by(Enforcement::List), Truth::No);
  EXPECT_EQ(by(Enforcement::Open), Truth::Yes);
  EXPECT_EQ(by(Enforcement::Unknown), Truth::Unknown);
}

TEST_F(Reach, WhatATargetIsToApplyFollowsItsEnforcement) {
  san.erase({Kind::Domain, zone});
  const auto by = [&](Enforcement enforcement) {
    san.set({Kind::Node, target}, "enforcement", std::string(wordOf(enforcement)));
    return layer(Layer::Admitted, Basis::Desired);
  };
  EXPECT_EQ(by(Enforcement::Zoning), Truth::No);
  EXPECT_EQ(by(Enforcement::List), Truth::Yes);
  EXPECT_EQ(by(Enforcement::Open), Truth::Yes);
  EXPECT_EQ(by(Enforcement::Unknown), Truth::Unknown);
  san.erase({Kind::Map, map});
  EXPECT_EQ(by(Enforcement::List), Truth::No);
}

TEST_F(Reach, AMapOfAnotherUnitListsTheInitiatorToo) {
  const Id other = san.unit("naa.6002", target, 1);
  san.erase({Kind::Map, map});
  san.map({Kind::Node, initiator}, target, other, 1);
  san.set({Kind::Node, target}, "enforcement", std::string("list"));
  EXPECT_EQ(layer(Layer::Admitted, Basis::Desired), Truth::Yes);
  EXPECT_EQ(layer(Layer::Mapped, Basis::Desired), Truth::No);
}

TEST_F(Reach, ChapThatIsDemandedMustBeHeldByBothEnds) {
  demand("one-way");
  EXPECT_EQ(layer(Layer::Admitted), Truth::No);
  EXPECT_EQ(layer(Layer::Admitted, Basis::Desired), Truth::No);
  const Id one = credential(ObjectRef{Kind::Node, target}, false, Truth::Yes, Truth::Unknown);
  EXPECT_EQ(layer(Layer::Admitted), Truth::Unknown);
  EXPECT_EQ(paths()[0].proof, Proof::ClaimedName);
  EXPECT_EQ(layer(Layer::Admitted, Basis::Desired), Truth::Yes);
  EXPECT_EQ(paths(Basis::Desired)[0].proof, Proof::Chap);
  EXPECT_TRUE(cell().pending);
  san.set({Kind::Credential, one}, "target_holds", std::string("no"));
  EXPECT_EQ(layer(Layer::Admitted), Truth::No);
  san.set({Kind::Credential, one}, "target_holds", std::string("yes"));
  EXPECT_EQ(layer(Layer::Admitted), Truth::Yes);
  EXPECT_EQ(paths()[0].proof, Proof::Chap);
  EXPECT_FALSE(cell().pending);
}

TEST_F(Reach, OneCredentialForAllTargetsLetsInWhereItsTargetHoldsItWhateverOthersDo) {
  demand("one-way");
  const Id other = san.target("iqn.2026-01.example:disk9");
  const Id one = credential({}, false, Truth::Yes, Truth::No);
  EXPECT_EQ(layer(Layer::Admitted), Truth::No);
  san.set({Kind::Credential, one}, "held_by", SanBuilder::refs(Kind::Node, {target}));
  san.set({Kind::Credential, one}, "lacked_by", SanBuilder::refs(Kind::Node, {other}));
  EXPECT_EQ(layer(Layer::Admitted), Truth::Yes);
  san.set({Kind::Credential, one}, "held_by", SanBuilder::refs(Kind::Node, {other}));
  san.set({Kind::Credential, one}, "lacked_by", SanBuilder::refs(Kind::Node, {target}));
  EXPECT_EQ(layer(Layer::Admitted), Truth::No);
  san.set({Kind::Credential, one}, "lacked_by", std::vector<ObjectRef>{});
  EXPECT_EQ(layer(Layer::Admitted), Truth::Unknown) << "a foreign target, at which nobody has logged in";
}

TEST_F(Reach, MutualChapNeedsAMutualCredential) {
  demand("mutual");
  credential(ObjectRef{Kind::Node, target}, false);
  EXPECT_EQ(layer(Layer::Admitted), Truth::No);
  EXPECT_EQ(layer(Layer::Admitted, Basis::Desired), Truth::No);
  credential(ObjectRef{Kind::Node, target}, true);
  EXPECT_EQ(layer(Layer::Admitted), Truth::Yes);
  EXPECT_EQ(paths()[0].proof, Proof::MutualChap);
}

TEST_F(Reach, WhatATargetDemandsOfOneInitiatorStandsAboveWhatItDemandsOfAll) {
  const auto mutualOf = [&](Id who) {
    san.set({Kind::AppliedTarget, applied}, "proves_mutual", SanBuilder::refs(Kind::Node, {who}));
  };
  mutualOf(initiator);
  EXPECT_EQ(layer(Layer::Admitted), Truth::Unknown) << "it is not wanted any more: a credential may have gone with it";
  san.set({Kind::Domain, zone}, "chap", std::string("mutual"));
  EXPECT_EQ(layer(Layer::Admitted), Truth::No) << "a domain demands it, and there is no credential";
  san.set({Kind::Domain, zone}, "chap", std::string("none"));
  EXPECT_EQ(layer(Layer::Admitted, Basis::Desired), Truth::Yes) << "what is wanted is another thing";
  credential(ObjectRef{Kind::Node, target}, true);
  EXPECT_EQ(layer(Layer::Admitted), Truth::Yes);
  EXPECT_EQ(paths()[0].proof, Proof::MutualChap);
  mutualOf(target);
  EXPECT_EQ(paths()[0].proof, Proof::ClaimedName) << "of another one";
  demand("one-way");
  san.set({Kind::AppliedTarget, applied}, "proves_nothing", SanBuilder::refs(Kind::Node, {initiator}));
  EXPECT_EQ(paths()[0].proof, Proof::ClaimedName) << "by hand, against what is wanted";
}

TEST_F(Reach, ACredentialForAnyTargetStandsWhereThereIsNoneOfItsOwn) {
  demand("one-way");
  credential({}, false);
  EXPECT_EQ(layer(Layer::Admitted), Truth::Yes);
  const Id own = credential(ObjectRef{Kind::Node, target}, false, Truth::No, Truth::No);
  EXPECT_EQ(layer(Layer::Admitted), Truth::Unknown) << "the target has not applied it, and may take the other one";
  EXPECT_TRUE(cell().pending);
  san.set({Kind::Credential, own}, "target_holds", std::string("yes"));
  EXPECT_EQ(layer(Layer::Admitted), Truth::No) << "now it does not";
  san.set({Kind::Credential, own}, "target_holds", std::string("no"));
  san.set({Kind::Credential, own}, "state", std::string("retired"));
  EXPECT_EQ(layer(Layer::Admitted), Truth::Yes);
}

TEST_F(Reach, ACredentialThatGoesIsNoRefusalUntilTheTargetHasAppliedIt) {
  demand("one-way");
  const Id own = credential(ObjectRef{Kind::Node, target}, false);
  EXPECT_EQ(cell().getsIn, Truth::Yes);
  san.erase({Kind::Map, map});
  EXPECT_EQ(cell().getsIn, Truth::Yes);
  EXPECT_TRUE(cell().pending);
  san.set({Kind::Credential, own}, "state", std::string("retired"));
  EXPECT_EQ(cell().getsIn, Truth::Unknown);
  EXPECT_TRUE(cell().pending);
  san.erase({Kind::Credential, own});
  san.remove({Kind::Domain, zone}, "nodes", {Kind::Node, initiator});
  EXPECT_EQ(cell().getsIn, Truth::Unknown);
  EXPECT_TRUE(cell().pending);
  san.set({Kind::AppliedTarget, applied}, "maps", std::vector<Access>{});
  EXPECT_EQ(layer(Layer::Admitted), Truth::Unknown) << "it still lets the initiator in";
  san.set({Kind::AppliedTarget, applied}, "admitted", std::vector<ObjectRef>{});
  EXPECT_EQ(layer(Layer::Admitted), Truth::No);
  EXPECT_EQ(cell().getsIn, Truth::No);
  EXPECT_FALSE(cell().pending);
}

TEST_F(Reach, TheLargestDemandOfTargetAndSharedActiveDomainsCounts) {
  san.set({Kind::Domain, zone}, "chap", std::string("one-way"));
  EXPECT_EQ(layer(Layer::Admitted, Basis::Desired), Truth::No);
  credential(ObjectRef{Kind::Node, target}, false);
  EXPECT_EQ(layer(Layer::Admitted, Basis::Desired), Truth::Yes);
  const Id strict = san.create(Kind::Domain, {{"name", std::string("strict")},
                                              {"nodes", SanBuilder::refs(Kind::Node, {initiator, target})},
                                              {"chap", std::string("mutual")}});
  EXPECT_EQ(layer(Layer::Admitted, Basis::Desired), Truth::Yes);  // it is in no set
  san.domainSet("more", true, {strict});
  EXPECT_EQ(layer(Layer::Admitted, Basis::Desired), Truth::No);
}

TEST_F(Reach, AForeignTargetIsUnknownForEverybody) {
  makeForeign();
  EXPECT_EQ(layer(Layer::Admitted), Truth::Unknown);
  EXPECT_EQ(layer(Layer::Mapped), Truth::Unknown);
  EXPECT_EQ(cell(), (Cell{Truth::Yes, Truth::Unknown, Truth::Unknown, Right::ReadWrite, false, false}));
  EXPECT_EQ(paths()[0].lun, 0U);  // the target's own
  san.erase({Kind::Domain, zone});
  san.erase({Kind::Map, map});
  EXPECT_EQ(cell(Basis::Desired), (Cell{Truth::No, Truth::Unknown, Truth::No, Right::ReadWrite, false, false}));
}

TEST_F(Reach, ATargetOfOursThatHasNotReportedIsUnknownAndPending) {
  makeForeign();
  san.create(Kind::Agent, {{"name", std::string("a")}, {"nodes", std::vector<ObjectRef>{{Kind::Node, target}}}});
  EXPECT_EQ(cell().getsIn, Truth::Unknown);
  EXPECT_TRUE(cell().pending);
  EXPECT_EQ(cell(Basis::Desired).getsIn, Truth::Yes);
}

// --- mapped ---

TEST_F(Reach, AnAppliedMapForEverybodyIsForWhoeverIsLetIn) {
  san.set({Kind::AppliedTarget, applied}, "maps", std::vector<Access>{mapTo(0, Right::ReadOnly)});
  EXPECT_EQ(layer(Layer::Mapped), Truth::Yes);
  EXPECT_EQ(cell().right, Right::ReadOnly);
  EXPECT_TRUE(cell().pending);  // read-write is wanted
  san.set({Kind::AppliedTarget, applied}, "maps", std::vector<Access>{mapTo(0, Right::ReadOnly), mapTo(initiator)});
  EXPECT_EQ(cell().right, Right::ReadWrite);
  EXPECT_FALSE(cell().pending);
}

TEST_F(Reach, AMapForTheInitiatorItsHostOrItsClusterCountsAndTheLargerRightWins) {
  san.erase({Kind::Map, map});
  EXPECT_EQ(cell(Basis::Desired).getsIn, Truth::No);
  EXPECT_TRUE(cell().pending);
  const Id cluster = san.create(Kind::Cluster, {{"name", std::string("c")}});
  san.map({Kind::Cluster, cluster}, target, unit, 4, Right::ReadOnly);
  EXPECT_EQ(cell(Basis::Desired).getsIn, Truth::No);
  san.set({Kind::Host, host}, "cluster", ObjectRef{Kind::Cluster, cluster});
  EXPECT_EQ(cell(Basis::Desired).getsIn, Truth::Yes);
  EXPECT_EQ(cell(Basis::Desired).right, Right::ReadOnly);
  san.map({Kind::Node, initiator}, target, unit, 5, Right::ReadWrite);
  EXPECT_EQ(cell(Basis::Desired).right, Right::ReadWrite);
  EXPECT_EQ(paths(Basis::Desired)[0].lun, 5U);
}

TEST_F(Reach, AMapAtATargetThatTheUnitDoesNotStandBehindIsNoPath) {
  const Id other = san.target("iqn.2026-01.example:other");
  san.applied(other, {initiator}, {mapTo(initiator)});
  san.map({Kind::Host, host}, other, unit, 1);
  EXPECT_EQ(paths().size(), 1U);
}

// --- questions, observed ---

TEST_F(Reach, FindingByOnePathAndGettingInByAnotherDoesNotWork) {
  san.set({Kind::AppliedTarget, applied}, "admitted", std::vector<ObjectRef>{});
  const Id hidden = san.target("iqn.2026-01.example:hidden");
  san.set({Kind::LogicalUnit, unit}, "paths",
          std::vector<Access>{{{Kind::Node, target}, {}, 0, Right::ReadWrite},
                              {{Kind::Node, hidden}, {}, 0, Right::ReadWrite}});
  san.applied(hidden, {initiator}, {mapTo(initiator, Right::ReadOnly)});
  const Cell both = cell();
  EXPECT_EQ(both.finds, Truth::Yes);
  EXPECT_EQ(both.getsIn, Truth::Yes);
  EXPECT_EQ(both.works, Truth::No);
  EXPECT_EQ(both.right, Right::ReadOnly);
}

TEST_F(Reach, WhatTheHostListedOrTheTargetsAgentSeesIsObserved) {
  const Id hosts = san.create(Kind::Agent, {{"name", std::string("h")}});
  const Id targets =
      san.create(Kind::Agent, {{"name", std::string("t")}, {"nodes", std::vector<ObjectRef>{{Kind::Node, target}}}});
  const Id seen = session({{Kind::Agent, hosts}});
  EXPECT_FALSE(cell().observed);
  san.set({Kind::Session, seen}, "seen_by", std::vector<ObjectRef>{{Kind::Agent, targets}});
  EXPECT_TRUE(cell().observed);
  san.set({Kind::AppliedTarget, applied}, "maps", std::vector<Access>{});
  EXPECT_FALSE(cell().observed);
  san.set({Kind::Session, seen}, "units", std::vector<ObjectRef>{{Kind::LogicalUnit, unit}});
  EXPECT_TRUE(cell().observed);
}

TEST_F(Reach, TheBestPathComesFirst) {
  const Id second = san.portal("10.0.9.9:3260", san.done().get<Node>(target)->entity.id);
  const Id lower = portalOf(target);
  san.group(target, second);
  san.set({Kind::PortalGroup, groupOf(target)}, "tag", std::uint64_t{PortalGroup::kNullTag});
  const auto all = paths();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].portal, second);
  EXPECT_EQ(all[1].portal, lower);
}

TEST_F(Reach, AMatrixCountsItsCells) {
  const Id other = san.host("web2", "iqn.2026-01.example:web2");
  (void)other;
  const SanIndex index(san.done());
  const ReachMatrix matrix = reachMatrix(index, Basis::Applied, Question::Works);
  EXPECT_EQ(matrix.count(Truth::Yes), 1U);
  EXPECT_EQ(matrix.count(Truth::Unknown), 0U);
  EXPECT_EQ(matrix.count(Truth::No), 1U);
  EXPECT_EQ(matrix.at(*index.hostNumber({Kind::Host, host}), 0), Truth::Yes);
  EXPECT_TRUE(matrix.writable(*index.hostNumber({Kind::Host, host}), 0));
}

// Large domains are worked out by another way than small ones.
TEST(ReachMatrix, EqualsItsCellsWhereDomainsAreLarge) {
  SyntheticPlan plan;
  plan.hosts = 50;
  plan.targets = 20;
  plan.units = 90;
  plan.away = 10;
  plan.foreign = 40;
  SyntheticSan made = syntheticSan(plan);
  SanBuilder san(made.snapshot);
  std::vector<ObjectRef> all;
  made.snapshot.table<Node>().forEach([&](Id id, const Node&) { all.push_back({Kind::Node, id}); });
  const Id large = san.zone("large", {});
  san.set({Kind::Domain, large}, "nodes", all);
  san.set(
      {Kind::Domain, large}, "portals",
      std::vector<ObjectRef>{
          {Kind::Portal, SanIndex(made.snapshot).portalsOf(made.snapshot.get<Node>(made.targets[1])->entity.id)[0]}});
  const SanIndex index(san.done());
  std::size_t unknown = 0;
  for (const Basis basis : {Basis::Applied, Basis::Desired}) {
    const ReachMatrix finds = reachMatrix(index, basis, Question::Finds);
    const ReachMatrix in = reachMatrix(index, basis, Question::GetsIn);
    const ReachMatrix works = reachMatrix(index, basis, Question::Works);
    unknown += works.count(Truth::Unknown);
    for (std::size_t host = 0; host < index.hosts().size(); ++host) {
      for (std::size_t unit = 0; unit < index.units().size(); ++unit) {
        const Cell cell = cellOf(index, basis, host, index.units()[unit]);
        ASSERT_EQ(finds.at(host, unit), cell.finds);
        ASSERT_EQ(in.at(host, unit), cell.getsIn);
        ASSERT_EQ(works.at(host, unit), cell.works);
        ASSERT_EQ(in.writable(host, unit), cell.getsIn != Truth::No && cell.right == Right::ReadWrite);
        ASSERT_EQ(works.writable(host, unit), cell.works != Truth::No && cell.right == Right::ReadWrite);
      }
    }
  }
  EXPECT_GT(unknown, 100U);
}

TEST_F(Reach, AnEmptySanHasAnEmptyMatrix) {
  const SanIndex index{Snapshot()};
  const ReachMatrix matrix = reachMatrix(index, Basis::Desired, Question::GetsIn);
  EXPECT_EQ(matrix.hosts(), 0U);
  EXPECT_EQ(matrix.count(Truth::No), 0U);
  EXPECT_EQ(cellOf(index, Basis::Desired, 0, 1), Cell{});
}

}  // namespace

#include "shared/san/desired.h"

#include <gtest/gtest.h>

#include "shared/san/reach.h"
#include "tests/support/san_builder.h"

using namespace test;

namespace {

class Desired : public testing::Test {
 protected:
  Desired() {
    host = san.host("web1", "iqn.2026-01.example:web1");
    initiator = san.nodeNamed("iqn.2026-01.example:web1");
    target = san.target("iqn.2026-01.example:disk");
    unit = san.unit("naa.6001", target, 0);
    zone = san.zone("zone", {initiator, target});
    map = san.map({Kind::Host, host}, target, unit, 3, Right::ReadOnly);
    san.create(Kind::Agent, {{"name", std::string("a")}, {"nodes", std::vector<ObjectRef>{{Kind::Node, target}}}});
  }
  [[nodiscard]] DesiredTarget desired() const {
    const auto all = desiredAt(SanIndex(san.done()), target);
    EXPECT_TRUE(all.has_value());
    return all.value_or(DesiredTarget{});
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const DesiredInitiator& one : desired().initiators) all.push_back(one.name);
    return all;
  }

  SanBuilder san;
  Id host = 0, initiator = 0, target = 0, unit = 0, zone = 0, map = 0;
};

TEST_F(Desired, AZonedInitiatorIsLetInWithItsMaps) {
  const DesiredTarget all = desired();
  EXPECT_EQ(all.enforcement, Enforcement::Zoning);
  ASSERT_EQ(all.initiators.size(), 1U);
  EXPECT_EQ(all.initiators[0].name, "iqn.2026-01.example:web1");
  EXPECT_EQ(all.initiators[0].maps, (std::vector<DesiredMap>{{unit, 3, Right::ReadOnly}}));
  EXPECT_EQ(all.initiators[0].chap, ChapDemand::None);
  EXPECT_TRUE(all.initiators[0].credentials.empty());
}

TEST_F(Desired, AForeignTargetHasNoDesiredState) {
  SanBuilder other;
  EXPECT_EQ(desiredAt(SanIndex(other.done()), 1), std::nullopt);
  const Id foreign = other.target("iqn.2026-01.example:foreign");
  EXPECT_EQ(desiredAt(SanIndex(other.done()), foreign), std::nullopt);
}

TEST_F(Desired, WhoIsNotZonedIsNotLetInWhateverMapsSay) {
  san.remove({Kind::Domain, zone}, "nodes", {Kind::Node, initiator});
  EXPECT_TRUE(names().empty());
  san.set({Kind::Node, target}, "enforcement", std::string("list"));
  EXPECT_EQ(names(), (std::vector<std::string>{"iqn.2026-01.example:web1"}));
  san.erase({Kind::Map, map});
  EXPECT_TRUE(names().empty());
  san.set({Kind::Node, target}, "enforcement", std::string("unknown"));
  EXPECT_TRUE(names().empty());
}

TEST_F(Desired, AZonedInitiatorWithoutAMapIsLetInAndGetsNothing) {
  san.erase({Kind::Map, map});
  ASSERT_EQ(names().size(), 1U);
  EXPECT_TRUE(desired().initiators[0].maps.empty());
}

TEST_F(Desired, ControlNodesAreLetInAndTargetsAreNot) {
  const Id control = san.initiator("iqn.2026-01.example:control");
  san.set({Kind::Node, control}, "control", true);
  san.add({Kind::Domain, zone}, "nodes", {Kind::Node, san.target("iqn.2026-01.example:disk2")});
  EXPECT_EQ(names(), (std::vector<std::string>{"iqn.2026-01.example:web1", "iqn.2026-01.example:control"}));
}

TEST_F(Desired, TheLargestDemandTheRefusalOfMd5AndTheCredentialsOfThePairAreSaid) {
  san.set({Kind::Node, target}, "chap", std::string("one-way"));
  san.set({Kind::Domain, zone}, "chap", std::string("mutual"));
  san.set({Kind::Domain, zone}, "md5_refused", true);
  const auto credential = [&](Value to) {
    return san.create(
        Kind::Credential,
        {{"initiator", ObjectRef{Kind::Node, initiator}}, {"target", std::move(to)}, {"user_name", std::string("u")}});
  };
  const Id wide = credential({});
  EXPECT_EQ(desired().chap, ChapDemand::OneWay);
  EXPECT_EQ(desired().initiators[0].chap, ChapDemand::Mutual);
  EXPECT_TRUE(desired().initiators[0].md5Refused);
  EXPECT_EQ(desired().initiators[0].credentials, (std::vector<Id>{wide}));
  const Id own = credential(ObjectRef{Kind::Node, target});
  EXPECT_EQ(desired().initiators[0].credentials, (std::vector<Id>{own}));
}

TEST_F(Desired, OfSeveralMapsOfAUnitTheLargerRightIsSaidOnce) {
  const Id cluster = san.create(Kind::Cluster, {{"name", std::string("c")}});
  san.set({Kind::Host, host}, "cluster", ObjectRef{Kind::Cluster, cluster});
  san.map({Kind::Cluster, cluster}, target, unit, 9, Right::ReadWrite);
  EXPECT_EQ(desired().initiators[0].maps, (std::vector<DesiredMap>{{unit, 9, Right::ReadWrite}}));
}

TEST_F(Desired, AtALunTheOlderMapCountsAndReachSaysTheSame) {
  // The node is mapped before it registers; then a host that is an entity registers it as its own.
  const Id entity = san.entity("box");
  const Id box =
      san.create(Kind::Host, {{"name", std::string("box")}, {"entities", SanBuilder::refs(Kind::Entity, {entity})}});
  const Id named = san.create(Kind::Node, {{"name", std::string("iqn.2026-01.example:web3")}});
  san.add({Kind::Domain, zone}, "nodes", {Kind::Node, named});
  const Id second = san.unit("naa.6002", target, 1);
  const Id third = san.unit("naa.6003", target, 2);
  const Id older = san.map({Kind::Host, box}, target, unit, 0);
  const Id own = san.map({Kind::Node, named}, target, second, 0);
  san.map({Kind::Node, named}, target, third, 1);
  san.set({Kind::Node, named}, "initiator", true);
  san.set({Kind::Node, named}, "entity", ObjectRef{Kind::Entity, entity});
  const auto mapsOfNode = [&] {
    for (const DesiredInitiator& one : desired().initiators) {
      if (one.node == named) return one.maps;
    }
    return std::vector<DesiredMap>{};
  };
  EXPECT_EQ(mapsOfNode(), (std::vector<DesiredMap>{{unit, 0, Right::ReadWrite}, {third, 1, Right::ReadWrite}}));
  const auto getsIn = [&](Id which) {
    const SanIndex index(san.done());
    const std::size_t row = *index.hostNumber({Kind::Host, box});
    const Truth byCell = cellOf(index, Basis::Desired, row, which).getsIn;
    const std::size_t column = *index.unitNumber(which);
    EXPECT_EQ(reachMatrix(index, Basis::Desired, Question::GetsIn).at(row, column), byCell);
    return byCell != Truth::No;
  };
  EXPECT_TRUE(getsIn(unit));
  EXPECT_FALSE(getsIn(second));
  EXPECT_TRUE(getsIn(third));
  san.set({Kind::Map, own}, "lun", std::uint64_t{7});
  EXPECT_TRUE(getsIn(second));
  san.set({Kind::Map, own}, "lun", std::uint64_t{0});
  san.erase({Kind::Map, older});
  EXPECT_EQ(mapsOfNode(), (std::vector<DesiredMap>{{second, 0, Right::ReadWrite}, {third, 1, Right::ReadWrite}}));
}

TEST_F(Desired, ALunOfOneHostIsFreeForAnother) {
  const Id other = san.host("web2", "iqn.2026-01.example:web2");
  san.add({Kind::Domain, zone}, "nodes", {Kind::Node, san.nodeNamed("iqn.2026-01.example:web2")});
  const Id second = san.unit("naa.6002", target, 1);
  san.map({Kind::Host, other}, target, second, 3);
  EXPECT_TRUE(SanIndex(san.done()).contestedLuns().empty());
  ASSERT_EQ(desired().initiators.size(), 2U);
  EXPECT_EQ(desired().initiators[1].maps, (std::vector<DesiredMap>{{second, 3, Right::ReadWrite}}));
  // A map of a host that has no initiators yet is judged by nobody.
  san.map({Kind::Host, other}, target, unit, 3);
  EXPECT_EQ(SanIndex(san.done()).contestedLuns().size(), 1U);
  EXPECT_EQ(desired().initiators[1].maps, (std::vector<DesiredMap>{{second, 3, Right::ReadWrite}}));
}

TEST_F(Desired, AnOpenTargetListsThoseOfWhomThereIsMoreToSay) {
  san.erase({Kind::Domain, zone});
  san.set({Kind::Node, target}, "enforcement", std::string("open"));
  san.initiator("iqn.2026-01.example:anybody");
  EXPECT_EQ(names(), (std::vector<std::string>{"iqn.2026-01.example:web1"}));
}

TEST_F(Desired, TheRevisionIsOfTheLastChangeThatMatters) {
  const Revision before = desired().revision;
  san.initiator("iqn.2026-01.example:elsewhere");
  san.domain("elsewhere", {});
  EXPECT_EQ(desired().revision, before);
  san.set({Kind::Map, map}, "right", std::string("read-write"));
  EXPECT_EQ(desired().revision, san.done().revision);
  san.set({Kind::DomainSet, *san.done().find(Kind::DomainSet, "set1")}, "enabled", false);
  EXPECT_EQ(desired().revision, san.done().revision);
}

// ---- While a change is under way

DesiredTarget state(std::vector<DesiredInitiator> initiators, ChapDemand chap = ChapDemand::None,
                    Enforcement enforcement = Enforcement::Zoning) {
  DesiredTarget made;
  made.target = 7;
  made.enforcement = enforcement;
  made.chap = chap;
  made.initiators = std::move(initiators);
  return made;
}
DesiredInitiator one(Id node, std::vector<DesiredMap> maps, ChapDemand chap = ChapDemand::None, bool md5Refused = false,
                     std::vector<Id> credentials = {}) {
  return {node, "iqn." + std::to_string(node), chap, md5Refused, std::move(credentials), std::move(maps)};
}

TEST(UnionOfDesired, WhoComesIsThereAlreadyAndWhoGoesIsThereStill) {
  const auto both = unionOf(state({one(1, {}), one(3, {})}), state({one(2, {}), one(3, {})}));
  EXPECT_TRUE(both.sameAs(state({one(1, {}), one(2, {}), one(3, {})})));
}

TEST(UnionOfDesired, AnInitiatorHasTheUnitsOfBothWithTheLargerRight) {
  const auto both = unionOf(state({one(1, {{5, 0, Right::ReadWrite}, {6, 1, Right::ReadOnly}})}),
                            state({one(1, {{5, 0, Right::ReadOnly}, {6, 1, Right::ReadWrite}, {8, 2, Right::ReadOnly}})}));
  EXPECT_EQ(both.initiators[0].maps, (std::vector<DesiredMap>{{5, 0, Right::ReadWrite},
                                                              {6, 1, Right::ReadWrite},
                                                              {8, 2, Right::ReadOnly}}));
}

TEST(UnionOfDesired, WhereTwoCannotBeAtOnceTheOldOneStays) {
  // Unit 6 is to take unit 5's LUN, and unit 8 another LUN than it has.
  const auto both = unionOf(state({one(1, {{5, 0, Right::ReadWrite}, {8, 1, Right::ReadWrite}})}),
                            state({one(1, {{6, 0, Right::ReadWrite}, {8, 4, Right::ReadWrite}})}));
  EXPECT_EQ(both.initiators[0].maps,
            (std::vector<DesiredMap>{{5, 0, Right::ReadWrite}, {8, 1, Right::ReadWrite}}));
}

TEST(UnionOfDesired, TheWeakerDemandHoldsAndTheCredentialsOfBothDo) {
  const auto both = unionOf(state({one(1, {}, ChapDemand::Mutual, true, {4})}, ChapDemand::OneWay),
                            state({one(1, {}, ChapDemand::OneWay, false, {4, 9})}, ChapDemand::None));
  EXPECT_EQ(both.chap, ChapDemand::None);
  EXPECT_EQ(both.initiators[0], one(1, {}, ChapDemand::OneWay, false, {4, 9}));
}

TEST(UnionOfDesired, ATargetThatWasOrWillBeOpenIsOpen) {
  const auto open = state({}, ChapDemand::None, Enforcement::Open);
  const auto unknown = state({}, ChapDemand::None, Enforcement::Unknown);
  EXPECT_EQ(unionOf(open, state({})).enforcement, Enforcement::Open);
  EXPECT_EQ(unionOf(state({}), open).enforcement, Enforcement::Open);
  EXPECT_EQ(unionOf(unknown, state({})).enforcement, Enforcement::Zoning);
  EXPECT_EQ(unionOf(state({}), unknown).enforcement, Enforcement::Zoning);
}

}  // namespace

#include "shared/san/scope.h"

#include <gmock/gmock.h>

#include "shared/san/change.h"
#include "tests/support/san_builder.h"

namespace {

using namespace san;  // NOLINT
using test::SanBuilder;
using testing::ElementsAre;
using testing::IsEmpty;

// web1 (PCI) and web2 (nothing), disk1 (PCI) and disk2, a unit behind each, a zone of each pair.
struct Small {
  SanBuilder san;
  Id pci, web1, web2, node1, node2, disk1, disk2, unit1, unit2, zone1, zone2, map1, map2;
  Small() {
    pci = san.create(Kind::Label, {{"name", "PCI"}});
    web1 = san.host("web1", "iqn.2026-01.example:web1");
    web2 = san.host("web2", "iqn.2026-01.example:web2");
    node1 = san.nodeNamed("iqn.2026-01.example:web1");
    node2 = san.nodeNamed("iqn.2026-01.example:web2");
    disk1 = san.target("iqn.2026-01.example:disk1");
    disk2 = san.target("iqn.2026-01.example:disk2");
    unit1 = san.unit("naa.6001", disk1, 0);
    unit2 = san.unit("naa.6002", disk2, 0);
    zone1 = san.zone("zone1", {node1, disk1});
    zone2 = san.zone("zone2", {node2, disk2});
    map1 = san.map({Kind::Host, web1}, disk1, unit1, 0);
    map2 = san.map({Kind::Host, web2}, disk2, unit2, 0);
    label({Kind::Host, web1});
    label({Kind::Node, disk1});
    label({Kind::Domain, zone1});
  }
  void label(ObjectRef object) { san.add(object, "labels", {Kind::Label, pci}); }
  [[nodiscard]] Scope scope() const { return of({"PCI"}); }
  [[nodiscard]] Scope of(std::vector<std::string> labels) const { return {san.done(), labels}; }
  [[nodiscard]] std::vector<ObjectRef> outsideOf(std::vector<Edit> edits) const {
    const auto applied = apply(san.done(), edits, Writer::ChangeSet, san.done().revision + 1, 0);
    if (!applied) {
      ADD_FAILURE() << applied.error().text;
      return {};
    }
    const std::vector<std::string> labels{"PCI"};
    return outside(scope(), Scope(applied->snapshot, labels), diff(san.done(), applied->snapshot));
  }
};

TEST(Scope, LabelsAreInheritedByWhatAHostConsistsOfAndByUnitsBehindATarget) {
  const Small small;
  const Scope scope = small.scope();
  const Id entity1 = small.san.done().get<Node>(small.node1)->entity.id;
  const Id entity2 = small.san.done().get<Node>(small.node2)->entity.id;
  for (ObjectRef ref : {ObjectRef{Kind::Host, small.web1}, {Kind::Entity, entity1}, {Kind::Node, small.node1},
                        {Kind::Node, small.disk1}, {Kind::LogicalUnit, small.unit1}, {Kind::Domain, small.zone1},
                        {Kind::Map, small.map1}}) {
    EXPECT_TRUE(scope.owns(ref)) << refText(small.san.done(), ref);
    EXPECT_TRUE(scope.sees(ref)) << refText(small.san.done(), ref);
  }
  for (ObjectRef ref : {ObjectRef{Kind::Host, small.web2}, {Kind::Entity, entity2}, {Kind::Node, small.node2},
                        {Kind::Node, small.disk2}, {Kind::LogicalUnit, small.unit2}, {Kind::Domain, small.zone2},
                        {Kind::Map, small.map2}}) {
    EXPECT_FALSE(scope.sees(ref)) << refText(small.san.done(), ref);
  }
}

// The agent of a target can report whatever designator it has heard of.
TEST(Scope, AUnitIsInItWhenAllItsTargetsAre) {
  Small small;
  const std::vector<Access> both{{{Kind::Node, small.disk1}, {}, 7, Right::ReadWrite},
                                 {{Kind::Node, small.disk2}, {}, 0, Right::ReadWrite}};
  small.san.set({Kind::LogicalUnit, small.unit2}, "paths", both);
  EXPECT_FALSE(small.scope().owns({Kind::LogicalUnit, small.unit2}));
  EXPECT_FALSE(small.scope().sees({Kind::LogicalUnit, small.unit2}));
  small.label({Kind::Node, small.disk2});
  EXPECT_TRUE(small.scope().owns({Kind::LogicalUnit, small.unit2}));
}

TEST(Scope, AHostHasTheLabelsOfItsCluster) {
  Small small;
  const Id cluster = small.san.create(Kind::Cluster, {{"name", "db"}});
  small.label({Kind::Cluster, cluster});
  EXPECT_FALSE(small.scope().owns({Kind::Node, small.node2}));
  small.san.set({Kind::Host, small.web2}, "cluster", ObjectRef{Kind::Cluster, cluster});
  EXPECT_TRUE(small.scope().owns({Kind::Cluster, cluster}));
  EXPECT_TRUE(small.scope().owns({Kind::Host, small.web2}));
  EXPECT_TRUE(small.scope().owns({Kind::Node, small.node2}));
}

TEST(Scope, AnEntityOfWhichOneNodeIsInTheScopeIsSeenAndNotOwned) {
  Small small;
  const Id entity = small.san.done().get<Node>(small.disk1)->entity.id;
  EXPECT_TRUE(small.scope().owns({Kind::Entity, entity}));
  const Id other = small.san.node("iqn.2026-01.example:disk3", entity, false, true);
  EXPECT_FALSE(small.scope().owns({Kind::Entity, entity}));
  EXPECT_TRUE(small.scope().sees({Kind::Entity, entity}));
  EXPECT_FALSE(small.scope().sees({Kind::Node, other}));
}

TEST(Scope, WhatHasOneEndInTheScopeIsSeenAndNotOwned) {
  Small small;
  const Id across = small.san.map({Kind::Host, small.web2}, small.disk1, small.unit1, 1);
  const Id zone = small.san.zone("both", {small.node1, small.disk2});
  const Id set = *small.san.done().find(Kind::DomainSet, "set1");
  for (ObjectRef ref : {ObjectRef{Kind::Map, across}, {Kind::Domain, zone}, {Kind::DomainSet, set}}) {
    EXPECT_TRUE(small.scope().sees(ref)) << refText(small.san.done(), ref);
    EXPECT_FALSE(small.scope().owns(ref)) << refText(small.san.done(), ref);
  }
}

TEST(Scope, SharedThingsAreSeenAndNotOwned) {
  Small small;
  const Id site = small.san.create(Kind::Site, {{"name", "Zurich"}});
  const Id window = small.san.create(Kind::Window, {{"name", "night"}, {"ends", std::uint64_t{1}}});
  for (ObjectRef ref : {ObjectRef{Kind::Site, site}, {Kind::Window, window}, {Kind::Label, small.pci}}) {
    EXPECT_TRUE(small.scope().sees(ref));
    EXPECT_FALSE(small.scope().owns(ref));
  }
  EXPECT_TRUE(small.scope().mayName({Kind::Site, site}));
  EXPECT_TRUE(small.scope().mayName({Kind::Label, small.pci}));
  EXPECT_FALSE(small.scope().mayName({Kind::Window, window}));
}

TEST(Scope, AWaiverOfAWholeRuleAndARecordOfAChangeSetAreNobodys) {
  Small small;
  const Id waiver = small.san.create(Kind::Waiver, {{"rule", "R01"}, {"reason", "x"}});
  const Id change = small.san.create(Kind::ChangeSet, {});
  EXPECT_FALSE(small.scope().sees({Kind::Waiver, waiver}));
  EXPECT_FALSE(small.scope().sees({Kind::ChangeSet, change}));
}

TEST(Scope, ALabelThatNobodyHasMadeHoldsNothing) {
  const Small small;
  EXPECT_FALSE(small.of({"HIPAA"}).sees({Kind::Host, small.web1}));
  EXPECT_TRUE(small.of({"HIPAA", "PCI"}).owns({Kind::Host, small.web1}));
}

// ---- What a change set touches -------------------------------------------------------------------------------------

Edit setTo(ObjectRef object, std::string field, Value value) {
  return {EditOp::Set, object, std::move(field), std::move(value)};
}
Edit join(ObjectRef object, std::string field, ObjectRef member) {
  return {EditOp::Add, object, std::move(field), member};
}
constexpr ObjectRef fresh(Kind kind) { return {kind, kFirstProvisional}; }

TEST(Scope, ChangesOfItsOwnObjectsAreInside) {
  Small small;
  EXPECT_THAT(small.outsideOf({setTo({Kind::Node, small.disk1}, "alias", std::string("Gold"))}), IsEmpty());
  EXPECT_THAT(small.outsideOf({{EditOp::Erase, {Kind::Map, small.map1}, {}, {}}}), IsEmpty());
  EXPECT_THAT(small.outsideOf({{EditOp::Create, fresh(Kind::Domain), {}, {}},
                               setTo(fresh(Kind::Domain), "name", std::string("zone3")),
                               join(fresh(Kind::Domain), "labels", {Kind::Label, small.pci}),
                               join(fresh(Kind::Domain), "nodes", {Kind::Node, small.node1})}),
              IsEmpty());
}

TEST(Scope, ForeignObjectsAreOutside) {
  Small small;
  EXPECT_THAT(small.outsideOf({setTo({Kind::Node, small.disk2}, "alias", std::string("Gold"))}),
              ElementsAre(ObjectRef{Kind::Node, small.disk2}));
  // Through an own domain.
  EXPECT_THAT(small.outsideOf({join({Kind::Domain, small.zone1}, "nodes", {Kind::Node, small.disk2})}),
              ElementsAre(ObjectRef{Kind::Node, small.disk2}));
}

TEST(Scope, NobodyWidensHisOwn) {
  Small small;
  const Id test = small.san.create(Kind::Label, {{"name", "test"}});
  // By a label of the scope on a foreign object, a host that takes foreign nodes, a foreign label on an own object.
  EXPECT_THAT(small.outsideOf({join({Kind::Node, small.disk2}, "labels", {Kind::Label, small.pci})}),
              ElementsAre(ObjectRef{Kind::Node, small.disk2}));
  EXPECT_THAT(small.outsideOf({join({Kind::Host, small.web1}, "nodes", {Kind::Node, small.disk2})}),
              ElementsAre(ObjectRef{Kind::Node, small.disk2}));
  EXPECT_THAT(small.outsideOf({join({Kind::Host, small.web1}, "labels", {Kind::Label, test})}),
              ElementsAre(ObjectRef{Kind::Label, test}));
  // Nor by a name that registers later.
  const auto found = small.outsideOf({{EditOp::Create, fresh(Kind::Node), {}, {}},
                                      setTo(fresh(Kind::Node), "name", std::string("iqn.2026-01.example:later")),
                                      join(fresh(Kind::Node), "labels", {Kind::Label, small.pci})});
  EXPECT_EQ(found.size(), 1U);
  // Nor gives away the last label.
  EXPECT_THAT(small.outsideOf({{EditOp::Remove, {Kind::Domain, small.zone1}, "labels", ObjectRef{Kind::Label, small.pci}}}),
              ElementsAre(ObjectRef{Kind::Domain, small.zone1}));
}

TEST(Scope, WhatIsMadeWithoutALabelOrIsEverybodysIsOutside) {
  Small small;
  EXPECT_EQ(small.outsideOf({{EditOp::Create, fresh(Kind::Domain), {}, {}},
                             setTo(fresh(Kind::Domain), "name", std::string("zone3"))})
                .size(),
            1U);
  EXPECT_EQ(small.outsideOf({{EditOp::Create, fresh(Kind::Site), {}, {}},
                             setTo(fresh(Kind::Site), "name", std::string("Bern"))})
                .size(),
            1U);
  EXPECT_EQ(small.outsideOf({{EditOp::Create, fresh(Kind::Settings), {}, {}}}).size(), 1U);
}

TEST(Scope, AMapGoesThroughATargetOfEverybody) {
  Small small;
  Id shared = small.san.target("iqn.2026-01.example:array");
  const Id unit = small.san.unit("naa.6003", shared, 0);
  const auto mapping = [&] {
    return std::vector<Edit>{{EditOp::Create, fresh(Kind::Map), {}, {}},
                             setTo(fresh(Kind::Map), "who", ObjectRef{Kind::Host, small.web1}),
                             setTo(fresh(Kind::Map), "target", ObjectRef{Kind::Node, shared}),
                             setTo(fresh(Kind::Map), "unit", ObjectRef{Kind::LogicalUnit, unit})};
  };
  EXPECT_FALSE(small.outsideOf(mapping()).empty());
  EXPECT_FALSE(small.scope().covers(mapping()));
  small.label({Kind::LogicalUnit, unit});
  EXPECT_THAT(small.outsideOf(mapping()), IsEmpty());
  EXPECT_TRUE(small.scope().covers(mapping()));
}

TEST(Scope, WhatADraftIsAboutIsToldByItsEdits) {
  const Small small;
  const Scope scope = small.scope();
  EXPECT_TRUE(scope.covers(std::vector{setTo({Kind::Node, small.disk1}, "alias", std::string("Gold"))}));
  EXPECT_FALSE(scope.covers(std::vector{setTo({Kind::Node, small.disk2}, "alias", std::string("Gold"))}));
  EXPECT_FALSE(scope.covers(std::vector{join({Kind::Domain, small.zone1}, "nodes", {Kind::Node, small.disk2})}));
  EXPECT_FALSE(scope.covers(std::vector{Edit{EditOp::Create, fresh(Kind::Site), {}, {}}}));
  EXPECT_TRUE(scope.covers({}));
}

constexpr ObjectRef later(Kind kind) { return {kind, kFirstProvisional + 1}; }

TEST(Scope, WhatADraftMakesIsInTheScopeByTheLabelsItGivesIt) {
  const Small small;
  const Scope scope = small.scope();
  const ObjectRef pci{Kind::Label, small.pci};
  for (const Kind kind : {Kind::Host, Kind::Domain, Kind::Cluster}) {
    const std::vector<Edit> bare{{EditOp::Create, fresh(kind), {}, {}},
                                 setTo(fresh(kind), "name", std::string("payroll"))};
    EXPECT_EQ(scope.foreignEdit(bare), 0U) << nameOf(kind);
    std::vector<Edit> labelled = bare;
    labelled.push_back(join(fresh(kind), "labels", pci));
    EXPECT_EQ(scope.foreignEdit(labelled), std::nullopt) << nameOf(kind);
    labelled.push_back({EditOp::Remove, fresh(kind), "labels", pci});
    EXPECT_FALSE(scope.covers(labelled)) << nameOf(kind);
    std::vector<Edit> atOnce = bare;
    atOnce.push_back(setTo(fresh(kind), "labels", std::vector{pci}));
    EXPECT_TRUE(scope.covers(atOnce)) << nameOf(kind);
    atOnce.push_back(setTo(fresh(kind), "labels", {}));
    EXPECT_FALSE(scope.covers(atOnce)) << nameOf(kind);
  }
}

TEST(Scope, AHostThatADraftMakesHasTheLabelsOfItsCluster) {
  Small small;
  const Id own = small.san.create(Kind::Cluster, {{"name", "db"}});
  const Id other = small.san.create(Kind::Cluster, {{"name", "payroll"}});
  small.label({Kind::Cluster, own});
  const auto hostIn = [](ObjectRef cluster) {
    return std::vector<Edit>{{EditOp::Create, fresh(Kind::Host), {}, {}}, setTo(fresh(Kind::Host), "cluster", cluster)};
  };
  EXPECT_TRUE(small.scope().covers(hostIn({Kind::Cluster, own})));
  EXPECT_FALSE(small.scope().covers(hostIn({Kind::Cluster, other})));
  std::vector<Edit> both{{EditOp::Create, later(Kind::Cluster), {}, {}}};
  for (const Edit& edit : hostIn(later(Kind::Cluster))) both.push_back(edit);
  EXPECT_FALSE(small.scope().covers(both));
  both.push_back(join(later(Kind::Cluster), "labels", {Kind::Label, small.pci}));
  EXPECT_TRUE(small.scope().covers(both));
}

TEST(Scope, WhatADraftMakesToJoinObjectsIsInTheScopeWhenAllOfThemAre) {
  const Small small;
  const Scope scope = small.scope();
  std::vector<Edit> edits{{EditOp::Create, fresh(Kind::Domain), {}, {}},
                          {EditOp::Create, later(Kind::DomainSet), {}, {}},
                          setTo(later(Kind::DomainSet), "name", std::string("payroll"))};
  EXPECT_EQ(scope.foreignEdit(edits), 0U);
  edits.push_back(join(fresh(Kind::Domain), "labels", {Kind::Label, small.pci}));
  EXPECT_EQ(scope.foreignEdit(edits), 1U);
  edits.push_back(join(later(Kind::DomainSet), "domains", fresh(Kind::Domain)));
  EXPECT_EQ(scope.foreignEdit(edits), std::nullopt);
  edits.push_back(join(later(Kind::DomainSet), "domains", {Kind::Domain, small.zone2}));
  EXPECT_EQ(scope.foreignEdit(edits), 5U);
}

TEST(Scope, ADraftThatNamesANodeOrAPortalAnewIsNotCovered) {
  const Small small;
  for (const char* name : {"iqn.2026-01.example:web2", "iqn.2026-01.example:later"}) {
    const std::vector<Edit> edits{{EditOp::Create, fresh(Kind::Node), {}, {}},
                                  setTo(fresh(Kind::Node), "name", std::string(name)),
                                  join({Kind::Domain, small.zone1}, "nodes", fresh(Kind::Node))};
    EXPECT_EQ(small.scope().foreignEdit(edits), 0U) << name;
  }
  EXPECT_FALSE(small.scope().covers(std::vector{Edit{EditOp::Create, fresh(Kind::Portal), {}, {}}}));
}

TEST(Scope, ADomainMadeUnderItsNumberIsCoveredByItsLabel) {
  const Small small;
  const ObjectRef zone{Kind::Domain, 77};
  std::vector<Edit> edits{{EditOp::Create, zone, {}, {}}, setTo(zone, "name", std::string("zone3"))};
  EXPECT_FALSE(small.scope().covers(edits));
  edits.push_back(join(zone, "labels", {Kind::Label, small.pci}));
  EXPECT_TRUE(small.scope().covers(edits));
}

// ---- What an answer about edits may name
// -----------------------------------------------------------------------------

TEST(Scope, EditsThatNameWhatHeDoesNotSeeAreFound) {
  Small small;
  const auto unseen = [&](const std::vector<Edit>& edits) {
    const auto named = small.scope().unseenIn(edits);
    return named ? named->object : ObjectRef{};
  };
  const ObjectRef zone1{Kind::Domain, small.zone1}, zone2{Kind::Domain, small.zone2};
  const ObjectRef disk1{Kind::Node, small.disk1}, disk2{Kind::Node, small.disk2};
  EXPECT_EQ(unseen({{EditOp::Remove, zone2, "nodes", disk1}}), zone2);
  EXPECT_EQ(unseen({{EditOp::Remove, zone1, "nodes", disk1}, {EditOp::Remove, zone1, "nodes", disk2}}), disk2);
  EXPECT_EQ(small.scope().unseenIn(std::vector{join(zone1, "nodes", disk1), join(zone1, "nodes", disk2)})->edit, 1U);
  // One that changes nothing names it, too.
  EXPECT_EQ(unseen({setTo(zone2, "description", std::string())}), zone2);
  EXPECT_EQ(unseen({{EditOp::Create, fresh(Kind::Map), {}, {}}, setTo(fresh(Kind::Map), "target", disk2)}), disk2);
  // What is not there has no name, and what he sees he may be told of.
  EXPECT_EQ(unseen({setTo({Kind::Node, 9999}, "alias", std::string("x"))}), ObjectRef{});
  EXPECT_EQ(unseen({join(zone1, "nodes", disk1), setTo({Kind::Host, small.web1}, "name", std::string("w"))}),
            ObjectRef{});
}

TEST(Scope, TheOtherEndsOfWhatHeSeesAndTheTargetsOfHisUnitsMayBeNamed) {
  Small small;
  const ObjectRef disk2{Kind::Node, small.disk2};
  small.san.add({Kind::Domain, small.zone1}, "nodes", disk2);
  EXPECT_FALSE(small.scope().unseenIn(std::vector{Edit{EditOp::Remove, {Kind::Domain, small.zone1}, "nodes", disk2}}));
  EXPECT_TRUE(small.scope().unseenIn(std::vector{join({Kind::Host, small.web1}, "nodes", disk2)}));
  const std::vector<Edit> mapping{{EditOp::Create, fresh(Kind::Map), {}, {}}, setTo(fresh(Kind::Map), "target", disk2)};
  EXPECT_TRUE(small.scope().unseenIn(mapping));
  small.label({Kind::LogicalUnit, small.unit2});
  EXPECT_FALSE(small.scope().unseenIn(mapping));
}

// A domain that a client has made may have the number that stands for a new one.
TEST(Scope, ANumberOfANewObjectIsThatOfAnOldOneUnlessAnEditMakesIt) {
  Small small;
  const Id zone = small.san.create(Kind::Domain, {{"name", "wire"}}, kFirstProvisional);
  const ObjectRef ref{Kind::Domain, zone};
  EXPECT_TRUE(small.scope().unseenIn(std::vector{setTo(ref, "name", std::string("x"))}));
  EXPECT_FALSE(
      small.scope().unseenIn(std::vector{Edit{EditOp::Create, ref, {}, {}}, setTo(ref, "name", std::string("x"))}));
}

}  // namespace

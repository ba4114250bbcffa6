#include "shared/san/change.h"

#include <gtest/gtest.h>

#include "tests/support/san_builder.h"

using namespace test;

namespace {

constexpr Id kNew = kFirstProvisional;

Edited<Applied> change(const Snapshot& base, const std::vector<Edit>& edits,
                       std::optional<Writer> writer = Writer::ChangeSet) {
  return apply(base, edits, writer, base.revision + 1, base.time + 1);
}
EditError errorOf(const Snapshot& base, const std::vector<Edit>& edits) {
  const auto applied = change(base, edits);
  EXPECT_FALSE(applied.ok()) << "nothing was wrong";
  return applied.ok() ? EditError{} : applied.error();
}
Edit create(Kind kind, Id id = kNew) { return {EditOp::Create, {kind, id}, {}, {}}; }
Edit erase(Kind kind, Id id) { return {EditOp::Erase, {kind, id}, {}, {}}; }
Edit set(Kind kind, Id id, std::string field, Value value) {
  return {EditOp::Set, {kind, id}, std::move(field), std::move(value)};
}
Edit add(Kind kind, Id id, std::string field, ObjectRef member) {
  return {EditOp::Add, {kind, id}, std::move(field), member};
}
Edit leave(Kind kind, Id id, std::string field, ObjectRef member) {
  return {EditOp::Remove, {kind, id}, std::move(field), member};
}

// Two hosts of a cluster, a target with two logical units.
struct ChangeSets : testing::Test {
  SanBuilder san;
  Id web1 = san.host("web1", "iqn.2026-01.example:web1");
  Id web2 = san.host("web2", "iqn.2026-01.example:web2");
  Id node1 = san.nodeNamed("iqn.2026-01.example:web1");
  Id node2 = san.nodeNamed("iqn.2026-01.example:web2");
  Id disk = san.target("iqn.2026-01.example:disk");
  Id tape = san.target("iqn.2026-01.example:tape");
  Id unit1 = san.unit("naa.6001", disk, 0);
  Id unit2 = san.unit("naa.6002", disk, 1);
  Id farm = san.create(Kind::Cluster, {{"name", std::string("farm")}});

  std::vector<Edit> mapping(ObjectRef who, Id unit, std::uint64_t lun, Id target, Id id = kNew) {
    return {create(Kind::Map, id), set(Kind::Map, id, "who", who),
            set(Kind::Map, id, "target", ObjectRef{Kind::Node, target}),
            set(Kind::Map, id, "unit", ObjectRef{Kind::LogicalUnit, unit}), set(Kind::Map, id, "lun", lun)};
  }
};

TEST_F(ChangeSets, NewObjectsAreReferredToByProvisionalIdsAndGetRealOnes) {
  const auto applied = change(san.done(), {create(Kind::Domain), create(Kind::DomainSet, kNew + 1),
                                           set(Kind::Domain, kNew, "name", std::string("zone")),
                                           set(Kind::DomainSet, kNew + 1, "name", std::string("set")),
                                           add(Kind::DomainSet, kNew + 1, "domains", {Kind::Domain, kNew}),
                                           add(Kind::Domain, kNew, "nodes", {Kind::Node, node1})});
  ASSERT_TRUE(applied.ok()) << applied.error().text;
  const Id domain = applied->made.at({Kind::Domain, kNew}).id;
  const Id set = applied->made.at({Kind::DomainSet, kNew + 1}).id;
  EXPECT_FALSE(isProvisional(domain));
  EXPECT_TRUE(applied->snapshot.get<DomainSet>(set)->domains.contains(domain));
  EXPECT_TRUE(applied->snapshot.get<Domain>(domain)->nodes.contains(node1));
  EXPECT_EQ(applied->snapshot.revision, san.done().revision + 1);
}

TEST_F(ChangeSets, TheNumberOfTheWrongEditComesWithTheError) {
  const EditError error = errorOf(san.done(), {set(Kind::Host, web1, "name", std::string("a")),
                                               set(Kind::Host, web2, "site", ObjectRef{Kind::Site, 9}),
                                               set(Kind::Host, web2, "name", std::string("b"))});
  EXPECT_EQ(error.edit, 1U);
  EXPECT_EQ(error.text, "There is no site #9.");
}

TEST_F(ChangeSets, AMissingKeyIsTheFaultOfTheNewObjectAsTheDraftKnowsIt) {
  const EditError error =
      errorOf(san.done(), {set(Kind::Host, web1, "name", std::string("a")), create(Kind::Label, kNew + 3)});
  EXPECT_EQ(error.fault, EditFault::KeyMissing);
  EXPECT_EQ(error.edit, 1U);
  EXPECT_EQ(error.object, (ObjectRef{Kind::Label, kNew + 3}));
}

TEST_F(ChangeSets, WhatNoEditMadeCannotBeReferredTo) {
  EXPECT_EQ(errorOf(san.done(), {set(Kind::Host, web1, "site", ObjectRef{Kind::Site, kNew})}).fault,
            EditFault::BadValue);
  EXPECT_EQ(errorOf(san.done(), {set(Kind::Host, kNew, "name", std::string("x"))}).fault, EditFault::NoSuchObject);
  EXPECT_EQ(errorOf(san.done(), {add(Kind::Domain, kNew, "nodes", {Kind::Node, node1})}).fault,
            EditFault::NoSuchObject);
  EXPECT_EQ(errorOf(san.done(), {create(Kind::Label), create(Kind::Label)}).edit, 1U);
  EXPECT_EQ(errorOf(san.done(), {set(Kind::Host, web1, "colour", std::string("x"))}).fault, EditFault::NoSuchField);
  EXPECT_EQ(errorOf(san.done(), {erase(Kind::Host, 99)}).fault, EditFault::NoSuchObject);
}

TEST_F(ChangeSets, OnlyFactsOfAdministratorsMayBeWritten) {
  EXPECT_TRUE(change(san.done(), {set(Kind::Node, node1, "alias", std::string("left"))}).ok());
  const EditError name = errorOf(san.done(), {set(Kind::Node, node1, "name", std::string("iqn.2026-01.example:x"))});
  EXPECT_EQ(name.fault, EditFault::NotAllowed);
  EXPECT_EQ(name.text, "The field name of a node is what the name server knows.");
  EXPECT_EQ(errorOf(san.done(), {create(Kind::PortalGroup)}).fault, EditFault::NotAllowed);
  EXPECT_EQ(errorOf(san.done(), {erase(Kind::LogicalUnit, unit1)}).fault, EditFault::NotAllowed);
  EXPECT_EQ(
      errorOf(san.done(), {create(Kind::Credential), set(Kind::Credential, kNew, "state", std::string("retired"))})
          .edit,
      1U);
  EXPECT_TRUE(change(san.done(), {set(Kind::LogicalUnit, unit1, "bytes", std::uint64_t{7})}, Writer::Agent).ok());
  EXPECT_TRUE(change(san.done(), {erase(Kind::LogicalUnit, unit1)}, std::nullopt).ok());
}

TEST_F(ChangeSets, ANodeIsNamedBeforeItIsRegistered) {
  const auto applied = change(san.done(), {create(Kind::Node),
                                           set(Kind::Node, kNew, "name", std::string("IQN.2026-01.example:New")),
                                           set(Kind::Node, kNew, "alias", std::string("new")), create(Kind::Domain, 7),
                                           set(Kind::Domain, 7, "name", std::string("zone")),
                                           add(Kind::Domain, 7, "nodes", {Kind::Node, kNew})});
  ASSERT_TRUE(applied.ok()) << applied.error().text;
  const Id made = applied->made.at({Kind::Node, kNew}).id;
  const Node& node = *applied->snapshot.get<Node>(made);
  EXPECT_EQ(node.name, "iqn.2026-01.example:new");
  EXPECT_EQ(node.alias, "new");
  EXPECT_FALSE(node.registered());
  EXPECT_TRUE(applied->snapshot.get<Domain>(7)->nodes.contains(made));
}

TEST_F(ChangeSets, ANodeThatIsNamedAndKnownIsTheOneThatIsKnown) {
  const auto applied = change(san.done(), {create(Kind::Node),
                                           set(Kind::Node, kNew, "name", std::string("iqn.2026-01.example:web1")),
                                           set(Kind::Node, kNew, "alias", std::string("left"))});
  ASSERT_TRUE(applied.ok()) << applied.error().text;
  EXPECT_EQ(applied->made.at({Kind::Node, kNew}).id, node1);
  EXPECT_EQ(applied->snapshot.get<Node>(node1)->alias, "left");
  EXPECT_EQ(applied->snapshot.table<Node>().size(), san.done().table<Node>().size());
}

TEST_F(ChangeSets, APortalIsNamedByItsAddressWithOrWithoutPort) {
  const auto applied = change(san.done(), {create(Kind::Portal),
                                           set(Kind::Portal, kNew, "address", std::string("192.0.2.9"))});
  ASSERT_TRUE(applied.ok()) << applied.error().text;
  EXPECT_EQ(nameOf(applied->snapshot, applied->made.at({Kind::Portal, kNew})), "192.0.2.9:3260/tcp");
}

TEST_F(ChangeSets, WhatIsNamedHasItsNameAtOnceAndAGoodOne) {
  EXPECT_EQ(errorOf(san.done(), {create(Kind::Node)}).fault, EditFault::KeyMissing);
  EXPECT_EQ(errorOf(san.done(), {create(Kind::Node), set(Kind::Node, kNew, "alias", std::string("x"))}).fault,
            EditFault::KeyMissing);
  const EditError name = errorOf(san.done(), {create(Kind::Node), set(Kind::Node, kNew, "name", std::string("web9"))});
  EXPECT_EQ(name.fault, EditFault::BadValue);
  EXPECT_EQ(name.edit, 1U);
  EXPECT_EQ(errorOf(san.done(), {create(Kind::Portal), set(Kind::Portal, kNew, "address", std::string("here"))}).fault,
            EditFault::BadValue);
  // A registration, not a change set, is what makes one with a number, and only the name server erases one.
  EXPECT_EQ(errorOf(san.done(), {create(Kind::Node, 999),
                                 set(Kind::Node, 999, "name", std::string("iqn.2026-01.example:n"))})
                .fault,
            EditFault::KeyMissing);
  EXPECT_EQ(errorOf(san.done(), {erase(Kind::Node, node1)}).fault, EditFault::NotAllowed);
}

TEST_F(ChangeSets, ACredentialIsMadeWithItsKeys) {
  const std::vector<Edit> edits{
      create(Kind::Credential), set(Kind::Credential, kNew, "initiator", ObjectRef{Kind::Node, node1}),
      set(Kind::Credential, kNew, "target", ObjectRef{Kind::Node, disk}), set(Kind::Credential, kNew, "mutual", true)};
  const auto applied = change(san.done(), edits);
  ASSERT_TRUE(applied.ok()) << applied.error().text;
  const EditError twice = errorOf(applied->snapshot, edits);
  EXPECT_EQ(twice.fault, EditFault::CredentialTwice);
  EXPECT_EQ(twice.object, (ObjectRef{Kind::Credential, kNew}));
  SanBuilder later(applied->snapshot);
  later.set(applied->made.at({Kind::Credential, kNew}), "state", std::string("retired"));
  EXPECT_TRUE(change(later.done(), edits).ok()) << "beside a retired one";
}

TEST_F(ChangeSets, AnEditThatSaysWhatIsSoLeavesTheRevision) {
  const auto applied =
      change(san.done(), {set(Kind::Host, web1, "name", std::string("web1")), set(Kind::Host, web1, "site", Value{})});
  ASSERT_TRUE(applied.ok());
  EXPECT_EQ(applied->snapshot.get<Host>(web1)->changed, san.done().get<Host>(web1)->changed);
}

TEST_F(ChangeSets, MembersThatJoinAndLeaveInARowAreCheckedOneByOne) {
  const Id zone = san.zone("zone", {node1});
  const auto applied = change(san.done(), {add(Kind::Domain, zone, "nodes", {Kind::Node, node2}),
                                           leave(Kind::Domain, zone, "nodes", {Kind::Node, node1}),
                                           add(Kind::Domain, zone, "nodes", {Kind::Node, disk})});
  ASSERT_TRUE(applied.ok()) << applied.error().text;
  const Domain& now = *applied->snapshot.get<Domain>(zone);
  EXPECT_EQ(now.nodes.size(), 2U);
  EXPECT_FALSE(now.nodes.contains(node1));
  const EditError gone = errorOf(san.done(), {add(Kind::Domain, zone, "nodes", {Kind::Node, node2}),
                                              leave(Kind::Domain, zone, "nodes", {Kind::Node, disk}),
                                              add(Kind::Domain, zone, "nodes", {Kind::Node, tape})});
  EXPECT_EQ(gone.edit, 1U);
  EXPECT_EQ(gone.text, "iqn.2026-01.example:disk is not in nodes of zone.");
  EXPECT_EQ(errorOf(san.done(), {add(Kind::Domain, zone, "nodes", {Kind::Node, node2}),
                                 add(Kind::Domain, zone, "nodes", {Kind::Host, web1})})
                .edit,
            1U);
  EXPECT_EQ(errorOf(san.done(), {add(Kind::Domain, zone, "name", {Kind::Node, node2})}).fault, EditFault::BadValue);
}

TEST_F(ChangeSets, ADomainMayBeMadeUnderItsNumberAndNothingElse) {
  const auto applied =
      change(san.done(), {create(Kind::Domain, 77), set(Kind::Domain, 77, "name", std::string("zone"))});
  ASSERT_TRUE(applied.ok()) << applied.error().text;
  EXPECT_EQ(applied->snapshot.get<Domain>(77)->name, "zone");
  EXPECT_EQ(errorOf(san.done(), {create(Kind::Host, 77)}).fault, EditFault::BadValue);
  const auto far =
      change(san.done(), {create(Kind::Domain, 0x70000000), set(Kind::Domain, 0x70000000, "name", std::string("far")),
                          create(Kind::Domain), set(Kind::Domain, kNew, "name", std::string("near"))});
  ASSERT_TRUE(far.ok()) << far.error().text;
  EXPECT_LT(far->made.at({Kind::Domain, kNew}).id, 10U);
}

TEST_F(ChangeSets, SettingsHaveTheirOneNumber) {
  const auto applied =
      change(san.done(), {create(Kind::Settings), set(Kind::Settings, kNew, "secret_days", std::uint64_t{30})});
  ASSERT_TRUE(applied.ok()) << applied.error().text;
  EXPECT_EQ(applied->snapshot.settings().secretDays, 30U);
}

TEST_F(ChangeSets, TooManyEditsAreRefusedWhole) {
  const std::vector<Edit> edits(kMaxEdits + 1, set(Kind::Host, web1, "name", std::string("a")));
  EXPECT_EQ(errorOf(san.done(), edits).fault, EditFault::Limit);
}

TEST_F(ChangeSets, OneInitiatorGetsALunOfATargetOnce) {
  san.map({Kind::Host, web1}, disk, unit1, 3);
  const EditError direct = errorOf(san.done(), mapping({Kind::Node, node1}, unit2, 3, disk));
  EXPECT_EQ(direct.fault, EditFault::LunTaken);
  EXPECT_EQ(direct.object, (ObjectRef{Kind::Map, kNew}));
  EXPECT_EQ(direct.text,
            "LUN 3 of iqn.2026-01.example:disk is given to iqn.2026-01.example:web1 by two maps, with naa.6002 and "
            "naa.6001: choose another LUN for one of them.");
  EXPECT_TRUE(change(san.done(), mapping({Kind::Node, node1}, unit2, 4, disk)).ok());
  EXPECT_TRUE(change(san.done(), mapping({Kind::Node, node2}, unit2, 3, disk)).ok());
}

TEST_F(ChangeSets, AHostThatJoinsAClusterBringsItsLunsIntoConflict) {
  san.map({Kind::Host, web1}, disk, unit1, 3);
  san.map({Kind::Cluster, farm}, disk, unit2, 3);
  const EditError error = errorOf(san.done(), {set(Kind::Host, web1, "cluster", ObjectRef{Kind::Cluster, farm})});
  EXPECT_EQ(error.fault, EditFault::LunTaken);
  EXPECT_EQ(error.object, (ObjectRef{Kind::Host, web1}));
  EXPECT_EQ(error.edit, 0U);
  EXPECT_TRUE(change(san.done(), {set(Kind::Host, web2, "cluster", ObjectRef{Kind::Cluster, farm})}).ok());
}

// What a host names itself comes before what it has with an entity.
TEST_F(ChangeSets, AHostThatGoesOrLetsGoLeavesNoLunTwiceToWhoGetsItsInitiator) {
  const Id taker =
      san.create(Kind::Host, {{"name", std::string("taker")}, {"nodes", std::vector<ObjectRef>{{Kind::Node, node1}}}});
  san.map({Kind::Node, node1}, disk, unit1, 3);
  san.map({Kind::Host, web1}, disk, unit2, 3);
  const std::vector<Edit> ways{erase(Kind::Host, taker), leave(Kind::Host, taker, "nodes", {Kind::Node, node1})};
  for (const Edit& edit : ways) {
    const EditError error = errorOf(san.done(), {edit});
    EXPECT_EQ(error.fault, EditFault::LunTaken);
    EXPECT_EQ(error.object, (ObjectRef{Kind::Host, web1}));
    EXPECT_EQ(error.text,
              "LUN 3 of iqn.2026-01.example:disk is given to iqn.2026-01.example:web1 by two maps, with naa.6001 and "
              "naa.6002: it falls to the host web1, as no other host has it any more. Erase one of them, or give it "
              "another LUN.");
  }
  // A fault that is there already does not stop what has nothing to do with it.
  san.erase({Kind::Host, taker});
  EXPECT_TRUE(change(san.done(), {set(Kind::Host, web1, "name", std::string("web0"))}).ok());
  EXPECT_TRUE(change(san.done(), {erase(Kind::Host, web2)}).ok());
}

TEST_F(ChangeSets, TheSameMapTwiceIsRefused) {
  san.map({Kind::Host, web1}, disk, unit1, 3);
  EXPECT_EQ(errorOf(san.done(), mapping({Kind::Host, web1}, unit1, 4, disk)).fault, EditFault::MappedTwice);
  EXPECT_TRUE(change(san.done(), mapping({Kind::Host, web2}, unit1, 4, disk)).ok());
}

TEST_F(ChangeSets, AMapNeedsATargetThatHasTheUnit) {
  const EditError error = errorOf(san.done(), mapping({Kind::Host, web1}, unit1, 3, tape));
  EXPECT_EQ(error.fault, EditFault::NotBehind);
  EXPECT_EQ(error.text, "naa.6001 does not stand behind iqn.2026-01.example:tape: choose a target that has it.");
}

TEST_F(ChangeSets, AFaultThatWasThereStopsNoOtherChange) {
  const Id map = san.map({Kind::Host, web1}, disk, unit1, 3);
  san.set({Kind::LogicalUnit, unit1}, "paths", std::vector<Access>{{{Kind::Node, tape}, {}, 0, Right::ReadWrite}});
  san.map({Kind::Node, node1}, disk, unit2, 3);
  EXPECT_TRUE(change(san.done(), {set(Kind::Host, web2, "name", std::string("db1"))}).ok());
  EXPECT_FALSE(change(san.done(), {set(Kind::Map, map, "right", std::string("read-only"))}).ok());
}

TEST_F(ChangeSets, ANodeAndAnEntityAreOfOneHost) {
  const Id entity = san.done().get<Node>(node1)->entity.id;
  const EditError error = errorOf(san.done(), {add(Kind::Host, web2, "entities", {Kind::Entity, entity})});
  EXPECT_EQ(error.fault, EditFault::InTwoHosts);
  EXPECT_EQ(error.object, (ObjectRef{Kind::Host, web2}));
  san.add({Kind::Host, web1}, "nodes", {Kind::Node, tape});
  EXPECT_EQ(errorOf(san.done(), {add(Kind::Host, web2, "nodes", {Kind::Node, tape})}).fault, EditFault::InTwoHosts);
}

TEST_F(ChangeSets, AWindowEndsAfterItStarts) {
  const auto window = [&](std::uint64_t ends) {
    return change(san.done(),
                  {create(Kind::Window), set(Kind::Window, kNew, "name", std::string("night")),
                   set(Kind::Window, kNew, "starts", std::uint64_t{100}), set(Kind::Window, kNew, "ends", ends)});
  };
  ASSERT_FALSE(window(100).ok());
  EXPECT_EQ(window(100).error().fault, EditFault::EndsTooEarly);
  EXPECT_TRUE(window(101).ok());
}

TEST_F(ChangeSets, TheFootprintIsWhatIsChangedAndWhatIsReferredTo) {
  const Id map = san.map({Kind::Host, web1}, disk, unit1, 3);
  const Id zone = san.zone("zone", {node1});
  const std::vector<Edit> edits{
      erase(Kind::Host, web1), create(Kind::Label), set(Kind::Label, kNew, "name", std::string("PCI")),
      add(Kind::Domain, zone, "nodes", {Kind::Node, disk}), add(Kind::Domain, zone, "labels", {Kind::Label, kNew})};
  const Footprint found = footprint(san.done(), edits);
  std::vector<ObjectRef> changed;
  for (const Dependence& one : found.changed) changed.push_back(one.object);
  EXPECT_EQ(changed, (std::vector<ObjectRef>{{Kind::Domain, zone}, {Kind::Host, web1}, {Kind::Map, map}}));
  ASSERT_EQ(found.read.size(), 1U);
  EXPECT_EQ(found.read[0], (Dependence{{Kind::Node, disk}, san.done().get<Node>(disk)->changed}));
}

TEST_F(ChangeSets, StaleIsByObjectAndNotByTheCounter) {
  const Id zone = san.zone("zone", {node1});
  const Footprint found =
      footprint(san.done(), std::vector<Edit>{add(Kind::Domain, zone, "nodes", {Kind::Node, disk})});
  san.set({Kind::Host, web2}, "name", std::string("db1"));
  EXPECT_TRUE(staleObjects(found, san.done()).empty());
  san.set({Kind::Node, disk}, "alias", std::string("left"));
  EXPECT_EQ(staleObjects(found, san.done()), (std::vector<ObjectRef>{{Kind::Node, disk}}));
  san.erase({Kind::Domain, zone});
  EXPECT_EQ(staleObjects(found, san.done()), (std::vector<ObjectRef>{{Kind::Node, disk}, {Kind::Domain, zone}}));
}

TEST_F(ChangeSets, ADomainOfAnyNumberThatTheNameServerTakesIsChangedAndErased) {
  for (const Id id : {Id{0x80000000}, Id{0xc0000001}, kFirstProvisional - 1}) {
    const Id far = san.create(Kind::Domain, {{"name", "far" + std::to_string(id)}}, id);
    const auto changed =
        change(san.done(), {set(Kind::Domain, far, "name", std::string("near")),
                            add(Kind::Domain, far, "nodes", {Kind::Node, node1}), create(Kind::DomainSet),
                            set(Kind::DomainSet, kNew, "name", std::string("s")),
                            add(Kind::DomainSet, kNew, "domains", {Kind::Domain, far})});
    ASSERT_TRUE(changed.ok()) << changed.error().text;
    EXPECT_EQ(changed->snapshot.get<Domain>(id)->name, "near");
    const auto erased = change(san.done(), {erase(Kind::Domain, far)});
    ASSERT_TRUE(erased.ok()) << erased.error().text;
    EXPECT_EQ(erased->snapshot.get<Domain>(id), nullptr);
    EXPECT_TRUE(
        change(san.done(), {create(Kind::DomainSet, id), set(Kind::DomainSet, id, "name", std::string("s"))}).ok());
  }
}

// Of a name server that still took from a client the numbers that edits take for those of new objects.
TEST_F(ChangeSets, ADomainWithANumberBeyondTheirsIsShownAndCannotBeChanged) {
  Snapshot base = san.done();
  for (const Id id : {Id{0xffffffff}, kNew}) {
    SnapshotEditor editor(base, base.revision + 1, base.time);
    ASSERT_TRUE(editor.create(Kind::Domain, id).ok());
    editor.own<Domain>(id).name = "far" + std::to_string(id);
    base = std::move(editor.finish()).value();
  }
  EXPECT_EQ(nameOf(base, {Kind::Domain, 0xffffffff}), "far4294967295");
  for (const auto& edits : {std::vector<Edit>{set(Kind::Domain, 0xffffffff, "name", std::string("near"))},
                            std::vector<Edit>{erase(Kind::Domain, 0xffffffff)},
                            std::vector<Edit>{erase(Kind::Domain, kNew)},
                            std::vector<Edit>{create(Kind::DomainSet),
                                              add(Kind::DomainSet, kNew, "domains", {Kind::Domain, 0xffffffff})}}) {
    const EditError error = errorOf(base, edits);
    EXPECT_NE(error.text.find("The domain far"), std::string::npos) << error.text;
    EXPECT_NE(error.text.find("which a client has chosen"), std::string::npos) << error.text;
    EXPECT_EQ(error.edit, edits.size() - 1);
  }
  // What the edits make has its number to itself.
  const auto made = change(base, {create(Kind::Domain), set(Kind::Domain, kNew, "name", std::string("zone"))});
  ASSERT_TRUE(made.ok()) << made.error().text;
  EXPECT_EQ(made->snapshot.get<Domain>(kNew)->name, "far" + std::to_string(kNew));
  EXPECT_LT(made->made.at({Kind::Domain, kNew}).id, kNew);
}

}  // namespace

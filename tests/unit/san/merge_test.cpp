#include "shared/san/merge.h"

#include <gtest/gtest.h>

#include "tests/support/san_builder.h"

using namespace test;

namespace {

constexpr Id kNew = kFirstProvisional;

struct Merges : testing::Test {
  SanBuilder san;
  Id web1 = san.host("web1", "iqn.2026-01.example:web1");
  Id web2 = san.host("web2", "iqn.2026-01.example:web2");
  Id node1 = san.nodeNamed("iqn.2026-01.example:web1");
  Id node2 = san.nodeNamed("iqn.2026-01.example:web2");
  Id disk = san.target("iqn.2026-01.example:disk");
  Id unit = san.unit("naa.6001", disk, 0);
  Id unit2 = san.unit("naa.6002", disk, 1);
  Id zone = san.zone("zone", {disk});
  Snapshot base = san.done();
  std::vector<Edit> draft;
  Snapshot result;

  void set(ObjectRef object, std::string field, Value value) {
    draft.push_back({EditOp::Set, object, std::move(field), std::move(value)});
  }
  void add(ObjectRef object, std::string field, ObjectRef member) {
    draft.push_back({EditOp::Add, object, std::move(field), member});
  }
  Merged merged() {
    const auto made = merge(base, draft, san.done());
    EXPECT_TRUE(made.ok()) << (made.ok() ? std::string() : made.error().text);
    if (!made) return {};
    const auto applied = apply(san.done(), made->edits, Writer::ChangeSet, san.done().revision + 1, 0);
    EXPECT_TRUE(applied.ok()) << (applied.ok() ? std::string() : applied.error().text);
    if (applied) result = applied->snapshot;
    return *made;
  }
};

TEST_F(Merges, BothSidesMembersStandTogetherAndAreListed) {
  add({Kind::Domain, zone}, "nodes", {Kind::Node, node1});
  san.add({Kind::Domain, zone}, "nodes", {Kind::Node, node2});
  const Merged made = merged();
  EXPECT_TRUE(made.conflicts.empty());
  ASSERT_EQ(made.taken.size(), 1U);
  EXPECT_EQ(made.taken[0].object, (ObjectRef{Kind::Domain, zone}));
  EXPECT_EQ(made.taken[0].field, "nodes");
  EXPECT_EQ(made.taken[0].theirs, Value(std::vector<ObjectRef>{{Kind::Node, node2}, {Kind::Node, disk}}));
  EXPECT_EQ(result.get<Domain>(zone)->nodes.size(), 3U);
}

TEST_F(Merges, AFieldThatBothChangedIsAConflictAndTheirsStands) {
  set({Kind::Domain, zone}, "chap", std::string("mutual"));
  set({Kind::Domain, zone}, "md5_refused", true);
  san.set({Kind::Domain, zone}, "chap", std::string("one-way"));
  const Merged made = merged();
  ASSERT_EQ(made.conflicts.size(), 1U);
  EXPECT_EQ(made.conflicts[0].field, "chap");
  EXPECT_EQ(made.conflicts[0].base, Value(std::string("none")));
  EXPECT_EQ(made.conflicts[0].theirs, Value(std::string("one-way")));
  EXPECT_EQ(made.conflicts[0].ours, Value(std::string("mutual")));
  EXPECT_TRUE(made.taken.empty());
  EXPECT_EQ(result.get<Domain>(zone)->chap, ChapDemand::OneWay);
  EXPECT_TRUE(result.get<Domain>(zone)->md5Refused);
}

TEST_F(Merges, TheSameChangeOnBothSidesIsNone) {
  set({Kind::Domain, zone}, "chap", std::string("mutual"));
  add({Kind::Domain, zone}, "nodes", {Kind::Node, node1});
  san.set({Kind::Domain, zone}, "chap", std::string("mutual"));
  san.add({Kind::Domain, zone}, "nodes", {Kind::Node, node1});
  const Merged made = merged();
  EXPECT_TRUE(made.conflicts.empty());
  EXPECT_TRUE(made.edits.empty());
  EXPECT_EQ(made.taken.size(), 2U);
}

TEST_F(Merges, NewObjectsOfBothSidesAreTwoThoughTheirNumbersWouldMeet) {
  draft.push_back({EditOp::Create, {Kind::Site, kNew}, {}, {}});
  set({Kind::Site, kNew}, "name", std::string("Berlin"));
  set({Kind::Host, web1}, "site", ObjectRef{Kind::Site, kNew});
  const Id paris = san.create(Kind::Site, {{"name", std::string("Paris")}});
  san.set({Kind::Host, web2}, "site", ObjectRef{Kind::Site, paris});
  EXPECT_TRUE(merged().conflicts.empty());
  EXPECT_EQ(result.get<Host>(web1)->site.id, result.find(Kind::Site, "Berlin"));
  EXPECT_EQ(result.get<Host>(web2)->site.id, paris);
}

TEST_F(Merges, ANameThatOthersTookIsAConflict) {
  draft.push_back({EditOp::Create, {Kind::Site, kNew}, {}, {}});
  set({Kind::Site, kNew}, "name", std::string("Berlin"));
  set({Kind::Host, web1}, "site", ObjectRef{Kind::Site, kNew});
  set({Kind::Host, web1}, "name", std::string("front"));
  san.create(Kind::Site, {{"name", std::string("Berlin")}});
  const Merged made = merged();
  ASSERT_EQ(made.conflicts.size(), 2U);
  EXPECT_EQ(made.conflicts[0].object, (ObjectRef{Kind::Site, kNew}));
  EXPECT_EQ(made.conflicts[0].why, "The site Berlin is there already: choose another name.");
  EXPECT_EQ(made.conflicts[1].field, "site");
  EXPECT_EQ(result.get<Host>(web1)->name, "front");
}

TEST_F(Merges, WhatOthersErasedCannotBeChangedNorReferredTo) {
  add({Kind::Domain, zone}, "nodes", {Kind::Node, node1});
  add({Kind::Domain, zone}, "nodes", {Kind::Node, node2});
  set({Kind::Host, web1}, "name", std::string("front"));
  san.erase({Kind::Host, web1});
  san.erase({Kind::Node, node1});
  const Merged made = merged();
  ASSERT_EQ(made.conflicts.size(), 2U);
  EXPECT_EQ(made.conflicts[0].object, (ObjectRef{Kind::Host, web1}));
  EXPECT_EQ(made.conflicts[0].why, "Others erased what the draft changes.");
  EXPECT_EQ(made.conflicts[1].field, "nodes");
  EXPECT_TRUE(result.get<Domain>(zone)->nodes.contains(node2));
  ASSERT_EQ(made.taken.size(), 1U);  // the node that the draft refers to
  EXPECT_EQ(made.taken[0].object, (ObjectRef{Kind::Node, node1}));
  EXPECT_EQ(made.taken[0].why, "Others erased it.");
}

TEST_F(Merges, WhatOthersChangedOrUseIsNotErased) {
  draft.push_back({EditOp::Erase, {Kind::Host, web1}, {}, {}});
  draft.push_back({EditOp::Erase, {Kind::Host, web2}, {}, {}});
  san.set({Kind::Host, web1}, "name", std::string("front"));
  const Id map = san.map({Kind::Host, web2}, disk, unit, 1);
  const Merged made = merged();
  ASSERT_EQ(made.conflicts.size(), 2U);
  EXPECT_EQ(made.conflicts[0].why, "Others changed what the draft erases.");
  EXPECT_EQ(made.conflicts[1].why, "It is in use by the map #" + std::to_string(map) + ".");
  EXPECT_TRUE(made.edits.empty());
}

TEST_F(Merges, ALunThatOthersUsedIsAConflict) {
  draft.push_back({EditOp::Create, {Kind::Map, kNew}, {}, {}});
  set({Kind::Map, kNew}, "who", ObjectRef{Kind::Host, web1});
  set({Kind::Map, kNew}, "target", ObjectRef{Kind::Node, disk});
  set({Kind::Map, kNew}, "unit", ObjectRef{Kind::LogicalUnit, unit});
  set({Kind::Map, kNew}, "lun", std::uint64_t{4});
  san.map({Kind::Node, node1}, disk, unit2, 4);
  const Merged made = merged();
  ASSERT_EQ(made.conflicts.size(), 1U);
  EXPECT_EQ(made.conflicts[0].object, (ObjectRef{Kind::Map, kNew}));
  EXPECT_NE(made.conflicts[0].why.find("choose another LUN"), std::string::npos);
}

TEST_F(Merges, ADraftThatDoesNotFitItsOwnBaseIsAnError) {
  set({Kind::Host, 99}, "name", std::string("x"));
  const auto made = merge(base, draft, san.done());
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().edit, 0U);
}

}  // namespace

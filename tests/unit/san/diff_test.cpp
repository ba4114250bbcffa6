#include "shared/san/diff.h"

#include <gtest/gtest.h>

#include "shared/san/inverse.h"
#include "tests/support/san_builder.h"

using namespace test;

namespace {

using Lines = std::vector<std::string>;

Lines linesOf(const Snapshot& before, const Snapshot& after) { return textLines(diff(before, after), before, after); }

Snapshot applied(const Snapshot& base, const std::vector<Edit>& edits, std::optional<Writer> writer = std::nullopt) {
  auto result = apply(base, edits, writer, base.revision + 1, base.time + 1);
  EXPECT_TRUE(result.ok()) << (result.ok() ? std::string() : result.error().field + ": " + result.error().text);
  return result.ok() ? std::move(result)->snapshot : base;
}

struct Diffs : testing::Test {
  SanBuilder san;
  Id web1 = san.host("web1", "iqn.2026-01.example:web1");
  Id node1 = san.nodeNamed("iqn.2026-01.example:web1");
  Id disk = san.target("iqn.2026-01.example:disk");
  Id unit = san.unit("naa.6001", disk, 0);
  Id zone1 = san.zone("zone1", {disk});
  Id set1 = *san.done().find(Kind::DomainSet, "set1");
};

TEST_F(Diffs, ASnapshotDiffersFromItselfInNothing) { EXPECT_TRUE(diff(san.done(), san.done()).objects.empty()); }

TEST_F(Diffs, FieldsAndMembersAreToldForPeople) {
  const Snapshot before = san.done();
  san.add({Kind::Domain, zone1}, "nodes", {Kind::Node, node1});
  san.set({Kind::Domain, zone1}, "chap", std::string("mutual"));
  const Id site = san.create(Kind::Site, {{"name", std::string("Berlin")}});
  san.set({Kind::Host, web1}, "site", ObjectRef{Kind::Site, site});
  const Snapshot after = san.done();
  EXPECT_EQ(linesOf(before, after), (Lines{"domain zone1: + node iqn.2026-01.example:web1, chap none -> mutual",
                                           "+ site Berlin", "host web1: site none -> Berlin"}));
  EXPECT_EQ(linesOf(after, before), (Lines{"domain zone1: - node iqn.2026-01.example:web1, chap mutual -> none",
                                           "- site Berlin", "host web1: site Berlin -> none"}));
}

TEST_F(Diffs, WhatIsNewIsToldWithWhatItHas) {
  const Snapshot before = san.done();
  san.map({Kind::Host, web1}, disk, unit, 3);
  EXPECT_EQ(linesOf(before, san.done()), (Lines{"+ map web1, iqn.2026-01.example:disk, naa.6001: lun 3"}));
}

TEST_F(Diffs, TimesAreToldAsTimes) {
  const Snapshot before = san.done();
  san.set({Kind::Node, node1}, "last_seen", std::uint64_t{1767225600});
  EXPECT_EQ(linesOf(before, san.done()),
            (Lines{"node iqn.2026-01.example:web1: last_seen none -> 2026-01-01T00:00:00Z"}));
}

TEST_F(Diffs, ObjectsAscendByKindAndIdWithValuesOfBothSides) {
  const Snapshot before = san.done();
  san.set({Kind::Host, web1}, "name", std::string("web2"));
  san.erase({Kind::Domain, zone1});
  const Diff found = diff(before, san.done());
  ASSERT_EQ(found.objects.size(), 3U);
  EXPECT_EQ(found.objects[0].object, (ObjectRef{Kind::Domain, zone1}));
  EXPECT_EQ(found.objects[0].fate, Fate::Erased);
  EXPECT_EQ(found.objects[1].object, (ObjectRef{Kind::DomainSet, set1}));
  EXPECT_EQ(found.objects[1].fields[0].removed, Value(std::vector<ObjectRef>{{Kind::Domain, zone1}}));
  const FieldChange* name = found.objects[2].find(findField(Kind::Host, "name"));
  ASSERT_NE(name, nullptr);
  EXPECT_EQ(name->before, Value(std::string("web1")));
  EXPECT_EQ(name->after, Value(std::string("web2")));
}

TEST_F(Diffs, TheOrderOfAListIsNoDifference) {
  const Id net = san.create(
      Kind::Network, {{"name", std::string("a")}, {"subnets", std::vector<std::string>{"10.0.0.0/24", "10.0.1.0/24"}}});
  const Snapshot before = san.done();
  san.set({Kind::Network, net}, "subnets", std::vector<std::string>{"10.0.1.0/24", "10.0.0.0/24"});
  EXPECT_TRUE(diff(before, san.done()).objects.empty());
  san.set({Kind::Network, net}, "subnets", std::vector<std::string>{"10.0.1.0/24", "10.0.2.0/24"});
  EXPECT_EQ(linesOf(before, san.done()), (Lines{"network a: + subnets 10.0.2.0/24, - subnets 10.0.0.0/24"}));
}

TEST_F(Diffs, TheEditsOfADifferenceLeadToTheOtherSnapshot) {
  const Snapshot before = san.done();
  san.map({Kind::Host, web1}, disk, unit, 3);
  const Id zone2 = san.zone("zone2", {node1, disk});
  san.remove({Kind::Domain, zone1}, "nodes", {Kind::Node, disk});
  const Id label = san.create(Kind::Label, {{"name", std::string("PCI")}});
  san.add({Kind::Domain, zone2}, "labels", {Kind::Label, label});
  const Snapshot after = san.done();
  const auto there = editsOf(diff(before, after), Writer::ChangeSet);
  EXPECT_TRUE(diff(applied(before, there, Writer::ChangeSet), after).objects.empty());
  const auto back = editsOf(diff(after, before), Writer::ChangeSet);
  EXPECT_TRUE(diff(applied(after, back, Writer::ChangeSet), before).objects.empty());
}

TEST_F(Diffs, NamesThatMoveInARingAndIntoErasedAndNewObjects) {
  std::vector<Id> label;
  for (const char* name : {"a", "b", "c", "d", "e"})
    label.push_back(san.create(Kind::Label, {{"name", std::string(name)}}));
  const Snapshot before = san.done();
  const auto name = [&](Id id, const char* to) { san.set({Kind::Label, id}, "name", std::string(to)); };
  san.erase({Kind::Label, label[3]});
  name(label[0], "x");
  name(label[1], "a");
  name(label[2], "b");
  name(label[0], "c");                                    // a, b, c in a ring
  name(label[4], "d");                                    // what was erased
  san.create(Kind::Label, {{"name", std::string("e")}});  // what was renamed
  EXPECT_TRUE(diff(applied(before, editsOf(diff(before, san.done()))), san.done()).objects.empty());
}

TEST_F(Diffs, OnlyWhatTheWriterMayChangeBecomesEdits) {
  const Snapshot before = san.done();
  san.set({Kind::Node, node1}, "symbolic_name", std::string("web"));
  san.set({Kind::Node, node1}, "alias", std::string("left"));
  san.initiator("iqn.2026-01.example:new");
  const auto edits = editsOf(diff(before, san.done()), Writer::ChangeSet);
  ASSERT_EQ(edits.size(), 1U);
  EXPECT_EQ(edits[0].field, "alias");
}

// The change of each test, then what somebody did since, then the inverse.
struct Inverses : Diffs {
  Snapshot before;
  Snapshot after;
  void begin() { before = san.done(); }
  void end() { after = san.done(); }
  Inverse takeBack() {
    Inverse made = inverse(before, after, san.done());
    result = applied(san.done(), made.edits, Writer::ChangeSet);
    return made;
  }
  Snapshot result;
};

TEST_F(Inverses, AChangeIsTakenBackWhole) {
  begin();
  const Id map = san.map({Kind::Host, web1}, disk, unit, 3);
  san.add({Kind::Domain, zone1}, "nodes", {Kind::Node, node1});
  san.set({Kind::Domain, zone1}, "chap", std::string("mutual"));
  end();
  san.set({Kind::Node, disk}, "alias", std::string("by somebody else"));
  EXPECT_TRUE(takeBack().left.empty());
  EXPECT_EQ(result.get<Map>(map), nullptr);
  EXPECT_EQ(linesOf(before, result), (Lines{"node iqn.2026-01.example:disk: alias none -> by somebody else"}));
}

TEST_F(Inverses, WhatWasChangedSinceIsLeftAloneAndReported) {
  const Id other = san.initiator("iqn.2026-01.example:other");
  begin();
  san.add({Kind::Domain, zone1}, "nodes", {Kind::Node, node1});
  san.set({Kind::Domain, zone1}, "chap", std::string("mutual"));
  end();
  san.set({Kind::Domain, zone1}, "chap", std::string("one-way"));
  san.add({Kind::Domain, zone1}, "nodes", {Kind::Node, other});
  const Inverse made = takeBack();
  ASSERT_EQ(made.left.size(), 1U);
  EXPECT_EQ(made.left[0].field, "chap");
  EXPECT_EQ(result.get<Domain>(zone1)->chap, ChapDemand::OneWay);
  EXPECT_FALSE(result.get<Domain>(zone1)->nodes.contains(node1));
  EXPECT_TRUE(result.get<Domain>(zone1)->nodes.contains(other));
}

TEST_F(Inverses, WhatIsInUseSinceIsNotErased) {
  begin();
  const Id site = san.create(Kind::Site, {{"name", std::string("Berlin")}});
  const Id farm = san.create(Kind::Cluster, {{"name", std::string("farm")}});
  end();
  san.set({Kind::Host, web1}, "site", ObjectRef{Kind::Site, site});
  const Id map = san.map({Kind::Cluster, farm}, disk, unit, 1);
  const Inverse made = takeBack();
  ASSERT_EQ(made.left.size(), 2U);
  EXPECT_TRUE(made.edits.empty());
  EXPECT_NE(result.get<Map>(map), nullptr);
  std::vector<std::string> why;
  for (const Dropped& one : made.left) why.push_back(one.why);
  std::ranges::sort(why);
  EXPECT_EQ(why[0], "It is in use by the host web1.");
}

TEST_F(Inverses, WhatWasErasedComesAgainWithWhatReferredToIt) {
  const Id site = san.create(Kind::Site, {{"name", std::string("Berlin")}});
  san.set({Kind::Host, web1}, "site", ObjectRef{Kind::Site, site});
  san.map({Kind::Host, web1}, disk, unit, 3);
  begin();
  san.erase({Kind::Host, web1});
  san.erase({Kind::Domain, zone1});
  san.erase({Kind::Site, site});
  end();
  EXPECT_TRUE(takeBack().left.empty());
  EXPECT_NE(result.get<Domain>(zone1), nullptr) << "a domain keeps its number";
  EXPECT_TRUE(result.get<DomainSet>(set1)->domains.contains(zone1));
  const Id host = result.find(Kind::Host, "web1").value_or(0);
  ASSERT_NE(host, 0U);
  EXPECT_NE(host, web1);
  EXPECT_EQ(result.get<Host>(host)->site.id, result.find(Kind::Site, "Berlin"));
  std::size_t maps = 0;
  result.table<Map>().forEach([&](Id, const Map& map) { maps += map.who.id == host && map.lun == 3 ? 1U : 0U; });
  EXPECT_EQ(maps, 1U);
}

TEST_F(Inverses, ANameThatIsTakenSinceKeepsTheObjectAwayAndWhatNeedsIt) {
  san.map({Kind::Host, web1}, disk, unit, 3);
  begin();
  san.erase({Kind::Host, web1});
  end();
  san.create(Kind::Host, {{"name", std::string("web1")}});
  const Inverse made = takeBack();
  ASSERT_EQ(made.left.size(), 2U);
  EXPECT_EQ(made.left[0].object, (ObjectRef{Kind::Host, web1}));
  EXPECT_EQ(made.left[1].object.kind, Kind::Map);
  EXPECT_TRUE(made.edits.empty());
}

TEST_F(Inverses, AReferenceToWhatIsGoneIsLeftOutAndReported) {
  const Id site = san.create(Kind::Site, {{"name", std::string("Berlin")}});
  san.set({Kind::Host, web1}, "site", ObjectRef{Kind::Site, site});
  begin();
  san.set({Kind::Host, web1}, "site", Value{});
  san.remove({Kind::Domain, zone1}, "nodes", {Kind::Node, disk});
  end();
  san.erase({Kind::Site, site});
  const Inverse made = takeBack();
  ASSERT_EQ(made.left.size(), 1U);
  EXPECT_EQ(made.left[0].field, "site");
  EXPECT_TRUE(result.get<Domain>(zone1)->nodes.contains(disk));
}

}  // namespace

#include <gtest/gtest.h>

#include "tests/support/san_builder.h"

using namespace test;

namespace {

EditError errorOf(const Snapshot& base, const std::function<Edited<void>(SnapshotEditor&)>& edit) {
  SnapshotEditor editor(base, base.revision + 1, base.time);
  if (auto status = edit(editor); !status) return status.error();
  auto finished = editor.finish();
  EXPECT_FALSE(finished.ok()) << "nothing was wrong";
  return finished.ok() ? EditError{} : finished.error();
}

const FieldRow& field(Kind kind, std::string_view name) { return *findField(kind, name); }

TEST(SnapshotEditor, ObjectsAreFoundByTheirNamesAndByReferences) {
  SanBuilder san;
  const Id node = san.initiator("iqn.2026-01.example:a");
  const Id domain = san.domain("zone a", {node});
  const Snapshot& snapshot = san.done();
  EXPECT_EQ(snapshot.find(Kind::Node, "iqn.2026-01.example:a"), node);
  EXPECT_EQ(refText(snapshot, {Kind::Domain, domain}), "domain:zone a");
  EXPECT_EQ(parseRef(snapshot, "domain:zone a"), (ObjectRef{Kind::Domain, domain}));
  EXPECT_EQ(parseRef(snapshot, "domain:#" + std::to_string(domain)), (ObjectRef{Kind::Domain, domain}));
  EXPECT_EQ(parseRef(snapshot, "domain:#77"), std::nullopt);
  EXPECT_EQ(parseRef(snapshot, "nonsense"), std::nullopt);
}

TEST(SnapshotEditor, TheSnapshotBeforeStaysAsItWas) {
  SanBuilder san;
  const Id node = san.initiator("iqn.2026-01.example:a");
  const Snapshot before = san.done();
  san.set({Kind::Node, node}, "alias", std::string("front door"));
  EXPECT_EQ(before.get<Node>(node)->alias, "");
  EXPECT_EQ(san.done().get<Node>(node)->alias, "front door");
  EXPECT_EQ(san.done().get<Node>(node)->changed, san.done().revision);
  EXPECT_LT(before.get<Node>(node)->changed, san.done().revision);
}

TEST(SnapshotEditor, ANewMemberKnowsItsRevisionAndOldOnesKeepTheirs) {
  SanBuilder san;
  const Id a = san.initiator("iqn.2026-01.example:a");
  const Id b = san.target("iqn.2026-01.example:b");
  const Id domain = san.domain("zone", {a});
  const Revision made = san.done().revision;
  san.add({Kind::Domain, domain}, "nodes", {Kind::Node, b});
  const Domain& zone = *san.done().get<Domain>(domain);
  EXPECT_EQ(zone.nodes.find(a)->since, made);
  EXPECT_EQ(zone.nodes.find(b)->since, san.done().revision);
}

TEST(SnapshotEditor, ASetKnowsSinceWhenItIsEnabled) {
  SanBuilder san;
  const Id set = san.domainSet("set", false, {});
  san.set({Kind::DomainSet, set}, "enabled", true);
  const Revision enabled = san.done().revision;
  san.set({Kind::DomainSet, set}, "name", std::string("other"));
  EXPECT_EQ(san.done().get<DomainSet>(set)->enabledSince, enabled);
}

TEST(SnapshotEditor, ErasingAHostTakesItsMapsAndLeavesTheTarget) {
  SanBuilder san;
  const Id host = san.host("web1", "iqn.2026-01.example:web1");
  const Id target = san.target("iqn.2026-01.example:disk");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id map = san.map({Kind::Host, host}, target, unit, 3);
  san.erase({Kind::Host, host});
  EXPECT_EQ(san.done().get<Map>(map), nullptr);
  EXPECT_NE(san.done().get<Node>(target), nullptr);
  EXPECT_EQ(san.done().find(Kind::Host, "web1"), std::nullopt);
}

TEST(SnapshotEditor, ErasingADomainTakesItOutOfItsSetsAndNothingElse) {
  SanBuilder san;
  const Id keep = san.zone("keep", {san.initiator("iqn.2026-01.example:a")});
  const Id drop = san.zone("drop", {});
  const Id set = *san.done().find(Kind::DomainSet, "set1");
  san.erase({Kind::Domain, drop});
  ASSERT_EQ(san.done().get<DomainSet>(set)->domains.size(), 1U);
  EXPECT_TRUE(san.done().get<DomainSet>(set)->domains.contains(keep));
}

TEST(SnapshotEditor, ErasingALabelEmptiesTheRuleThatNeedsIt) {
  SanBuilder san;
  const Id pci = san.create(Kind::Label, {{"name", std::string("PCI")}});
  const Id rule = san.create(Kind::SeparationRule, {{"name", std::string("r")}, {"subject", ObjectRef{Kind::Label, pci}}});
  san.erase({Kind::Label, pci});
  ASSERT_NE(san.done().get<SeparationRule>(rule), nullptr);
  EXPECT_FALSE(san.done().get<SeparationRule>(rule)->subject);
}

TEST(SnapshotEditor, TwoObjectsOfAKindCannotHaveOneName) {
  SanBuilder san;
  san.domain("zone", {});
  const EditError error = errorOf(san.done(), [](SnapshotEditor& editor) {
    const auto made = editor.create(Kind::Domain);
    return editor.set(*made, field(Kind::Domain, "name"), std::string("zone"));
  });
  EXPECT_EQ(error.fault, EditFault::NameTaken);
  EXPECT_EQ(error.text, "The domain zone is there already: choose another name.");
}

TEST(SnapshotEditor, ANameIsFreeAgainAfterItsObjectIsGoneOrRenamed) {
  SanBuilder san;
  const Id first = san.domain("zone", {});
  san.set({Kind::Domain, first}, "name", std::string("old zone"));
  const Id second = san.domain("zone", {});
  san.erase({Kind::Domain, second});
  const Id third = san.domain("zone", {});
  EXPECT_EQ(san.done().find(Kind::Domain, "zone"), third);
  EXPECT_NE(third, second);  // ids are not used again
}

// A peer may register and deregister as often as it likes: what has gone takes no room.
TEST(SnapshotEditor, TheBoundIsOnObjectsThatThereAreAndNotOnIdsEverGiven) {
  SanBuilder san;
  san.idsAfter(Kind::Entity, SnapshotEditor::kMaxObjects);
  EXPECT_EQ(san.entity("one more"), SnapshotEditor::kMaxObjects + 1);
  SnapshotEditor editor(san.done(), 9, 9, 2);
  const auto second = editor.create(Kind::Entity);
  ASSERT_TRUE(second.ok());
  const auto third = editor.create(Kind::Entity);
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.error().fault, EditFault::Limit);
  EXPECT_EQ(third.error().text, "There are too many objects of the kind entity: at most 2.");
  const auto wanted = editor.create(Kind::Entity, 5);
  ASSERT_FALSE(wanted.ok()) << "also where the id is known";
  EXPECT_EQ(wanted.error().fault, EditFault::Limit);
  EXPECT_TRUE(editor.create(Kind::Portal).ok()) << "of another kind";
  editor.drop(*second);
  EXPECT_TRUE(editor.create(Kind::Entity).ok());
}

TEST(SnapshotEditor, AfterTheHighestIdComesTheLowestThatIsFree) {
  SanBuilder san;
  const Id first = san.entity("first");
  san.idsAfter(Kind::Entity, kFirstProvisional - 2);
  EXPECT_EQ(san.entity("highest"), kFirstProvisional - 1);
  EXPECT_EQ(san.entity("again"), first + 1);
  EXPECT_EQ(san.entity("on"), first + 2);
}

TEST(SnapshotEditor, ANumberFarBeyondTheOthersDoesNotUseUpThoseBetween) {
  SanBuilder san;
  EXPECT_EQ(san.create(Kind::Domain, {{"name", std::string("near")}}), 1U);
  san.create(Kind::Domain, {{"name", std::string("far")}}, kFirstProvisional - 1);
  EXPECT_EQ(san.create(Kind::Domain, {{"name", std::string("next")}}), 2U);
  san.create(Kind::Domain, {{"name", std::string("chosen")}}, 7);
  EXPECT_EQ(san.create(Kind::Domain, {{"name", std::string("behind it")}}), 8U);
}

TEST(SnapshotEditor, AKeyFieldIsSetOnceAndNotLeftOut) {
  SanBuilder san;
  const Id target = san.target("iqn.2026-01.example:disk");
  const Id other = san.target("iqn.2026-01.example:disk2");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id host = san.host("web1", "iqn.2026-01.example:web1");
  const Id map = san.map({Kind::Host, host}, target, unit, 3);
  const EditError fixed = errorOf(san.done(), [&](SnapshotEditor& editor) {
    return editor.set({Kind::Map, map}, field(Kind::Map, "target"), ObjectRef{Kind::Node, other});
  });
  EXPECT_EQ(fixed.fault, EditFault::KeyFixed);
  const EditError missing = errorOf(san.done(), [&](SnapshotEditor& editor) -> Edited<void> {
    const auto made = editor.create(Kind::Map);
    return editor.set(*made, field(Kind::Map, "target"), ObjectRef{Kind::Node, other});
  });
  EXPECT_EQ(missing.fault, EditFault::KeyMissing);
  EXPECT_EQ(missing.field, "who");
}

TEST(SnapshotEditor, AReferenceMustLeadToAnObjectOfTheRightKind) {
  SanBuilder san;
  const Id host = san.host("web1", "iqn.2026-01.example:web1");
  const EditError nowhere = errorOf(san.done(), [&](SnapshotEditor& editor) {
    return editor.set({Kind::Host, host}, field(Kind::Host, "site"), ObjectRef{Kind::Site, 9});
  });
  EXPECT_EQ(nowhere.text, "There is no site #9.");
  const EditError wrong = errorOf(san.done(), [&](SnapshotEditor& editor) {
    return editor.set({Kind::Host, host}, field(Kind::Host, "site"), ObjectRef{Kind::Host, host});
  });
  EXPECT_EQ(wrong.text, "site may not refer to a host.");
}

TEST(SnapshotEditor, ValuesOutOfRangeAreRefusedInASentence) {
  SanBuilder san;
  const Id net = san.create(Kind::Network, {{"name", std::string("a")}});
  const auto text = [&](std::string_view name, const Value& value) {
    return errorOf(san.done(), [&](SnapshotEditor& editor) {
             return editor.set({Kind::Network, net}, field(Kind::Network, name), value);
           }).text;
  };
  EXPECT_EQ(text("vlan", std::uint64_t{4095}), "vlan must be at most 4094.");
  EXPECT_EQ(text("vlan", std::string("7")), "vlan must be a whole number.");
  EXPECT_EQ(text("subnets", std::vector<std::string>{"10.0.0.1/24"}), "subnets has a subnet with bits beyond its prefix: 10.0.0.1/24.");
  EXPECT_EQ(text("subnets", std::vector<std::string>{"10.0.0/24"}), "subnets must be subnets, as 10.0.0.0/24 or fd00::/64.");
  EXPECT_EQ(text("name", std::string("a\nb")), "name must be UTF-8 text without control characters.");
  EXPECT_EQ(text("name", std::string(256, 'x')), "name must have at most 255 bytes.");
}

// Every field of every kind takes back what it gives, so that rows, JSON and diffs can rely on it.
TEST(Fields, EachGivesBackWhatItWasSetTo) {
  SanBuilder san;
  for (const KindRow& row : kKindTable) {
    if (row.kind == Kind::None) continue;
    const auto object = makeObject(row.kind);
    ASSERT_TRUE(object) << row.name;
    EXPECT_FALSE(fieldsOf(row.kind).empty()) << row.name;
    for (const FieldRow& one : fieldsOf(row.kind)) {
      if (one.type == FieldType::Address) continue;  // an empty one has no text that reads back
      const Value value = one.get(*object);
      EXPECT_TRUE(setField(one, *object, value, 1).ok()) << row.name << "." << one.name;
      EXPECT_EQ(one.get(*object), value) << row.name << "." << one.name;
      EXPECT_FALSE(one.doc.empty());
      if (one.type == FieldType::Ref || one.type == FieldType::Refs) {
        EXPECT_NE(one.kinds, 0U) << row.name << "." << one.name;
      }
    }
  }
}

}  // namespace

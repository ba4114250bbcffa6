#include "shared/san/document.h"

#include <gtest/gtest.h>

#include "shared/base/json_reader.h"
#include "tests/support/apply_edits.h"
#include "tests/support/san_builder.h"

using namespace test;

namespace {

class DocumentTest : public testing::Test {
 protected:
  DocumentTest() {
    target = san.target("iqn.2026-01.example:disk1");
    host = san.host("web1", "iqn.2026-01.example:web1");
    unit = san.unit("naa.60001", target, 0);
    san.create(Kind::Label, {{"name", std::string("PCI")}});
    site = san.create(Kind::Site, {{"name", std::string("Zurich 1")}});
    san.set({Kind::Host, host}, "site", ObjectRef{Kind::Site, site});
    zone = san.zone("zone1", {san.nodeNamed("iqn.2026-01.example:web1"), target});
    map = san.map({Kind::Host, host}, target, unit, 3);
  }

  DocumentPlan plan(std::string_view text, DocumentMode mode = DocumentMode::Merge) {
    const auto json = base::parseJson(text);
    EXPECT_TRUE(json.ok()) << text;
    return planDocument(san.done(), *json, mode);
  }
  // The edits as text, a line each.
  std::string edits(std::string_view text, DocumentMode mode = DocumentMode::Merge) {
    const DocumentPlan made = plan(text, mode);
    std::string all;
    for (const DocumentError& error : made.errors) all += error.pointer + ": " + error.text + "\n";
    for (const Edit& edit : made.edits) {
      all.append(wordOf(edit.op)).append(" ").append(name(edit.object));
      if (!edit.field.empty()) all.append(" ").append(edit.field).append(" ").append(value(edit.value));
      all += "\n";
    }
    return all;
  }
  std::string name(ObjectRef ref) const {
    if (!isProvisional(ref.id))
      return san::nameOf(san.done(), ref).empty() ? refText(san.done(), ref) : san::nameOf(san.done(), ref);
    return "new" + std::to_string(ref.id - kFirstProvisional);
  }
  std::string value(const Value& value) const {
    if (const auto* ref = std::get_if<ObjectRef>(&value)) return name(*ref);
    const auto* refs = std::get_if<std::vector<ObjectRef>>(&value);
    if (refs == nullptr) return textOf(san.done(), value);
    std::string all;
    for (ObjectRef ref : *refs) all.append(all.empty() ? "" : ",").append(name(ref));
    return all;
  }

  SanBuilder san;
  Id target, host, unit, site, zone, map;
};

TEST_F(DocumentTest, TheExportIsStableTextWithoutDefaultsAndNumbersOfTheModel) {
  std::string text;
  exportDocument(san.done(), 1U << static_cast<unsigned>(Kind::Host) | 1U << static_cast<unsigned>(Kind::Map) |
                                 1U << static_cast<unsigned>(Kind::Domain) |
                                 1U << static_cast<unsigned>(Kind::Settings) | 1U << static_cast<unsigned>(Kind::Site) |
                                 1U << static_cast<unsigned>(Kind::Node))
      .writeCompact(text);
  EXPECT_EQ(
      text,
      R"({"format": 1, "nodes": [], "domains": [{"name": "zone1", "id": 1, "nodes": ["iqn.2026-01.example:disk1", )"
      R"("iqn.2026-01.example:web1"]}], "sites": [{"name": "Zurich 1"}], "hosts": [{"name": "web1", )"
      R"("site": "Zurich 1", "entities": ["eid:iqn.2026-01.example:web1"]}], "maps": [{"who": "host:web1", )"
      R"("target": "iqn.2026-01.example:disk1", "unit": "naa.60001", "lun": 3}], "settings": {}})");
}

TEST_F(DocumentTest, WhatOthersMakeIsExportedWhereAnAdministratorSaidSomethingAboutIt) {
  san.set({Kind::Node, target}, "alias", std::string("Gold"));
  std::string text;
  exportDocument(san.done(), 1U << static_cast<unsigned>(Kind::Node)).writeCompact(text);
  EXPECT_EQ(text, R"({"format": 1, "nodes": [{"name": "iqn.2026-01.example:disk1", "alias": "Gold"}]})");
}

TEST_F(DocumentTest, ListsStandInTheOrderOfNamesNotOfNumbers) {
  for (const char* name : {"B", "A"}) {
    san.add({Kind::Host, host}, "labels", {Kind::Label, san.create(Kind::Label, {{"name", std::string(name)}})});
  }
  std::string text;
  exportDocument(san.done(), 1U << static_cast<unsigned>(Kind::Host) | 1U << static_cast<unsigned>(Kind::Label))
      .writeCompact(text);
  EXPECT_EQ(text,
            R"({"format": 1, "labels": [{"name": "A"}, {"name": "B"}, {"name": "PCI"}], "hosts": [{"name": "web1", )"
            R"("site": "Zurich 1", "entities": ["eid:iqn.2026-01.example:web1"], "labels": ["A", "B"]}]})");
}

TEST_F(DocumentTest, RetiredCredentialsStandOutside) {
  const Id node = san.nodeNamed("iqn.2026-01.example:web1");
  for (const char* state : {"retired", "active"}) {
    san.create(Kind::Credential, {{"initiator", ObjectRef{Kind::Node, node}}, {"state", std::string(state)}});
  }
  std::string text;
  exportDocument(san.done(), 1U << static_cast<unsigned>(Kind::Credential)).writeCompact(text);
  EXPECT_EQ(text, R"({"format": 1, "credentials": [{"initiator": "iqn.2026-01.example:web1"}]})");
  EXPECT_EQ(edits(text, DocumentMode::Whole), "");
  EXPECT_EQ(edits(R"({"credentials": []})", DocumentMode::Whole), "erase credential:#2\n");
}

TEST_F(DocumentTest, AMergeChangesOnlyWhatIsNamed) {
  EXPECT_EQ(edits(R"({"hosts": [{"name": "web1", "labels": ["PCI"]}]})"), "add web1 labels PCI\n");
  EXPECT_EQ(edits(R"({"hosts": [{"name": "web1", "site": "Zurich 1"}], "sites": []})"), "");
  EXPECT_EQ(edits(R"({"hosts": [{"name": "web1", "site": null}]})"), "set web1 site \n");
  EXPECT_EQ(edits(R"({"domains": [{"name": "zone1", "nodes": ["iqn.2026-01.example:disk1"], "chap": "mutual"}]})"),
            "remove zone1 nodes iqn.2026-01.example:web1\nset zone1 chap mutual\n");
  EXPECT_EQ(edits(R"({"logical-units": [{"designator": "naa.60001", "name": "disk"}]})"), "set naa.60001 name disk\n");
  EXPECT_EQ(edits(R"({"portals": [{"address": "10.0.0.2:3260", "note": "rack 7"}]})"),
            "set 10.0.0.2:3260/tcp note rack 7\n");
}

TEST_F(DocumentTest, AnAdditionTakesNobodyOutOfAList) {
  EXPECT_EQ(edits(R"({"domains": [{"name": "zone1", "nodes": ["iqn.2026-01.example:disk1", "iqn.2026-01.example:disk9"],
                                   "chap": "mutual"}]})",
                  DocumentMode::Add),
            "create new0\nset new0 name iqn.2026-01.example:disk9\nadd zone1 nodes new0\nset zone1 chap mutual\n");
  EXPECT_EQ(edits(R"({"domains": [{"name": "zone1"}]})", DocumentMode::Add), "");
}

TEST_F(DocumentTest, ModesAreKnownByTheirWords) {
  for (const DocumentMode mode : {DocumentMode::Merge, DocumentMode::Add, DocumentMode::Whole})
    EXPECT_EQ(documentModeNamed(wordOf(mode)), mode);
  EXPECT_EQ(documentModeNamed(""), DocumentMode::Merge);
  EXPECT_EQ(documentModeNamed("all"), std::nullopt);
}

TEST_F(DocumentTest, NewObjectsAreMadeFirstAndMayReferToEachOther) {
  EXPECT_EQ(edits(R"({"hosts": [{"name": "db1", "cluster": "c1", "nodes": ["iqn.2026-01.example:disk1"]}],
                      "clusters": [{"name": "c1"}],
                      "maps": [{"who": "cluster:c1", "target": "iqn.2026-01.example:disk1",
                                "unit": "naa.60001", "lun": 4}]})"),
            "create new0\ncreate new1\ncreate new2\n"
            "set new0 name db1\nset new0 cluster new1\nset new0 nodes iqn.2026-01.example:disk1\nset new1 name c1\n"
            "set new2 who new1\nset new2 target iqn.2026-01.example:disk1\nset new2 unit naa.60001\nset new2 lun 4\n");
}

TEST_F(DocumentTest, AMapIsKnownByItsKeyFields) {
  EXPECT_EQ(
      edits(
          R"({"maps": [{"who": "host:web1", "target": "iqn.2026-01.example:disk1", "unit": "naa.60001", "lun": 9}]})"),
      "set map:#1 lun 9\n");
}

TEST_F(DocumentTest, ADomainMayHaveItsNumber) {
  EXPECT_EQ(edits(R"({"domains": [{"name": "zone1", "id": 1}]})"), "");
  EXPECT_EQ(edits(R"({"domains": [{"name": "zone1", "id": 2}]})"),
            "/domains/0/id: It has the id 1, which cannot change: leave this out.\n");
  EXPECT_EQ(edits(R"({"domains": [{"name": "zone2", "id": 1}]})"),
            "/domains/0/id: Another domain has this id: leave it out or choose another one.\n");
  const DocumentPlan made = plan(R"({"domains": [{"name": "zone2", "id": 77}]})");
  ASSERT_FALSE(made.edits.empty());
  EXPECT_EQ(made.edits[0].object, (ObjectRef{Kind::Domain, 77}));
}

TEST_F(DocumentTest, AWholeDocumentRenamesADomainByItsNumber) {
  EXPECT_EQ(
      edits(R"({"domains": [{"name": "new", "id": 1, "nodes": ["iqn.2026-01.example:disk1"]}]})", DocumentMode::Whole),
      "set zone1 name new\nremove zone1 nodes iqn.2026-01.example:web1\n");
  EXPECT_EQ(edits(R"({"domains": [{"name": "new", "id": 1}, {"name": "zone1"}]})", DocumentMode::Whole),
            "/domains/0/id: Another domain has this id: leave it out or choose another one.\n");
}

TEST_F(DocumentTest, TheSettingsAreOneObjectThatIsMadeWhenItIsNeeded) {
  EXPECT_EQ(edits(R"({"settings": {}})"), "");
  EXPECT_EQ(edits(R"({"settings": {"offline_days": 30}})"), "") << "as by default";
  const auto next = applyEdits(san.done(), plan(R"({"settings": {"offline_days": 5, "secret_days": 6}})").edits);
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(next->settings().offlineDays, 5U);
  EXPECT_EQ(next->settings().secretDays, 6U);
  san = SanBuilder(*next);
  EXPECT_EQ(edits(R"({"settings": {"offline_days": 5}})"), "");
  EXPECT_EQ(edits(R"({"settings": {"offline_days": 5}})", DocumentMode::Whole), "set settings:#1 secret_days 365\n");
}

TEST_F(DocumentTest, AWholeDocumentErasesAndResetsWhatItLeavesOut) {
  EXPECT_EQ(edits(R"({"maps": []})", DocumentMode::Whole), "erase map:#1\n");
  EXPECT_EQ(edits(R"({"hosts": [{"name": "web1"}]})", DocumentMode::Whole),
            "set web1 site \nremove web1 entities eid:iqn.2026-01.example:web1\n");
  san.set({Kind::Node, target}, "alias", std::string("Gold"));
  EXPECT_EQ(edits(R"({"nodes": []})", DocumentMode::Whole), "set iqn.2026-01.example:disk1 alias \n");
  EXPECT_EQ(edits(R"({"nodes": []})"), "");
}

TEST_F(DocumentTest, WhatAWholeDocumentErasesCannotBeReferredTo) {
  EXPECT_EQ(edits(R"({"sites": [], "hosts": [{"name": "web1", "site": "Zurich 1"}]})", DocumentMode::Whole),
            "/hosts/0/site: Zurich 1 is not in the document, which erases it.\n");
  EXPECT_EQ(edits(R"({"sites": [], "hosts": [{"name": "web1", "site": "Zurich 1"}]})"), "");
}

TEST_F(DocumentTest, ReferencesNameTheirKindWhereTheFieldDoesNot) {
  EXPECT_EQ(edits(R"({"hosts": [{"name": "web1", "site": "site:Zurich 1"}]})"), "");
  EXPECT_EQ(edits(R"({"hosts": [{"name": "web1", "site": "Bern"}]})"), "/hosts/0/site: There is no site Bern.\n");
  EXPECT_EQ(edits(R"({"hosts": [{"name": "web1", "site": "host:web1"}]})"),
            "/hosts/0/site: There is no site host:web1.\n");
  EXPECT_EQ(edits(R"({"maps": [{"who": "web1", "target": "iqn.2026-01.example:disk1", "unit": "naa.60001"}]})"),
            "/maps/0/who: There is no node, cluster, host web1. The kind stands in front, as in host:web1.\n");
}

TEST_F(DocumentTest, ANodeAndAPortalThatHaveNotRegisteredAreNamedOnce) {
  EXPECT_EQ(edits(R"({"domains": [{"name": "zone1", "nodes": ["iqn.2026-01.example:disk1", "iqn.2026-01.example:web1",
                                   "IQN.2026-01.example:New"], "portals": ["10.9.9.9:3260"]}],
                      "nodes": [{"name": "iqn.2026-01.example:new", "alias": "to come"}]})"),
            "create new0\nset new0 name iqn.2026-01.example:new\n"
            "create new1\nset new1 address 10.9.9.9:3260/tcp\n"
            "add zone1 nodes new0\nadd zone1 portals new1\nset new0 alias to come\n");
  EXPECT_EQ(edits(R"({"domains": [{"name": "zone1", "nodes": ["web1"]}]})"),
            "/domains/0/nodes/0: There is no node web1.\n");
  const auto named = applyEdits(san.done(), plan(R"({"nodes": [{"name": "iqn.2026-01.example:new"}]})").edits);
  ASSERT_TRUE(named.ok()) << named.error().text;
  EXPECT_TRUE(named->find(Kind::Node, "iqn.2026-01.example:new").has_value());
}

TEST_F(DocumentTest, EachErrorHasThePointerOfItsPlaceAndNothingIsPlanned) {
  const DocumentPlan made =
      plan(R"({"hots": [], "hosts": [{"name": "web1", "sites": 1}, {"name": "web1"}, {"site": "x"}, 5,
      {"name": "new", "labels": ["PCI", "no"], "registered": true}],
      "nodes": [{"name": "iqn.unknown"}, {"name": "iqn.2026-01.example:disk1", "entity": "x", "chap": "much"}],
      "maps": [{"who": "host:web1"}], "agents": [], "format": 2, "networks": [{"name": "n", "vlan": 5000, "a/b~c": 1}],
      "settings": []})");
  EXPECT_TRUE(made.edits.empty());
  std::string all;
  for (const DocumentError& error : made.errors) all += error.pointer + ": " + error.text + "\n";
  EXPECT_EQ(all,
            "/hots: A document has no hots. Did you mean hosts?\n"
            "/hosts/1: The host web1 stands in the document twice.\n"
            "/hosts/2: A host needs its name, a text.\n"
            "/hosts/3: This is an object.\n"
            "/nodes/0: There is no node iqn.unknown, and none can be called so.\n"
            "/agents: A document has no agents.\n"
            "/format: This version reads documents of format 1.\n"
            "/settings: This is an object.\n"
            "/maps/0: A map needs its target.\n"
            "/hosts/0/sites: A host has no sites that a document could change. Did you mean site?\n"
            "/hosts/4/registered: A host has no registered that a document could change.\n"
            "/hosts/4/labels/1: There is no label no.\n"
            "/nodes/1/entity: A node has no entity that a document could change.\n"
            "/nodes/1/chap: chap must be one of none, one-way, mutual.\n"
            "/networks/0/a~1b~0c: A network has no a/b~c that a document could change.\n"
            "/networks/0/vlan: vlan must be at most 4094.\n");
  EXPECT_EQ(edits("[]"), ": A document is a JSON object.\n");
}

TEST_F(DocumentTest, ErrorsAreBounded) {
  std::string text = R"({"hosts": [)";
  for (int i = 0; i < 500; ++i) text += "1, ";
  EXPECT_EQ(plan(text + "1]}").errors.size(), kMaxDocumentErrors);
}

TEST_F(DocumentTest, TheSameThingTwiceIsAnErrorButForApprovals) {
  const std::string entry =
      R"({"who": "host:web1", "target": "iqn.2026-01.example:disk1", "unit": "naa.60001", "lun": 3})";
  EXPECT_EQ(edits("{\"maps\": [" + entry + "," + entry + "]}"), "/maps/1: This map stands in the document twice.\n");
  const std::string approval = R"({"who": "host:web1", "unit": "naa.60001"})";
  EXPECT_EQ(plan("{\"approvals\": [" + approval + "," + approval + "]}").edits.size(), 6U);
}

TEST_F(DocumentTest, ADomainWithANumberBeyondThoseOfEditsStaysAsItIs) {
  const Snapshot before = san.done();
  SnapshotEditor editor(before, before.revision + 1, before.time);
  ASSERT_TRUE(editor.create(Kind::Domain, 0xffffffff).ok());
  ASSERT_TRUE(editor.set({Kind::Domain, 0xffffffff}, *findField(Kind::Domain, "name"), std::string("far")).ok());
  const Snapshot far = std::move(editor.finish()).value();
  const std::uint32_t domains = 1U << static_cast<unsigned>(Kind::Domain);
  const DocumentPlan same = planDocument(far, exportDocument(far, domains), DocumentMode::Whole);
  EXPECT_TRUE(same.errors.empty() && same.edits.empty());
  const auto errorOf = [&](std::string_view text) {
    const DocumentPlan made = planDocument(far, *base::parseJson(text), DocumentMode::Whole);
    return made.errors.size() == 1 ? made.errors[0].pointer + " " + made.errors[0].text : "not one error";
  };
  constexpr std::string_view kWhy = " The domain far has the number 4294967295, which a client has chosen";
  EXPECT_TRUE(errorOf(R"({"domains": [{"name": "zone1"}, {"name": "far", "nodes": ["iqn.2026-01.example:disk1"]}]})")
                  .starts_with("/domains/1" + std::string(kWhy)));
  EXPECT_TRUE(errorOf(R"({"domains": [{"name": "zone1"}]})").starts_with("/domains" + std::string(kWhy)));
}

}  // namespace

#include "shared/san/import_lio.h"

#include <gtest/gtest.h>

#include "shared/base/json_reader.h"
#include "shared/san/document.h"
#include "tests/support/apply_edits.h"
#include "tests/support/import_samples.h"
#include "tests/support/san_builder.h"
#include "tests/unit/san/imported_text.h"

using namespace test;

namespace {

Imported imported(std::string_view text) { return importLio(base::parseJson(text).value()); }

TEST(LioImport, MapsAclsAndUserNamesBecomeADocumentWithoutSecrets) {
  const Imported made = imported(kLioSample);
  EXPECT_EQ(errorsOf(made),
            "/targets/1: It is of the fabric loopback, not of iscsi, so it was left out.\n"
            "/targets/0/tpgs/0/node_acls/0/chap_password: Secrets are not taken over: make a new one for the pair.\n");
  ASSERT_NE(std::string_view(kLioSample).find("plantedsecret1"), std::string::npos);
  std::string text;
  made.document.writePretty(text);
  EXPECT_EQ(text.find("plantedsecret1"), std::string::npos);
  std::string compact;
  made.document.writeCompact(compact);
  EXPECT_EQ(
      compact,
      R"({"format": 1, "nodes": [{"name": "iqn.2003-01.org.linux-iscsi.array:disk", "chap": "one-way", )"
      R"("enforcement": "list"}], "domains": [{"name": "iqn.2026-01.example:db1", "nodes": )"
      R"(["iqn.2026-01.example:db1", "iqn.2003-01.org.linux-iscsi.array:disk"]}, )"
      R"({"name": "iqn.2026-01.example:web1", "nodes": ["iqn.2026-01.example:web1", )"
      R"("iqn.2003-01.org.linux-iscsi.array:disk"]}], "domain-sets": [{"name": "lio", "domains": )"
      R"(["iqn.2026-01.example:db1", "iqn.2026-01.example:web1"]}], "maps": [{"who": "node:iqn.2026-01.example:web1", )"
      R"("target": "iqn.2003-01.org.linux-iscsi.array:disk", "unit": "naa.60014055b1c2d3e4f5061728394a5b6c", )"
      R"("lun": 0}, {"who": "node:iqn.2026-01.example:web1", "target": "iqn.2003-01.org.linux-iscsi.array:disk", )"
      R"("unit": "naa.60014050000000011112222333344444", "lun": 5, "right": "read-only"}], "credentials": )"
      R"([{"initiator": "iqn.2026-01.example:web1", "target": "iqn.2003-01.org.linux-iscsi.array:disk", )"
      R"("user_name": "web"}]})");
  EXPECT_EQ(made.origins[0], (std::pair<std::string, std::string>("/credentials/0", "/targets/0/tpgs/0/node_acls/0")));
}

TEST(LioImport, ASecondBoxAddsItsTargetsToWhatTheFirstHasBrought) {
  const auto box = [](const std::string& target) {
    return imported(R"({"targets": [{"fabric": "iscsi", "wwn": ")" + target + R"(", "tpgs": [{"node_acls": [
                        {"node_wwn": "iqn.2026-01.example:web1"}]}]}]})");
  };
  const Imported first = box("iqn.2026-01.example:array1");
  EXPECT_EQ(first.mode, DocumentMode::Add);
  const auto held = applyEdits(Snapshot(), planDocument(Snapshot(), first.document, first.mode).edits);
  ASSERT_TRUE(held.ok()) << held.error().text;
  const Imported second = box("iqn.2026-01.example:array2");
  const auto both = applyEdits(*held, planDocument(*held, second.document, second.mode).edits);
  ASSERT_TRUE(both.ok()) << both.error().text;
  ASSERT_EQ(both->table<Domain>().size(), 1U);
  EXPECT_EQ(both->get<Domain>(1)->nodes.size(), 3U) << "web1 and the targets of both";
  EXPECT_FALSE(both->get<DomainSet>(1)->enabled);
  EXPECT_TRUE(planDocument(*both, first.document, first.mode).edits.empty()) << "again";
}

TEST(LioImport, SecretsStandBehindWhatElseCannotBeTakenOverAndTheRestIsCounted) {
  std::string lists;
  for (int i = 0; i < 60; ++i) {
    lists += R"({"node_wwn": "iqn.2026-01.example:h)" + std::to_string(i) +
             R"(", "chap_password": "plantedsecret1", "chap_mutual_password": "plantedsecret2"},)";
  }
  const Imported made = imported(R"({"targets": [{"fabric": "iscsi", "wwn": "iqn.2026-01.example:disk", "tpgs": [
                                     {"node_acls": [)" +
                                 lists + R"({"node_wwn": "iqn.2026-01.example:last", "mapped_luns": [
                                     {"index": 0, "tpg_lun": 7}]}]}]}]})");
  ASSERT_EQ(made.errors.size(), kMaxImportErrors);
  EXPECT_EQ(made.errors.front().place, "/targets/0/tpgs/0/node_acls/60/mapped_luns/0");
  EXPECT_EQ(made.moreErrors, 21U);
}

TEST(LioImport, AShortSerialNumberIsFilledUpWithZeroes) {
  EXPECT_EQ(lioDesignator("AB-c"), "naa.6001405abc0000000000000000000000");
  EXPECT_EQ(lioDesignator("xyz"), "");
}

TEST(LioImport, TheDocumentCanBePlannedOnceAllIsRegistered) {
  const Imported made = imported(kLioSample);
  SanBuilder san;
  EXPECT_EQ(planDocument(san.done(), made.document, DocumentMode::Merge).errors.front().pointer, "/maps/0/unit")
      << "nodes are named before they register, logical units are not";
  san.initiator("iqn.2026-01.example:web1");
  san.initiator("iqn.2026-01.example:db1");
  const Id target = san.target("iqn.2003-01.org.linux-iscsi.array:disk");
  san.unit("naa.60014055b1c2d3e4f5061728394a5b6c", target, 0);
  san.unit("naa.60014050000000011112222333344444", target, 1);
  const DocumentPlan plan = planDocument(san.done(), made.document, DocumentMode::Merge);
  for (const DocumentError& error : plan.errors) ADD_FAILURE() << error.pointer << ": " << error.text;
  const auto next = applyEdits(san.done(), plan.edits);
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(next->table<Map>().size(), 2U);
  EXPECT_EQ(next->get<Map>(2)->right, Right::ReadOnly);
  EXPECT_EQ(next->get<Node>(target)->chap, ChapDemand::OneWay);
}

TEST(LioImport, EachSecretIsToldAndNoneIsShown) {
  const Imported made = imported(R"({"fabric_modules": [{"name": "iscsi", "discovery_password": "planted0"}],
    "targets": [{"fabric": "iscsi", "wwn": "iqn.2026-01.x:t", "tpgs": [{"chap_password": "planted1", "node_acls": [
      {"node_wwn": "iqn.2026-01.x:i", "chap_password": "", "chap_mutual_password": "planted2"}]}]}]})");
  const std::string errors = errorsOf(made);
  for (const char* place : {"/fabric_modules/0/discovery_password: ", "/targets/0/tpgs/0/chap_password: ",
                            "/targets/0/tpgs/0/node_acls/0/chap_mutual_password: "}) {
    EXPECT_NE(errors.find(place), std::string::npos) << errors;
  }
  EXPECT_EQ(made.errors.size(), 3U);
  EXPECT_EQ(errors.find("planted"), std::string::npos);
}

// As rtslib wrote attributes for years.
TEST(LioImport, AnAttributeMayStandInQuotes) {
  const Imported made = imported(R"({"targets": [{"fabric": "iscsi", "wwn": "iqn.2026-01.x:t", "tpgs": [
      {"enable": "1", "attributes": {"authentication": "1", "generate_node_acls": "1"}}]},
    {"fabric": "iscsi", "wwn": "iqn.2026-01.x:u", "tpgs": [
      {"attributes": {"authentication": "0", "generate_node_acls": "0"}}]}]})");
  EXPECT_EQ(
      errorsOf(made),
      "/targets/0/tpgs/0: It lets every initiator in (generate_node_acls), which was not taken over: make maps.\n");
  const auto& nodes = *made.document.find("nodes")->array();
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_NE(nodes[0].find("chap"), nullptr);
  EXPECT_EQ(nodes[1].find("chap"), nullptr);
}

TEST(LioImport, WhatIsReadOnlyForEverybodyIsSoForEachMap) {
  const Imported made = imported(R"({
    "storage_objects": [{"name": "a", "plugin": "block", "wwn": "1", "readonly": true}],
    "targets": [{"fabric": "iscsi", "wwn": "iqn.2026-01.x:t", "tpgs": [
      {"luns": [{"index": 0, "storage_object": "/backstores/block/a"}],
       "node_acls": [{"node_wwn": "iqn.2026-01.x:i",
                      "mapped_luns": [{"index": 0, "tpg_lun": 0, "write_protect": false}]}]}]}]})");
  EXPECT_EQ(errorsOf(made), "");
  const base::Json* right = made.document.find("maps")->array()->front().find("right");
  ASSERT_NE(right, nullptr);
  EXPECT_EQ(*right->text(), wordOf(Right::ReadOnly));
}

// Two portal groups, one a network, are how LIO gives two ways.
TEST(LioImport, PortalGroupsThatSayTheSameAreOneMapAndOnesThatDifferAreTold) {
  const auto target = [](std::string_view second) {
    std::string text = R"({"storage_objects": [{"name": "a", "plugin": "block", "wwn": "1"}],
      "targets": [{"fabric": "iscsi", "wwn": "iqn.2026-01.x:t", "tpgs": [)";
    for (const std::string_view acl : {std::string_view(R"("chap_userid": "u")"), second}) {
      text += R"({"luns": [{"index": 0, "storage_object": "/backstores/block/a"}], "node_acls": [{)" +
              std::string(acl) + R"(, "node_wwn": "iqn.2026-01.x:i", "mapped_luns": [{"index": 3, "tpg_lun": 0}]}]},)";
    }
    text.back() = ']';
    return imported(text + "}]}");
  };
  const Imported same = target(R"("chap_userid": "u")");
  EXPECT_EQ(errorsOf(same), "");
  EXPECT_EQ(same.document.find("maps")->array()->size(), 1U);
  EXPECT_EQ(errorsOf(target(R"("chap_userid": "v", "attributes": {"authentication": 1})")),
            "/targets/0/tpgs/1/node_acls/0/attributes/authentication: Whether CHAP is demanded of this initiator alone "
            "was not taken over: it is demanded of each, or of none.\n"
            "/targets/0/tpgs/1/node_acls/0/chap_userid: Another ACL of the pair has another user name: that one was "
            "taken.\n");
  EXPECT_EQ(errorsOf(target(R"("attributes": {"authentication": -1})")), "");
}

TEST(LioImport, APortalGroupThatIsOffDemandsNothing) {
  const Imported made = imported(R"({"targets": [{"fabric": "iscsi", "wwn": "iqn.2026-01.x:t", "tpgs": [
      {"enable": false, "attributes": {"authentication": 1}}, {"enable": true}]}]})");
  EXPECT_EQ(made.document.find("nodes")->array()->front().find("chap"), nullptr);
}

TEST(LioImport, WhatCannotBeTakenIsNamedAndTheRestIsTaken) {
  const Imported made = imported(R"({
    "storage_objects": [{"name": "a", "plugin": "block", "wwn": "--"}, {"name": "b", "plugin": "block",
                         "wwn": "5b1c2d3e-4f50-6172-8394-a5b6c7d8e9fa"}],
    "targets": [{"fabric": "iscsi", "wwn": "no name", "tpgs": []},
      {"fabric": "iscsi", "wwn": "iqn.2026-01.x:t", "tpgs": [
        {"tag": 1, "enable": false},
        {"tag": 2, "enable": true, "attributes": {"generate_node_acls": 1},
         "luns": [{"index": 0, "storage_object": "/backstores/block/a"}, 
                  {"index": 1, "storage_object": "/backstores/x/y"},
                  {"storage_object": "/backstores/block/a"}, {"index": 3, "storage_object": "/backstores/block/b"}],
         "node_acls": [{"node_wwn": "iqn.2026-01.x:i", "mapped_luns": [
                        {"index": 0, "tpg_lun": 0}, {"index": 1, "tpg_lun": 9},
                        {"index": 99999, "tpg_lun": 3}, {"index": 4, "tpg_lun": 3},
                         {"index": 5, "tpg_lun": 3}]}]}]}]})");
  EXPECT_EQ(
      errorsOf(made),
      "/storage_objects/0: Its wwn is missing, so that it has no designator.\n"
      "/targets/0/wwn: This is no iSCSI name.\n"
      "/targets/1/tpgs/0: It is not enabled, so it was left out.\n"
      "/targets/1/tpgs/1: It lets every initiator in (generate_node_acls), which was not taken over: make maps.\n"
      "/targets/1/tpgs/1/luns/1: There is no such storage object.\n"
      "/targets/1/tpgs/1/luns/2: It has no index.\n"
      "/targets/1/tpgs/1/node_acls/0/mapped_luns/0: Its storage object has no designator.\n"
      "/targets/1/tpgs/1/node_acls/0/mapped_luns/1: There is no LUN of the target with its tpg_lun.\n"
      "/targets/1/tpgs/1/node_acls/0/mapped_luns/2: Its index is no LUN: 0 to 16383.\n"
      "/targets/1/tpgs/1/node_acls/0/mapped_luns/4: This unit is mapped twice for the initiator: the first map was "
      "taken.\n");
  EXPECT_EQ(made.document.find("maps")->array()->size(), 1U);
  EXPECT_EQ(imported("[]").errors.size(), 1U);
  EXPECT_EQ(imported(R"({"targets": {}})").errors.size(), 1U);
}

}  // namespace

#include "shared/mgmt/openapi.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "shared/base/json_reader.h"
#include "shared/mgmt/openapi_schemas.h"
#include "shared/mgmt/routes.h"
#include "shared/san/fields.h"

namespace {

using base::Json;

// Every "$ref" below a value.
void collect(const Json& json, std::set<std::string>& references) {
  if (const Json::Array* list = json.array()) {
    for (const Json& one : *list) collect(one, references);
  }
  if (const Json::Object* object = json.object()) {
    for (const base::JsonMember& member : *object) {
      if (member.name == "$ref") references.insert(*member.value.text());
      collect(member.value, references);
    }
  }
}

const Json* at(const Json& json, std::string_view pointer) {
  const Json* here = &json;
  while (!pointer.empty() && here != nullptr) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    here = here->find(pointer.substr(0, end));
    pointer.remove_prefix(end);
  }
  return here;
}

TEST(OpenApi, EveryBodyAndAnswerOfARouteHasASchema) {
  const Json json = mgmt::openApi();
  for (const mgmt::RouteRow& row : mgmt::kRoutes) {
    for (const std::string_view name : {row.body, row.answer}) {
      if (name.empty()) continue;
      EXPECT_NE(at(json, "/components/schemas/" + std::string(name)), nullptr) << name;
    }
  }
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
  const Json json = mgmt::openApi();
  std::set<std::string> references;
  collect(json, references);
  EXPECT_GT(references.size(), 50U);
  for (const std::string& reference : references) EXPECT_NE(at(json, reference.substr(1)), nullptr) << reference;
}

TEST(OpenApi, IsJsonInWhichNoNameStandsTwice) { EXPECT_TRUE(base::parseJson(mgmt::openApiText()).ok()); }

// Each way in that a route names is described, and is the one that its row means.
TEST(OpenApi, ARouteNamesTokenOrCertificateByWhoItIsFor) {
  const Json json = mgmt::openApi();
  EXPECT_EQ(*at(json, "/components/securitySchemes/certificate")->find("type")->text(), "mutualTLS");
  EXPECT_EQ(*at(json, "/components/securitySchemes/token")->find("scheme")->text(), "bearer");
  for (const mgmt::RouteRow& row : mgmt::kRoutes) {
    std::string method(row.method);
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    const Json::Array& ways = *json.find("paths")->find(row.path)->find(method)->find("security")->array();
    std::set<std::string> names;
    for (const Json& way : ways) {
      const std::string name = way.object()->front().name;
      EXPECT_NE(at(json, "/components/securitySchemes/" + name), nullptr) << row.path;
      names.insert(name);
    }
    std::set<std::string> meant{"token", "certificate"};
    if (row.right == "agent") meant = {"certificate"};
    if (row.right == "anyone" || row.right == "local") meant.clear();
    EXPECT_EQ(names, meant) << row.method << " " << row.path;
  }
}

// An object's JSON has these beside its fields (isns-server/api/model_json.cpp).
TEST(OpenApi, NoFieldOfAKindHasANameThatEveryObjectHas) {
  for (const san::KindRow& kind : san::kKindTable) {
    if (kind.kind == san::Kind::None) continue;
    for (const san::FieldRow& field : san::fieldsOf(kind.kind)) {
      for (const std::string_view taken : {"ref", "kind", "id", "created", "changed"}) EXPECT_NE(field.name, taken) << kind.name;
    }
  }
}

}  // namespace

#include "shared/mgmt/openapi.h"

#include <algorithm>

#include "shared/base/split.h"
#include "shared/mgmt/openapi_schemas.h"
#include "shared/mgmt/problem.h"
#include "shared/mgmt/routes.h"
#include "shared/ops/audit_record.h"
#include "shared/san/change.h"
#include "shared/san/diff.h"
#include "shared/san/fields.h"
#include "shared/san/finding.h"
#include "shared/san/guards.h"
#include "shared/san/reach.h"
#include "shared/san/since_rows.h"

namespace mgmt {

using base::Json;

namespace {

constexpr std::string_view kTokenScheme = "token";
constexpr std::string_view kCertificateScheme = "certificate";
constexpr std::string_view kSchemaPlace = "#/components/schemas/";

Json reference(std::string_view schema) { return Json::Object{{"$ref", std::string(kSchemaPlace).append(schema)}}; }

template <class Words>
Json choice(const Words& words) {
  Json::Array list;
  for (const std::string_view word : words) list.emplace_back(word);
  return Json::Object{{"type", "string"}, {"enum", std::move(list)}};
}

Json list(Json items) { return Json::Object{{"type", "array"}, {"items", std::move(items)}}; }
Json number() { return Json::Object{{"type", "integer"}, {"minimum", std::uint64_t{0}}}; }

Json orNull(Json schema) {
  return Json::Object{{"oneOf", Json::Array{std::move(schema), Json::Object{{"type", "null"}}}}};
}

// What a type of openapi_schemas.h means.
Json schemaOfType(std::string_view type) {
  constexpr std::string_view kNull = "|null";
  if (type.ends_with(kNull)) return orNull(schemaOfType(type.substr(0, type.size() - kNull.size())));
  if (type.starts_with('[')) return list(schemaOfType(type.substr(1, type.size() - 2)));
  if (type.starts_with('{')) {
    return Json::Object{{"type", "object"}, {"additionalProperties", schemaOfType(type.substr(1, type.size() - 2))}};
  }
  if (type == "text") return Json::Object{{"type", "string"}};
  if (type == "flag") return Json::Object{{"type", "boolean"}};
  if (type == "count") return number();
  if (type == "moment") return Json::Object{{"anyOf", Json::Array{number(), schemaOfType("time")}}};
  if (type == "time") {
    return Json::Object{{"type", "integer"}, {"minimum", std::uint64_t{0}}, {"description", "Seconds since 1970 UTC; 0: never"}};
  }
  if (type == "any") return Json::Object{};
  if (type == "object") return Json::Object{{"type", "object"}};
  if (type.find('/') == std::string_view::npos) return reference(type);
  std::vector<std::string_view> words;
  base::split(type, "/", [&](std::string_view word) { words.push_back(word); });
  return choice(words);
}

Json closedObject(std::string_view doc, Json::Object properties, Json::Array required) {
  return Json::Object{{"type", "object"},
                      {"description", doc},
                      {"properties", std::move(properties)},
                      {"required", std::move(required)},
                      {"additionalProperties", false}};
}

Json schemaOf(const SchemaRow& row) {
  if (row.members.empty()) return Json::Object{{"type", "object"}, {"description", row.doc}};
  Json::Object properties;
  Json::Array required;
  base::split(row.members, "; ", [&](std::string_view member) {
    const std::size_t blank = member.find(' ');
    std::string_view name = member.substr(0, blank);
    if (name.ends_with('?')) {
      name.remove_suffix(1);
    } else {
      required.emplace_back(name);
    }
    properties.push_back({std::string(name), schemaOfType(member.substr(blank + 1))});
  });
  return closedObject(row.doc, std::move(properties), std::move(required));
}

// ---- Objects of the model -------------------------------------------------------------------------------------------

// "domain-set" becomes "DomainSetObject".
std::string objectSchemaName(san::Kind kind) {
  std::string name;
  base::split(san::nameOf(kind), "-", [&](std::string_view part) {
    name += static_cast<char>(part[0] - 'a' + 'A');
    name += part.substr(1);
  });
  return name + "Object";
}

Json fieldSchema(const san::FieldRow& field) {
  switch (field.type) {
    case san::FieldType::Flag:
      return Json::Object{{"type", "boolean"}};
    case san::FieldType::Number:
    case san::FieldType::Duration:
    case san::FieldType::Time:
    case san::FieldType::Bytes:
      return number();
    case san::FieldType::Choice:
      return choice(field.words);
    case san::FieldType::Text:
    case san::FieldType::Address:
      return Json::Object{{"type", "string"}};
    case san::FieldType::Ref:
      return orNull(Json::Object{{"type", "string"}});
    case san::FieldType::Refs:
    case san::FieldType::Subnets:
      return list(Json::Object{{"type", "string"}});
    case san::FieldType::Accesses:
      return list(reference("Access"));
  }
  return Json::Object{};
}

Json objectSchema(const san::KindRow& kind) {
  Json::Object properties{{"ref", Json::Object{{"type", "string"}, {"description", "kind:name, or kind:#number"}}},
                          {"kind", Json::Object{{"const", kind.name}}},
                          {"id", number()},
                          {"created", number()},
                          {"changed", number()}};
  Json::Array required;
  for (const base::JsonMember& member : properties) required.emplace_back(member.name);
  for (const san::FieldRow& field : san::fieldsOf(kind.kind)) {
    const Json schema = fieldSchema(field);
    Json::Object described{{"description", field.doc}};
    for (const base::JsonMember& member : *schema.object()) described.push_back(member);
    properties.push_back({std::string(field.name), std::move(described)});
    required.emplace_back(field.name);
  }
  // In a snapshot alone: the revisions since which parts of it are as they are, those of a list in its order.
  for (const san::SinceRow& row : san::sinceRowsOf(kind.kind)) {
    properties.push_back({std::string(row.name), row.list ? list(number()) : number()});
  }
  return closedObject(kind.doc, std::move(properties), std::move(required));
}

Json problemSchema() {
  Json::Array codes;
  for (const ProblemRow& row : kProblems) codes.emplace_back(row.name);
  const Json text = Json::Object{{"type", "string"}};
  Json schema = closedObject("A refusal (RFC 9457)",
                             {{"type", text},
                              {"code", Json::Object{{"type", "string"}, {"enum", std::move(codes)}}},
                              {"status", number()},
                              {"title", text},
                              {"detail", text},
                              {"hint", text},
                              {"pointer", text}},
                             {"type", "code", "status", "title", "detail", "hint"});
  // Some have further members.
  Json::Object open;
  for (const base::JsonMember& member : *schema.object()) {
    if (member.name != "additionalProperties") open.push_back(member);
  }
  return open;
}

template <class Word>
base::JsonMember words(std::string_view name) {
  return {std::string(name), choice(san::wordsOf<Word>())};
}

Json::Object schemas() {
  Json::Object all;
  for (const SchemaRow& row : kSchemas) all.push_back({std::string(row.name), schemaOf(row)});
  all.push_back({"Problem", problemSchema()});
  all.push_back(words<san::Truth>("Truth"));
  all.push_back(words<san::Right>("Right"));
  all.push_back(words<san::Layer>("Layer"));
  all.push_back(words<san::Severity>("Severity"));
  all.push_back(words<san::Fate>("Fate"));
  all.push_back(words<san::EditOp>("EditOp"));
  all.push_back(words<san::ChangeOrigin>("ChangeOrigin"));
  all.push_back(words<san::Guard>("Guard"));
  all.push_back(words<san::ChapDemand>("ChapDemand"));
  all.push_back(words<san::Enforcement>("Enforcement"));
  all.push_back(words<san::Proof>("Proof"));
  all.push_back(words<san::PathState>("PathState"));
  all.push_back(words<san::ProbeOutcome>("ProbeOutcome"));
  all.push_back({"Basis", choice(std::array<std::string_view, 2>{"applied", "desired"})});
  all.push_back({"ActorKind", choice(ops::kActorKindWords)});
  all.push_back({"Role", choice(std::array<std::string_view, 6>{"viewer", "auditor", "zoner", "activator",
                                                                "credential-officer", "administrator"})});
  Json::Array kinds;
  Json::Array objects;
  for (const san::KindRow& row : san::kKindTable) {
    if (row.kind == san::Kind::None) continue;
    kinds.emplace_back(row.name);
    objects.push_back(reference(objectSchemaName(row.kind)));
    all.push_back({objectSchemaName(row.kind), objectSchema(row)});
  }
  all.push_back({"Kind", Json::Object{{"type", "string"}, {"enum", std::move(kinds)}}});
  all.push_back({"Object", Json::Object{{"description", "An object of the SAN; `kind` says which"}, {"oneOf", std::move(objects)}}});
  return all;
}

// ---- Paths ----------------------------------------------------------------------------------------------------------

struct ParameterRow {
  std::string_view name;
  std::string_view type;
  std::string_view doc;
};

constexpr ParameterRow kParameters[] = {
    {"revision", "moment",
     "The SAN as it was at this revision, or at the last one up to this time; the present one where it is missing"},
    {"limit", "count", "At most so many"},
    {"cursor", "text", "Where the next page begins: next_cursor of the page before"},
    {"filter", "text", "Which objects (docs/reference/filter.md)"},
    {"q", "text", "What somebody types"},
    {"kinds", "text", "Kinds, separated by commas"},
    {"since", "text", "The revision that is known already; of events also REVISION.STATE, as their ids are"},
    {"host", "text", "A host, an entity or a node"},
    {"unit", "text", "A logical unit: its designator, its place, or its name"},
    {"basis", "applied/desired", "What agents have applied, or what is wanted"},
    {"question", "finds/gets-in/works", "Which question of reach"},
    {"rule", "text", "R01 to R23"},
    {"waived", "yes/no", "Waived findings too"},
    {"from", "moment", "The first revision or time, or record of the audit log"},
    {"to", "moment", "The last revision or time, or record of the audit log"},
    {"event", "text", "The name of an audit event"},
    {"actor", "text", "Who did it, also by tokens of his; of one token: user/token"},
    {"order", "oldest/newest", "Which comes first; the oldest where it is missing"},
    {"user", "text", "Whose; one's own where it is missing"},
    {"state", "text", "In which state"},
    {"mode", "merge/add/whole",
     "How a document is taken: what it names becomes so; lists only gain; or nothing else is left of its kinds"},
    {"title", "text", "A title"},
    {"wait", "count", "For how many seconds to wait for news"},
};

Json parameter(std::string_view name, std::string_view place, Json schema, std::string_view doc) {
  return Json::Object{{"name", name}, {"in", place}, {"required", place == "path"}, {"description", doc}, {"schema", std::move(schema)}};
}

Json::Array parametersOf(const RouteRow& row) {
  Json::Array all;
  base::split(row.path, "/", [&](std::string_view segment) {
    if (!segment.starts_with('{')) return;
    all.push_back(parameter(segment.substr(1, segment.size() - 2), "path", schemaOfType("text"), "Percent-encoded"));
  });
  base::split(row.parameters, " ", [&](std::string_view name) {
    const auto* known = std::find_if(std::begin(kParameters), std::end(kParameters), [&](const ParameterRow& p) { return p.name == name; });
    const bool isKnown = known != std::end(kParameters);
    all.push_back(parameter(name, "query", schemaOfType(isKnown ? known->type : "text"), isKnown ? known->doc : ""));
  });
  return all;
}

std::string_view contentType(Route route) {
  switch (route) {
    case Route::Events:
      return "text/event-stream";
    case Route::ExportAudit:
      return "application/x-ndjson";
    case Route::MakeEvidence:
      return "application/x-tar";
    default:
      return "application/json";
  }
}

std::string_view statusOf(const RouteRow& row) {
  switch (row.route) {
    case Route::Init:
    case Route::PlanDocument:
    case Route::CreateChange:
    case Route::AddUser:
    case Route::IssueUserCertificate:
    case Route::MakeToken:
    case Route::InviteAgent:
    case Route::MakeCredential:
    case Route::StartRotations:
      return "201";
    case Route::OpenApi:
    case Route::Events:
    case Route::ExportAudit:
    case Route::MakeEvidence:
      return "200";
    default:
      return row.answer.empty() ? "204" : "200";
  }
}

// Another status with the same content; empty: there is none.
std::string_view otherStatusOf(const RouteRow& row) {
  return row.route == Route::RollBackChange ? "201" : "";  // the draft that takes back what was confirmed
}

Json content(std::string_view type, Json schema) {
  return Json::Object{{std::string(type), Json::Object{{"schema", std::move(schema)}}}};
}

// What lets somebody in there, one of these: an agent its certificate alone, a person a token or a certificate.
std::vector<std::string_view> securityOf(const RouteRow& row) {
  if (row.right == "anyone" || row.right == "local") return {};
  if (row.right == "agent") return {kCertificateScheme};
  return {kTokenScheme, kCertificateScheme};
}

Json operation(const RouteRow& row) {
  const std::string_view status = statusOf(row);
  Json::Object good{{"description", "Done"}};
  if (!row.answer.empty()) {
    good.push_back({"content", content("application/json", reference(row.answer))});
  } else if (status == "200") {
    const std::string_view type = contentType(row.route);
    const std::string_view shape = type == "application/json" ? "object" : "string";
    good.push_back({"content", content(type, Json::Object{{"type", shape}})});
  }
  Json::Object responses{{std::string(status), good}};
  if (const std::string_view other = otherStatusOf(row); !other.empty()) responses.push_back({std::string(other), good});
  responses.push_back({"default", Json::Object{{"$ref", "#/components/responses/Problem"}}});
  Json::Object made{{"summary", row.summary},
                    {"description", "Needs: " + std::string(row.right)},
                    {"parameters", parametersOf(row)},
                    {"responses", std::move(responses)}};
  if (!row.body.empty()) {
    made.push_back({"requestBody", Json::Object{{"required", true}, {"content", content("application/json", reference(row.body))}}});
  }
  Json::Array security;
  for (const std::string_view scheme : securityOf(row)) security.emplace_back(Json::Object{{std::string(scheme), Json::Array{}}});
  made.push_back({"security", std::move(security)});
  return made;
}

Json::Object paths() {
  Json::Object all;
  std::vector<std::string_view> told;
  for (const RouteRow& first : kRoutes) {
    if (std::find(told.begin(), told.end(), first.path) != told.end()) continue;
    told.push_back(first.path);
    Json::Object methods;
    for (const RouteRow& row : kRoutes) {
      if (row.path != first.path) continue;
      std::string method(row.method);
      std::transform(method.begin(), method.end(), method.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
      methods.push_back({std::move(method), operation(row)});
    }
    all.push_back({std::string(first.path), std::move(methods)});
  }
  return all;
}

}  // namespace

Json openApi() {
  return Json::Object{
      {"openapi", "3.1.0"},
      {"info", Json::Object{{"title", "Sanctum management API"},
                            {"version", "1"},
                            {"description", "Made from the program's tables by `dump-reference`; do not edit."}}},
      {"servers", Json::Array{Json::Object{{"url", "/api/v1"}}}},
      {"paths", paths()},
      {"components",
       Json::Object{
           {"schemas", schemas()},
           {"responses",
            Json::Object{{"Problem", Json::Object{{"description", "A refusal: nothing was changed"},
                                                  {"content", content("application/problem+json", reference("Problem"))}}}}},
           {"securitySchemes",
            Json::Object{
                {std::string(kTokenScheme),
                 Json::Object{{"type", "http"},
                              {"scheme", "bearer"},
                              {"description", "Of a login (POST /login), or an API token (POST /tokens)"}}},
                {std::string(kCertificateScheme),
                 Json::Object{{"type", "mutualTLS"},
                              {"description",
                               "A client certificate of the server's own authority: an agent's (POST /agent/enrol) at the "
                               "paths of agents, a person's (POST /users/{name}/certificates) at all others; a header "
                               "Authorization goes before it"}}}}}}}};
}

std::string openApiText() {
  std::string text;
  openApi().writePretty(text);
  return text + "\n";
}

}  // namespace mgmt

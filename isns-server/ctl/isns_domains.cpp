// `sanctl isns dd`: discovery domains (RFC 4171 5.6.5.9, 5.6.5.10).
#include <algorithm>

#include "isns-server/ctl/domain_reader.h"
#include "isns-server/ctl/fields.h"
#include "isns-server/ctl/isns_client.h"
#include "isns-server/ctl/isns_handlers.h"
#include "isns-server/ctl/isns_lists.h"
#include "isns-server/ctl/members.h"
#include "isns-server/ctl/object_output.h"
#include "shared/isns/value_names.h"

namespace ctl {
namespace {

using isns::Object;
using isns::ObjectType;
namespace tag = isns::tag;

Asked<std::uint32_t> parseFeatures(std::string_view text) {
  const auto bits = isns::parseNamedValue(*isns::findAttribute(tag::kDdFeatures), text);
  if (!bits) return base::fail(usageFailure("wrong features", bits.error().text));
  return *bits;
}

Asked<std::string> parseName(std::string_view text) {
  const auto name = parseFieldValue(tag::kDdName, text);
  if (!name) return base::fail(name.error());
  if (name->value.empty()) return base::fail(usageFailure("wrong name", "it is empty"));
  return std::string(text);
}

// "result", then what the answer says of the domain itself; the members are not repeated.
void printDomain(IsnsClient& client, const char* result, std::uint32_t id, const isns::Response* response) {
  Object domain{ObjectType::Domain, {}};
  if (response != nullptr) {
    for (const isns::AttributeValue& attribute : response->operating) {
      const bool own =
          attribute.tag == tag::kDdId || attribute.tag == tag::kDdName || attribute.tag == tag::kDdFeatures;
      if (own && domain.find(attribute.tag) == nullptr) domain.attributes.push_back(attribute);
    }
  }
  Record record = recordOf(domain);
  if (domain.find(tag::kDdId) == nullptr && id != 0) record.insert(record.begin(), {"dd_id", "DD ID", base::Json(id)});
  record.insert(record.begin(), {"result", "Result", base::Json(result)});
  client.output().record(record);
}

struct Chosen {
  IsnsClient client;
  std::uint32_t id;
};
Asked<Chosen> openDomain(const Invocation& invocation, Context& context) {
  auto client = IsnsClient::open(invocation, context);
  if (!client) return base::fail(client.error());
  const auto id = resolveDomain(*client, ObjectType::Domain, invocation.one("DOMAIN").value_or(""));
  if (!id) return base::fail(id.error());
  return Chosen{std::move(*client), *id};
}

Outcome change(Chosen& chosen, const isns::DomainRegistration& registration, const char* result) {
  const auto response = chosen.client.ask(isns::registerDomain(registration), "cannot change the domain");
  if (!response) return base::fail(response.error());
  printDomain(chosen.client, result, chosen.id, &*response);
  return {};
}

using NodeTypes = std::optional<std::map<std::string, std::uint32_t>>;

template <class T>
Cell cellOf(const std::optional<T>& value) {
  Cell cell;
  if (value) cell.emplace(*value);
  return cell;
}

// Who misspells a member adds a name that is registered nowhere, so the table says what is known of each node.
Cell typeCell(const MemberRow& row, const NodeTypes& types) {
  if (!types || !row.member || row.kind != std::string_view("node")) return {};
  const auto found = types->find(*row.member);
  if (found == types->end()) return base::Json("not registered");
  base::Json::Array words;
  for (std::string& word : isns::bitNames(tag::kNodeType, found->second)) words.emplace_back(std::move(word));
  return base::Json(std::move(words));
}

Sheet memberSheet(const std::vector<MemberRow>& members, const NodeTypes& types) {
  Sheet sheet;
  sheet.columns = {{"kind", "KIND"}, {"member", "MEMBER"}, {"index", "INDEX"}};
  if (types) sheet.columns.insert(sheet.columns.begin() + 2, {"node_type", "TYPE"});
  for (const MemberRow& row : members) {
    auto& cells = sheet.rows.emplace_back();
    cells.push_back(base::Json(row.kind));
    cells.push_back(cellOf(row.member));
    if (types) cells.push_back(typeCell(row, types));
    cells.push_back(cellOf(row.index));
  }
  return sheet;
}

}  // namespace

Outcome domainCreate(const Invocation& invocation, Context& context) {
  isns::DomainRegistration registration;
  if (const auto text = invocation.one("NAME")) {
    const auto name = parseName(*text);
    if (!name) return base::fail(name.error());
    registration.name = *name;
  }
  if (const auto text = invocation.one("--id")) {
    const auto id = parseFieldValue(tag::kDdId, *text);
    if (!id) return base::fail(id.error());
    registration.id = base::loadU32(id->value.data());
  }
  if (const auto text = invocation.one("--features")) {
    const auto features = parseFeatures(*text);
    if (!features) return base::fail(features.error());
    registration.features = *features;
  }
  auto members = parseMembers(invocation.all("--member"));
  if (!members) return base::fail(members.error());
  registration.members = std::move(*members);
  auto client = IsnsClient::open(invocation, context);
  if (!client) return base::fail(client.error());
  const auto response = client->ask(isns::registerDomain(registration), "cannot create the domain");
  if (!response) return base::fail(response.error());
  printDomain(*client, "created", registration.id.value_or(0), &*response);
  return {};
}

Outcome domainAdd(const Invocation& invocation, Context& context) {
  auto members = parseMembers(invocation.all("MEMBER"));
  if (!members) return base::fail(members.error());
  auto chosen = openDomain(invocation, context);
  if (!chosen) return base::fail(chosen.error());
  return change(*chosen, {.existing = chosen->id, .members = std::move(*members)}, "members added");
}

Outcome domainRemove(const Invocation& invocation, Context& context) {
  const auto members = parseMembers(invocation.all("MEMBER"));
  if (!members) return base::fail(members.error());
  auto chosen = openDomain(invocation, context);
  if (!chosen) return base::fail(chosen.error());
  const auto response =
      chosen->client.ask(isns::deregisterDomain(chosen->id, *members), "cannot remove members from the domain");
  if (!response) return base::fail(response.error());
  printDomain(chosen->client, "members removed", chosen->id, nullptr);
  return {};
}

Outcome domainRename(const Invocation& invocation, Context& context) {
  const auto name = parseName(invocation.one("NAME").value_or(""));
  if (!name) return base::fail(name.error());
  auto chosen = openDomain(invocation, context);
  if (!chosen) return base::fail(chosen.error());
  return change(*chosen, {.existing = chosen->id, .name = *name}, "renamed");
}

Outcome domainFeatures(const Invocation& invocation, Context& context) {
  const auto features = parseFeatures(invocation.one("FEATURES").value_or(""));
  if (!features) return base::fail(features.error());
  auto chosen = openDomain(invocation, context);
  if (!chosen) return base::fail(chosen.error());
  return change(*chosen, {.existing = chosen->id, .features = *features}, "features set");
}

Outcome domainDelete(const Invocation& invocation, Context& context) {
  auto chosen = openDomain(invocation, context);
  if (!chosen) return base::fail(chosen.error());
  const auto response = chosen->client.ask(isns::deregisterDomain(chosen->id, {}), "cannot delete the domain");
  if (!response) return base::fail(response.error());
  printDomain(chosen->client, "deleted", chosen->id, nullptr);
  return {};
}

Outcome domainList(const Invocation& invocation, Context& context) {
  return listKind(*findListKind("domains"), invocation, context);
}

Outcome domainShow(const Invocation& invocation, Context& context) {
  auto chosen = openDomain(invocation, context);
  if (!chosen) return base::fail(chosen.error());
  const auto domain = readDomain(chosen->client, chosen->id);
  if (!domain) return base::fail(domain.error());
  if (!domain->has_value()) {
    return base::fail(Failure{Exit::Empty, "no such domain", std::to_string(chosen->id),
                              "sanctl isns dd list shows those that the source may see"});
  }
  const DomainView& view = **domain;
  Output& output = chosen->client.output();
  // A column for people: JSON and CSV keep to what the domain itself holds.
  const NodeTypes types = output.format() == Format::Table ? nodeTypesOf(chosen->client, chosen->id) : std::nullopt;
  output.report({{"domain", "domain", recordOf(view.itself)}, {"members", "members", memberSheet(view.members, types)}});
  return {};
}

}  // namespace ctl

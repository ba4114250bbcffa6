// `sanctl isns dds`: discovery domain sets (RFC 4171 5.6.5.11, 5.6.5.12).
#include <algorithm>

#include "isns-server/ctl/fields.h"
#include "isns-server/ctl/isns_client.h"
#include "isns-server/ctl/isns_handlers.h"
#include "isns-server/ctl/isns_lists.h"
#include "isns-server/ctl/members.h"
#include "isns-server/ctl/object_output.h"

namespace ctl {
namespace {

using isns::Object;
using isns::ObjectType;
namespace tag = isns::tag;

Asked<std::string> parseName(std::string_view text) {
  const auto name = parseFieldValue(tag::kDdsName, text);
  if (!name) return base::fail(name.error());
  if (name->value.empty()) return base::fail(usageFailure("wrong name", "it is empty"));
  return std::string(text);
}

void printSet(IsnsClient& client, const char* result, std::uint32_t id, const isns::Response* response) {
  Object set{ObjectType::DomainSet, {}};
  if (response != nullptr) {
    for (const isns::AttributeValue& attribute : response->operating) {
      const bool own =
          attribute.tag == tag::kDdsId || attribute.tag == tag::kDdsName || attribute.tag == tag::kDdsStatus;
      if (own && set.find(attribute.tag) == nullptr) set.attributes.push_back(attribute);
    }
  }
  Record record = displayRecord(client.output(), set);
  if (set.find(tag::kDdsId) == nullptr && id != 0)
    record.insert(record.begin(), {"dds_id", "DD Set ID", base::Json(id)});
  record.insert(record.begin(), {"result", "Result", base::Json(result)});
  client.output().record(record);
}

struct Chosen {
  IsnsClient client;
  std::uint32_t id;
};
Asked<Chosen> openSet(const Invocation& invocation, Context& context) {
  auto client = IsnsClient::open(invocation, context);
  if (!client) return base::fail(client.error());
  const auto id = resolveDomain(*client, ObjectType::DomainSet, invocation.one("SET").value_or(""));
  if (!id) return base::fail(id.error());
  return Chosen{std::move(*client), *id};
}

Asked<std::vector<std::uint32_t>> resolveDomains(IsnsClient& client, const std::vector<std::string_view>& texts) {
  std::vector<std::uint32_t> ids;
  for (const std::string_view text : texts) {
    const auto id = resolveDomain(client, ObjectType::Domain, text);
    if (!id) return base::fail(id.error());
    ids.push_back(*id);
  }
  return ids;
}

Outcome change(Chosen& chosen, const isns::DomainSetRegistration& registration, const char* result) {
  const auto response = chosen.client.ask(isns::registerDomainSet(registration), "cannot change the domain set");
  if (!response) return base::fail(response.error());
  printSet(chosen.client, result, chosen.id, &*response);
  return {};
}

Outcome setStatus(const Invocation& invocation, Context& context, std::uint32_t status, const char* result) {
  auto chosen = openSet(invocation, context);
  if (!chosen) return base::fail(chosen.error());
  return change(*chosen, {.existing = chosen->id, .status = status}, result);
}

}  // namespace

Outcome setCreate(const Invocation& invocation, Context& context) {
  isns::DomainSetRegistration registration;
  if (const auto text = invocation.one("NAME")) {
    const auto name = parseName(*text);
    if (!name) return base::fail(name.error());
    registration.name = *name;
  }
  if (const auto text = invocation.one("--id")) {
    const auto id = parseFieldValue(tag::kDdsId, *text);
    if (!id) return base::fail(id.error());
    registration.id = base::loadU32(id->value.data());
  }
  if (invocation.has("--enable")) registration.status = isns::kDdsEnabled;
  auto client = IsnsClient::open(invocation, context);
  if (!client) return base::fail(client.error());
  auto domains = resolveDomains(*client, invocation.all("--domain"));
  if (!domains) return base::fail(domains.error());
  registration.domains = std::move(*domains);
  const auto response = client->ask(isns::registerDomainSet(registration), "cannot create the domain set");
  if (!response) return base::fail(response.error());
  printSet(*client, "created", registration.id.value_or(0), &*response);
  return {};
}

Outcome setAdd(const Invocation& invocation, Context& context) {
  auto chosen = openSet(invocation, context);
  if (!chosen) return base::fail(chosen.error());
  auto domains = resolveDomains(chosen->client, invocation.all("DOMAIN"));
  if (!domains) return base::fail(domains.error());
  return change(*chosen, {.existing = chosen->id, .domains = std::move(*domains)}, "domains added");
}

Outcome setRemove(const Invocation& invocation, Context& context) {
  auto chosen = openSet(invocation, context);
  if (!chosen) return base::fail(chosen.error());
  const auto domains = resolveDomains(chosen->client, invocation.all("DOMAIN"));
  if (!domains) return base::fail(domains.error());
  const auto response =
      chosen->client.ask(isns::deregisterDomainSet(chosen->id, *domains), "cannot remove domains from the set");
  if (!response) return base::fail(response.error());
  printSet(chosen->client, "domains removed", chosen->id, nullptr);
  return {};
}

Outcome setEnable(const Invocation& invocation, Context& context) {
  return setStatus(invocation, context, isns::kDdsEnabled, "enabled");
}
Outcome setDisable(const Invocation& invocation, Context& context) {
  return setStatus(invocation, context, 0, "disabled");
}

Outcome setRename(const Invocation& invocation, Context& context) {
  const auto name = parseName(invocation.one("NAME").value_or(""));
  if (!name) return base::fail(name.error());
  auto chosen = openSet(invocation, context);
  if (!chosen) return base::fail(chosen.error());
  return change(*chosen, {.existing = chosen->id, .name = *name}, "renamed");
}

Outcome setDelete(const Invocation& invocation, Context& context) {
  auto chosen = openSet(invocation, context);
  if (!chosen) return base::fail(chosen.error());
  const auto response = chosen->client.ask(isns::deregisterDomainSet(chosen->id, {}), "cannot delete the domain set");
  if (!response) return base::fail(response.error());
  printSet(chosen->client, "deleted", chosen->id, nullptr);
  return {};
}

Outcome setList(const Invocation& invocation, Context& context) {
  return listKind(*findListKind("sets"), invocation, context);
}

Outcome setShow(const Invocation& invocation, Context& context) {
  auto chosen = openSet(invocation, context);
  if (!chosen) return base::fail(chosen.error());
  base::Bytes key;
  isns::AttributeWriter(key).u32(tag::kDdsId, chosen->id);
  constexpr isns::Tag kWanted[] = {tag::kDdsId, tag::kDdsName, tag::kDdsStatus,
                                   tag::kDdId,  tag::kDdName,  tag::kDdFeatures};
  const auto objects = chosen->client.query(key, kWanted, "cannot ask for the domain set");
  if (!objects) return base::fail(objects.error());
  const auto set = std::find_if(objects->begin(), objects->end(),
                                [](const Object& object) { return object.type == ObjectType::DomainSet; });
  if (set == objects->end()) {
    return base::fail(Failure{Exit::Empty, "no such domain set", std::to_string(chosen->id),
                              "sanctl isns dds list shows those that the source may see"});
  }
  std::vector<Object> domains;
  std::copy_if(objects->begin(), objects->end(), std::back_inserter(domains),
               [](const Object& object) { return object.type == ObjectType::Domain; });
  Output& output = chosen->client.output();
  output.report({{"domain_set", "domain set", displayRecord(output, *set)},
                 {"domains", "domains", sectionSheet(output, ObjectType::Domain, domains)}});
  return {};
}

}  // namespace ctl

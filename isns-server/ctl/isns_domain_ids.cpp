// `sanctl isns domain-id`: FC_DOMAIN_IDs of iFCP gateways (RFC 4171 5.6.5.15-17). TCP only.
#include "isns-server/ctl/fields.h"
#include "isns-server/ctl/isns_client.h"
#include "isns-server/ctl/isns_handlers.h"
#include "isns-server/ctl/object_output.h"

namespace ctl {
namespace {

namespace tag = isns::tag;

constexpr std::uint32_t kLastDomainId = 239;

Asked<std::uint32_t> parseDomainId(std::string_view text) {
  const auto number = isns::parseNumber(text);
  if (!number || *number == 0 || *number > kLastDomainId) {
    return base::fail(usageFailure("wrong id", "\"" + std::string(text) + "\"", "a number from 1 to 239 is wanted"));
  }
  return static_cast<std::uint32_t>(*number);
}

Asked<IsnsClient> openTcp(const Invocation& invocation, Context& context) {
  if (invocation.has("--udp")) return base::fail(usageFailure("--udp", "RFC 4171 5.6.5.15 wants TCP for domain ids"));
  return IsnsClient::open(invocation, context);
}

// The source attribute of the request, if an option gives one: a switch name or an EID.
Asked<base::Bytes> gateway(const Invocation& invocation) {
  const auto eid = invocation.one("--eid");
  const auto name = eid ? eid : invocation.one("--switch");
  if (!name) return base::Bytes{};
  const auto field = parseFieldValue(eid ? tag::kEntityId : tag::kSwitchName, *name);
  if (!field) return base::fail(field.error());
  return field->tlv();
}

Record idRecord(const char* result, std::string_view fabric, const isns::Response* response, std::uint32_t id) {
  if (response != nullptr) {
    if (const isns::AttributeValue* assigned = response->find(tag::kAssignedId)) id = assigned->u32().value_or(id);
  }
  return {{"result", "Result", base::Json(result)},
          {"virtual_fabric_id", "Virtual Fabric ID", base::Json(fabric)},
          {"assigned_id", "Assigned ID", base::Json(id)}};
}

}  // namespace

Outcome domainIdRequest(const Invocation& invocation, Context& context) {
  const std::string_view fabric = invocation.one("FABRIC").value_or("");
  const auto preferred = parseDomainId(invocation.one("--preferred").value_or("1"));
  if (!preferred) return base::fail(preferred.error());
  auto source = gateway(invocation);
  if (!source) return base::fail(source.error());
  if (source->empty()) return base::fail(usageFailure("--switch is missing", "the gateway asks by its switch name"));
  auto client = openTcp(invocation, context);
  if (!client) return base::fail(client.error());
  const auto response = client->ask(isns::requestDomainId(*source, fabric, *preferred), "cannot get a domain id");
  if (!response) return base::fail(response.error());
  client->output().record(idRecord("granted", fabric, &*response, 0));
  return {};
}

Outcome domainIdRelease(const Invocation& invocation, Context& context) {
  const std::string_view fabric = invocation.one("FABRIC").value_or("");
  const auto id = parseDomainId(invocation.one("ID").value_or(""));
  if (!id) return base::fail(id.error());
  auto source = gateway(invocation);
  if (!source) return base::fail(source.error());
  if (source->empty()) {
    return base::fail(usageFailure("--eid is missing", "the gateway asks by its EID (RFC 4171 5.6.5.16) or switch name",
                                   "give --eid or --switch"));
  }
  auto client = openTcp(invocation, context);
  if (!client) return base::fail(client.error());
  const auto response = client->ask(isns::releaseDomainId(*source, fabric, *id), "cannot release the domain id");
  if (!response) return base::fail(response.error());
  client->output().record(idRecord("released", fabric, nullptr, *id));
  return {};
}

Outcome domainIdList(const Invocation& invocation, Context& context) {
  auto source = gateway(invocation);
  if (!source) return base::fail(source.error());
  auto client = openTcp(invocation, context);
  if (!client) return base::fail(client.error());
  isns::Request request = isns::getDomainIds(invocation.one("FABRIC").value_or(""));
  request.source = std::move(*source);
  const auto response = client->ask(request, "cannot list the domain ids");
  if (!response) return base::fail(response.error());
  Sheet sheet;
  sheet.columns = {{"assigned_id", "ID"}};
  for (const isns::AttributeValue& attribute : response->operating) {
    if (attribute.tag == tag::kAssignedId) sheet.rows.push_back({jsonOf(attribute)});
  }
  client->output().sheet(sheet);
  return client->emptyOutcome(sheet.rows.empty(), "list domain ids");
}

}  // namespace ctl

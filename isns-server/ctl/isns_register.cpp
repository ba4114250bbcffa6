// `sanctl isns register` and `deregister` (RFC 4171 5.6.5.1, 5.6.5.4).
#include <algorithm>
#include <map>

#include "isns-server/ctl/fields.h"
#include "isns-server/ctl/isns_client.h"
#include "isns-server/ctl/isns_handlers.h"
#include "isns-server/ctl/object_output.h"
#include "shared/isns/ip_text.h"
#include "shared/isns/value_text.h"

namespace ctl {
namespace {

using isns::ObjectType;
namespace tag = isns::tag;

Failure wrongPortal(std::string_view text) {
  return usageFailure("wrong portal", "\"" + std::string(text) + "\"", "ADDRESS:PORT is wanted, as in 10.0.0.1:3260");
}

// Puts the options together in the order in which they were typed: an attribute belongs to the object of its kind that
// was named last.
class RegistrationReader {
 public:
  Asked<isns::Registration> read(const Invocation& invocation) {
    registration_.replace = invocation.has("--replace");
    for (const Invocation::Given& given : invocation.given()) {
      if (const auto wrong = take(given.name, given.value)) return base::fail(*wrong);
    }
    // The RFC wants the key object among the operating attributes too, so the EID stands in both.
    if (registration_.key.empty() && registration_.entity.has(tag::kEntityId)) {
      registration_.key = isns::makeTlv(tag::kEntityId, registration_.entity.value(tag::kEntityId));
    }
    const bool nothing = registration_.entity.bytes().empty() && registration_.portals.empty() &&
                         registration_.nodes.empty() && registration_.fcPorts.empty() &&
                         registration_.fcDevices.empty();
    if (nothing) {
      return base::fail(usageFailure("nothing to register", "no object was named",
                                     "name a --node, --target, --initiator, --portal or --eid"));
    }
    return std::move(registration_);
  }

 private:
  std::optional<Failure> take(std::string_view name, std::string_view value) {
    if (name == "--target" || name == "--initiator") {
      if (auto wrong = takeAttribute(tag::kIscsiName, value)) return wrong;
      return takeAttribute(tag::kNodeType, name.substr(2));
    }
    if (name == "--node") return takeAttribute(tag::kIscsiName, value);
    if (name == "--portal") return takePortal(value);
    if (name == "--portal-group") return takeGroup(value);
    if (name == "--fc-port") return takeAttribute(tag::kFcPortName, value);
    if (name == "--fc-device") return takeAttribute(tag::kFcNodeName, value);
    if (name == "--message-key") return takeKey(value);
    if (name == "--attr") {
      const auto field = parseField(value);
      return field ? place(*field) : std::optional(field.error());
    }
    // The other options of this command are named as their fields: --scn-port is scn_port.
    std::string fieldOf(name.substr(std::min<std::size_t>(2, name.size())));
    std::replace(fieldOf.begin(), fieldOf.end(), '-', '_');
    const isns::AttributeRow* row = isns::findAttributeByField(fieldOf);
    return row == nullptr ? std::nullopt : takeAttribute(row->tag, value);
  }

  std::optional<Failure> takeAttribute(isns::Tag tag, std::string_view value) {
    const auto field = parseFieldValue(tag, value);
    return field ? place(*field) : std::optional(field.error());
  }

  std::optional<Failure> takePortal(std::string_view value) {
    const auto portal = isns::parsePortal(value);
    if (!portal) return wrongPortal(value);
    isns::AttributeList& attributes = registration_.portals.emplace_back();
    attributes.set(tag::kPortalIp, portal->ip);
    attributes.setU32(tag::kPortalPort, portal->port);
    return std::nullopt;
  }

  // "2=10.0.0.1:3260,10.0.0.2:3260"; "none=..." for no access.
  std::optional<Failure> takeGroup(std::string_view value) {
    if (registration_.nodes.empty()) {
      return usageFailure("wrong order", "--portal-group stands before any node", "name the --node or --target first");
    }
    const std::size_t equals = value.find('=');
    const std::string_view tagText = value.substr(0, equals);
    const auto number = isns::parseNumber(tagText);
    if (equals == std::string_view::npos || (tagText != "none" && (!number || *number > 0xffff))) {
      return usageFailure("wrong portal group", "\"" + std::string(value) + "\"",
                          "TAG=PORTAL,... is wanted, as in 2=10.0.0.1:3260 or none=10.0.0.1:3260");
    }
    isns::PortalGroup group;
    if (tagText != "none") group.tag = static_cast<std::uint16_t>(*number);
    for (std::string_view rest = value.substr(equals + 1);;) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      const auto portal = isns::parsePortal(rest.substr(0, comma));
      if (!portal) return wrongPortal(rest.substr(0, comma));
      group.portals.push_back(*portal);
      if (comma == rest.size()) break;
      rest.remove_prefix(comma + 1);
    }
    registration_.nodes.back().groups.push_back(std::move(group));
    return std::nullopt;
  }

  std::optional<Failure> takeKey(std::string_view value) {
    const auto field = parseField(value);
    if (!field) return field.error();
    base::append(registration_.key, field->tlv());
    return std::nullopt;
  }

  // Sets the attribute at the object that it belongs to; a key attribute names a new one.
  std::optional<Failure> place(const FieldValue& field) {
    isns::AttributeList* list = nullptr;
    switch (field.object()) {
      case ObjectType::Entity:
        list = &registration_.entity;
        break;
      case ObjectType::Portal:
        list = last(registration_.portals, field, tag::kPortalIp);
        break;
      case ObjectType::Node:
        if (field.tag == tag::kIscsiName) registration_.nodes.emplace_back();
        list = registration_.nodes.empty() ? nullptr : &registration_.nodes.back().attributes;
        break;
      case ObjectType::FcPort:
        list = last(registration_.fcPorts, field, tag::kFcPortName);
        break;
      case ObjectType::FcDevice:
        list = last(registration_.fcDevices, field, tag::kFcNodeName);
        break;
      default:
        return usageFailure("wrong attribute",
                            fieldName(field.tag) + " belongs to no object that can be registered here",
                            "portal groups: --portal-group; domains and sets: sanctl isns dd, sanctl isns dds");
    }
    if (list == nullptr) {
      return usageFailure("wrong order",
                          fieldName(field.tag) + " stands before the " +
                              std::string(isns::objectTypeName(field.object())) + " that it belongs to",
                          "name the object first");
    }
    list->set(field.tag, field.value);
    return std::nullopt;
  }

  static isns::AttributeList* last(std::vector<isns::AttributeList>& lists, const FieldValue& field, isns::Tag first) {
    if (field.tag == first) lists.emplace_back();
    return lists.empty() ? nullptr : &lists.back();
  }

  isns::Registration registration_;
};

// The first node of the message asks, if nobody else was named to: servers want the source in the same entity.
std::optional<std::string> firstNode(const Invocation& invocation) {
  for (const Invocation::Given& given : invocation.given()) {
    const bool node = given.name == "--node" || given.name == "--target" || given.name == "--initiator";
    if (node || given.name == "--fc-port") return given.value;
    constexpr std::string_view kName = "iscsi_name=";
    if (given.name == "--attr" && given.value.starts_with(kName)) return given.value.substr(kName.size());
  }
  return std::nullopt;
}

// "result", then what the answer says of the entity: the identifier, and what the server set.
void printRegistered(IsnsClient& client, const isns::Response& response) {
  isns::Object entity{ObjectType::Entity, {}};
  std::vector<isns::Object> others;
  for (const auto* list : {&response.key, &response.operating}) {
    for (isns::Object& object : isns::groupObjects(*list)) {
      if (object.type != ObjectType::Entity) {
        others.push_back(std::move(object));
        continue;
      }
      for (const isns::AttributeValue& attribute : object.attributes) {
        if (entity.find(attribute.tag) == nullptr) entity.attributes.push_back(attribute);
      }
    }
  }
  Record result = recordOf(entity);
  result.insert(result.begin(), {"result", "Result", base::Json("registered")});
  std::vector<Section> sections{{"entity", "registered", std::move(result)}};
  others = isns::mergeObjects(std::move(others));
  constexpr std::pair<ObjectType, const char*> kParts[] = {{ObjectType::Portal, "portals"},
                                                           {ObjectType::Node, "nodes"},
                                                           {ObjectType::PortalGroup, "portal_groups"},
                                                           {ObjectType::FcPort, "fc_ports"},
                                                           {ObjectType::FcDevice, "fc_devices"}};
  for (const auto& [type, field] : kParts) {
    std::vector<isns::Object> part;
    std::copy_if(others.begin(), others.end(), std::back_inserter(part),
                 [wanted = type](const isns::Object& object) { return object.type == wanted; });
    if (part.empty()) continue;
    std::string title(field);
    std::replace(title.begin(), title.end(), '_', ' ');
    sections.push_back({field, title, sectionSheet(client.output(), type, part)});
  }
  client.output().report(sections);
}

// The objects of a deregistration, as TLVs in the order typed.
Asked<base::Bytes> deregisteredObjects(const Invocation& invocation) {
  static const std::map<std::string_view, isns::Tag> kTags = {
      {"--eid", tag::kEntityId},         {"--node", tag::kIscsiName},
      {"--node-index", tag::kNodeIndex}, {"--portal-index", tag::kPortalIndex},
      {"--fc-port", tag::kFcPortName},   {"--fc-device", tag::kFcNodeName}};
  base::Bytes objects;
  const auto append = [&](const base::Bytes& tlv) { base::append(objects, tlv); };
  for (const Invocation::Given& given : invocation.given()) {
    if (given.name == "--portal") {
      const auto portal = isns::parsePortal(given.value);
      if (!portal) return base::fail(wrongPortal(given.value));
      append(isns::portalKey(*portal));
      continue;
    }
    const auto known = kTags.find(given.name);
    if (known == kTags.end() && given.name != "--attr") continue;
    const auto field = known == kTags.end() ? parseField(given.value) : parseFieldValue(known->second, given.value);
    if (!field) return base::fail(field.error());
    append(field->tlv());
  }
  if (objects.empty()) {
    return base::fail(usageFailure("nothing to deregister", "no object was named", "name a --node, --portal or --eid"));
  }
  return objects;
}

}  // namespace

Outcome isnsRegister(const Invocation& invocation, Context& context) {
  const auto registration = RegistrationReader().read(invocation);
  if (!registration) return base::fail(registration.error());
  auto client = IsnsClient::open(invocation, context, firstNode(invocation));
  if (!client) return base::fail(client.error());
  const auto response = client->ask(isns::registerObjects(*registration), "cannot register");
  if (!response) return base::fail(response.error());
  printRegistered(*client, *response);
  return {};
}

Outcome isnsDeregister(const Invocation& invocation, Context& context) {
  const auto objects = deregisteredObjects(invocation);
  if (!objects) return base::fail(objects.error());
  auto client = IsnsClient::open(invocation, context, firstNode(invocation));
  if (!client) return base::fail(client.error());
  const auto response = client->ask(isns::deregister(*objects), "cannot deregister");
  if (!response) return base::fail(response.error());
  client->output().record({{"result", "Result", base::Json("deregistered")}});
  return {};
}

}  // namespace ctl

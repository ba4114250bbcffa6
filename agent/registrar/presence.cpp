#include "agent/registrar/presence.h"

#include <algorithm>

#include "shared/names/entity_id.h"

namespace registrar {
namespace {

namespace tag = isns::tag;

isns::AttributeList portalOf(const Presence& presence, const PortalPresence& portal) {
  isns::AttributeList attributes;
  const isns::PortalAddress address = isnsPortal(portal.address);
  attributes.set(tag::kPortalIp, address.ip);
  attributes.setU32(tag::kPortalPort, address.port);
  if (presence.noticePort != 0) {
    attributes.setU32(tag::kScnPort, presence.noticePort);
    if (presence.esiInterval.count() > 0) {
      attributes.setU32(tag::kEsiInterval, static_cast<std::uint32_t>(presence.esiInterval.count()));
      attributes.setU32(tag::kEsiPort, presence.noticePort);
    }
  }
  return attributes;
}

// Only targets are reached through portal groups that mean something: an initiator's are those that the server makes.
std::vector<isns::PortalGroup> groupsOf(const Presence& presence, const NodePresence& node) {
  std::vector<isns::PortalGroup> groups;
  if (node.role != Role::Target) return groups;
  for (const PortalPresence& portal : presence.portals) {
    const bool reached = node.groups.empty() || std::ranges::find(node.groups, portal.group) != node.groups.end();
    const std::optional<std::uint16_t> tag = reached ? std::optional(portal.group) : std::nullopt;
    const auto same = [&](const isns::PortalGroup& group) { return group.tag == tag; };
    auto at = std::ranges::find_if(groups, same);
    if (at == groups.end()) {
      groups.push_back({tag, {}});
      at = groups.end() - 1;
    }
    at->portals.push_back(isnsPortal(portal.address));
  }
  return groups;
}

std::optional<isns::PortalAddress> portalOf(const isns::Object& object) {
  if (object.type != isns::ObjectType::Portal || !object.hasKey()) return std::nullopt;
  const auto ip = object.find(tag::kPortalIp)->ip();
  const auto port = object.u32(tag::kPortalPort);
  return ip && port ? std::optional(isns::PortalAddress{*ip, *port}) : std::nullopt;
}

std::vector<isns::PortalAddress> portalsIn(const isns::Response& answer) {
  std::vector<isns::PortalAddress> found;
  for (const isns::Object& object : isns::groupObjects(answer.operating)) {
    if (const auto portal = portalOf(object)) found.push_back(*portal);
  }
  return found;
}

}  // namespace

const NodePresence* Presence::find(std::string_view name) const {
  const auto at = std::ranges::find(nodes, name, &NodePresence::name);
  return at == nodes.end() ? nullptr : &*at;
}

isns::PortalAddress isnsPortal(const net::Address& address) {
  isns::PortalAddress portal;
  std::ranges::copy(address.octets(), portal.ip.begin());
  portal.port = address.port();
  return portal;
}

base::Status check(const Presence& presence) {
  if (presence.eid.empty() || presence.eid.size() > names::kMaxEntityId) {
    return base::fail("an entity identifier has 1 to 255 bytes");
  }
  std::string scratch;
  const auto normal = names::normaliseEntityId(presence.eid, scratch);
  if (!normal) return base::fail("the entity identifier \"" + presence.eid + "\" is none: " + normal.error().text);
  if (*normal != presence.eid)
    return base::fail("the normal spelling of the entity identifier is " + std::string(*normal));
  if (presence.nodes.empty()) return base::fail("there is no node to register");
  if (presence.portals.empty()) return base::fail("there is no portal to register");
  if (presence.nodes.size() > Presence::kMaxNodes) return base::fail("there are more nodes than can be registered");
  if (presence.portals.size() > Presence::kMaxPortals)
    return base::fail("there are more portals than can be registered");
  for (std::size_t i = 0; i < presence.portals.size(); ++i) {
    const net::Address& address = presence.portals[i].address;
    if (address.isAny() || address.port() == 0) {
      return base::fail(address.text() + " is no address at which anybody could be reached");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (isnsPortal(presence.portals[j].address) == isnsPortal(address)) {
        return base::fail(address.text() + " stands twice among the portals");
      }
    }
  }
  for (std::size_t i = 0; i < presence.nodes.size(); ++i) {
    if (presence.find(presence.nodes[i].name) != &presence.nodes[i]) {
      return base::fail(presence.nodes[i].name + " stands twice among the nodes");
    }
  }
  return {};
}

isns::Request registration(const Presence& presence) {
  isns::Registration whole;
  whole.replace = true;
  whole.key = isns::entityKey(presence.eid);
  whole.entity.setText(tag::kEntityId, presence.eid);
  whole.entity.setU32(tag::kEntityProtocol, isns::entity_protocol::kIscsi);
  if (presence.period.count() > 0) {
    whole.entity.setU32(tag::kRegistrationPeriod, static_cast<std::uint32_t>(presence.period.count()));
  }
  for (const PortalPresence& portal : presence.portals) whole.portals.push_back(portalOf(presence, portal));
  for (const NodePresence& node : presence.nodes) {
    isns::NodeRegistration& one = whole.nodes.emplace_back();
    one.attributes.setText(tag::kIscsiName, node.name);
    one.attributes.setU32(tag::kNodeType,
                          node.role == Role::Target ? isns::node_type::kTarget : isns::node_type::kInitiator);
    if (!node.alias.empty()) one.attributes.setText(tag::kAlias, node.alias);
    one.groups = groupsOf(presence, node);
  }
  return isns::registerObjects(whole);
}

isns::Request deregistration(const Presence& presence) { return isns::deregister(isns::entityKey(presence.eid)); }

isns::Request noticesFor(const NodePresence& node) {
  const std::uint32_t others =
      node.role == Role::Initiator ? isns::scn::kTargetAndSelfOnly : isns::scn::kInitiatorAndSelfOnly;
  isns::Request request = isns::registerScn(
      node.name, others | isns::scn::kObjectAdded | isns::scn::kObjectRemoved | isns::scn::kObjectUpdated);
  request.source = isns::nodeKey(node.name);
  return request;
}

isns::Request stillThere(const NodePresence& node) {
  const isns::Tag wanted[] = {tag::kIscsiName, tag::kPortalIp, tag::kPortalPort, tag::kScnPort};
  isns::Request request = isns::query(isns::nodeKey(node.name), wanted);
  request.source = isns::nodeKey(node.name);
  return request;
}

std::vector<isns::PortalAddress> missingPortals(const Presence& presence, const NodePresence& node,
                                                const isns::Response& answer) {
  const std::vector<isns::PortalAddress> found = portalsIn(answer);
  const bool limited = node.role == Role::Target && !node.groups.empty();
  std::vector<isns::PortalAddress> missing;
  for (const PortalPresence& portal : presence.portals) {
    const bool reached = !limited || std::ranges::find(node.groups, portal.group) != node.groups.end();
    const isns::PortalAddress address = isnsPortal(portal.address);
    if (reached && std::ranges::find(found, address) == found.end()) missing.push_back(address);
  }
  return missing;
}

Standing standingOf(const Presence& presence, const NodePresence& node, const isns::Response& answer) {
  const bool named = std::ranges::any_of(isns::groupObjects(answer.operating), [&](const isns::Object& object) {
    return object.type == isns::ObjectType::Node && object.text(tag::kIscsiName) == node.name;
  });
  if (!named) return Standing::Missing;
  const std::vector<isns::PortalAddress> found = portalsIn(answer);
  const auto isFound = [&](const PortalPresence& portal) {
    return std::ranges::find(found, isnsPortal(portal.address)) != found.end();
  };
  if (!found.empty() && std::ranges::none_of(presence.portals, isFound)) return Standing::Others;
  return missingPortals(presence, node, answer).empty() ? Standing::Ours : Standing::Missing;
}

bool isHeardElsewhere(const Presence& presence, const isns::Response& answer) {
  return std::ranges::any_of(isns::groupObjects(answer.operating), [&](const isns::Object& object) {
    const auto found = portalOf(object);
    const auto isIt = [&](const PortalPresence& portal) { return isnsPortal(portal.address) == *found; };
    if (!found || std::ranges::none_of(presence.portals, isIt)) return false;
    const auto port = object.u32(tag::kScnPort);
    return port && *port != presence.noticePort;
  });
}

}  // namespace registrar

#include "agent/registrar/peers.h"

#include <algorithm>
#include <map>

namespace registrar {
namespace {

namespace tag = isns::tag;

std::optional<net::Address> addressOf(const isns::Object& group) {
  const isns::AttributeValue* const found = group.find(tag::kPgPortalIp);
  const auto ip = found == nullptr ? std::nullopt : found->ip();
  const auto port = group.u32(tag::kPgPortalPort);
  // A portal of UDP leads to no iSCSI target, nor does a wildcard that somebody has registered.
  if (!ip || !port || *port == 0 || *port > 0xffff) return std::nullopt;
  const net::Address address(isns::normalIp(*ip), static_cast<std::uint16_t>(*port));
  if (address.isAny() || address.isMulticast()) return std::nullopt;
  return address;
}

}  // namespace

isns::Request peersQuery(const NodePresence& node) {
  base::Bytes key;
  isns::AttributeWriter(key).u32(tag::kNodeType,
                                 node.role == Role::Initiator ? isns::node_type::kTarget : isns::node_type::kInitiator);
  // All keys, as some clients' servers refuse to name an object without: reference of open-isns.
  const isns::Tag ofTargets[] = {tag::kIscsiName,  tag::kNodeType,     tag::kAlias, tag::kPgIscsiName,
                                 tag::kPgPortalIp, tag::kPgPortalPort, tag::kPgTag};
  const isns::Tag ofInitiators[] = {tag::kIscsiName, tag::kNodeType, tag::kAlias};
  isns::Request request = node.role == Role::Initiator ? isns::query(key, ofTargets) : isns::query(key, ofInitiators);
  request.source = isns::nodeKey(node.name);
  return request;
}

Peers peersOf(const NodePresence& node, const isns::Response& answer) {
  Peers peers;
  std::map<std::string, Peer, std::less<>> byName;
  const std::uint32_t wanted = node.role == Role::Initiator ? isns::node_type::kTarget : isns::node_type::kInitiator;
  const auto objects = isns::mergeObjects(isns::groupObjects(answer.operating));
  for (const isns::Object& object : objects) {
    if (object.type != isns::ObjectType::Node) continue;
    const std::string_view name = object.text(tag::kIscsiName);
    const std::uint32_t type = object.u32(tag::kNodeType).value_or(0);
    if (name.empty() || name == node.name || (type & wanted) == 0) continue;
    if (byName.size() == Peers::kMaxPeers && !byName.contains(name)) {
      peers.cut = true;
      continue;
    }
    Peer& peer = byName[std::string(name)];
    peer.name = name;
    peer.alias = object.text(tag::kAlias);
  }
  for (const isns::Object& object : objects) {
    if (object.type != isns::ObjectType::PortalGroup) continue;
    const auto peer = byName.find(object.text(tag::kPgIscsiName));
    const auto group = object.u32(tag::kPgTag);
    const auto address = addressOf(object);
    if (peer == byName.end() || !group || *group > 0xffff || !address) continue;
    const PeerPortal portal{*address, static_cast<std::uint16_t>(*group)};
    auto& portals = peer->second.portals;
    if (portals.size() < Presence::kMaxPortals && std::ranges::find(portals, portal) == portals.end()) {
      portals.push_back(portal);
    }
  }
  for (auto& [name, peer] : byName) peers.list.push_back(std::move(peer));
  return peers;
}

}  // namespace registrar

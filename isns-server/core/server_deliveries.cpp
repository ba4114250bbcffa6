// What the deliveries of SCNs and ESI messages ask the server core for: where to, as the committed registry has it.
#include <cstring>

#include "isns-server/core/server.h"
#include "shared/base/clock.h"

namespace core {

namespace tag = isns::tag;

namespace {

Endpoint endpointOf(const Portal& portal, std::uint32_t port) {
  Endpoint endpoint;
  const base::ByteView ip = portal.attributes.value(tag::kPortalIp);
  std::memcpy(endpoint.ip.data(), ip.data(), endpoint.ip.size());
  endpoint.port = static_cast<std::uint16_t>(port);
  endpoint.udp = (port & isns::kUdpPortFlag) != 0;
  return endpoint;
}

// 0 for one that has gone.
Index entityOf(const State& state, ScnRecipient recipient) {
  if (recipient.type == ObjectType::Node) {
    const Node* node = state.get<Node>(recipient.index);
    return node == nullptr ? 0 : node->entity;
  }
  const FcPort* port = state.get<FcPort>(recipient.index);
  return port == nullptr ? 0 : port->entity;
}

template <class Is>
bool hasPortal(const State& state, Index entity, Is&& is) {
  return entity != 0 &&
         !state.get<Entity>(entity)->portals.visitWhile([&](Index i) { return !is(*state.get<Portal>(i)); });
}

bool hasPortalAt(const State& state, Index entity, const isns::IpAddress& ip) {
  return hasPortal(state, entity,
                   [&](const Portal& portal) { return base::equal(portal.attributes.value(tag::kPortalIp), ip); });
}

}  // namespace

void Server::endpointsOf(ScnRecipient recipient, std::vector<ScnEndpoint>& out) const {
  const State& state = registry_.committed();
  const Index entity = entityOf(state, recipient);
  if (entity == 0) return;
  state.get<Entity>(entity)->portals.forEach([&](Index i) {
    const Portal& portal = *state.get<Portal>(i);
    const std::uint32_t port = portal.attributes.u32Or(tag::kScnPort, 0);
    if (port != 0) out.push_back({endpointOf(portal, port), i});
  });
}

base::ByteView Server::nameOf(ScnRecipient recipient) const {
  const State& state = registry_.committed();
  if (recipient.type == ObjectType::Node) {
    const Node* node = state.get<Node>(recipient.index);
    return node != nullptr && node->registered() ? node->attributes.tlv(tag::kIscsiName) : base::ByteView{};
  }
  const FcPort* port = state.get<FcPort>(recipient.index);
  return port != nullptr && port->registered() ? port->attributes.tlv(tag::kFcPortName) : base::ByteView{};
}

bool Server::esiTarget(std::uint32_t index, EsiTarget& out) const {
  const Portal* portal = registry_.committed().get<Portal>(index);
  const std::uint32_t port = portal == nullptr ? 0 : portal->attributes.u32Or(tag::kEsiPort, 0);
  if (port == 0 || !portal->registered()) return false;
  out.endpoint = endpointOf(*portal, port);
  out.entityId = registry_.committed().get<Entity>(portal->entity)->attributes.tlv(tag::kEntityId);
  out.portalIp = portal->attributes.tlv(tag::kPortalIp);
  out.portalPort = portal->attributes.tlv(tag::kPortalPort);
  out.signs = portal->signs;
  return true;
}

bool Server::livesAt(ScnRecipient recipient, const isns::IpAddress& ip) const {
  const State& state = registry_.committed();
  return hasPortalAt(state, entityOf(state, recipient), ip);
}

bool Server::signsAt(ScnRecipient recipient, const Endpoint& endpoint) const {
  const State& state = registry_.committed();
  return hasPortal(state, entityOf(state, recipient), [&](const Portal& portal) {
    return portal.signs && endpointOf(portal, portal.attributes.u32Or(tag::kScnPort, 0)) == endpoint;
  });
}

void Server::heardFrom(ScnRecipient recipient, base::Now now) {
  if (const Index entity = entityOf(registry_.committed(), recipient); entity != 0) liveness_.contact(entity, now);
}

bool Server::ownerLivesAt(std::uint32_t index, const isns::IpAddress& ip) const {
  const State& state = registry_.committed();
  const Portal* portal = state.get<Portal>(index);
  return portal != nullptr && hasPortalAt(state, portal->entity, ip);
}

std::uint64_t Server::lastContact(Index entity) const {
  const base::WallTime heard = liveness_.lastContact(entity);
  return static_cast<std::uint64_t>(base::unixSeconds(heard));
}

}  // namespace core

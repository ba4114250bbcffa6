#include "isns-server/core/fc_domain_requests.h"

#include "isns-server/core/entity_period.h"

namespace core {
namespace {

using isns::Attribute;
using isns::Status;
namespace tag = isns::tag;

constexpr std::uint32_t kLowestId = 1;
constexpr std::uint32_t kHighestId = 239;

bool fabricOf(const Request& request, std::string_view& fabric) {
  if (request.key.size() != 1 || request.key[0].tag != tag::kVirtualFabricId) return false;
  fabric = request.key[0].text();
  return !fabric.empty();
}

// The monitored entity behind a peer's address; 0 when there is none. Clients that take ids must have ESI (5.6.5.15),
// for its end frees the ids; a switch is no storage node, so the address is what ties the two together.
Index monitoredEntity(const Policy& policy, const State& state, const Peer& peer) {
  Index found = 0;
  state.portals.forEachFrom(0, [&](Index, const Portal& portal) {
    if (esiMonitored(policy, portal) && base::equal(portal.attributes.value(tag::kPortalIp), peer.address)) found = portal.entity;
    return found == 0;
  });
  return found;
}

}  // namespace

isns::Status requestDomainId(const Request& request, const Peer& peer, Transaction& tx, isns::AttributeWriter& answer) {
  std::string_view fabric;
  if (!fabricOf(request, fabric)) return Status::InvalidRegistration;
  std::uint32_t preferred = 0;
  for (const Attribute& a : request.operating) {
    if (a.tag != tag::kPreferredId) return Status::InvalidRegistration;
    if (!a.empty()) preferred = a.u32();
  }
  const Index entity = monitoredEntity(tx.policy(), tx.state(), peer);
  if (entity == 0) return Status::SourceUnknown;
  const auto free = [&](std::uint32_t id) { return tx.registry().findFcDomain(tx.state(), fabric, id) == nullptr; };
  std::uint32_t granted = preferred >= kLowestId && preferred <= kHighestId && free(preferred) ? preferred : 0;
  for (std::uint32_t id = kLowestId; granted == 0 && id <= kHighestId; ++id) {
    if (free(id)) granted = id;
  }
  if (granted == 0) return Status::FcDomainIdNotAvailable;
  if (tx.full()) return Status::Busy;
  tx.createFcDomain(entity, request.source.value, fabric, granted);
  answer.copy(request.key[0]);
  answer.delimiter();
  answer.u32(tag::kAssignedId, granted);
  return Status::Successful;
}

isns::Status releaseDomainId(const Request& request, Transaction& tx) {
  std::string_view fabric;
  if (!fabricOf(request, fabric)) return Status::InvalidDeregistration;
  if (request.operating.size() != 1 || request.operating[0].tag != tag::kAssignedId || request.operating[0].empty()) {
    return Status::InvalidDeregistration;
  }
  const FcDomain* domain = tx.registry().findFcDomain(tx.state(), fabric, request.operating[0].u32());
  if (domain == nullptr) return Status::FcDomainIdNotAllocated;
  // Only its holder gives an id back: the switch, or the entity that it was allocated to.
  bool holder = base::equal(domain->attributes.value(tag::kSwitchName), request.source.value);
  if (request.source.tag == tag::kEntityId) {
    const Entity* entity = tx.registry().findEntity(tx.state(), request.source.text());
    holder = entity != nullptr && entity->index == domain->entity;
  }
  if (!holder) return Status::FcDomainIdNotAllocated;
  tx.removeFcDomain(domain->index);
  return Status::Successful;
}

isns::Status listDomainIds(const Request& request, const State& state, isns::AttributeWriter& answer) {
  std::string_view fabric;
  if (!fabricOf(request, fabric)) return Status::InvalidQuery;
  answer.copy(request.key[0]);
  answer.delimiter();
  state.fcDomains.forEach([&](Index, const FcDomain& domain) {
    if (domain.attributes.text(tag::kVirtualFabricId) == fabric) answer.encoded(domain.attributes.tlv(tag::kAssignedId));
  });
  return Status::Successful;
}

}  // namespace core

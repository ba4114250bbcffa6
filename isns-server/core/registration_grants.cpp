#include "isns-server/core/registration_grants.h"

#include <algorithm>
#include <vector>

#include "isns-server/core/entity_period.h"

namespace core {

using isns::Attribute;
using isns::Status;
namespace tag = isns::tag;

namespace {

bool saysInterval(std::span<const Attribute> attributes) {
  return std::any_of(attributes.begin(), attributes.end(),
                     [](const Attribute& a) { return a.tag == tag::kEsiInterval; });
}

void setInterval(Transaction& tx, Index portal, std::uint32_t seconds) {
  std::uint8_t value[4];
  base::storeU32(value, seconds);
  tx.setAttribute<Portal>(portal, tag::kEsiInterval, value);
}

// The interval is asked for the entity, and the port may stand on another of its portals (6.3.4, 6.3.5): one that says
// where and not how often takes the shortest interval of the entity. It keeps it for itself, so that it is asked on
// when the portal that it is from is lost; one that says 0 wants none.
void shareInterval(Transaction& tx, const Entity& entity) {
  std::uint32_t shortest = 0;
  std::vector<Index> without;
  entity.portals.forEach([&](Index index) {
    const isns::AttributeList& attributes = tx.get<Portal>(index)->attributes;
    const std::uint32_t interval = attributes.u32Or(tag::kEsiInterval, 0);
    if (interval != 0) shortest = shortest == 0 ? interval : std::min(shortest, interval);
    if (!attributes.has(tag::kEsiInterval) && attributes.u32Or(tag::kEsiPort, 0) != 0) without.push_back(index);
  });
  if (shortest == 0) return;
  for (Index index : without) setInterval(tx, index, shortest);
}

}  // namespace

// ESI: asked for, and possible (6.3.4, 6.3.5). The interval may be changed by the server, which then returns it.
Status grantEsi(Transaction& tx, const Policy& policy, const RegistrationSpec& spec, const RegistrationSubject& about) {
  bool asked = false;
  bool hasPort = false;
  for (const ObjectSpec& object : spec.objects) {
    if (object.type != ObjectType::Portal) continue;
    const Portal& portal = *tx.get<Portal>(object.index);
    hasPort = hasPort || portal.attributes.u32Or(tag::kEsiPort, 0) != 0;
    const std::uint32_t interval = portal.attributes.u32Or(tag::kEsiInterval, 0);
    // Who takes an interval back (0-length) wants no inquiries, where who never said one leaves it to the server.
    if (!portal.attributes.has(tag::kEsiInterval) && saysInterval(spec.attributesOf(object))) {
      setInterval(tx, object.index, 0);
    }
    if (interval == 0) continue;
    // An interval from the time when ESI was on does no harm: nothing is asked for, nothing is sent.
    if (!policy.esiEnabled && !saysInterval(spec.attributesOf(object))) continue;
    asked = true;
    if (!policy.esiEnabled) return Status::EsiNotAvailable;
    const std::uint32_t granted = std::clamp(interval, policy.esiMinInterval, policy.esiMaxInterval);
    if (granted != interval) setInterval(tx, object.index, granted);
  }
  const Entity& entity = *tx.get<Entity>(about.entity);
  const bool noPort = asked && entity.portals.visitWhile([&](Index index) {
    return tx.get<Portal>(index)->attributes.u32Or(tag::kEsiPort, 0) == 0;
  });
  if (noPort) return Status::InvalidRegistration;
  if (policy.esiEnabled && (asked || hasPort)) shareInterval(tx, entity);
  return Status::Successful;
}

// The registration period (6.2.6): never zero without ESI, and returned where the server chose it.
bool grantPeriod(Transaction& tx, const Policy& policy, const RegistrationSpec& spec, const RegistrationSubject& about,
                 bool eidAssigned) {
  const Entity& entity = *tx.get<Entity>(about.entity);
  std::optional<std::uint32_t> wanted;
  if (const ObjectSpec* object = spec.entity()) {
    for (const Attribute& a : spec.attributesOf(*object)) {
      if (a.tag == tag::kRegistrationPeriod) wanted = a.empty() ? 0 : a.u32();
    }
  }
  const std::uint32_t now = entity.attributes.u32Or(tag::kRegistrationPeriod, 0);
  std::uint32_t period = wanted.value_or(now);
  if (period != 0) {
    period = std::clamp(period, policy.minPeriod, policy.maxPeriod);
  } else {
    // A node without portal and EID has come only to ask something, and often forgets to say goodbye.
    const bool transient = eidAssigned && entity.portals.empty();
    period = esiMonitored(policy, tx.state(), entity) ? 0 : transient ? policy.transientPeriod : policy.defaultPeriod;
  }
  const bool chosen = wanted ? *wanted != period : period != now;
  const auto stamp = [&] {
    std::uint8_t seconds[8];
    base::storeU64(seconds, static_cast<std::uint64_t>(base::unixSeconds(tx.now().wall)));
    tx.setAttribute<Entity>(about.entity, tag::kTimestamp, seconds);
  };
  if (about.isNew) stamp();  // before what stands behind it
  std::uint8_t value[4];
  base::storeU32(value, period);
  tx.setAttribute<Entity>(about.entity, tag::kRegistrationPeriod, value);
  if (!about.isNew && !tx.empty()) stamp();
  return chosen;
}

}  // namespace core

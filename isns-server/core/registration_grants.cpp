#include "isns-server/core/registration_grants.h"

#include <algorithm>

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

}  // namespace

// ESI: asked for, and possible (6.3.4, 6.3.5). The interval may be changed by the server, which then returns it.
Status grantEsi(Transaction& tx, const Policy& policy, const RegistrationSpec& spec, const RegistrationSubject& about) {
  bool asked = false;
  for (const ObjectSpec& object : spec.objects) {
    if (object.type != ObjectType::Portal) continue;
    const Portal& portal = *tx.get<Portal>(object.index);
    const std::uint32_t interval = portal.attributes.u32Or(tag::kEsiInterval, 0);
    if (interval == 0) continue;
    // An interval from the time when ESI was on does no harm: nothing is asked for, nothing is sent.
    if (!policy.esiEnabled && !saysInterval(spec.attributesOf(object))) continue;
    asked = true;
    if (!policy.esiEnabled) return Status::EsiNotAvailable;
    const std::uint32_t granted = std::clamp(interval, policy.esiMinInterval, policy.esiMaxInterval);
    if (granted == interval) continue;
    std::uint8_t value[4];
    base::storeU32(value, granted);
    tx.setAttribute<Portal>(object.index, tag::kEsiInterval, value);
  }
  if (!asked) return Status::Successful;
  const bool noPort = tx.get<Entity>(about.entity)->portals.visitWhile([&](Index index) {
    return tx.get<Portal>(index)->attributes.u32Or(tag::kEsiPort, 0) == 0;
  });
  return noPort ? Status::InvalidRegistration : Status::Successful;
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

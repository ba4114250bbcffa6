#include "isns-server/core/entity_period.h"

#include <algorithm>
#include <tuple>

namespace core {

namespace tag = isns::tag;

bool esiMonitored(const Policy& policy, const Portal& portal) {
  return policy.esiEnabled && portal.registered() && portal.attributes.u32Or(tag::kEsiInterval, 0) != 0 &&
         portal.attributes.u32Or(tag::kEsiPort, 0) != 0;
}

bool esiMonitored(const Policy& policy, const State& state, const Entity& entity) {
  return !entity.portals.visitWhile([&](Index index) { return !esiMonitored(policy, *state.get<Portal>(index)); });
}

std::uint32_t inquiryInterval(const Policy& policy, const State& state, const Portal& portal) {
  if (!policy.esiEnabled || !portal.registered() || portal.attributes.u32Or(tag::kEsiPort, 0) == 0) return 0;
  if (portal.attributes.has(tag::kEsiInterval)) return portal.attributes.u32Or(tag::kEsiInterval, 0);
  if (policy.esiDefaultInterval == 0) return 0;
  const std::uint32_t interval = std::clamp(policy.esiDefaultInterval, policy.esiMinInterval, policy.esiMaxInterval);
  const Entity* entity = state.get<Entity>(portal.entity);
  const std::uint32_t period = entity == nullptr ? 0 : periodOf(policy, state, *entity);
  // Twice in the period that it was granted: it lives by the answers where its client says nothing else.
  return period == 0 ? interval : std::clamp(interval, 1U, std::max(period / 2, 1U));
}

bool asksOtherwise(const Policy& policy, const Policy& other) {
  const auto settings = [](const Policy& p) {
    return std::tuple(p.esiEnabled, p.esiDefaultInterval, p.defaultPeriod, p.esiMinInterval, p.esiMaxInterval);
  };
  return settings(policy) != settings(other);
}

bool isAsked(const Policy& policy, const State& state, const Entity& entity) {
  return !entity.portals.visitWhile(
      [&](Index index) { return inquiryInterval(policy, state, *state.get<Portal>(index)) == 0; });
}

std::uint32_t periodOf(const Policy& policy, const State& state, const Entity& entity) {
  const std::uint32_t period = entity.attributes.u32Or(tag::kRegistrationPeriod, 0);
  return period != 0 || esiMonitored(policy, state, entity) ? period : policy.defaultPeriod;
}

void ensurePeriod(Transaction& transaction, Index index) {
  const Entity* entity = transaction.get<Entity>(index);
  if (entity == nullptr || entity->attributes.u32Or(tag::kRegistrationPeriod, 0) != 0) return;
  const std::uint32_t granted = periodOf(transaction.policy(), transaction.state(), *entity);
  if (granted == 0) return;
  std::uint8_t period[4];
  base::storeU32(period, granted);
  transaction.setAttribute<Entity>(index, tag::kRegistrationPeriod, period);
}

}  // namespace core

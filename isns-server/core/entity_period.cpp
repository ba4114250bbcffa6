#include "isns-server/core/entity_period.h"

namespace core {

namespace tag = isns::tag;

bool esiMonitored(const State& state, const Entity& entity) {
  return !entity.portals.visitWhile([&](Index index) {
    const Portal& portal = *state.get<Portal>(index);
    return portal.attributes.u32Or(tag::kEsiPort, 0) == 0 || portal.attributes.u32Or(tag::kEsiInterval, 0) == 0;
  });
}

void ensurePeriod(Transaction& transaction, Index index) {
  const Entity* entity = transaction.get<Entity>(index);
  if (entity == nullptr || entity->attributes.u32Or(tag::kRegistrationPeriod, 0) != 0) return;
  if (esiMonitored(transaction.state(), *entity)) return;
  std::uint8_t period[4];
  base::storeU32(period, transaction.policy().defaultPeriod);
  transaction.setAttribute<Entity>(index, tag::kRegistrationPeriod, period);
}

}  // namespace core

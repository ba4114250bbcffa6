// Whether an entity is watched, by ESI or by its registration period (RFC 4171 6.2.6, 6.3.4). Pure functions.
#pragma once

#include "isns-server/core/transaction.h"

namespace core {

// True when a portal of the entity has asked for ESI and said where: only such portals are asked, and only they are
// lost by silence (6.3.4).
bool esiMonitored(const State& state, const Entity& entity);

// Gives an entity that has lost its last ESI portal, and has period 0, the default period: nothing else would ever end
// its registration (6.2.6). An entity that is not there is left alone.
void ensurePeriod(Transaction& transaction, Index entity);

}  // namespace core

// Whether portals and entities are watched, by ESI or by a registration period (RFC 4171 6.2.6, 6.3.4). Pure functions.
#pragma once

#include "isns-server/core/policy.h"
#include "isns-server/core/transaction.h"

namespace core {

// True for a portal that has asked for ESI and said where, while the policy has ESI: only such portals are asked, and only
// they are lost by silence (6.3.4).
bool esiMonitored(const Policy& policy, const Portal& portal);
// True when a portal of the entity is.
bool esiMonitored(const Policy& policy, const State& state, const Entity& entity);

// The seconds of silence after which an entity goes, 0 for never: its registration period. One of 0 is good while ESI
// watches the entity; without, the default period counts, since nothing else would ever end the registration (6.2.6).
std::uint32_t periodOf(const Policy& policy, const State& state, const Entity& entity);

// Gives an entity that has lost its last ESI portal, and has period 0, the default period. An entity that is not there is
// left alone.
void ensurePeriod(Transaction& transaction, Index entity);

}  // namespace core

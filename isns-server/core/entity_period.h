// Whether portals and entities are watched, by ESI or by a registration period (RFC 4171 6.2.6, 6.3.4). Pure functions.
#pragma once

#include "isns-server/core/policy.h"
#include "isns-server/core/transaction.h"

namespace core {

// True for a portal that has asked for ESI and said where, while the policy has ESI.
bool esiMonitored(const Policy& policy, const Portal& portal);
// True when a portal of the entity is.
bool esiMonitored(const Policy& policy, const State& state, const Entity& entity);

// Seconds between two inquiries to a portal, 0 where it is not asked: the interval that it has, or, where it says only
// the port, the server's own (6.3.4, 6.3.5). Such an entity has not asked for ESI: it keeps its registration period,
// also when the portal is lost by silence.
std::uint32_t inquiryInterval(const Policy& policy, const State& state, const Portal& portal);
// True where the two policies may differ in it for a portal.
bool asksOtherwise(const Policy& policy, const Policy& other);
// True when a portal of the entity is asked. Only such portals are lost by silence (6.3.4).
bool isAsked(const Policy& policy, const State& state, const Entity& entity);

// The seconds of silence after which an entity goes, 0 for never: its registration period. One of 0 is good while ESI
// watches the entity; without, the default period counts, since nothing else would ever end the registration (6.2.6).
std::uint32_t periodOf(const Policy& policy, const State& state, const Entity& entity);

// Gives an entity that has lost its last ESI portal, and has period 0, the default period. An entity that is not there is
// left alone.
void ensurePeriod(Transaction& transaction, Index entity);

}  // namespace core

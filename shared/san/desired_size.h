// Which agents a change would give more than they take (desired_bounds.h): of a state beyond that an agent applies
// nothing, so nothing that is taken away in it either.
//
// Counted is what holds while the change is carried out (unionOf), as agents are sent that too. Pure functions, safe
// from any thread. Errors: none.
#pragma once

#include <vector>

#include "shared/san/san_index.h"

namespace san {

enum class DesiredPart : std::uint8_t { Initiators, Maps, Credentials };

struct Overfull {
  ObjectRef agent;
  DesiredPart part = DesiredPart::Maps;
  std::size_t wanted = 0;
  std::size_t most = 0;
};

// Ascending by agent, one an agent. One that is beyond a bound already and gets no more is none of them.
std::vector<Overfull> overfilled(const SanIndex& before, const SanIndex& after);

// What the agent's own initiators are about to lose (Departure), counted as DesiredBounds::kLeaving does.
std::size_t leavingOf(const SanIndex& index, const Agent& agent);

}  // namespace san

// What must hold between the objects of a state, whichever store it came from: the other parts of the core count on it.
//
// Registry::loadRow has checked each row by itself and that what it names is there; this looks at the whole, once at
// start. Pure. A failure names the object by its table and row, and what is wrong (RFC 4171 6.3, 6.4, 6.5).
#pragma once

#include "isns-server/core/state.h"
#include "shared/base/result.h"

namespace core {

base::Status checkLoaded(const State& state);

}  // namespace core

// Whether a credential takes the place of another one: what an initiator has with all of its targets is not in force
// with a target for which it has one of its own.
//
// Pure, safe from any thread. Errors: none.
#pragma once

#include "shared/san/snapshot.h"

namespace san {

// Of a credential that is there. Time is linear in the credentials.
bool takesAnothersPlace(const Snapshot& snapshot, Id credential);

}  // namespace san

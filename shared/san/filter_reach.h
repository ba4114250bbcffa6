// What reaches: and reached-by: of a filter (filter_match.h) ask of reach (reach.h): by what targets have applied, and
// where it works or may work, as who-reaches lists it.
//
// The answers are worked out when the first is asked for. One thread; the index outlives the function.
#pragma once

#include <functional>

#include "shared/san/san_index.h"

namespace san {

// `who`: a host, an entity, a cluster (any of its hosts) or an initiator; `what`: a logical unit, or a target (any unit
// behind it, through it). False for what is none of these.
std::function<bool(ObjectRef who, ObjectRef what)> reachesIn(const SanIndex& index);

}  // namespace san

// Filters that requests bring, bound to what they ask about.
#pragma once

#include "isns-server/api/call.h"
#include "shared/san/filter_match.h"

namespace api {

// For objects of one kind. The index is of the same snapshot and outlives what is given; `scope`, too: what it does not see
// is noted as if it were not there; nullptr: everything is seen.
Wanted<san::FilterMatcher> boundFilter(std::string_view text, san::Kind kind, const san::Snapshot& snapshot,
                                       const san::SanIndex& index, const san::Scope* scope);

}  // namespace api

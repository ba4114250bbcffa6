// A san::Snapshot from what the management API says: GET /snapshot whole, then GET /events change by change.
//
// So a client has the same snapshot as the server, to the revision of each member, and asks it with the functions of
// shared/san. What somebody with a scope does not see is not there: references to it are left out, and so are objects
// that cannot be without them (a map of a host that is not shown). Where what he sees becomes another part of the SAN,
// a gap is told in the place of a change. Fields and kinds that this program does not know are passed over: the server
// may be newer. Where it is older, fields have their defaults.
//
// Pure functions, safe from any thread. Errors: a sentence about the text, which is then no snapshot or no change of
// this one. Bounds: the caller limits the text.
#pragma once

#include <string_view>

#include "shared/base/json.h"
#include "shared/base/result.h"
#include "shared/san/snapshot.h"

namespace mgmt {

// `seed`: of the index of names, so that who chooses names cannot choose its buckets.
base::Result<san::Snapshot> readSnapshot(std::string_view text, std::uint64_t seed);

// The data of a "change" event. Failure also where it does not begin at the revision and state of `before`, or changes
// what is not there: fetch the whole again.
base::Result<san::Snapshot> readChange(const san::Snapshot& before, const base::Json& change);

}  // namespace mgmt

// Objects of the SAN model as the JSON of the management API: one, or all of a snapshot (snapshot_reader.h reads it).
//
// As text, at once: lists and snapshots have many. References are texts (refText()); fields have the names of the field
// tables; times are seconds since 1970 UTC, 0: never. Pure functions.
#pragma once

#include <string>

#include "shared/san/scope.h"

namespace mgmt {

void appendObject(std::string& out, const san::Snapshot& snapshot, san::ObjectRef ref, const san::Object& object);

// GET /snapshot: all objects, with what no field says: since when parts of them are as they are (since_rows.h).
// Of one that was read from the history it says so (Snapshot::replayed). `scope`: what is shown of it; nullptr:
// everything.
std::string snapshotText(const san::Snapshot& snapshot, const san::Scope* scope = nullptr);

}  // namespace mgmt

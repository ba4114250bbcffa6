// Objects, cells, proofs, findings and diffs as the JSON of the API. Pure functions.
//
// References are texts (refText()); fields have the names of the field tables; times are seconds since 1970 UTC, 0: never.
#pragma once

#include "shared/base/json.h"
#include "shared/san/diff.h"
#include "shared/san/finding.h"
#include "shared/san/why.h"

namespace api {

base::Json objectJson(const san::Snapshot& snapshot, san::ObjectRef ref, const san::Object& object);
base::Json cellJson(const san::SanIndex& index, std::size_t host, std::size_t unit, const san::Cell& cell);
base::Json whyJson(const san::SanIndex& index, const san::Why& why);
base::Json diffJson(const san::Diff& diff, const san::Snapshot& before, const san::Snapshot& after);

}  // namespace api

// Edits of a change set as JSON: what the API takes and gives, and what a draft's row holds.
//
//   [{"op": "create", "object": "host:+1"},
//    {"op": "set", "object": "host:+1", "field": "name", "value": "web1"},
//    {"op": "add", "object": "domain:zone7", "field": "nodes", "value": "node:iqn.2026-01.example:web1"},
//    {"op": "erase", "object": "map:#17"}]
//
// A reference is kind and name ("host:web1"), kind and number ("host:#12"), or kind and "+N" for the N-th new object of
// the change set, N from 0. For people (References::Names) an object that has a name is written by it, for rows
// (Numbers) never. A value is true or false, a number, a text, a reference, a list of texts or references, or a list of
// {"who", "unit", "lun", "right"}; null is the default of the field.
//
// The reader is strict: no member twice (json_reader.h) or unknown, each value of its field's type, every object known
// to the snapshot or new. Pure functions. Errors: a JSON pointer (RFC 6901) into what was read, and a sentence.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "shared/base/json.h"
#include "shared/base/result.h"
#include "shared/san/change.h"

namespace mgmt {

enum class References : std::uint8_t { Names, Numbers };

struct JsonFault {
  std::string pointer;
  std::string text;
};

base::Json toJson(const san::Snapshot& snapshot, std::span<const san::Edit> edits, References references);
base::Json toJson(const san::Snapshot& snapshot, const san::Value& value, References references);
std::string toJson(const san::Snapshot& snapshot, san::ObjectRef ref, References references);

// With References::Numbers objects need not be there (the row of a draft outlives what it is about), and names are
// refused.
base::Result<std::vector<san::Edit>, JsonFault> editsFromJson(const base::Json& json, const san::Snapshot& snapshot,
                                                              References references = References::Names);

}  // namespace mgmt

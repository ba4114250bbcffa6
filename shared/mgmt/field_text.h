// A field of an object as somebody writes it in a form or on a command line, and what it means in an edit
// (edit_json.h).
//
//   yes, no             a flag                     2026-12-24T08:00:00Z  a time; "2026-12-24": its beginning (UTC)
//   17                  a number                   90s, 30m, 12h, 7d     a span of time
//   web1, host:web1     an object, with its kind in front where the field may refer to several
//   a, b, c             a list of objects or subnets
//
//   +a, -b              a list that is there, with one more and one less
//
// Nothing is the default of the field. Pure functions, safe from any thread. Errors: a sentence that follows the name
// of the field. Whether there is such an object says who reads the edit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/base/json.h"
#include "shared/base/result.h"
#include "shared/san/edit.h"
#include "shared/san/fields.h"

namespace mgmt {

base::Result<base::Json> fieldFromText(const san::FieldRow& field, std::string_view text);

// One object of a list.
base::Result<base::Json> memberFromText(const san::FieldRow& field, std::string_view name);
// "+a, -b": the names with what is done with each; nothing where one of them has neither sign, or there are none.
struct MemberStep {
  san::EditOp op;  // Add, Remove
  std::string_view name;
};
std::vector<MemberStep> memberSteps(std::string_view text);

// The inverse: what fieldFromText() takes for this value.
std::string fieldText(const san::Snapshot& snapshot, const san::FieldRow& field, const san::Value& value);

}  // namespace mgmt

// What objects tell of since when parts of them are as they are, beside their fields, as tables: the one place from
// which the stored columns, the JSON of a snapshot and its reference derive.
//
// A row follows a field: of a list, a revision for each entry in the order of the list; else one revision. set() is for
// an object whose fields and `changed` are there; a number of revisions that does not fit is passed over. Constant
// data, safe from any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "shared/san/fields.h"

namespace san {

struct SinceRow {
  std::string_view name;  // in JSON and of the column
  std::string_view of;    // the field that it follows
  bool list;
  std::vector<Revision> (*get)(const Object& object);
  void (*set)(Object& object, std::span<const Revision> revisions);
};

std::span<const SinceRow> sinceRowsOf(Kind kind);

// Writes down the dates of an object that is about to change (dated.h), where its kind has some.
void settleDates(Kind kind, Object& object);

}  // namespace san

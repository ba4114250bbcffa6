// What a time of 0 means. Constant data, safe from any thread.
#pragma once

#include <string_view>

#include "shared/san/fields.h"

namespace san {

// "never" of what is noted for ever; "none" where it may have been and was not kept: who has no `last_seen` is
// registered now, or was at a time that is not known.
constexpr std::string_view wordOfNoTime(const FieldRow& field) { return field.name == "last_seen" ? "none" : "never"; }

}  // namespace san

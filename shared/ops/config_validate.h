// From raw values to typed ones by a schema, with every error found, not only the first.
//
// Pure functions, safe from any thread. An error stands where the mistake stands and says what is expected.
#pragma once

#include <string_view>
#include <vector>

#include "shared/base/result.h"
#include "shared/ops/config_schema.h"
#include "shared/ops/config_value.h"

namespace ops {

// One setting for each row: the last given, else the default. Appends to `errors`; where it did, the values must not be
// used. Of a preset that is wrong the position is "default": a mistake in the table, for the table's test to find.
ConfigValues validate(const Schema& schema, const RawConfig& raw, std::vector<ConfigError>& errors);

// "listen.port=3300", as after --set, as an entry. Keys of the schema only, no records.
base::Result<RawEntry, ConfigError> parseOverride(const Schema& schema, std::string_view text);

}  // namespace ops

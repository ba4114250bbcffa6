// A TOML file as raw configuration: every value by its full name, with line and column.
//
// Pure but for reading the file. A file of more than kMaxConfigFile bytes is refused. For config_file.cpp.
#pragma once

#include <string>
#include <string_view>

#include "shared/base/result.h"
#include "shared/ops/config_value.h"

namespace program {

inline constexpr std::size_t kMaxConfigFile = 1 << 20;

// The whole file; empty where it is not there and `mayBeMissing`.
base::Result<std::string, ops::ConfigError> readConfigFile(const std::string& path, bool mayBeMissing);

// `name` stands in the positions. Of several syntax errors TOML's parser gives the first.
base::Result<ops::RawConfig, ops::ConfigError> parseToml(std::string_view text, std::string_view name);

}  // namespace program

// Members of a JSON object, read leniently: what is missing, or of another kind, is empty, 0 or false.
//
// For answers whose shape was checked elsewhere, or does not matter. Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shared/base/json.h"

namespace base {

const Json& memberOf(const Json& json, std::string_view name);
std::string textOf(const Json& json, std::string_view name);
std::uint64_t numberOf(const Json& json, std::string_view name);
bool truthOf(const Json& json, std::string_view name);
const Json::Array& listOf(const Json& json, std::string_view name);

}  // namespace base

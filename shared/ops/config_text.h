// Configuration values as text and back: what stands after --set and in the presets of a schema, and what TOML holds.
//
// Pure functions, safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "shared/ops/config_schema.h"
#include "shared/ops/config_value.h"

namespace ops {

// Text that no file has typed: true, 42, word, or a list's items with commas. What does not read as the type stays a
// text, and the validator says what is wrong with it.
RawValue rawFromText(const KeyType& type, std::string_view text, Position at);

// "64MiB" and "15m" as bytes and seconds; units KiB, MiB, GiB, TiB and s, m, h, d, w. Nothing where it is neither.
std::optional<std::int64_t> parseAmount(KeyKind kind, std::string_view text);

// The value as TOML: 3205, true, "15m", ["0.0.0.0", "::"]. rawFromText and the validator read it back.
std::string toToml(const KeyType& type, const Value& value);

// The type in words: "an integer from 1 to 65535", "one of sqlite, memory".
std::string describe(const KeyType& type);

}  // namespace ops

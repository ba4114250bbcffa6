// YAML 1.2 texts as JSON values, and JSON values as YAML: as far as documents need it (shared/san/document.h).
//
// Read is one YAML document of mappings, sequences and scalars, with libyaml's scanner. Scalars without quotes are what
// the core schema says: null, true, false, numbers; all else is text, so "no" is a text. Anchors and aliases are
// copied out. Refused: tags but !!str, merge keys, keys that are no scalars or stand twice, numbers that Json does not
// write as they are, what lies deeper than base::kMaxJsonDepth. Bounds: kMaxYamlText bytes, kMaxYamlNodes values once
// anchors and aliases are copied, 1024 members of a mapping, names of 128 bytes. An error is a sentence that begins
// with its place: "line 3, column 5: ...".
//
// Written is block style, with texts in double quotes where they could be taken for something else, also by a YAML 1.1
// reader ("no", "0777"). What is written is read as the same value. Pure functions, safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "shared/base/json.h"
#include "shared/base/result.h"

namespace yaml {

inline constexpr std::size_t kMaxYamlText = std::size_t{64} << 20;
inline constexpr std::size_t kMaxYamlNodes = 2'000'000;

base::Result<base::Json> parseYaml(std::string_view text);
// With a line end.
std::string yamlText(const base::Json& value);

}  // namespace yaml

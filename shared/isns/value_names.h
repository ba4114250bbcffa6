// The named values and bits of RFC 4171 attributes as one table: "target" is bit 1 of the iSCSI Node Type (6.4.2).
//
// Text output, JSON, command lines and completions read these rows. Pure data, safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/result.h"
#include "shared/isns/attributes.h"

namespace isns {

struct ValueName {
  Tag tag;
  std::uint32_t value;    // of a ValueKind::Bits attribute: one bit
  std::string_view name;  // as text, JSON and the command line write it
  std::string_view meaning;
};

// The rows of one attribute, in the order of the RFC; empty for most attributes.
std::span<const ValueName> valueNames(Tag tag);

// The name of a value that is no bitmap.
std::optional<std::string_view> valueName(Tag tag, std::uint32_t value);

// The names of the bits that are set; bits without a name come last, as one hexadecimal number.
std::vector<std::string> bitNames(Tag tag, std::uint32_t bits);

// A name or a number; of a bitmap several, separated by commas or '+', and "none" for 0.
base::Result<std::uint32_t> parseNamedValue(const AttributeRow& row, std::string_view text);

}  // namespace isns

// Attribute values as text and back, by the kind that their row says: node types as words, portals' ports as
// "3260/tcp", timestamps as ISO 8601 in UTC, world wide names with colons.
//
// What a peer sent is never refused here: a value that does not fit its row is written as hexadecimal digits. What a
// person typed is checked: names are normalised (RFC 3722, RFC 3491) and the error says what was wrong with it.
// Pure functions, safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "shared/base/clock.h"
#include "shared/base/result.h"
#include "shared/isns/tlv.h"

namespace isns {

// The value as one text; empty for a value of length 0. Bits are separated by commas.
std::string formatValue(const Attribute& attribute);

// The value's bytes as on the wire, padding included. An empty text is a value of length 0.
base::Result<base::Bytes> parseValue(const AttributeRow& row, std::string_view text);

// "2024-05-31T09:15:00Z".
std::string formatTime(base::WallTime time);

// A whole TLV: a tag with a value that parseValue() gave.
base::Bytes makeTlv(Tag tag, base::ByteView value);

}  // namespace isns

// Attribute types that stand several times in one message. A query that names a type twice has named one type (RFC 4171
// 5.6.5.2), and what answers it must not grow with how often it stands there. Pure functions.
#pragma once

#include <span>
#include <vector>

#include "shared/isns/tlv.h"

namespace core {

// True when a known tag stands twice.
bool repeats(std::span<const isns::Attribute> attributes);

// The attributes with each known tag once, where it stands first. `room` holds them where they are not `attributes` itself.
std::span<const isns::Attribute> eachOnce(std::span<const isns::Attribute> attributes, std::vector<isns::Attribute>& room);

}  // namespace core

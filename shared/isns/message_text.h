// A message in words, for people: its function, status, flags and attributes by the names of the tables.
//
// Pure functions, safe from any thread. A payload that cannot be read is told as such, with its bytes.
#pragma once

#include <string>
#include <vector>

#include "shared/isns/message.h"

namespace isns {

// One line of heading, then one line for each attribute, indented.
std::vector<std::string> describeMessage(const Message& message);

// "7 Source Absent".
std::string describeStatus(std::uint32_t status);

}  // namespace isns

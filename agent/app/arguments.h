// The command line of san-agent, by the rules of shared/program/arguments.h. Pure functions.
#pragma once

#include <string_view>

#include "agent/app/config.h"
#include "shared/program/arguments.h"

namespace agent {

base::Result<program::Arguments> parseArguments(const std::vector<std::string>& words);
std::string_view helpText();

}  // namespace agent

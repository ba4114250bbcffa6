// The command line of san-agent, by the rules of shared/program/arguments.h. Pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "agent/app/config.h"
#include "agent/app/disk_arguments.h"
#include "shared/program/arguments.h"

namespace agent {

struct Arguments : program::Arguments {
  std::optional<DiskArguments> disk;  // the first word was `disk`, and nothing else holds
};

base::Result<Arguments> parseArguments(const std::vector<std::string>& words);
std::string_view helpText();

}  // namespace agent

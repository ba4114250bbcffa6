// The command line of san-agent, by the rules of shared/program/arguments.h. Pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "agent/app/attach_arguments.h"
#include "agent/app/config.h"
#include "agent/app/disk_arguments.h"
#include "shared/program/arguments.h"

namespace agent {

struct Arguments : program::Arguments {
  // The first word was `disk` or `attach`, and nothing else holds.
  std::optional<DiskArguments> disk;
  std::optional<AttachArguments> attach;
};

base::Result<Arguments> parseArguments(const std::vector<std::string>& words);
std::string_view helpText();

}  // namespace agent

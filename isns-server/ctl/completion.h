// The completion script for bash, made from the rows of the command tables: subcommands, options, choices, fields of
// the attribute table, words of bitmaps.
//
// Pure function, safe from any thread.
#pragma once

#include <span>
#include <string>

#include "shared/ctl/command.h"

namespace ctl {

std::string bashCompletion(std::span<const CommandTable> tables);

}  // namespace ctl

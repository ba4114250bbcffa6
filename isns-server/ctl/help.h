// Help pages and the reference page, made from the rows of the command tables.
//
// Pure functions, safe from any thread.
#pragma once

#include <span>
#include <string>

#include "isns-server/ctl/command.h"

namespace ctl {

// "sanctl isns dd add [OPTION...] DOMAIN MEMBER..."
std::string usageLine(const Command& command);

// The page that --help prints.
std::string helpText(const Command& command, std::span<const CommandTable> tables);

// docs/reference/sanctl.md.
std::string referencePage(std::span<const CommandTable> tables);

}  // namespace ctl

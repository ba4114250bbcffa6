// Completion scripts for shells, made from the command tables: commands, options, choices, fields and their values.
//
// Pure: a script asks no server, so it works anywhere. With explanations where the shell shows them (zsh, fish).
#pragma once

#include <span>
#include <string>

#include "shared/ctl/command.h"

namespace ctl {

std::string bashCompletion(std::span<const CommandTable> tables);
std::string zshCompletion(std::span<const CommandTable> tables);
std::string fishCompletion(std::span<const CommandTable> tables);

}  // namespace ctl

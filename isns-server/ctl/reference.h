// docs/reference/sanctl.md, made from the command tables and from the tables of RFC 4171.
//
// Pure function, safe from any thread.
#pragma once

#include <span>
#include <string>

#include "shared/ctl/command.h"

namespace ctl {

std::string referencePage(std::span<const CommandTable> tables);

}  // namespace ctl

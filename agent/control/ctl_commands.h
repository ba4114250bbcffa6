// The commands of `sanctl agent`. Static data.
#pragma once

#include "shared/ctl/command.h"

namespace control {

ctl::CommandTable agentCommands();

}  // namespace control

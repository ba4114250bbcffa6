// The commands of `sanctl isns`, and those of the program itself. Static data.
#pragma once

#include "shared/ctl/command.h"

namespace ctl {

CommandTable isnsCommands();
CommandTable programCommands();

}  // namespace ctl

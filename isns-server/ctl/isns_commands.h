// The commands of `sanctl isns`, those that ask the management server, and those of the program itself. Static data.
#pragma once

#include "shared/ctl/command.h"

namespace ctl {

CommandTable isnsCommands();
CommandTable apiCommands();    // api_commands.cpp: reach, list, show, watch, login
CommandTable changeCommands();  // change_commands.cpp: change, apply, zone, map
CommandTable adminCommands();   // admin_commands.cpp: audit, evidence, users, tokens, agents
CommandTable credentialCommands();  // credential_commands.cpp: chap, keys
CommandTable programCommands();

}  // namespace ctl

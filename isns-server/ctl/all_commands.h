// All commands of sanctl, as its program, its tests and its manual pages have them: a new table is one entry here.
#pragma once

#include <array>

#include "agent/control/ctl_commands.h"
#include "agent/initiator/ctl/iscsi_commands.h"
#include "isns-server/ctl/isns_commands.h"

namespace ctl {

inline auto allCommands() {
  return std::array{programCommands(),
                    apiCommands(),
                    changeCommands(),
                    adminCommands(),
                    credentialCommands(),
                    isnsCommands(),
                    initiator_ctl::iscsiCommands(),
                    control::agentCommands()};
}

}  // namespace ctl

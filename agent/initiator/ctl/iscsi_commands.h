// The commands of `sanctl iscsi`. Static data.
#pragma once

#include "shared/ctl/command.h"

namespace initiator_ctl {

ctl::CommandTable iscsiCommands();

}  // namespace initiator_ctl

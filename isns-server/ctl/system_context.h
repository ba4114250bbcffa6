// The Context of a real run: the process's streams, environment, files, clock and network.
//
// One thread.
#pragma once

#include "shared/ctl/context.h"

namespace ctl {

Context systemContext(std::span<const CommandTable> tables);

}  // namespace ctl

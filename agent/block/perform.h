// perform(): the system call of an Operation, for threads that may wait for a disk.
#pragma once

#include "agent/block/operation.h"

namespace block {

// Bytes, 0, or a negative errno. Blocks.
int perform(const Operation& operation);

}  // namespace block

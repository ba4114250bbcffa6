// For threads that may wait for a disk: how they begin, and the system call of an Operation.
#pragma once

#include "agent/block/operation.h"

namespace block {

// What the calling thread is called in ps; signals are for the threads that wait for them, and not for this one.
void becomeWorker(const char* name);

// Bytes, 0, or a negative errno. Blocks.
int perform(const Operation& operation);

}  // namespace block

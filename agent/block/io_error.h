// What an errno of a read, write or sync means to a device server.
#pragma once

#include "agent/scsi/block_device.h"

namespace block {

// `error` is positive. What no row names is MediumError.
scsi::IoResult resultOf(int error);

}  // namespace block

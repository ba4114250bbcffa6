// Who uses a block device of this machine, in words, by what the kernel tells in /proc and /sys.
//
// Reads files; any thread. What another user's processes have open is seen by root alone.
#pragma once

#include <sys/types.h>

#include <string>

#include "agent/attach/system_folders.h"

namespace attach {

// "mounted at /srv", "swap", "part of dm-0", "open in process 4711 (dd)"; empty: nobody. The first that is found, of
// the device or of one of its partitions.
std::string userOf(dev_t device, const SystemFolders& folders = {});

}  // namespace attach

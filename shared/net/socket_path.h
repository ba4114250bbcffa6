// The path of a listening Unix socket: its address, and the right to be there.
#pragma once

#include <sys/un.h>

#include <string>

#include "shared/base/result.h"

namespace net {

// An Error where the path is longer than the kernel takes.
base::Result<sockaddr_un> unixAddress(const std::string& path);

// Makes room for a socket: takes away what a process that is gone has left there. An Error where somebody serves it, where
// that cannot be told, and where something else than a socket stands: a path that was mistyped takes no file with it.
base::Status claimSocketPath(const std::string& path);

}  // namespace net

// The kinds of the contract suite that are exports of a real NBD server, reached over a unix socket.
#pragma once

#include "tests/contract/block/devices.h"

namespace contract {

// qemu-nbd, `san-agent disk` and, where it is installed, nbdkit; missing() says which program is not there.
std::vector<DeviceKind> nbdKinds();

}  // namespace contract

// lookUpHost: the addresses of "host[:port]", as people and URLs name a server.
//
// It asks the system's resolver and waits for it: for command lines, and for threads that may wait; never on a loop.
// Numbers are addresses at once. Errors say why there are none.
#pragma once

#include <string>
#include <vector>

#include "shared/base/result.h"
#include "shared/net/address.h"

namespace net {

base::Result<std::vector<Address>> lookUpHost(const std::string& text, std::uint16_t defaultPort);

}  // namespace net

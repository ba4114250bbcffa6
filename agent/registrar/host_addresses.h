// The addresses of this host at which others can reach it, as the kernel knows them now.
//
// Interfaces that are up, without link-local addresses, which mean nothing elsewhere; the loopback's only where there
// is no other of their family. Ports are 0. Asks the system; any thread.
#pragma once

#include <vector>

#include "agent/registrar/presence.h"

namespace registrar {

std::vector<net::Address> hostAddresses();

// Wildcard portals become one for each of `host` of their kind; of those that then stand twice, the first stays.
std::vector<PortalPresence> withoutWildcards(const std::vector<PortalPresence>& portals,
                                             const std::vector<net::Address>& host);

}  // namespace registrar

// The addresses of this host at which others can reach it, as the kernel knows them now.
//
// Interfaces that are up, without link-local addresses, which mean nothing elsewhere; the loopback's only where there
// is no other at all: a name server knows a portal by address and port alone, so ::1 of one machine would keep out that
// of the next. Ports are 0. Asks the system; any thread.
#pragma once

#include <optional>
#include <vector>

#include "agent/registrar/presence.h"

namespace registrar {

std::vector<net::Address> hostAddresses();
// Of these addresses of a host those that others can use, each once.
std::vector<net::Address> reachable(const std::vector<net::Address>& addresses);

// The address from which this host would speak to a server now, as the kernel routes; nothing where it has no route.
// Nothing is sent.
std::optional<net::Address> sourceTowards(const net::Address& server);
// All from which it may speak to one of the servers: those that sourceTowards() says, first, and the host's; also the
// loopback's and link-local ones where a server is reached so. Each once, without scopes.
std::vector<net::Address> sourceAddresses(const std::vector<net::Address>& servers);

// Wildcard portals become one for each of `host` of their kind; of those that then stand twice, the first stays.
std::vector<PortalPresence> withoutWildcards(const std::vector<PortalPresence>& portals,
                                             const std::vector<net::Address>& host);

}  // namespace registrar

#include "agent/registrar/host_addresses.h"

#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>

#include "agent/registrar/interface_list.h"
#include "shared/net/unique_fd.h"

namespace registrar {
namespace {

void addUnlessThere(std::vector<net::Address>& list, const net::Address& address) {
  if (std::ranges::find(list, address) == list.end()) list.push_back(address);
}

}  // namespace

std::vector<net::Address> reachable(const std::vector<net::Address>& addresses) {
  std::vector<net::Address> outside;
  std::vector<net::Address> loopback;
  for (const net::Address& one : addresses) {
    if (one.scope() == 0) addUnlessThere(one.isLoopback() ? loopback : outside, one.withPort(0));
  }
  return outside.empty() ? loopback : outside;
}

std::vector<net::Address> hostAddresses() {
  std::vector<net::Address> all;
  const InterfaceList interfaces;
  for (const ifaddrs* one = interfaces.first(); one != nullptr; one = one->ifa_next) {
    if ((one->ifa_flags & IFF_UP) == 0) continue;
    if (const auto address = net::Address::from(one->ifa_addr)) all.push_back(*address);
  }
  return reachable(all);
}

// A datagram socket that is connected has its address chosen.
std::optional<net::Address> sourceTowards(const net::Address& server) {
  sockaddr_storage to{};
  const socklen_t size = server.toSockaddr(to);
  const net::UniqueFd fd(::socket(server.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (fd.get() < 0 || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), size) != 0) return std::nullopt;
  sockaddr_storage local{};
  socklen_t length = sizeof local;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&local), &length) != 0) return std::nullopt;
  return net::Address::from(local);
}

std::vector<net::Address> sourceAddresses(const std::vector<net::Address>& servers) {
  std::vector<net::Address> all;
  for (const net::Address& server : servers) {
    if (const auto source = sourceTowards(server)) addUnlessThere(all, net::Address(source->octets(), 0));
  }
  for (const net::Address& one : hostAddresses()) addUnlessThere(all, one);
  return all;
}

std::vector<PortalPresence> withoutWildcards(const std::vector<PortalPresence>& portals,
                                             const std::vector<net::Address>& host) {
  std::vector<PortalPresence> all;
  const auto add = [&](const PortalPresence& portal) {
    const auto same = [&](const PortalPresence& other) {
      return isnsPortal(other.address) == isnsPortal(portal.address);
    };
    if (std::ranges::none_of(all, same)) all.push_back(portal);
  };
  for (const PortalPresence& portal : portals) {
    if (!portal.address.isAny()) {
      add(portal);
      continue;
    }
    for (const net::Address& address : host) {
      if (address.family() == portal.address.family()) add({address.withPort(portal.address.port()), portal.group});
    }
  }
  return all;
}

}  // namespace registrar

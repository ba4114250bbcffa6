#include "agent/registrar/interfaces.h"

#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "agent/registrar/interface_list.h"
#include "shared/net/unique_fd.h"

namespace registrar {
namespace {

std::uint32_t prefixOf(const sockaddr* mask) {
  const auto address = net::Address::from(mask);
  if (!address) return 0;
  std::uint32_t bits = 0;
  for (std::size_t i = mask->sa_family == AF_INET ? 12 : 0; i < address->octets().size(); ++i) {
    bits += static_cast<std::uint32_t>(std::popcount(address->octets()[i]));
  }
  return bits;
}

template <std::size_t Size>
void put(char (&to)[Size], const char* name) {
  std::strncpy(to, name, Size - 1);
}

std::uint32_t mtuOf(int fd, const char* interface) {
  ifreq request{};
  put(request.ifr_name, interface);
  return ::ioctl(fd, SIOCGIFMTU, &request) == 0 ? static_cast<std::uint32_t>(request.ifr_mtu) : 0;
}

std::uint32_t speedOf(int fd, const char* interface) {
  ethtool_cmd command{};
  command.cmd = ETHTOOL_GSET;
  ifreq request{};
  put(request.ifr_name, interface);
  request.ifr_data = reinterpret_cast<char*>(&command);
  if (::ioctl(fd, SIOCETHTOOL, &request) != 0) return 0;
  const std::uint32_t speed = ethtool_cmd_speed(&command);
  constexpr std::uint32_t kUnknown16 = 0xffff;
  return speed == static_cast<std::uint32_t>(SPEED_UNKNOWN) || speed == kUnknown16 ? 0 : speed;
}

std::uint32_t vlanOf(int fd, const char* interface) {
  vlan_ioctl_args request{};
  request.cmd = GET_VLAN_VID_CMD;
  put(request.device1, interface);
  return ::ioctl(fd, SIOCGIFVLAN, &request) == 0 ? static_cast<std::uint32_t>(request.u.VID) : 0;
}

bool sameHost(const net::Address& a, const net::Address& b) {
  return a.octets() == b.octets() && (a.scope() == 0 || b.scope() == 0 || a.scope() == b.scope());
}

}  // namespace

std::vector<AddressNetwork> networksOf(const std::vector<net::Address>& addresses) {
  std::vector<AddressNetwork> networks;
  if (addresses.empty()) return networks;
  const InterfaceList interfaces;
  const net::UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  for (const net::Address& wanted : addresses) {
    for (const ifaddrs* one = interfaces.first(); one != nullptr; one = one->ifa_next) {
      const auto address = net::Address::from(one->ifa_addr);
      if (!address || !sameHost(*address, wanted)) continue;
      constexpr unsigned kUp = IFF_UP | IFF_RUNNING;
      networks.push_back({wanted, one->ifa_name, vlanOf(fd.get(), one->ifa_name), mtuOf(fd.get(), one->ifa_name),
                          speedOf(fd.get(), one->ifa_name), prefixOf(one->ifa_netmask), (one->ifa_flags & kUp) == kUp});
      break;
    }
  }
  return networks;
}

}  // namespace registrar

// How addresses of this host hang on the network: interface, VLAN, MTU, speed, subnet, as the kernel knows them now.
//
// Of a VLAN device its own id; what a switch does with untagged frames nobody here knows. Asks the system; any thread.
// What it does not say is 0. Errors: none, an address that no interface has is left out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/net/address.h"

namespace registrar {

struct AddressNetwork {
  net::Address address;  // as it was asked for
  std::string interface;
  std::uint32_t vlan = 0;    // 0: none
  std::uint32_t mtu = 0;     // bytes
  std::uint32_t speed = 0;   // Mbit/s
  std::uint32_t prefix = 0;  // bits of the subnet
  bool up = false;           // it is to be, and has a carrier
};

// In the order of `addresses`, whose ports do not matter.
std::vector<AddressNetwork> networksOf(const std::vector<net::Address>& addresses);

}  // namespace registrar

#include "shared/net/source.h"

#include <algorithm>

#include "shared/net/address.h"

namespace net {

std::string sourceOf(std::string_view host) {
  const auto address = Address::parse(host, std::uint16_t{0});
  if (!address) return std::string(host);
  if (address->isV4()) return address->host();
  Address::Octets octets = address->octets();
  std::fill(octets.begin() + 8, octets.end(), std::uint8_t{0});
  return Address(octets, 0).host() + "/64";
}

}  // namespace net

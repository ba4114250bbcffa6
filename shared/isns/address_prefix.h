// A range of addresses by prefix, as access rules name them. A value, safe from any thread.
//
// As iSNS carries addresses: 16 bytes, IPv4 as IPv4-mapped IPv6, so 10.0.0.0/8 is ::ffff:10.0.0.0 with 104 bits. A
// prefix shorter than 96 bits is one of IPv6 and holds no IPv4 address.
#pragma once

#include <algorithm>
#include <cstdint>

#include "shared/isns/ip_text.h"

namespace isns {

struct AddressPrefix {
  static constexpr std::uint8_t kMappedBits = 96;  // before the four bytes of an IPv4 address

  IpAddress address{};
  std::uint8_t bits = 128;  // 0 to 128

  [[nodiscard]] bool holds(const IpAddress& other) const {
    if (bits > 128 || (bits < kMappedBits && isIpv4(other))) return false;
    const std::ptrdiff_t whole = bits / 8;
    if (!std::equal(address.begin(), address.begin() + whole, other.begin())) return false;
    const unsigned left = bits % 8U;
    const auto at = static_cast<std::size_t>(whole);
    return left == 0 || ((address[at] ^ other[at]) >> (8 - left)) == 0;
  }
  friend bool operator==(const AddressPrefix&, const AddressPrefix&) = default;
};

}  // namespace isns

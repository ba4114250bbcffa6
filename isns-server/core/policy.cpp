#include "isns-server/core/policy.h"

namespace core {

bool AddressRange::contains(const isns::IpAddress& other) const {
  const unsigned whole = prefix / 8;
  for (unsigned i = 0; i < whole; ++i) {
    if (address[i] != other[i]) return false;
  }
  const unsigned bits = prefix % 8;
  return bits == 0 || ((address[whole] ^ other[whole]) >> (8 - bits)) == 0;
}

}  // namespace core

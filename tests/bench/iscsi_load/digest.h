// CRC32C as iSCSI uses it: a running value that begins with kDigestStart and goes on the wire inverted, lowest byte
// first. Pure. RFC 7143 13.1.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bench::iscsi {

inline constexpr std::uint32_t kDigestStart = 0xffffffff;

std::uint32_t addToDigest(std::uint32_t digest, const std::uint8_t* data, std::size_t size);

inline void storeDigest(std::uint8_t* at, std::uint32_t digest) {
  for (unsigned i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(~digest >> (8 * i));
}
inline std::uint32_t loadDigest(const std::uint8_t* at) {
  std::uint32_t digest = 0;
  for (unsigned i = 0; i < 4; ++i) digest |= std::uint32_t{at[i]} << (8 * i);
  return ~digest;
}

}  // namespace bench::iscsi

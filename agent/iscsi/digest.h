// CRC32C, the digest of headers and data segments.
//
// ISA-L chooses the best instructions that the processor has at its first call; short pieces (headers) take the crc32
// instruction directly where there is one (docs/adr/0007-crc32c.md). A digest covers the padding of what it
// protects and lies on the wire with its lowest byte first. Pure functions and values.
// RFC 7143 11.2.3, 13.1.
#pragma once

#include <cstdint>

#include "shared/base/bytes.h"

namespace iscsi {

inline constexpr std::size_t kDigestSize = 4;  // bytes

// Which digests a connection has in force, in one direction.
struct Digests {
  bool header = false;
  bool data = false;

  friend bool operator==(const Digests&, const Digests&) = default;
};

// The CRC of bytes that come in pieces.
class Crc32c {
 public:
  void update(base::ByteView bytes);
  [[nodiscard]] std::uint32_t value() const { return ~state_; }

 private:
  std::uint32_t state_ = 0xffffffff;
};

std::uint32_t crc32c(base::ByteView bytes);

inline void storeDigest(std::uint8_t* at, std::uint32_t crc) {
  for (unsigned i = 0; i < kDigestSize; ++i) at[i] = static_cast<std::uint8_t>(crc >> (8 * i));
}
inline std::uint32_t loadDigest(const std::uint8_t* at) {
  std::uint32_t crc = 0;
  for (unsigned i = 0; i < kDigestSize; ++i) crc |= std::uint32_t{at[i]} << (8 * i);
  return crc;
}

}  // namespace iscsi

// The 12-byte iSNSP PDU header (RFC 4171 5.1). Pure values, safe from any thread.
//
//   0 version(2)  2 function(2)  4 length of the payload(2)  6 flags(2)  8 transaction id(2)  10 sequence id(2)
#pragma once

#include <cstdint>

#include "shared/base/bytes.h"

namespace isns {

inline constexpr std::size_t kPduHeaderSize = 12;
inline constexpr std::uint16_t kVersion = 1;
inline constexpr std::size_t kMaxPduPayload = 65532;  // the length field has 16 bits and must be a multiple of 4
inline constexpr std::uint16_t kDefaultPort = 3205;

namespace flag {
inline constexpr std::uint16_t kClient = 0x8000;
inline constexpr std::uint16_t kServer = 0x4000;
inline constexpr std::uint16_t kAuthentication = 0x2000;
inline constexpr std::uint16_t kReplace = 0x1000;
inline constexpr std::uint16_t kLast = 0x0800;
inline constexpr std::uint16_t kFirst = 0x0400;
inline constexpr std::uint16_t kReserved = 0x03ff;
}  // namespace flag

struct PduHeader {
  std::uint16_t version = kVersion;
  std::uint16_t function = 0;
  std::uint16_t length = 0;
  std::uint16_t flags = 0;
  std::uint16_t transactionId = 0;
  std::uint16_t sequenceId = 0;
};

// `bytes` holds at least kPduHeaderSize bytes.
inline PduHeader loadPduHeader(const std::uint8_t* bytes) {
  return {base::loadU16(bytes),     base::loadU16(bytes + 2), base::loadU16(bytes + 4),
          base::loadU16(bytes + 6), base::loadU16(bytes + 8), base::loadU16(bytes + 10)};
}

inline void storePduHeader(std::uint8_t* bytes, const PduHeader& h) {
  base::storeU16(bytes, h.version);
  base::storeU16(bytes + 2, h.function);
  base::storeU16(bytes + 4, h.length);
  base::storeU16(bytes + 6, h.flags);
  base::storeU16(bytes + 8, h.transactionId);
  base::storeU16(bytes + 10, h.sequenceId);
}

}  // namespace isns

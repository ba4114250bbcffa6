// The authentication block behind the payload of a PDU (RFC 4171 5.5), and signing whole messages with it.
//
//   0 structure descriptor(4)  4 length of the block(4)  8 timestamp(8)  16 SPI length(4)  20 SPI  .. signature
//
// The RFC leaves open what is hashed; open-isns is the only peer that signs, and so its reading holds here: header and
// payload of the PDU as they are sent, authentication flag set and block length not counted, followed by the timestamp
// as its 8 bytes in the block. The signature is the ASN.1 form of a DSA signature over the SHA-1 of these. SPI and
// signature are not padded, so what follows a signed PDU on a stream is not aligned. The SPI is the sender's name
// without a NUL; a client takes any SPI of the server's.
//
// Pure functions over bytes; views live as long as the bytes. Malformed blocks give nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "shared/base/bytes.h"
#include "shared/base/result.h"

namespace isns {

class PrivateKey;

inline constexpr std::uint32_t kDsaSha1 = 2;  // the only structure descriptor in use
inline constexpr std::size_t kMinAuthBlock = 20;
inline constexpr std::size_t kMaxAuthBlock = 2048;  // our bound; open-isns makes about 100 bytes
inline constexpr std::size_t kMaxSpi = 512;         // as in open-isns

struct AuthBlock {
  std::uint32_t structure = kDsaSha1;
  std::uint64_t timestamp = 0;  // seconds since 1970, the sender's clock
  std::string_view spi;
  base::ByteView signature;  // empty only in blocks of other structures
};

std::optional<AuthBlock> decodeAuthBlock(base::ByteView block);
void encodeAuthBlock(base::Bytes& out, const AuthBlock& block);

// Signs every PDU of the message that begins at `start` and ends with the vector: sets the flag and adds the blocks.
// On failure the message is as it was. `spi` has at most kMaxSpi bytes.
base::Status signMessage(base::Bytes& out, std::size_t start, const PrivateKey& key, std::string_view spi,
                         std::uint64_t timestamp);

}  // namespace isns

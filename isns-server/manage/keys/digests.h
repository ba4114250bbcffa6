// HMAC, HKDF and scrypt over SHA-256 by OpenSSL; AES-256-GCM is that of shared/mgmt. Pure functions.
//
// A digest that OpenSSL cannot compute (no memory) is a failure, never a made-up value. Errors hold no input.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "shared/base/bytes.h"
#include "shared/base/result.h"
#include "shared/base/secret.h"
#include "shared/mgmt/aead.h"

namespace keys {

inline constexpr std::size_t kDigestSize = 32;
using Digest = std::array<std::uint8_t, kDigestSize>;

// RFC 2104 with SHA-256.
[[nodiscard]] base::Result<Digest> hmacSha256(base::ByteView key, base::ByteView message);
// RFC 5869, extract and expand, with SHA-256; `size` at most base::Secret::kMaxSize.
[[nodiscard]] base::Result<base::Secret> hkdfSha256(base::ByteView key, base::ByteView salt, std::string_view info,
                                                    std::size_t size);

// Costs of scrypt (RFC 7914 2): memory is 128 * r * 2^logN bytes.
struct ScryptCost {
  std::uint8_t logN = 15;
  std::uint8_t r = 8;
  std::uint8_t p = 3;
  friend bool operator==(const ScryptCost&, const ScryptCost&) = default;
};
// A stored cost beyond these is refused, so that a foreign file cannot make a reader use all memory: 1 GiB.
inline constexpr std::uint8_t kMaxScryptLogN = 20;
inline constexpr std::uint8_t kMaxScryptR = 8;
inline constexpr std::uint8_t kMaxScryptP = 16;
[[nodiscard]] bool isUsable(const ScryptCost& cost);

[[nodiscard]] base::Result<base::Secret> scrypt(base::ByteView passphrase, base::ByteView salt, const ScryptCost& cost,
                                                std::size_t size);

// How a value is sealed; agents seal their state so, too.
using mgmt::gcmOpen;
using mgmt::gcmSeal;
using mgmt::kNonceSize;
using mgmt::kSealKeySize;
using mgmt::kTagSize;

}  // namespace keys

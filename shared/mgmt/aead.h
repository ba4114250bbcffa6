// AES-256-GCM (NIST SP 800-38D) by OpenSSL: what seals secrets at rest, of the server and of agents.
//
// Pure functions. Nonces are the caller's: no two seals by one key may have the same. Errors hold no input.
#pragma once

#include <span>

#include "shared/base/bytes.h"
#include "shared/base/result.h"

namespace mgmt {

inline constexpr std::size_t kSealKeySize = 32;
inline constexpr std::size_t kNonceSize = 12;
inline constexpr std::size_t kTagSize = 16;

// Appends cipher text and tag to `out`.
[[nodiscard]] base::Status gcmSeal(base::ByteView key, base::ByteView nonce, base::ByteView associated,
                                   base::ByteView plain, base::Bytes& out);
// Puts the plain text into `plain`, which has sealed.size() - kTagSize bytes. False, and `plain` is wiped: the key is
// another or a byte was changed.
[[nodiscard]] bool gcmOpen(base::ByteView key, base::ByteView nonce, base::ByteView associated, base::ByteView sealed,
                           std::span<std::uint8_t> plain);

}  // namespace mgmt

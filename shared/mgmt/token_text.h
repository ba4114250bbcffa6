// Bytes as text that people read aloud and type: Crockford's base32 (digits and capital letters without I, L, O and U)
// in groups of eight, with a checksum of 24 bits that tells a typing error.
//
// Reading takes small letters, I and L for 1, O for 0, and skips hyphens and blanks. A text has one reading; bits
// beyond the last byte must be zero. What it writes is a secret when the bytes are; errors name no character. Pure
// functions.
#pragma once

#include <string_view>

#include "shared/base/bytes.h"
#include "shared/base/result.h"
#include "shared/base/secret.h"

namespace mgmt {

inline constexpr std::size_t kTokenChecksum = 3;     // bytes
inline constexpr std::size_t kMaxTokenPayload = 96;  // bytes, without the checksum
inline constexpr std::size_t kMaxTokenText = 255;

// `payload` has at most kMaxTokenPayload bytes.
[[nodiscard]] base::Secret toTokenText(base::ByteView payload);
// The payload, which must have exactly `size` bytes.
[[nodiscard]] base::Result<base::Secret> fromTokenText(std::string_view text, std::size_t size);

}  // namespace mgmt

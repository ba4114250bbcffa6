// CHAP secrets as the server makes them.
//
// Symbols of an alphabet of 64, so that each is 6 random bits and none is favoured: letters, the digits 1 to 9, and . _
// +. No 0, because tools read secrets that begin with 0x or 0b as numbers (RFC 7143 6.1); nothing that a shell, a
// configuration file or XML would change. 16 symbols are 96 bits, the least that RFC 7143 9.2.1 wants without IPsec,
// and fit the limits of 12 to 16 characters that foreign ends have; between two ends of ours it is 32.
#pragma once

#include <string_view>

#include "shared/base/random.h"
#include "shared/base/result.h"
#include "shared/base/secret.h"

namespace credentials {

inline constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz123456789._+";
static_assert(kAlphabet.size() == 64);

inline constexpr std::size_t kForeignLength = 16;
inline constexpr std::size_t kOwnLength = 32;

// `length`: kForeignLength to base::Secret::kMaxSize.
[[nodiscard]] base::Result<base::Secret> generateSecret(std::size_t length, const base::RandomSource& random);

}  // namespace credentials

// Password hashes: scrypt (RFC 7914) in the text form of the PHC,
//
//   $scrypt$ln=15,r=8,p=3$SALT$HASH       (base64 without padding; salt 16 bytes, hash 32)
//
// 32 MiB and about two tenths of a second a try (ADR 0014). A hash with other costs is still verified.
// Pure functions; texts of errors hold no part of a password.
#pragma once

#include <string>
#include <string_view>

#include "isns-server/manage/keys/digests.h"
#include "shared/base/random.h"

namespace people {

inline constexpr keys::ScryptCost kPasswordCost{15, 8, 3};
inline constexpr std::size_t kMinPassword = 12;  // bytes

// Why a password may not be set, as a sentence, or nothing: too short, a common word, the user's name.
[[nodiscard]] std::string passwordProblem(const base::Secret& password, std::string_view user);

[[nodiscard]] base::Result<std::string> hashPassword(const base::Secret& password, const base::RandomSource& random,
                                                     const keys::ScryptCost& cost = kPasswordCost);
// False for a wrong password and for what is no hash of this form.
[[nodiscard]] bool verifyPassword(const base::Secret& password, std::string_view hash);
// A hash that no password has, for users that do not exist: refusing them takes as long.
[[nodiscard]] std::string_view nobodysHash();

}  // namespace people

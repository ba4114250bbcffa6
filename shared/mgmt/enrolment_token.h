// The one-time token by which an agent and the management server know each other before the agent has a certificate.
//
//   version u8 (1), the first 20 bytes of the SHA-256 of the server's root certificate, 16 random bytes
//
// as token text (token_text.h): 64 characters in 8 groups. 20 bytes are 160 bits against a second certificate with the
// same fingerprint; the random bytes are what the server knows the token by. A moved value; never logged.
#pragma once

#include <array>
#include <string_view>

#include "shared/base/random.h"
#include "shared/base/result.h"
#include "shared/base/secret.h"
#include "shared/mgmt/fingerprint.h"

namespace mgmt {

class EnrolmentToken {
 public:
  static constexpr std::size_t kPinSize = 20;
  static constexpr std::size_t kSecretSize = 16;

  [[nodiscard]] static base::Result<EnrolmentToken> make(const Fingerprint& root, const base::RandomSource& random);
  // The error says what is wrong with the text and holds no part of it.
  [[nodiscard]] static base::Result<EnrolmentToken> parse(std::string_view text);

  [[nodiscard]] base::Secret text() const;
  [[nodiscard]] bool pins(const Fingerprint& root) const;
  // What the server stores in its place. The secret is random, so a plain digest does.
  [[nodiscard]] Fingerprint secretHash() const { return sha256(secret_.reveal()); }

 private:
  EnrolmentToken() = default;
  std::array<std::uint8_t, kPinSize> pin_{};
  base::Secret secret_;
};

}  // namespace mgmt

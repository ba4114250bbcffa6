// What is wrong with a CHAP secret that a person brought, as bits of san::weakness and as sentences.
//
// Weak secrets are told and marked, not refused, except those that no end may use: empty, longer than 255 bytes, or the
// same in both directions (RFC 7143 9.2.1). Strength is an upper bound from length and classes of characters; a run
// (aaaa, 1234) counts as one. The dictionary is a short list of what administrators really type. Whether it is used
// elsewhere is asked by a keyed fingerprint, so that no secret is opened for it. Pure; no sentence holds any part of
// the secret.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/secret.h"

namespace credentials {

inline constexpr unsigned kWantedBits = 96;  // RFC 7143 9.2.1

struct SecretContext {
  std::string_view userName;           // CHAP_N of the same direction
  const base::Secret* peer = nullptr;  // of the other direction
  bool usedElsewhere = false;          // its fingerprint is another credential's
};

struct SecretFinding {
  std::uint32_t weakness = 0;  // one bit of san::weakness, or 0 for what is refused
  std::string text;
};

struct SecretVerdict {
  std::uint32_t weaknesses = 0;  // san::weakness
  bool refused = false;
  std::vector<SecretFinding> findings;
};

[[nodiscard]] SecretVerdict checkSecret(const base::Secret& secret, const SecretContext& context);

// At most so many bits; for the sentence, and for tests.
[[nodiscard]] unsigned strengthBits(base::ByteView secret);

}  // namespace credentials

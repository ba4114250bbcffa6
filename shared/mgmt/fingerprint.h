// The SHA-256 of a certificate or a public key, by which people and tokens name it.
//
// Text: upper-case hexadecimal with colons, as `openssl x509 -fingerprint -sha256` prints it. Values.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/base/bytes.h"

namespace mgmt {

struct Fingerprint {
  static constexpr std::size_t kSize = 32;
  std::array<std::uint8_t, kSize> bytes{};

  [[nodiscard]] base::ByteView view() const { return bytes; }
  [[nodiscard]] std::string text() const;
  // With or without colons, of either case.
  [[nodiscard]] static std::optional<Fingerprint> parse(std::string_view text);
  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

[[nodiscard]] Fingerprint sha256(base::ByteView bytes);

}  // namespace mgmt

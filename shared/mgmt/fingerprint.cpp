#include "shared/mgmt/fingerprint.h"

#include <openssl/evp.h>

namespace mgmt {
namespace {

int digitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string Fingerprint::text() const {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  text.reserve(3 * kSize);
  for (const std::uint8_t byte : bytes) {
    if (!text.empty()) text += ':';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::optional<Fingerprint> Fingerprint::parse(std::string_view text) {
  Fingerprint parsed;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == ':' && digits % 2 == 0) continue;
    const int digit = digitOf(c);
    if (digit < 0 || digits == 2 * kSize) return std::nullopt;
    std::uint8_t& byte = parsed.bytes[digits++ / 2];
    byte = static_cast<std::uint8_t>((byte << 4) | digit);
  }
  if (digits != 2 * kSize) return std::nullopt;
  return parsed;
}

Fingerprint sha256(base::ByteView bytes) {
  Fingerprint digest;
  EVP_Digest(bytes.data(), bytes.size(), digest.bytes.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

}  // namespace mgmt

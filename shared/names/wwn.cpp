#include "shared/names/wwn.h"

#include <span>

#include "shared/base/hex.h"

namespace names {
namespace {

template <std::size_t N>
base::Result<std::array<std::uint8_t, N>> parseHex(std::string_view text, std::string_view what) {
  const bool separated = text.size() == 3 * N - 1 && (text[2] == ':' || text[2] == '-');
  if (!separated && text.size() != 2 * N) {
    return base::fail(std::string(what) + " is " + std::to_string(2 * N) +
                      " hexadecimal digits, with or without colons");
  }
  const std::size_t stride = separated ? 3 : 2;
  std::array<std::uint8_t, N> bytes{};
  for (std::size_t i = 0; i < N; ++i) {
    const std::size_t at = i * stride;
    const int high = base::hexDigit(text[at]);
    const int low = base::hexDigit(text[at + 1]);
    if (high < 0 || low < 0 || (separated && i > 0 && text[at - 1] != text[2])) {
      return base::fail(std::string(what) + " has a wrong character near byte " + std::to_string(at + 1));
    }
    bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return bytes;
}

std::string formatHex(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve(bytes.size() * 3);
  for (const std::uint8_t b : bytes) {
    if (!text.empty()) text += ':';
    base::appendHex(text, b);
  }
  return text;
}

}  // namespace

base::Result<Wwn> parseWwn(std::string_view text) { return parseHex<8>(text, "a world wide name"); }
base::Result<Oui> parseOui(std::string_view text) { return parseHex<3>(text, "an organisation identifier"); }
std::string toText(const Wwn& wwn) { return formatHex(wwn); }

}  // namespace names

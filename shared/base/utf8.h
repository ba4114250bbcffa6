// Decoding of UTF-8 (RFC 3629), one code point at a time. Pure functions, safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace base {

struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;  // bytes it takes; 0 where the text does not begin with well-formed UTF-8
};

// The code point at the front of `text`. Overlong forms, surrogates and values above U+10FFFF are not well-formed.
constexpr CodePoint decodeUtf8(std::string_view text) {
  if (text.empty()) return {};
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
  const char32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return {};
  char32_t value = first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3fU);
  }
  constexpr char32_t kLowest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  return value < kLowest[length] || value > 0x10ffff || surrogate ? CodePoint{} : CodePoint{value, length};
}

// True where all of `text` is ASCII. Eight bytes at once, the last eight of them perhaps for the second time.
inline bool isAscii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::uint64_t eight = 0;
  std::uint64_t seen = 0;
  if (text.size() < sizeof eight) {
    for (const char c : text) seen |= static_cast<unsigned char>(c);
    return (seen & kHighBits) == 0;
  }
  for (std::size_t at = 0; at + sizeof eight < text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    seen |= eight;
  }
  std::memcpy(&eight, text.data() + text.size() - sizeof eight, sizeof eight);
  return ((seen | eight) & kHighBits) == 0;
}

// True where all of `text` is well-formed. Names are hardly ever anything but ASCII, and every message carries some.
inline bool isUtf8(std::string_view text) {
  if (isAscii(text)) return true;
  while (!text.empty()) {
    const std::size_t length = decodeUtf8(text).length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace base

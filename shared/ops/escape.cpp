#include "shared/ops/escape.h"

#include <array>
#include <cstdio>

#include "shared/base/utf8.h"

namespace ops {
namespace {

struct Range {
  char32_t first, last;
};
// Beside ASCII: what has no glyph of its own and changes how its neighbours are read.
constexpr Range kHidden[] = {{0x80, 0x9f},     {0xad, 0xad},      {0x61c, 0x61c},   {0x180e, 0x180e},
                             {0x200b, 0x200f}, {0x2028, 0x202e},  {0x2060, 0x206f}, {0xfeff, 0xfeff},
                             {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};

bool isHidden(char32_t c) {
  if (c < 0x20 || c == 0x7f) return true;
  if (c < 0x80) return false;
  for (const Range& range : kHidden) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

template <class... Args>
void appendFormatted(std::string& out, const char* format, Args... args) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), format, args...);
  out += text.data();
}

char shortEscape(char32_t c) {
  switch (c) {
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\\':
      return '\\';
    default:
      return 0;
  }
}

// Calls put(code point, its bytes) for each code point, or bad(byte) for a byte that is not UTF-8, up to kMaxShown.
template <class Put, class Bad>
void forEachShown(std::string& out, std::string_view text, Put&& put, Bad&& bad) {
  std::size_t i = 0;
  while (i < text.size()) {
    const base::CodePoint c = base::decodeUtf8(text.substr(i));
    const std::size_t length = c.length == 0 ? 1 : c.length;
    if (i + length > kMaxShown) break;
    if (c.length == 0) {
      bad(static_cast<unsigned>(static_cast<unsigned char>(text[i])));
    } else {
      put(c.value, text.substr(i, length));
    }
    i += length;
  }
  if (i < text.size()) out += "... (" + std::to_string(text.size() - i) + " bytes more)";
}

constexpr char kNoQuote = '\0';

void appendEscaped(std::string& out, std::string_view text, char quote) {
  forEachShown(
      out, text,
      [&](char32_t c, std::string_view bytes) {
        if (const char letter = shortEscape(c); letter != 0) {
          out += '\\';
          out += letter;
        } else if (quote != kNoQuote && c == static_cast<unsigned char>(quote)) {
          out += '\\';
          out += quote;
        } else if (isHidden(c)) {
          appendFormatted(out, c < 0x80 ? "\\x%02x" : "\\u{%x}", static_cast<unsigned>(c));
        } else {
          out += bytes;
        }
      },
      [&](unsigned byte) { appendFormatted(out, "\\x%02x", byte); });
}

void appendJsonEscape(std::string& out, char32_t c) {
  const auto value = static_cast<unsigned>(c);
  if (value < 0x10000) {
    appendFormatted(out, "\\u%04x", value);
  } else {
    appendFormatted(out, "\\u%04x\\u%04x", 0xd7c0U + (value >> 10), 0xdc00U + (value & 0x3ffU));
  }
}

}  // namespace

void appendQuoted(std::string& out, std::string_view text) {
  out += '"';
  appendEscaped(out, text, '"');
  out += '"';
}

void appendJson(std::string& out, std::string_view text) {
  out += '"';
  forEachShown(
      out, text,
      [&](char32_t c, std::string_view bytes) {
        if (const char letter = shortEscape(c); letter != 0) {
          out += '\\';
          out += letter;
        } else if (c == '"') {
          out += "\\\"";
        } else if (isHidden(c)) {
          appendJsonEscape(out, c);
        } else {
          out += bytes;
        }
      },
      [&](unsigned) { out += "\\ufffd"; });
  out += '"';
}

std::string shown(std::string_view text) {
  std::string out = "'";
  appendEscaped(out, text, '\'');
  out += '\'';
  return out;
}

std::string safeSentence(std::string_view text) {
  std::string out;
  appendEscaped(out, text, kNoQuote);
  return out;
}

}  // namespace ops

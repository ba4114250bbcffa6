// A word as a shell takes it back. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace base {

// In single quotes.
inline std::string quotedWord(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

// As it is where nothing in it is special, else in single quotes.
inline std::string shellWord(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(":._-/@+=,%").find(c) != std::string_view::npos;
  });
  return plain ? std::string(text) : quotedWord(text);
}

}  // namespace base

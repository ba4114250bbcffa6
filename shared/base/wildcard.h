// Patterns with * (any text) and ? (one character of UTF-8). Pure functions, safe from any thread.
#pragma once

#include <string_view>

#include "shared/base/ascii_case.h"

namespace base {

inline bool hasWildcard(std::string_view pattern) { return pattern.find_first_of("*?") != std::string_view::npos; }

// True where the whole text is what the pattern says; the case of ASCII letters does not count. At most as many steps
// as the product of both lengths.
inline bool wildcardMatches(std::string_view pattern, std::string_view text) {
  constexpr std::size_t kNone = std::string_view::npos;
  const auto isTail = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; };
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = kNone;  // behind the last * that was passed
  std::size_t retry = 0;     // what that * takes next
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      retry = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      do ++t;
      while (t < text.size() && isTail(text[t]));
    } else if (p < pattern.size() && asciiLower(pattern[p]) == asciiLower(text[t])) {
      ++p;
      ++t;
    } else if (star != kNone) {
      p = star;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace base

// Patterns with * (any text) and ? (one character of UTF-8). Pure functions, safe from any thread.
#pragma once

#include <string_view>

#include "shared/base/ascii_case.h"

namespace base {

inline bool hasWildcard(std::string_view pattern) { return pattern.find_first_of("*?") != std::string_view::npos; }

enum class LetterCase : bool { Counts, Ignored };  // of ASCII

// True where the whole text is what the pattern says. At most as many steps as the product of both lengths.
constexpr bool wildcardMatches(std::string_view pattern, std::string_view text,
                               LetterCase letterCase = LetterCase::Ignored) {
  constexpr std::size_t kNone = std::string_view::npos;
  const auto next = [&](std::size_t at) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U) ++at;
    return at;
  };
  const auto same = [&](char a, char b) {
    return letterCase == LetterCase::Ignored ? asciiLower(a) == asciiLower(b) : a == b;
  };
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
      t = next(t);
    } else if (p < pattern.size() && same(pattern[p], text[t])) {
      ++p;
      ++t;
    } else if (star != kNone) {
      p = star;
      t = retry = next(retry);
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace base

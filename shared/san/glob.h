// matchesGlob: a text against a pattern in which * stands for any text and ? for one character (of UTF-8).
//
// Case counts; there is no escape. Constexpr, safe from any thread; time at most the product of the lengths.
#pragma once

#include <string_view>

namespace san {

constexpr bool matchesGlob(std::string_view pattern, std::string_view text) {
  const auto next = [&](std::size_t at) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80) ++at;
    return at;
  };
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last * so far, and where the text behind it begins
  std::size_t from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t = next(t);
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = from = next(from);
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace san

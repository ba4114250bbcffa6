// A text as it may stand in a cell of a Markdown table. Pure.
#pragma once

#include <string>
#include <string_view>

namespace base {

inline std::string tableCell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace base

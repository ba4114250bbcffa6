// Calls take(part) for each part of a text between separators. Pure.
#pragma once

#include <algorithm>
#include <string_view>

namespace base {

template <class Take>
void split(std::string_view text, std::string_view separator, Take&& take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    take(text.substr(0, end));
    text.remove_prefix(std::min(end + separator.size(), text.size()));
  }
}

}  // namespace base

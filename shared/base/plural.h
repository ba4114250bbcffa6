// plural(): the form of a word that stands behind a number. A pure function.
#pragma once

#include <cstdint>
#include <string_view>

namespace base {

constexpr std::string_view plural(std::uint64_t count, std::string_view one, std::string_view many) {
  return count == 1 ? one : many;
}

}  // namespace base

// A text that is a whole number and nothing else: no blank, no plus, and a minus only where the type has one.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace base {

// Nothing where it is none, or one that the type does not hold.
template <std::integral Number>
std::optional<Number> wholeNumber(std::string_view text, int radix = 10) {
  Number number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number, radix);
  return error == std::errc() && end == last ? std::optional(number) : std::nullopt;
}

}  // namespace base

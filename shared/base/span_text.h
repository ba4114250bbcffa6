// A span of time as people write it: "90s", "30m", "12h", "7d". Pure functions, safe from any thread.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace base {

inline constexpr std::uint64_t kLongestSpan = 1'000'000'000;  // seconds

namespace detail {
inline constexpr std::pair<char, std::uint64_t> kSpanUnits[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
}

// Whole seconds; nothing where it is no number with one of the units, or longer than kLongestSpan.
inline std::optional<std::uint64_t> parseSpan(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  for (const auto& [letter, seconds] : detail::kSpanUnits) {
    const bool whole = error == std::errc{} && end + 1 == text.data() + text.size() && *end == letter;
    if (whole && number <= kLongestSpan / seconds) return number * seconds;
  }
  return std::nullopt;
}

// In the largest unit that says it exactly.
inline std::string spanText(std::uint64_t seconds) {
  auto best = detail::kSpanUnits[0];
  for (const auto& unit : detail::kSpanUnits) {
    if (seconds != 0 && seconds % unit.second == 0) best = unit;
  }
  return std::to_string(seconds / best.second) + best.first;
}

}  // namespace base

// "Did you mean": the nearest of some known words to a word that is not known.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace base {

// Slips between two words: a byte too many, too few or another one, or two neighbours swapped.
std::size_t editDistance(std::string_view a, std::string_view b);

// The known word nearest to `word`, if it is near enough to be a slip of the fingers (a third of its length).
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace base

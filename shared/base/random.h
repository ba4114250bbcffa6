// Where a core takes random bytes from: its owner gives the source, so that tests know what comes.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace base {

// Fills the span with bytes that nobody can guess; false where there are none.
using RandomSource = std::function<bool(std::span<std::uint8_t>)>;

}  // namespace base

// Text of a peer for a terminal. Pure function, safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace base {

// Control characters, those of C1 too, as escapes such as \x1b: a peer must not move the cursor or rename the window.
std::string printable(std::string_view text);

// The control character at the beginning of a text, of C0, DEL or C1, and how many bytes it takes; 0 bytes: none is
// there.
struct Control {
  unsigned code = 0;
  std::size_t bytes = 0;
};
Control controlAt(std::string_view text);

}  // namespace base

// What a stateful fuzz target reads its choices from: the bytes of the input, in order, and zeroes behind them.
#pragma once

#include <algorithm>

#include "shared/base/bytes.h"

namespace fuzz {

class Input {
 public:
  explicit Input(base::ByteView bytes) : rest_(bytes) {}
  std::uint8_t byte() { return rest_.empty() ? std::uint8_t{0} : take(1)[0]; }
  base::ByteView take(std::size_t size) {
    const base::ByteView taken = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  base::ByteView rest_;
};

}  // namespace fuzz

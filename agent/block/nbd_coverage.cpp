#include "agent/block/nbd_coverage.h"

#include <algorithm>

namespace block {

bool NbdCoverage::add(std::uint32_t from, std::uint32_t size) {
  const std::uint32_t to = from + size;
  // The first piece that ends at or behind the new one's beginning.
  std::size_t at = count_;
  while (at > 0 && pieces_[at - 1].to >= from) --at;
  const bool joinsLeft = at < count_ && pieces_[at].to == from;
  const std::size_t right = joinsLeft ? at + 1 : at;
  if (right < count_ && pieces_[right].from < to) return false;
  const bool joinsRight = right < count_ && pieces_[right].from == to;
  const auto place = [this](std::size_t index) { return pieces_.begin() + static_cast<std::ptrdiff_t>(index); };
  if (joinsLeft && joinsRight) {
    pieces_[at].to = pieces_[right].to;
    std::copy(place(right + 1), place(count_), place(right));
    --count_;
  } else if (joinsLeft) {
    pieces_[at].to = to;
  } else if (joinsRight) {
    pieces_[right].from = from;
  } else {
    if (count_ == kMax) return false;
    std::copy_backward(place(right), place(count_), place(count_ + 1));
    pieces_[right] = {from, to};
    ++count_;
  }
  return true;
}

}  // namespace block

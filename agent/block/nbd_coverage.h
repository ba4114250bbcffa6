// NbdCoverage: which bytes of a read have come, where the server may send them in pieces and in any order.
//
// Pieces may not overlap, and all must have come before the read is good: else memory that nobody filled would pass for
// data. Pieces that touch are one. Bound: kMax pieces that do not touch; a server that scatters more is cut off.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace block {

class NbdCoverage {
 public:
  static constexpr std::size_t kMax = 64;

  void clear() { count_ = 0; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  // False where the piece overlaps another, or there are too many. `size` is at least 1; no overflow of their sum.
  [[nodiscard]] bool add(std::uint32_t from, std::uint32_t size);
  [[nodiscard]] bool isWhole(std::uint32_t size) const {
    return count_ == 1 && pieces_[0].from == 0 && pieces_[0].to == size;
  }

 private:
  struct Piece {
    std::uint32_t from, to;
  };
  std::array<Piece, kMax> pieces_;  // the first count_, by place
  std::size_t count_ = 0;
};

}  // namespace block

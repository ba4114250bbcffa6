// AccessMarks: which cells of a grid a draft changes, or changed between two revisions: the corners of the cells.
//
// A cell of several hosts or units is marked where one of them is; a loss before a gain. Immutable; made from lists
// that are bounded by kListedCells, so on any thread. compareAccess() makes such a list of two states of the SAN, as
// applied.
#pragma once

#include "console-gui/model/access_grid.h"

namespace console {

class AccessMarks {
 public:
  AccessMarks() = default;
  AccessMarks(const AccessGrid& grid, std::span<const san::CellChange> changes);

  [[nodiscard]] bool empty() const { return marks_.empty(); }
  [[nodiscard]] std::size_t size() const { return marks_.size(); }
  struct Mark {
    std::uint64_t place = 0;  // row and column
    san::Turn turn = san::Turn::Gained;
    [[nodiscard]] std::size_t column() const { return place & 0xffffffff; }
  };
  // Of a row, ascending by column.
  [[nodiscard]] std::span<const Mark> inRow(std::size_t row) const;
  // nullptr: not changed.
  [[nodiscard]] const san::Turn* find(std::size_t row, std::size_t column) const;

 private:
  std::vector<Mark> marks_;  // by place, ascending
};

struct AccessComparison {
  san::Revision before = 0, after = 0;
  san::Turns turns;                     // whole
  std::vector<san::CellChange> listed;  // ascending by host and unit, the first san::kListedCells
  std::vector<san::ObjectRef> hosts;    // with a cell that changed, ascending
  std::vector<san::ObjectRef> units;
};

// What works, and with which right, in both. Objects that one of the two lacks count as without any reach there.
AccessComparison compareAccess(const AccessFacts& before, const AccessFacts& after);

}  // namespace console

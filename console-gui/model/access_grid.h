// AccessGrid: the access matrix as it is shown: lines, and what each cell says.
//
// A cell of one host and one logical unit is made from the bits of AccessFacts when it is asked for; lines that stand
// for several hosts have the bits of all of them together. Cells of several say the highest state among them.
// Immutable, shared, safe from any thread; made off the UI thread.
#pragma once

#include <unordered_map>

#include "console-gui/model/access_lines.h"

namespace console {

// How many single cells of a cell have which state.
struct AccessCounts {
  std::array<std::size_t, kAccessStates> of{};
  std::size_t all = 0;
};

class AccessGrid {
 public:
  static std::shared_ptr<const AccessGrid> make(AccessFactsPtr facts, const AccessOptions& options);

  [[nodiscard]] const AccessFactsPtr& facts() const { return facts_; }
  [[nodiscard]] const AccessOptions& options() const { return options_; }
  [[nodiscard]] std::size_t rows() const { return lines_.rows.size(); }
  [[nodiscard]] std::size_t columns() const { return lines_.columns.size(); }
  [[nodiscard]] const AccessLine& row(std::size_t row) const { return lines_.rows[row]; }
  [[nodiscard]] const AccessLine& column(std::size_t column) const { return lines_.columns[column]; }
  [[nodiscard]] const AccessLines& lines() const { return lines_; }

  [[nodiscard]] CellLook look(std::size_t row, std::size_t column) const;
  // Calls visit(column, look) for the columns from `first` to before `last` in which something is. For painting: a row
  // of thousands of cells costs its words once.
  template <class Visit>
  void eachLook(std::size_t row, std::size_t first, std::size_t last, Visit&& visit) const {
    Row words = rowWords(row, last - first);
    for (std::size_t column = first; column < last; ++column) {
      const std::uint32_t unit = unitOf_[column];
      if (unit != kMany && !words.any.empty() && ((words.any[unit / 64] >> (unit % 64)) & 1) == 0) continue;
      const CellLook found =
          unit == kMany || words.any.empty() ? look(row, column) : lookAt(words.all[unit / 64], unit, column);
      if (found.state != AccessState::None) visit(column, found);
    }
  }
  // The number of the unit of a column that stands for one alone, else kMany.
  static constexpr std::uint32_t kMany = 0xffffffff;
  [[nodiscard]] std::uint32_t unitOf(std::size_t column) const { return unitOf_[column]; }
  // 64 columns of the numbers of units, as a line has them: for who walks a row.
  [[nodiscard]] StateWords words(std::size_t row, std::size_t word) const;
  // Walks every cell: for a tooltip of a group, not for painting.
  [[nodiscard]] AccessCounts counts(std::size_t row, std::size_t column) const;

  // Where an object stands by itself, not as one of a group: a host, a cluster, a unit, a target; else nothing.
  [[nodiscard]] std::optional<std::size_t> rowOf(san::ObjectRef object) const;
  [[nodiscard]] std::optional<std::size_t> columnOf(san::ObjectRef object) const;
  // Lines that hold a host or a unit by its number: its own, and the head of its group.
  [[nodiscard]] std::span<const std::uint32_t> rowsWith(std::size_t host) const {
    return rowsOfHost_.of(static_cast<san::Id>(host));
  }
  [[nodiscard]] std::span<const std::uint32_t> columnsWith(std::size_t unit) const {
    return columnsOfUnit_.of(static_cast<san::Id>(unit));
  }
  // "web1 - db-data: reachable and approved, in use now", of several with their numbers.
  [[nodiscard]] QString wordsOf(std::size_t row, std::size_t column, const CellLook& look) const;

 private:
  // The words of a row, and in `any` the cells in which something is; both empty where few columns are asked for.
  struct Row {
    std::vector<StateWords> all;
    std::vector<std::uint64_t> any;
  };
  [[nodiscard]] Row rowWords(std::size_t row, std::size_t columns) const;
  [[nodiscard]] CellLook lookAt(const StateWords& words, std::uint32_t unit, std::size_t column) const;
  AccessGrid(AccessFactsPtr facts, const AccessOptions& options);

  AccessFactsPtr facts_;
  AccessOptions options_;
  AccessLines lines_;
  std::vector<std::int32_t> joinedRow_;  // by row: of lines with several hosts, where their words are; -1: one host
  std::vector<StateWords> joined_;
  std::vector<std::vector<std::pair<std::uint32_t, std::uint64_t>>> masks_;  // by column: (word, bits); one unit: empty
  std::vector<std::uint32_t> unitOf_, hostOf_;                               // by column, by row; kMany
  std::unordered_map<std::uint64_t, std::uint32_t> rowOf_, columnOf_;
  san::Lists<std::uint32_t> rowsOfHost_, columnsOfUnit_;
};
using AccessGridPtr = std::shared_ptr<const AccessGrid>;

}  // namespace console

#include "console-gui/model/access_csv.h"

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "shared/evidence/csv.h"

namespace console {

std::string accessCsv(const AccessGrid& grid, const AccessMarks& marks) {
  std::string out;
  const auto row = [&](std::initializer_list<std::string_view> cells) {
    evidence::appendCsvRow(out, std::span(cells.begin(), cells.size()));
  };
  row({"host", "logical unit", "state", "right", "in use", "changed", "revision"});
  const std::string revision = std::to_string(grid.facts()->view()->revision());
  std::vector<std::size_t> rows, columns;
  for (std::size_t i = 0; i < grid.rows(); ++i) {
    if (!grid.row(i).group || grid.row(i).collapsed) rows.push_back(i);
  }
  for (std::size_t i = 0; i < grid.columns(); ++i) {
    if (!grid.column(i).group || grid.column(i).collapsed) columns.push_back(i);
  }
  std::array<std::string, kAccessStates> words;
  for (std::size_t state = 0; state < kAccessStates; ++state)
    words[state] = accessWord(static_cast<AccessState>(state)).toStdString();
  std::vector<std::string> titles;
  for (const std::size_t column : columns) titles.push_back(grid.column(column).title.toStdString());
  const std::string readOnly = rightWord(san::Right::ReadOnly).toStdString();
  const std::string readWrite = rightWord(san::Right::ReadWrite).toStdString();
  const std::string yes = truthWord(san::Truth::Yes).toStdString();
  std::size_t written = 0;
  for (const std::size_t r : rows) {
    const std::string host = grid.row(r).title.toStdString();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const CellLook look = grid.look(r, columns[i]);
      const san::Turn* turn = marks.find(r, columns[i]);
      if (look.state == AccessState::None && turn == nullptr) continue;
      if (written++ == kMostCsvCells) {
        const std::string more = console::tr("There are more than are written here: narrow the matrix by a filter.").toStdString();
        row({more, "", "", "", "", "", revision});
        return out;
      }
      row({host, titles[i], words[static_cast<std::size_t>(look.state)],
           !hasRight(look.state) ? ""
           : look.readOnly       ? readOnly
                                 : readWrite,
           look.session ? yes : "", turn == nullptr ? "" : turnWord(*turn).toStdString(), revision});
    }
  }
  return out;
}

}  // namespace console

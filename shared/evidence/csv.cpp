#include "shared/evidence/csv.h"

#include <algorithm>

#include "shared/base/csv_cell.h"

namespace evidence {

void appendCsvRow(std::string& out, std::span<const std::string_view> cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    base::appendCsvCell(out, cells[i]);
  }
  out += '\n';
}

std::optional<std::uint64_t> countCsvRows(std::string_view csv) {
  std::uint64_t rows = 0;
  std::size_t width = 0;
  std::size_t at = 0;
  while (at < csv.size()) {
    std::size_t cells = 1;
    for (bool ended = false; !ended;) {
      if (at < csv.size() && csv[at] == '"') {
        // To the quote that no other one follows.
        at = csv.find('"', at + 1);
        while (at != std::string_view::npos && at + 1 < csv.size() && csv[at + 1] == '"') at = csv.find('"', at + 2);
        if (at == std::string_view::npos) return std::nullopt;
        ++at;
      } else {
        at = std::min(csv.find_first_of(",\"\n", at), csv.size());
      }
      if (at >= csv.size() || (csv[at] != ',' && csv[at] != '\n')) return std::nullopt;
      ended = csv[at++] == '\n';
      if (!ended) ++cells;
    }
    if (rows++ == 0) width = cells;
    if (cells != width) return std::nullopt;
  }
  return rows;
}

}  // namespace evidence

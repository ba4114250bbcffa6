// The access matrix as CSV (RFC 4180), a row for each cell in which something is, in the order that is shown.
//
// Linear in the cells; off the UI thread where they are many. Bound: kMostCsvCells rows, and then a last row that says
// so. Names that a spreadsheet would take for formulas are made harmless (shared/evidence/csv.h). Words are of the
// language that is set, numbers and times are not.
#pragma once

#include "console-gui/model/access_marks.h"

namespace console {

inline constexpr std::size_t kMostCsvCells = 1'000'000;

std::string accessCsv(const AccessGrid& grid, const AccessMarks& marks);

}  // namespace console

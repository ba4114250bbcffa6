// A table in CSV (RFC 4180) as a document (document.h): a row an object of one kind, a column a field.
//
// The first row names the columns. Without a mapping these are names of fields as in a document; with one only the
// columns that it names are taken. An empty cell is left out, a row of empty cells too. Lists stand in one cell with
// semicolons between their entries, flags are yes or no (true, false, 1, 0), lines end with LF or CRLF.
//
// Pure function, safe from any thread. Errors name the line; a row with one is left out, the others are taken over. A
// first row that cannot be what it should (a column that is no field or that the mapping names and the table lacks)
// takes nothing. Bounds: kMaxCsvRows rows, kMaxCsvColumns columns, kMaxImportErrors errors.
#pragma once

#include <span>
#include <string_view>

#include "shared/san/import.h"
#include "shared/san/kinds.h"

namespace san {

inline constexpr std::size_t kMaxCsvRows = 100'000;
inline constexpr std::size_t kMaxCsvColumns = 256;

struct CsvColumn {
  std::string_view header;  // in the first row
  std::string_view field;   // "name", "site", "labels"
};

Imported importCsv(std::string_view text, Kind kind, std::span<const CsvColumn> columns = {});

}  // namespace san

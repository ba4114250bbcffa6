// A table in CSV (RFC 4180) row by row, and what a cell of it says as the value of a field. The base of import_csv.h
// and of who shows the cells before anything is taken over.
//
// Cells stand between commas; between semicolons or tabs where the first row has these and no comma outside of quotes,
// as spreadsheets write in many countries. Lines end with LF or CRLF; a byte order mark before the first row and blanks
// around quotes are skipped. Pure; the text outlives the reader.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/json.h"
#include "shared/san/fields.h"

namespace san {

struct CsvRow {
  std::size_t line = 1;
  std::vector<std::string> cells;
  bool closed = true;  // its quotes are, and nothing stands behind them
  // No cell says anything, as in rows that a spreadsheet has below its table.
  [[nodiscard]] bool isBlank() const;
};

class CsvReader {
 public:
  explicit CsvReader(std::string_view text);
  std::optional<CsvRow> next();

 private:
  bool take(char c);
  [[nodiscard]] bool cellEnds() const;
  std::string cell(bool& closed);
  void skipBlanks();

  std::string_view text_;
  char separator_ = ',';
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

// Whether a column may be the field: what a document (document.h) says of objects of the kind.
bool isCsvField(Kind kind, const FieldRow& field);
// Flags are yes or no (true, false, 1, 0), lists have semicolons between their entries. nullopt: the text is none;
// csvWanted() says what it must be.
std::optional<base::Json> csvValue(const FieldRow& field, std::string_view text);
const char* csvWanted(const FieldRow& field);

}  // namespace san

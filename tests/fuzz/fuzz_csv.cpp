// A table in CSV as an import, and the document that it makes. The first byte says of which kind of object.
//
// Rules: an error has a place and a sentence, and there are no more than the most; a row makes one object at most; the
// plan of the document has sentences for what is wrong; what a cell is shown as is what the import takes.
#include <string>

#include "shared/san/csv_rows.h"
#include "shared/san/document.h"
#include "shared/san/import_csv.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

// How many rows a reader of the cells alone finds.
std::size_t rowsOf(std::string_view text) {
  san::CsvReader reader(text);
  std::size_t rows = 0;
  std::size_t line = 0;
  while (const auto row = reader.next()) {
    fuzz::check(row->line > line, "rows stand on lines of their own, in order");
    line = row->line;
    ++rows;
  }
  return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const san::Kind kind = san::kKindTable[data[0] % san::kKindTable.size()].kind;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const san::Imported made = san::importCsv(text, kind);
  fuzz::check(made.errors.size() <= san::kMaxImportErrors, "errors are bounded");
  for (const san::ImportError& error : made.errors) {
    fuzz::check(!error.place.empty() && !error.text.empty(), "an error has a place and a sentence");
  }
  fuzz::check(san::entriesOf(made.document) <= rowsOf(text), "a row makes one object at most");
  if (made.document.isNull()) return 0;
  const auto plan = san::planDocument(san::Snapshot(), made.document, san::DocumentMode::Merge);
  for (const san::DocumentError& error : plan.errors) fuzz::check(!error.text.empty(), "an error has a sentence");
  return 0;
}

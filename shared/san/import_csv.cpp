#include "shared/san/import_csv.h"

#include <algorithm>

#include "shared/base/trimmed.h"
#include "shared/san/csv_rows.h"
#include "shared/san/document.h"
#include "shared/san/document_kinds.h"

namespace san {
namespace {

class CsvImporter {
 public:
  CsvImporter(Kind kind, std::span<const CsvColumn> columns) : kind_(kind), columns_(columns) {}

  Imported run(std::string_view text) {
    CsvReader reader(text);
    const auto header = reader.next();
    if ((documentKinds() & document::bitOf(kind_)) == 0 || kind_ == Kind::Settings) {
      wrong(1, "A document has no list of " + std::string(rowOf(kind_).plural) + ".");
    } else if (const auto line = lineThatIsNotUtf8(text)) {
      wrong(*line, "The table is not UTF-8 here: save it as CSV in UTF-8.");
    } else if (!header || !readHeader(*header)) {
      if (!header) wrong(1, "The table is empty: its first row names the columns.");
    } else {
      while (const auto row = reader.next()) readRow(*row);
    }
    made_.document =
        base::Json::Object{{"format", kDocumentFormat}, {std::string(rowOf(kind_).plural), std::move(entries_)}};
    return std::move(made_);
  }

 private:
  void wrong(std::size_t line, std::string text) { made_.addError("line " + std::to_string(line), std::move(text)); }

  // "A host has no colour that could be imported: its fields are name, site."
  [[nodiscard]] std::string unknownField(std::string_view wanted) const {
    std::string text = "A " + std::string(nameOf(kind_)) + " has no " + std::string(wanted) + " that could be imported";
    char before = ':';
    for (const FieldRow& field : fieldsOf(kind_)) {
      if (!isCsvField(kind_, field)) continue;
      text += before == ':' ? ": its fields are " : ", ";
      text += field.name;
      before = ',';
    }
    return text + ".";
  }

  bool readHeader(const CsvRow& header) {
    if (header.cells.size() > kMaxCsvColumns) {
      wrong(header.line, "There are more than " + std::to_string(kMaxCsvColumns) + " columns.");
      return false;
    }
    bool right = true;
    for (const CsvColumn& column : columns_) {
      const bool there = std::any_of(header.cells.begin(), header.cells.end(),
                                     [&](const std::string& cell) { return base::trimmed(cell) == column.header; });
      if (there) continue;
      wrong(header.line, "The table has no column " + std::string(column.header) + ".");
      right = false;
    }
    for (const std::string& cell : header.cells) {
      const std::string_view name = base::trimmed(cell);
      const auto mapped = std::find_if(columns_.begin(), columns_.end(),
                                       [&](const CsvColumn& column) { return column.header == name; });
      const bool skipped = !columns_.empty() && mapped == columns_.end();
      const std::string_view wanted = columns_.empty() ? name : skipped ? std::string_view() : mapped->field;
      const FieldRow* field = skipped ? nullptr : findField(kind_, wanted);
      const bool known = field != nullptr && isCsvField(kind_, *field);
      if (!skipped && !known) {
        wrong(header.line, unknownField(wanted));
        right = false;
      }
      if (field != nullptr && std::find(fields_.begin(), fields_.end(), field) != fields_.end()) {
        wrong(header.line, "Two columns are " + std::string(wanted) + ".");
        right = false;
      }
      fields_.push_back(known ? field : nullptr);
    }
    return right;
  }

  void readRow(const CsvRow& row) {
    if (row.isBlank()) return;
    if (!row.closed) return wrong(row.line, "Its quotes are not closed, or something stands behind them.");
    if (row.cells.size() > fields_.size()) return wrong(row.line, "It has more cells than there are columns.");
    if (entries_.size() == kMaxCsvRows) {
      if (!full_) wrong(row.line, "There are more than " + std::to_string(kMaxCsvRows) + " rows.");
      full_ = true;
      return;
    }
    base::Json::Object entry;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const std::string_view text = base::trimmed(row.cells[i]);
      if (fields_[i] == nullptr || text.empty()) continue;
      auto value = csvValue(*fields_[i], text);
      if (!value) return wrong(row.line, std::string(fields_[i]->name) + " must be " + csvWanted(*fields_[i]) + ".");
      entry.push_back({std::string(fields_[i]->name), std::move(*value)});
    }
    made_.origins.emplace_back("/" + std::string(rowOf(kind_).plural) + "/" + std::to_string(entries_.size()),
                               "line " + std::to_string(row.line));
    entries_.emplace_back(std::move(entry));
  }

  const Kind kind_;
  const std::span<const CsvColumn> columns_;
  std::vector<const FieldRow*> fields_;  // of each column; nullptr: it is not taken
  base::Json::Array entries_;
  bool full_ = false;
  Imported made_;
};

}  // namespace

Imported importCsv(std::string_view text, Kind kind, std::span<const CsvColumn> columns) {
  return CsvImporter(kind, columns).run(text);
}

}  // namespace san

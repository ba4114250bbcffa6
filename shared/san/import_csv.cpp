#include "shared/san/import_csv.h"

#include <algorithm>
#include <optional>

#include "shared/base/ascii_case.h"
#include "shared/base/trimmed.h"
#include "shared/base/utf8.h"
#include "shared/isns/ip_text.h"
#include "shared/san/document.h"
#include "shared/san/document_kinds.h"

namespace san {
namespace {

struct Row {
  std::size_t line = 1;
  std::vector<std::string> cells;
  bool closed = true;  // its quotes are
};

// One row after another.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text) {}

  std::optional<Row> next() {
    if (at_ == text_.size()) return std::nullopt;
    Row row;
    row.line = line_;
    do row.cells.push_back(cell(row.closed));
    while (take(','));
    (void)take('\r');
    if (take('\n')) ++line_;
    return row;
  }

 private:
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] bool cellEnds() const {
    return at_ == text_.size() || text_[at_] == ',' || text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n");
  }
  std::string cell(bool& closed) {
    std::string out;
    if (take('"')) {
      while (at_ < text_.size() && !(text_[at_] == '"' && !text_.substr(at_).starts_with("\"\""))) {
        if (text_[at_] == '"') ++at_;
        if (text_[at_] == '\n') ++line_;
        out += text_[at_++];
      }
      closed = closed && take('"') && cellEnds();
    }
    while (!cellEnds()) out += text_[at_++];
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

class Importer {
 public:
  Importer(Kind kind, std::span<const CsvColumn> columns) : kind_(kind), columns_(columns) {}

  Imported run(std::string_view text) {
    Reader reader(text);
    const auto header = reader.next();
    if ((documentKinds() & document::bitOf(kind_)) == 0 || kind_ == Kind::Settings) {
      wrong(1, "A document has no list of " + std::string(rowOf(kind_).plural) + ".");
    } else if (!base::isUtf8(text)) {
      wrong(1, "The table is not UTF-8.");
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
  void wrong(std::size_t line, std::string text) {
    if (made_.errors.size() < kMaxImportErrors)
      made_.errors.push_back({"line " + std::to_string(line), std::move(text)});
  }

  [[nodiscard]] bool isTaken(const FieldRow& field) const {
    return document::isContent(kind_, field) || document::isKey(kind_, field) ||
           field.name == document::nameMember(kind_);
  }

  // "A host has no colour that could be imported: its fields are name, site."
  [[nodiscard]] std::string unknownField(std::string_view wanted) const {
    std::string text = "A " + std::string(nameOf(kind_)) + " has no " + std::string(wanted) + " that could be imported";
    char before = ':';
    for (const FieldRow& field : fieldsOf(kind_)) {
      if (!isTaken(field)) continue;
      text += before == ':' ? ": its fields are " : ", ";
      text += field.name;
      before = ',';
    }
    return text + ".";
  }

  bool readHeader(const Row& header) {
    if (header.cells.size() > kMaxCsvColumns) {
      wrong(header.line, "There are more than " + std::to_string(kMaxCsvColumns) + " columns.");
      return false;
    }
    if (header.cells.size() == 1 && header.cells[0].find_first_of(";\t") != std::string::npos) {
      wrong(header.line, "The cells of a table stand between commas, not between semicolons or tabs.");
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
      const bool known = field != nullptr && isTaken(*field);
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

  void readRow(const Row& row) {
    if (row.cells.size() == 1 && base::trimmed(row.cells[0]).empty()) return;
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
      auto value = valueOf(*fields_[i], text);
      if (!value) return wrong(row.line, std::string(fields_[i]->name) + " must be " + wantedOf(*fields_[i]) + ".");
      entry.push_back({std::string(fields_[i]->name), std::move(*value)});
    }
    made_.origins.emplace_back("/" + std::string(rowOf(kind_).plural) + "/" + std::to_string(entries_.size()),
                               "line " + std::to_string(row.line));
    entries_.emplace_back(std::move(entry));
  }

  static const char* wantedOf(const FieldRow& field) {
    return field.type == FieldType::Flag ? "yes or no" : "a number";
  }

  static std::optional<base::Json> valueOf(const FieldRow& field, std::string_view text) {
    switch (field.type) {
      case FieldType::Flag: {
        const auto is = [&](std::string_view word) { return base::equalButForCase(text, word); };
        if (is("yes") || is("true") || is("1")) return base::Json(true);
        if (is("no") || is("false") || is("0")) return base::Json(false);
        return std::nullopt;
      }
      case FieldType::Number:
      case FieldType::Duration:
      case FieldType::Time:
      case FieldType::Bytes: {
        const auto number = isns::parseNumber(text);
        return number ? std::optional(base::Json(*number)) : std::nullopt;
      }
      case FieldType::Refs:
      case FieldType::Subnets: {
        base::Json::Array all;
        while (!text.empty()) {
          const std::size_t end = std::min(text.find(';'), text.size());
          if (const auto one = base::trimmed(text.substr(0, end)); !one.empty()) all.emplace_back(one);
          text.remove_prefix(std::min(end + 1, text.size()));
        }
        return base::Json(std::move(all));
      }
      default:
        return base::Json(text);
    }
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
  return Importer(kind, columns).run(text);
}

}  // namespace san

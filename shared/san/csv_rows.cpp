#include "shared/san/csv_rows.h"

#include <algorithm>

#include "shared/base/ascii_case.h"
#include "shared/base/byte_order_mark.h"
#include "shared/base/trimmed.h"
#include "shared/isns/ip_text.h"
#include "shared/san/document_kinds.h"

namespace san {

bool CsvRow::isBlank() const {
  return closed &&
         std::all_of(cells.begin(), cells.end(), [](const std::string& cell) { return base::trimmed(cell).empty(); });
}

CsvReader::CsvReader(std::string_view text) : text_(base::withoutByteOrderMark(text)) {
  bool quoted = false, semicolon = false, tab = false;
  for (const char c : text_) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == ',' || c == '\n') {
      if (c == ',') return;
      break;
    }
    semicolon = semicolon || c == ';';
    tab = tab || c == '\t';
  }
  if (semicolon || tab) separator_ = semicolon ? ';' : '\t';
}

std::optional<CsvRow> CsvReader::next() {
  if (at_ == text_.size()) return std::nullopt;
  CsvRow row;
  row.line = line_;
  do row.cells.push_back(cell(row.closed));
  while (take(separator_));
  (void)take('\r');
  if (take('\n')) ++line_;
  return row;
}

bool CsvReader::take(char c) {
  if (at_ == text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool CsvReader::cellEnds() const {
  return at_ == text_.size() || text_[at_] == separator_ || text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n");
}

std::string CsvReader::cell(bool& closed) {
  std::string out;
  const std::size_t begin = at_;
  skipBlanks();
  if (!take('"')) {
    at_ = begin;
  } else {
    while (at_ < text_.size() && !(text_[at_] == '"' && !text_.substr(at_).starts_with("\"\""))) {
      if (text_[at_] == '"') ++at_;
      if (text_[at_] == '\n') ++line_;
      out += text_[at_++];
    }
    const bool ends = take('"');
    skipBlanks();
    closed = closed && ends && cellEnds();
  }
  while (!cellEnds()) out += text_[at_++];
  return out;
}

void CsvReader::skipBlanks() {
  while (at_ < text_.size() && (text_[at_] == ' ' || (text_[at_] == '\t' && separator_ != '\t'))) ++at_;
}

bool isCsvField(Kind kind, const FieldRow& field) {
  return document::isContent(kind, field) || document::isKey(kind, field) || field.name == document::nameMember(kind);
}

const char* csvWanted(const FieldRow& field) { return field.type == FieldType::Flag ? "yes or no" : "a number"; }

std::optional<base::Json> csvValue(const FieldRow& field, std::string_view text) {
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

}  // namespace san

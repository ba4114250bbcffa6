#include "shared/ctl/output.h"

#include <algorithm>
#include <iterator>

#include "shared/base/csv_cell.h"
#include "shared/base/printable.h"

namespace ctl {
namespace {

constexpr std::size_t kGap = 2;

// Code points; wide and combining characters are rare enough in names of storage.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string tableText(const Cell& cell) {
  if (!cell) return "-";
  if (const base::Json::Array* list = cell->array(); list != nullptr && list->empty()) return "none";
  std::string text = base::printable(cell->plain());
  return text.empty() ? "-" : text;
}
std::string csvText(const Cell& cell) { return cell ? cell->plain() : std::string{}; }

base::Json objectOf(const Sheet& sheet, const std::vector<Cell>& row) {
  base::Json::Object object;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i]) object.push_back({sheet.columns[i].field, *row[i]});
  }
  return object;
}
base::Json arrayOf(const Sheet& sheet) {
  base::Json::Array array;
  for (const auto& row : sheet.rows) array.push_back(objectOf(sheet, row));
  return array;
}
base::Json objectOf(const Record& record) {
  base::Json::Object object;
  for (const RecordField& field : record) {
    if (field.value) object.push_back({field.field, *field.value});
  }
  return object;
}

}  // namespace

std::string_view wordColour(std::string_view word) {
  struct Row {
    std::string_view word;
    std::string_view colour;
  };
  constexpr Row kRows[] = {
      {"yes", "32"},      {"no", "31"},         {"unknown", "33"},  {"critical", "1;31"},    {"high", "31"},
      {"medium", "33"},   {"info", "2"},        {"open", "36"},     {"submitted", "33"},     {"approved", "36"},
      {"confirmed", "32"}, {"confirming", "33"}, {"discarded", "2"}, {"rolled-back", "31"},   {"gained", "32"},
      {"lost", "31"},     {"refused", "31"},    {"failed", "31"},   {"appears", "31"},       {"clears", "32"},
  };
  for (const Row& row : kRows) {
    if (row.word == word) return row.colour;
  }
  return {};
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns) {
  std::string out;
  std::size_t at = indent;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (at > indent && at + 1 + end > columns) {
      out += "\n" + std::string(indent, ' ');
      at = indent;
    }
    if (at > indent) {
      out += ' ';
      ++at;
    }
    out += rest.substr(0, end);
    at += end;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string Output::painted(std::string_view word) const {
  return coloured(word, wordColour(word));
}
std::string Output::coloured(std::string_view text, std::string_view colour) const {
  if (!colours_ || colour.empty()) return std::string(text);
  return "\x1b[" + std::string(colour) + "m" + std::string(text) + "\x1b[0m";
}
std::string Output::bold(std::string_view text) const {
  return coloured(text, "1");
}

std::optional<Format> parseFormat(std::string_view text) {
  const auto* at = std::find(std::begin(kFormats), std::end(kFormats), text);
  if (at == std::end(kFormats)) return std::nullopt;
  return static_cast<Format>(at - std::begin(kFormats));
}

void Output::sheet(const Sheet& sheet) {
  if (format_ == Format::Table) return drawTable(sheet);
  if (format_ == Format::Json) return json(arrayOf(sheet));
  std::vector<std::string> cells;
  for (const Column& column : sheet.columns) cells.push_back(column.field);
  csvRow(cells);
  for (const auto& row : sheet.rows) {
    cells.clear();
    for (const Cell& cell : row) cells.push_back(csvText(cell));
    csvRow(cells);
  }
}

void Output::record(const Record& record) {
  if (format_ == Format::Table) return drawRecord(record);
  if (format_ == Format::Json) return json(objectOf(record));
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (const RecordField& field : record) {
    names.push_back(field.field);
    values.push_back(csvText(field.value));
  }
  csvRow(names);
  csvRow(values);
}

void Output::report(const std::vector<Section>& sections) {
  if (format_ == Format::Csv) return reportAsCsv(sections);
  if (format_ == Format::Json) {
    base::Json::Object object;
    for (const Section& section : sections) {
      const auto* record = std::get_if<Record>(&section.content);
      object.push_back(
          {section.field, record != nullptr ? objectOf(*record) : arrayOf(std::get<Sheet>(section.content))});
    }
    return json(object);
  }
  for (std::size_t i = 0; i < sections.size(); ++i) {
    if (i > 0) out_ << '\n';
    out_ << sections[i].title << '\n';
    if (const auto* record = std::get_if<Record>(&sections[i].content)) {
      drawRecord(*record);
    } else if (const Sheet& sheet = std::get<Sheet>(sections[i].content); sheet.rows.empty()) {
      out_ << "none\n";
    } else {
      drawTable(sheet);
    }
  }
}

void Output::reportAsCsv(const std::vector<Section>& sections) {
  csvRow({"section", "row", "field", "value"});
  for (const Section& section : sections) {
    if (const auto* record = std::get_if<Record>(&section.content)) {
      for (const RecordField& field : *record) {
        if (field.value) csvRow({section.field, "1", field.field, csvText(field.value)});
      }
      continue;
    }
    const Sheet& sheet = std::get<Sheet>(section.content);
    for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
      for (std::size_t i = 0; i < sheet.rows[r].size(); ++i) {
        const Cell& cell = sheet.rows[r][i];
        if (cell) csvRow({section.field, std::to_string(r + 1), sheet.columns[i].field, csvText(cell)});
      }
    }
  }
}

void Output::line(const Record& record) {
  if (format_ == Format::Json) {
    std::string text;
    objectOf(record).writeCompact(text);
    out_ << text << '\n' << std::flush;
    return;
  }
  std::vector<std::string> cells;
  for (const RecordField& field : record) {
    if (format_ == Format::Csv) {
      cells.push_back(csvText(field.value));
    } else if (field.value) {
      cells.push_back(tableText(field.value));
    }
  }
  if (format_ == Format::Csv) {
    if (!linesBegun_) {
      std::vector<std::string> names;
      for (const RecordField& field : record) names.push_back(field.field);
      csvRow(names);
    }
    linesBegun_ = true;
    csvRow(cells);
  } else {
    for (std::size_t i = 0; i < cells.size(); ++i) out_ << (i > 0 ? "  " : "") << cells[i];
    out_ << '\n';
  }
  out_ << std::flush;
}

void Output::json(const base::Json& value) {
  std::string text;
  value.writePretty(text);
  out_ << text << '\n';
}

// Wrapped where there are columns, and enough of them.
std::string Output::below(const std::string& text, std::size_t indent) const {
  constexpr std::size_t kLeast = 24;
  return wrapAt_ >= indent + kLeast ? wrapped(text, indent, wrapAt_) : text;
}

void Output::drawTable(const Sheet& sheet) {
  const std::size_t columns = sheet.columns.size();
  std::vector<std::vector<std::string>> lines(1);
  for (const Column& column : sheet.columns) lines[0].push_back(column.header);
  std::vector<bool> right(columns, false);
  std::vector<bool> words(columns, false);
  for (const auto& row : sheet.rows) {
    std::vector<std::string>& cells = lines.emplace_back();
    for (std::size_t i = 0; i < columns; ++i) {
      cells.push_back(tableText(row[i]));
      if (row[i]) (row[i]->isNumber() ? right : words)[i] = true;
    }
  }
  std::vector<std::size_t> widths(columns, 0);
  for (const auto& cells : lines) {
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], width(cells[i]));
  }
  std::size_t last = kGap * (columns - std::min<std::size_t>(columns, 1));  // where the last column begins
  for (std::size_t i = 0; i + 1 < columns; ++i) last += widths[i];
  bool head = true;
  for (const auto& cells : lines) {
    std::string text;
    for (std::size_t i = 0; i < columns; ++i) {
      const std::string padding(widths[i] - width(cells[i]), ' ');
      if (i > 0) text.append(kGap, ' ');
      const std::string word = head ? bold(cells[i]) : sheet.columns[i].painted ? painted(cells[i]) : cells[i];
      const bool atEnd = i + 1 == columns && !head && words[i];
      text += right[i] && !words[i] ? padding + word : atEnd ? below(word, last) : word + padding;
    }
    head = false;
    text.erase(text.find_last_not_of(' ') + 1);
    out_ << text << '\n';
  }
}

void Output::drawRecord(const Record& record) {
  std::size_t widest = 0;
  for (const RecordField& field : record) widest = std::max(widest, width(field.header));
  for (const RecordField& field : record) {
    if (!field.value) continue;
    out_ << "  " << field.header << std::string(widest - width(field.header) + kGap, ' ')
         << below(tableText(field.value), 2 + widest + kGap) << '\n';
  }
}

// Lines end with CR LF (RFC 4180).
void Output::csvRow(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    base::appendCsvCell(line, cells[i]);
  }
  out_ << line << "\r\n";
}

}  // namespace ctl

// Output: results in the format that was asked for: aligned tables for people, JSON and CSV (RFC 4180) for programs.
//
// One owner. Control characters in a peer's text do not reach a terminal: tables show them as \x1b, JSON as \u001b. CSV
// is for programs and has texts as they are. JSON and CSV name their fields as the attribute table does; these names
// are stable.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "shared/base/json.h"

namespace ctl {

enum class Format : std::uint8_t { Table, Json, Csv };
inline constexpr std::string_view kFormats[] = {"table", "json", "csv"};
std::optional<Format> parseFormat(std::string_view text);

// Nothing: the object has no such attribute; null: it has the attribute without a value.
using Cell = std::optional<base::Json>;

struct Column {
  std::string field;   // in JSON and CSV
  std::string header;  // in tables
  bool painted = false;  // its words have a colour (wordColour)
};
struct Sheet {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
};

struct RecordField {
  std::string field;
  std::string header;
  Cell value;
};
using Record = std::vector<RecordField>;

struct Section {
  std::string field;
  std::string title;
  std::variant<Record, Sheet> content;
};

// The SGR parameters of a word: "32" of "yes"; empty: it has no colour. Colour never says what the word does not.
std::string_view wordColour(std::string_view word);

// The text in lines of at most `columns`, the later ones indented; the first line is begun at `indent` already. Breaks at
// blanks alone.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns);

class Output {
 public:
  Output(std::ostream& out, Format format) : out_(out), format_(format) {}

  // In tables: heads are bold, and words of painted columns have their colour.
  void colours(bool on) { colours_ = on && format_ == Format::Table; }
  // The columns of the terminal: long values of records and of the last column of tables go on below themselves. 0: lines
  // are as long as they are.
  void wrapAt(std::size_t columns) { wrapAt_ = columns; }
  // The word with its colour, where there are colours.
  [[nodiscard]] std::string painted(std::string_view word) const;
  [[nodiscard]] std::string coloured(std::string_view text, std::string_view colour) const;
  [[nodiscard]] std::string bold(std::string_view text) const;

  [[nodiscard]] Format format() const { return format_; }

  void sheet(const Sheet& sheet);
  // One object: a line for each field in a table.
  void record(const Record& record);
  // Several of both about one thing. In CSV one row for each value: section, row, field, value.
  void report(const std::vector<Section>& sections);
  // One object on one line, at once; all lines of a run have the same fields. In CSV the fields' names come first.
  void line(const Record& record);
  // A JSON value that is not a table.
  void json(const base::Json& value);

 private:
  void drawTable(const Sheet& sheet);
  [[nodiscard]] std::string below(const std::string& text, std::size_t indent) const;
  void drawRecord(const Record& record);
  void csvRow(const std::vector<std::string>& cells);
  void reportAsCsv(const std::vector<Section>& sections);

  std::ostream& out_;
  Format format_;
  bool linesBegun_ = false;
  bool colours_ = false;
  std::size_t wrapAt_ = 0;
};

}  // namespace ctl

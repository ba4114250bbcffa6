// What the agent answers, as tables, records, JSON and CSV of sanctl.
//
// Pure functions. JSON prints what the agent said, whole; tables and CSV have the columns of these rows.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "shared/ctl/output.h"

namespace control {

enum class Shown : std::uint8_t {
  Plain,
  Size,     // bytes; in tables as "64 MiB"
  CsvOnly,  // not in tables
};

struct ViewColumn {
  std::string_view field;
  std::string_view header;
  Shown shown = Shown::Plain;
};

// A list of objects by some columns.
void printList(ctl::Output& output, const base::Json& list, std::span<const ViewColumn> columns);
// One object: a line for each of its members.
void printRecord(ctl::Output& output, const base::Json& object);

std::string sizeText(std::uint64_t bytes);  // "64 MiB", "1.5 GiB", "700 bytes"

}  // namespace control

// What a server or an agent answers, as tables, records, JSON and CSV of sanctl.
//
// Pure functions. JSON prints what was answered, whole; tables and CSV have the columns of these rows. Tables say yes and
// no for flags.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "shared/ctl/output.h"

namespace ctl {

enum class Shown : std::uint8_t {
  Plain,
  Size,     // bytes; in tables as "64 MiB"
  CsvOnly,  // not in tables
  Time,     // seconds since 1970 UTC; in tables as text, 0 as nothing
  Name,     // references; in tables without their kind
  Count,    // a list; in tables how many there are
  Painted,  // words that have a colour on a terminal
};

struct ViewColumn {
  std::string_view field;
  std::string_view header;
  Shown shown = Shown::Plain;
};

// A list of objects by some columns.
void printList(Output& output, const base::Json& list, std::span<const ViewColumn> columns);
// One object by some columns; what is nothing is left out.
Record recordBy(const Output& output, const base::Json& object, std::span<const ViewColumn> columns);
// One object: a line for each of its members.
void printRecord(Output& output, const base::Json& object);

// "web1" of "host:web1".
std::string_view nameOfRef(std::string_view ref);
// "2026-01-02 03:04:05" (UTC), or "never".
std::string whenText(std::uint64_t seconds);

std::string sizeText(std::uint64_t bytes);  // "64 MiB", "1.5 GiB", "700 bytes"

}  // namespace ctl

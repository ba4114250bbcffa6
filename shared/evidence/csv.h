// CSV as evidence packs have it (RFC 4180 with '\n' as the line end): written and counted. Pure functions.
//
// A text that a spreadsheet would take for a formula (it begins with = + - @ or a control character) gets an apostrophe
// in front: names in a SAN are chosen by strangers. The JSON of a pack has all texts as they are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace evidence {

void appendCsvCell(std::string& out, std::string_view text);
void appendCsvRow(std::string& out, std::span<const std::string_view> cells);

// How many rows there are, the heading among them; nothing where it is not CSV, or rows differ in their cells.
std::optional<std::uint64_t> countCsvRows(std::string_view csv);

}  // namespace evidence

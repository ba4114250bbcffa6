// CSV as evidence packs have it: cells of shared/base/csv_cell.h, '\n' as the line end; written and counted. Pure
// functions. The JSON of a pack has all texts as they are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace evidence {

void appendCsvRow(std::string& out, std::span<const std::string_view> cells);

// How many rows there are, the heading among them; nothing where it is not CSV, or rows differ in their cells.
std::optional<std::uint64_t> countCsvRows(std::string_view csv);

}  // namespace evidence

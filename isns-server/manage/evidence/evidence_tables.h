// The tables of an evidence pack as rows of columns: CSV, JSON and PDF are all derived from these.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "isns-server/manage/evidence/evidence_input.h"

namespace manage {

// How a cell that is too wide is shown in the PDF.
enum class Clip : std::uint8_t {
  Name,  // broken anywhere; what is too long for two lines loses its middle, since names differ at their ends
  Text,  // broken between words; what is too long loses its end
};

template <class Row>
struct TableColumn {
  std::string_view name;   // in CSV and JSON
  std::string_view title;  // in the PDF
  float share;             // of the width in the PDF; 0: it is not there
  Clip clip;
  bool number;  // in JSON; null where the cell is empty
  void (*append)(std::string& out, const Row& row);
};

std::span<const TableColumn<PopulationRow>> populationColumns();
std::span<const TableColumn<FindingRow>> findingColumns();
std::span<const TableColumn<SourceRow>> sourceColumns();

}  // namespace manage

// A report as a file: CSV (RFC 4180) and JSON, both with the data cut and the statement of completeness.
//
// The same report gives the same bytes. Pure functions, any thread; times are UTC, names of columns those of the API.
// A cell that a spreadsheet would take for a formula is made harmless (shared/evidence/csv.h); JSON has texts as they are.
#pragma once

#include "console-gui/model/report_table.h"

namespace console {

// The rows alone under their names: what stands above them in JSON is in the name of the file.
std::string reportCsv(const ReportTable& report);
std::string reportJson(const ReportTable& report);
// "population-r12.csv"
QString reportFileName(const ReportTable& report, const QString& suffix);

}  // namespace console

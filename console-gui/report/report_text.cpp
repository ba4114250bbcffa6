#include "console-gui/report/report_text.h"

#include "shared/base/json.h"
#include "shared/base/time_text.h"
#include "shared/evidence/csv.h"

namespace console {

using base::Json;

std::string reportCsv(const ReportTable& report) {
  std::string out;
  std::vector<std::string_view> cells;
  for (const ReportColumn& column : report.columns) cells.push_back(column.name);
  evidence::appendCsvRow(out, cells);
  for (const auto& row : report.rows) {
    cells.assign(row.begin(), row.end());
    evidence::appendCsvRow(out, cells);
  }
  return out;
}

std::string reportJson(const ReportTable& report) {
  Json::Array rows;
  for (const auto& row : report.rows) {
    Json::Object json;
    for (std::size_t i = 0; i < report.columns.size(); ++i) json.push_back({std::string(report.columns[i].name), row[i]});
    rows.emplace_back(std::move(json));
  }
  const Json all = Json::Object{{"report", std::string(reportName(report.kind))},
                                {"signed", false},
                                {"revision", report.revision},
                                {"compared_with", report.beforeRevision == 0 ? Json() : Json(report.beforeRevision)},
                                {"cut", base::timeText(base::WallTime(std::chrono::seconds(report.time)))},
                                {"scope", report.scope.empty() ? Json() : Json(report.scope)},
                                {"complete", report.complete},
                                {"statement", report.statement.toStdString()},
                                {"rows_left_out", std::uint64_t{report.left}},
                                {"rows", std::move(rows)}};
  std::string text;
  all.writeCompact(text);
  return text + "\n";
}

QString reportFileName(const ReportTable& report, const QString& suffix) {
  const std::string_view name = reportName(report.kind);
  return QStringLiteral("%1-r%2.%3").arg(QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()))).arg(report.revision).arg(suffix);
}

}  // namespace console

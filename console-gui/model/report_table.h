// ReportTable: a report as rows of texts, with what it is about, how complete it is, and how much there is of it.
//
// makeReport() works it out of Views, off the UI thread; what it says comes from shared/san and from what the other pages
// show (AccessFacts, Findings). Pure. Columns have a name that stays (CSV, JSON) and a title in the language that is set;
// times in rows are UTC. Bound: kMostReportRows rows; `left` counts those that are not there.
#pragma once

#include <QString>
#include <optional>
#include <string>
#include <vector>

#include "console-gui/model/view.h"

namespace console {

enum class ReportKind : std::uint8_t { Population, Hosts, Units, Changes, Approvals, Findings, Credentials, Coverage, Comparison };
inline constexpr std::size_t kReportKinds = 9;
inline constexpr std::size_t kMostReportRows = 500'000;

QString reportWord(ReportKind kind);     // "Who reaches what"
QString reportMeaning(ReportKind kind);  // a sentence
// "population", of files and in JSON.
std::string_view reportName(ReportKind kind);

// What it is about; empty: everything. Names, as the API takes them for evidence.
struct ReportScope {
  std::string label, host, unit;
  friend bool operator==(const ReportScope&, const ReportScope&) = default;
};

struct ReportWish {
  ReportKind kind = ReportKind::Population;
  ReportScope scope;
  ViewPtr view;                // the data cut
  ViewPtr before;              // of Comparison
  san::Seconds from = 0, to = 0;  // of Changes, the period; 0: open
  san::Seconds now = 0;        // the time of the cut
};

struct ReportColumn {
  std::string_view name;
  QString title;
};

struct ReportTable {
  ReportKind kind = ReportKind::Population;
  std::vector<ReportColumn> columns;
  std::vector<std::vector<std::string>> rows;
  std::size_t left = 0;
  QString counts;     // "412 ways of 58 hosts to 390 logical units"
  QString statement;  // of completeness, a sentence or two
  bool complete = false;
  ReportScope asked;  // what it is about
  std::string scope;  // the same as words; empty: everything
  san::Revision revision = 0, beforeRevision = 0;
  san::Seconds time = 0;
  QString fault;      // why there is no report: what the scope names is not there
};
using ReportPtr = std::shared_ptr<const ReportTable>;

ReportPtr makeReport(const ReportWish& wish);

}  // namespace console

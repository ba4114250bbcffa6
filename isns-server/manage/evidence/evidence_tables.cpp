#include "isns-server/manage/evidence/evidence_tables.h"

#include "shared/base/time_text.h"

namespace manage {
namespace {

void appendTime(std::string& out, const std::optional<base::WallTime>& time) {
  if (time) out += base::timeText(*time);
}

template <class Row, std::string Row::*Text>
void text(std::string& out, const Row& row) {
  out += row.*Text;
}

using Population = PopulationRow;
constexpr TableColumn<Population> kPopulation[] = {
    {"host", "Host", 1.4f, Clip::Name, false, text<Population, &Population::host>},
    {"unit", "Logical unit", 1.6f, Clip::Name, false, text<Population, &Population::unit>},
    {"right", "Right", 0.62f, Clip::Text, false, text<Population, &Population::right>},
    {"state", "State", 0.78f, Clip::Text, false, text<Population, &Population::state>},
    {"why", "Why", 1.8f, Clip::Text, false, text<Population, &Population::why>},
    {"since", "Since (UTC)", 0.88f, Clip::Text, false,
     [](std::string& out, const Population& row) { appendTime(out, row.since); }},
    {"revision", "Revision", 0.6f, Clip::Text, true,
     [](std::string& out, const Population& row) {
       if (row.revision != 0) out += std::to_string(row.revision);
     }},
    {"change_set", "Change set", 0, Clip::Text, false, text<Population, &Population::changeSet>},
    {"approval", "Approval", 0.95f, Clip::Text, false, text<Population, &Population::approval>},
    {"proof", "Proof", 0.7f, Clip::Text, false, text<Population, &Population::proof>},
    {"labels", "Labels", 0.6f, Clip::Text, false, text<Population, &Population::labels>},
};

using Finding = FindingRow;
constexpr TableColumn<Finding> kFindings[] = {
    {"rule", "Rule", 0.4f, Clip::Text, false, text<Finding, &Finding::rule>},
    {"severity", "Severity", 0.65f, Clip::Text, false,
     [](std::string& out, const Finding& row) {
       out += kFindingSeverityWords[static_cast<std::size_t>(row.severity)];
     }},
    {"what", "Finding", 2.0f, Clip::Text, false, text<Finding, &Finding::what>},
    {"object", "Where", 1.6f, Clip::Name, false, text<Finding, &Finding::object>},
    {"since", "Since (UTC)", 0.85f, Clip::Text, false,
     [](std::string& out, const Finding& row) { appendTime(out, row.since); }},
    {"evidence", "Shown by", 1.8f, Clip::Text, false, text<Finding, &Finding::evidence>},
    {"waiver", "Waiver", 1.3f, Clip::Text, false, text<Finding, &Finding::waiver>},
};

using Source = SourceRow;
constexpr TableColumn<Source> kSources[] = {
    {"name", "Source", 2.2f, Clip::Name, false, text<Source, &Source::name>},
    {"kind", "Kind", 0.9f, Clip::Text, false, text<Source, &Source::kind>},
    {"state", "State", 0.7f, Clip::Text, false,
     [](std::string& out, const Source& row) { out += kSourceStateWords[static_cast<std::size_t>(row.state)]; }},
    {"last_report", "Last report (UTC)", 1.0f, Clip::Text, false,
     [](std::string& out, const Source& row) { appendTime(out, row.lastReport); }},
    {"note", "What this means", 3.0f, Clip::Text, false, text<Source, &Source::note>},
};

}  // namespace

std::span<const TableColumn<PopulationRow>> populationColumns() { return kPopulation; }
std::span<const TableColumn<FindingRow>> findingColumns() { return kFindings; }
std::span<const TableColumn<SourceRow>> sourceColumns() { return kSources; }

}  // namespace manage

// The reference pages of san-agent and the shipped example; see shared/program/reference.h.
// dump-agent-reference FOLDER writes them; dump-agent-reference --check FOLDER ends with 1 if what stands there is not
// the same.
#include "shared/program/reference.h"
#include "shared/base/table_cell.h"

#include "agent/app/arguments.h"
#include "agent/app/config_table.h"
#include "agent/app/facts_metrics.h"
#include "agent/app/log_events.h"
#include "agent/app/metrics_table.h"
#include "agent/control/message.h"

namespace agent {
namespace {

using program::code;
using program::kGenerated;
using program::tableHead;
using program::tableRow;

constexpr std::string_view kProgram = "san-agent";

std::string configurationPage() { return program::configurationPage(kProgram, kDefaultConfigPath, kConfigSchema); }
std::string exampleFile() { return program::exampleFile(kProgram, kConfigSchema); }
std::string logEventsPage() { return program::logEventsPage(kProgram, kLogEvents); }

std::string metricsPage() {
  std::string out = program::metricsPage(kProgram, kMetrics);
  out +=
      "\nOf single units, targets, sessions and paths; sessions and paths only while there are at most "
      "`metrics.sessions` of them:\n\n" +
      tableHead({"name", "kind", "labels", "meaning"});
  for (const FactsMetric& metric : factsMetricTable()) {
    out += tableRow({code(metric.name), std::string(ops::word(metric.kind)), base::tableCell(metric.labels),
                     base::tableCell(metric.help)});
  }
  return out;
}

void appendCommands(std::string& out, std::span<const control::CommandRow> table) {
  for (const control::CommandRow& row : table) {
    out += "\n## " + std::string(row.name) + "\n\n" + std::string(row.help) + (row.changes ? " Saved.\n" : "\n");
    if (row.arguments.empty()) continue;
    out += "\n" + tableHead({"argument", "value", "", "meaning"});
    for (const control::ArgumentRow& argument : row.arguments) {
      out += tableRow({code(argument.name),
                       std::string(control::kArgumentKindWords[static_cast<std::size_t>(argument.kind)]),
                       argument.required ? "must be given" : "", base::tableCell(argument.help)});
    }
  }
}

std::string controlPage() {
  std::string out =
      "# Control socket of san-agent\n\n" + std::string(kGenerated) +
      "`sanctl agent` speaks with a running agent over `control.socket`: one JSON object a line, ended by a "
      "newline, both ways; one request of a connection at a time.\n\n```\n"
      "{\"v\": 1, \"id\": 7, \"command\": \"unit.create\", \"arguments\": {\"id\": \"disk1\", \"store\": "
      "\"memory\", \"size\": \"64M\"}}\n"
      "{\"v\": 1, \"id\": 7, \"ok\": true, \"result\": {\"unit\": \"disk1\", \"store\": "
      "\"memory:67108864\"}}\n"
      "{\"v\": 1, \"id\": 7, \"ok\": false, \"error\": {\"code\": \"exists\", \"text\": \"...\"}}\n```\n\n"
      "A request has at most " +
      std::to_string(control::kMaxRequest) + " bytes, an answer at most " + std::to_string(control::kMaxAnswer) +
      ". What changes something is saved before it is answered. The codes of errors are";
  for (std::size_t i = 0; i < std::size(control::kCodeWords); ++i) {
    out += (i == 0 ? " " : ", ") + code(control::kCodeWords[i]);
  }
  out += ".\n";
  appendCommands(out, control::commandTable());
  out +=
      "\n# Control socket of a disk\n\n`san-agent disk --control PATH` speaks in the same way on a socket of its own, "
      "and "
      "knows these commands:\n";
  appendCommands(out, control::diskCommandTable());
  return out;
}

constexpr program::ReferencePage kPages[] = {
    {"agent-configuration.md", configurationPage},
    {"san-agent.toml", exampleFile},
    {"agent-log-events.md", logEventsPage},
    {"agent-metrics.md", metricsPage},
    {"agent-control.md", controlPage},
};

constexpr std::string_view kSeeAlso[] = {"agent.toml(5)", "san-agent-disk(8)", "san-agent-attach(8)",
                                         "sanctl-agent(1)"};
constexpr std::string_view kAgent[] = {"san-agent(8)"};
constexpr program::ReferencePage kManPages[] = {
    {"san-agent.8", [] { return program::helpManPage(kProgram, helpText(), kSeeAlso); }},
    {"san-agent-disk.8", [] { return program::helpManPage("san-agent-disk", diskHelpText(), kAgent); }},
    {"san-agent-attach.8", [] { return program::helpManPage("san-agent-attach", attachHelpText(), kAgent); }},
    {"agent.toml.5",
     [] { return program::configurationManPage("agent.toml", "san-agent(8)", kDefaultConfigPath, kConfigSchema); }},
};

}  // namespace
}  // namespace agent

int main(int argc, char** argv) { return program::dumpReference(argc, argv, agent::kPages, agent::kManPages); }

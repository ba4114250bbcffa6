// The reference pages of isns-server and the shipped example; see shared/program/reference.h.
// dump-reference FOLDER writes them; dump-reference --check FOLDER ends with 1 if what stands there is not the same.
#include "shared/program/reference.h"

#include "isns-server/app/config_table.h"
#include "isns-server/app/document_page.h"
#include "isns-server/app/log_events.h"
#include "isns-server/app/metrics_table.h"
#include "shared/base/hex.h"
#include "shared/isns/attributes.h"
#include "shared/isns/functions.h"
#include "shared/isns/status.h"
#include "shared/mgmt/api_page.h"
#include "shared/mgmt/openapi.h"
#include "shared/ops/audit_event.h"
#include "shared/san/rules.h"

namespace app {
namespace {

using program::cell;
using program::code;
using program::kGenerated;
using program::tableHead;
using program::tableRow;

constexpr std::string_view kProgram = "isns-server";

std::string configurationPage() {
  return program::configurationPage(kProgram, kDefaultConfigPath, kConfigSchema);
}
std::string exampleFile() { return program::exampleFile(kProgram, kConfigSchema); }
std::string logEventsPage() { return program::logEventsPage(kProgram, kLogEvents); }
std::string auditEventsPage() {
  std::string out = "# Audit events of isns-server\n\n" + std::string(kGenerated) +
                    "Records of the audit log name the event; names and ids never change. Who, from where, object, "
                    "outcome, ticket and reason stand in every record, the details below only here. None is left "
                    "out.\n\n" +
                    tableHead({"id", "severity", "event", "details", "meaning"});
  for (const ops::LogEvent& event : ops::kAuditEvents) {
    std::string details;
    for (const std::string_view field : event.fields) details += (details.empty() ? "" : ", ") + code(field);
    out += tableRow(
        {std::string(event.id), std::string(word(event.severity)), code(event.name), details, cell(event.help)});
  }
  return out;
}
std::string metricsPage() { return program::metricsPage(kProgram, kMetrics); }

std::string_view kindWord(isns::ValueKind kind) {
  switch (kind) {
    case isns::ValueKind::None:
      return "";
    case isns::ValueKind::U32:
    case isns::ValueKind::U64:
      return "number";
    case isns::ValueKind::Bits:
      return "flags";
    case isns::ValueKind::Ip:
      return "address";
    case isns::ValueKind::Port:
      return "port";
    case isns::ValueKind::Text:
      return "text";
    case isns::ValueKind::IscsiName:
      return "iSCSI name";
    case isns::ValueKind::Eid:
      return "entity identifier";
    case isns::ValueKind::Wwn:
      return "world wide name";
    case isns::ValueKind::Opaque:
      return "bytes";
  }
  return "";
}

std::string attributesPage() {
  std::string out = "# iSNS attributes\n\n" + std::string(kGenerated) +
                    "Fields are the names that `sanctl`, JSON and the database use; sections are RFC 4171's.\n\n" +
                    tableHead({"tag", "attribute", "field", "value", "bytes", "object", "set by", "section"});
  const auto line = [&](const std::string& tag, const isns::AttributeRow& r) {
    const std::string length = r.minLength == r.maxLength ? std::to_string(r.minLength)
                                                          : std::to_string(r.minLength) + "-" + std::to_string(r.maxLength);
    out += tableRow({tag, cell(r.name), code(r.field), std::string(kindWord(r.kind)), length,
                std::string(isns::objectTypeName(r.object)), r.writer == isns::Writer::Client ? "client" : "server",
                std::string(r.section)});
  };
  for (const isns::AttributeRow& r : isns::attributeTable()) line(std::to_string(r.tag), r);
  for (const isns::VendorRange& range : isns::vendorRanges()) {
    line(std::to_string(range.first) + "-" + std::to_string(range.last), range.row);
  }
  return out;
}

std::string messagesPage() {
  std::string out = "# iSNS messages\n\n" + std::string(kGenerated) + tableHead({"id", "message", "from", "message key", "operating attributes", "section"});
  for (const isns::FunctionRow& r : isns::functionTable()) {
    std::string hex = "0x00";
    base::appendHex(hex, static_cast<std::uint8_t>(isns::idOf(r.function)));
    out += tableRow({hex, std::string(r.name), r.sender == isns::Sender::Client ? "client" : "server", cell(r.key),
                cell(r.operating), std::string(r.section)});
  }
  out += "\n## Status codes\n\n" + tableHead({"code", "status", "this server gives it for"});
  for (const isns::StatusRow& r : isns::statusTable()) {
    out += tableRow({std::to_string(static_cast<std::uint32_t>(r.status)), cell(r.name), cell(r.when)});
  }
  return out;
}

std::string findingsPage() {
  std::string out = "# Findings\n\n" + std::string(kGenerated) +
                    "A finding is one cause, with the number of objects that suffer from it. A waiver accepts the findings of a rule about\n"
                    "one object (or about all, where it names none) until its date. Control labels say for which requirements a finding, or\n"
                    "its absence, supports evidence; they say nothing more.\n\n" +
                    tableHead({"rule", "name", "severity", "finding", "counts", "supports evidence for"});
  for (const san::RuleRow& r : san::kRuleTable) {
    out += tableRow({std::string(r.id), code(r.name), std::string(san::wordOf(r.severity)), cell(r.title), cell(r.counts), cell(r.controls)});
  }
  for (const san::RuleRow& r : san::kRuleTable) {
    out.append("\n## ").append(r.id).append(" ").append(r.title).append("\n\n").append(r.meaning);
    out.append("\n\nWhat to do: ").append(r.action).append("\n");
  }
  return out;
}

constexpr program::ReferencePage kPages[] = {
    {"attributes.md", attributesPage},
    {"messages.md", messagesPage},
    {"configuration.md", configurationPage},
    {"isns-server.toml", exampleFile},
    {"log-events.md", logEventsPage},
    {"audit-events.md", auditEventsPage},
    {"metrics.md", metricsPage},
    {"findings.md", findingsPage},
    {"document.md", documentPage},
    {"openapi.json", mgmt::openApiText},
    {"api.md", mgmt::apiPageText},
};

}  // namespace
}  // namespace app

int main(int argc, char** argv) { return program::dumpReference(argc, argv, app::kPages); }

// The reference pages of isns-server and the shipped example; see shared/program/reference.h.
// dump-reference FOLDER writes them; dump-reference --check FOLDER ends with 1 if what stands there is not the same.
#include "shared/program/reference.h"
#include "shared/base/table_cell.h"

#include "isns-server/app/arguments.h"
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
#include "shared/san/filter_attributes.h"
#include "shared/san/rules.h"

namespace app {
namespace {

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
    out += tableRow({std::string(event.id), std::string(word(event.severity)), code(event.name), details,
                     base::tableCell(event.help)});
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
    out += tableRow({tag, base::tableCell(r.name), code(r.field), std::string(kindWord(r.kind)), length,
                     std::string(isns::objectTypeName(r.object)),
                     r.writer == isns::Writer::Client ? "client" : "server", std::string(r.section)});
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
    out += tableRow({hex, std::string(r.name), r.sender == isns::Sender::Client ? "client" : "server",
                     base::tableCell(r.key), base::tableCell(r.operating), std::string(r.section)});
  }
  out += "\n## Status codes\n\n" + tableHead({"code", "status", "this server gives it for"});
  for (const isns::StatusRow& r : isns::statusTable()) {
    out += tableRow(
        {std::to_string(static_cast<std::uint32_t>(r.status)), base::tableCell(r.name), base::tableCell(r.when)});
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
    out += tableRow({std::string(r.id), code(r.name), std::string(san::wordOf(r.severity)), base::tableCell(r.title),
                     base::tableCell(r.counts), base::tableCell(r.controls)});
  }
  for (const san::RuleRow& r : san::kRuleTable) {
    out.append("\n## ").append(r.id).append(" ").append(r.title).append("\n\n").append(r.meaning);
    out.append("\n\nWhat to do: ").append(r.action).append("\n");
  }
  return out;
}

// What a value of a field may be, for who writes a filter.
std::string_view valueWord(san::FieldType type) {
  switch (type) {
    case san::FieldType::Flag:
      return "yes or no";
    case san::FieldType::Number:
      return "number: `5`, `1..5`";
    case san::FieldType::Duration:
      return "duration: `90s`, `5m`, `2h`, `7d`";
    case san::FieldType::Time:
      return "time: `2026-01-31`, `2026-01-31T12:00`, `7d` (ago), `never`";
    case san::FieldType::Bytes:
      return "size: `512MiB`, `1.5TiB`";
    case san::FieldType::Choice:
      return "one of";
    case san::FieldType::Address:
    case san::FieldType::Subnets:
      return "address, portal or subnet";
    case san::FieldType::Text:
      return "text";
    case san::FieldType::Ref:
    case san::FieldType::Refs:
    case san::FieldType::Accesses:
      break;
  }
  return "name of an object";
}

constexpr std::string_view kFilterGrammar =
    R"page(A filter says in one line which objects are meant. Lists of the API and of `sanctl`, batches of credentials and saved questions
take one; the empty one holds for everything.

    filter     = all { "OR" all }
    all        = { [ "AND" ] part }
    part       = "(" filter ")" | ( "NOT" | "-" ) part | condition | word
    condition  = field operator value { "," value }        without blanks; several values for : = != ~ only
    value      = bare | quoted | bare ".." bare            a range of numbers, times, sizes
    word       = bare | quoted
    quoted     = '"' { any | '\"' | '\\' } '"'
    bare       = what has no blank, no parenthesis, no quote, and in a value no comma

Conditions beside each other must all hold. `AND`, `OR` and `NOT` are in capitals. Words without a field are searched for as
`sanctl search` does. Names of fields do not mind case, nor `-` for `_`. An object that lacks a field does not meet a condition
about it, whatever the condition says; `-FIELD:VALUE` holds for it. A field that several kinds have means each of them.

)page";

std::string filterPage() {
  std::string out = "# Filters\n\n" + std::string(kGenerated) + std::string(kFilterGrammar) + "At most " +
                    std::to_string(san::kMaxFilterText) + " bytes, and " + std::to_string(san::kMaxFilterDepth) +
                    " parentheses and negations within each other.\n\n"
                    "A list refuses a condition that none of its kind can meet, and notes what may be a slip: a label that "
                    "nobody has,\n`and`, `or` and `not` in small letters. `reaches` and `reached-by` go by what agents have "
                    "applied, and take unknown for yes.\n\n## Operators\n\n" +
                    tableHead({"operator", "the field"});
  for (const auto& [text, doc] : {std::pair("`:`", "is the value, but for case; with * and ? in it, agrees; an address is in the subnet"),
                                  {"`=`", "is exactly the value"},
                                  {"`!=`", "has another value"},
                                  {"`~`", "contains the value; with * and ? in it, agrees"},
                                  {"`>` `>=` `<` `<=`", "is more, or less: numbers, times, sizes, durations"}}) {
    out += tableRow({text, doc});
  }
  out += "\n## Examples\n\n" + tableHead({"filter", "objects"});
  for (const auto& [text, doc] : {std::pair("`kind:host label:PCI site:\"Zurich 1\"`", "hosts with that label at that site"),
                                  {"`kind:node registered:no -label:test`", "nodes that are away, but those for tests"},
                                  {"`(chap>=one-way OR md5_refused:yes) bytes>1TiB`", "one of two, and large"},
                                  {"`name:web*`, `name~web`, `name=web1`", "agrees, contains, is"},
                                  {"`kind:host,cluster lun:0..7 set_at<365d`", "any of several; a range; longer ago than a year"},
                                  {"`changed-since:rev12 has:note`", "by what is computed"}}) {
    out += tableRow({base::tableCell(text), doc});
  }
  out += "\n## What is computed\n\n" + tableHead({"field", "meaning"});
  for (const san::AttributeRow& row : san::kAttributes) out += tableRow({code(row.name), base::tableCell(row.doc)});
  out += "\nThe name of a kind is a field, too: `cluster:c1` is that cluster, what refers to it, and what it holds.\n";
  for (const san::KindRow& kind : san::kKindTable) {
    if (kind.kind == san::Kind::None || san::fieldsOf(kind.kind).empty()) continue;
    out += "\n## Fields of " + std::string(kind.plural) + "\n\n" + tableHead({"field", "value", "meaning"});
    for (const san::FieldRow& field : san::fieldsOf(kind.kind)) {
      std::string value(valueWord(field.type));
      for (std::size_t i = 0; i < field.words.size(); ++i) value += (i == 0 ? " `" : ", `") + std::string(field.words[i]) + "`";
      out += tableRow({code(field.name), base::tableCell(value), base::tableCell(field.doc)});
    }
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
    {"filter.md", filterPage},
    {"document.md", documentPage},
    {"openapi.json", mgmt::openApiText},
    {"api.md", mgmt::apiPageText},
};

constexpr std::string_view kSeeAlso[] = {"isns-server.toml(5)", "sanctl(1)", "san-agent(8)"};
constexpr program::ReferencePage kManPages[] = {
    {"isns-server.8", [] { return program::helpManPage(kProgram, helpText(), kSeeAlso); }},
    {"isns-server.toml.5",
     [] {
       return program::configurationManPage("isns-server.toml", "isns-server(8)", kDefaultConfigPath, kConfigSchema);
     }},
};

}  // namespace
}  // namespace app

int main(int argc, char** argv) { return program::dumpReference(argc, argv, app::kPages, app::kManPages); }

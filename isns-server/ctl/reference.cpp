#include "isns-server/ctl/reference.h"

#include <algorithm>

#include "isns-server/ctl/command_line.h"
#include "isns-server/ctl/help.h"
#include "isns-server/ctl/status_advice.h"
#include "shared/base/table_cell.h"
#include "shared/isns/status.h"
#include "shared/isns/value_names.h"

namespace ctl {
namespace {

using help::Entry;

constexpr std::string_view kHead =
    "# sanctl\n\nMade by `sanctl reference` from the command tables; a test compares the two.\n\n"
    "Results go to the standard output, failures as one line to the standard error. JSON and CSV name their fields as\n"
    "the attribute table does (`iscsi_name`, `node_type`); these names and the exit codes do not change.\n";

void appendRow(std::string& out, std::initializer_list<std::string_view> cells) {
  for (const std::string_view one : cells) out += "| " + base::tableCell(one) + " ";
  out += "|\n";
}

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

void appendEntries(std::string& out, const std::vector<Entry>& list) {
  if (list.empty()) return;
  out += "\n| | |\n|---|---|\n";
  for (const Entry& entry : list) appendRow(out, {code(entry.term), entry.says});
}

std::string anchorOf(const OptionFamily& family) {
  std::string anchor = "options-of-" + std::string(family.title);
  for (char& c : anchor) {
    if (c == ' ') c = '-';
  }
  return anchor;
}

void appendFamilies(std::string& out, std::span<const CommandTable> tables) {
  std::vector<const OptionFamily*> seen;
  for (const CommandTable table : tables) {
    for (const Command& command : table) {
      if (command.family == nullptr || std::find(seen.begin(), seen.end(), command.family) != seen.end()) continue;
      seen.push_back(command.family);
      out += "\n## Options of " + std::string(command.family->title) + "\n";
      appendEntries(out, help::entries(command.family->options));
    }
  }
}

void appendCommand(std::string& out, const Command& command, std::span<const CommandTable> tables) {
  out += "\n## " + help::titleOf(command) + "\n\n" + std::string(command.summary) + ".\n";
  if (command.handler != nullptr) out += "\n```\n" + usageLine(command) + "\n```\n";
  if (!command.details.empty()) out += "\n" + std::string(command.details) + "\n";
  appendEntries(out, help::entries(command.positionals));
  appendEntries(out, help::entries(command.options));
  if (command.family != nullptr) {
    out += "\nAnd the [options of " + std::string(command.family->title) + "](#" + anchorOf(*command.family) + ").\n";
  }
  if (!command.examples.empty()) {
    out += "\n```sh\n";
    for (const Example& example : command.examples) {
      out += "# " + std::string(example.says) + "\n" + std::string(example.line) + "\n";
    }
    out += "```\n";
  }
  for (const Command* below : subcommands(tables, command.path)) appendCommand(out, *below, tables);
}

std::string kindText(const isns::AttributeRow& row) {
  std::string names;
  for (const isns::ValueName& name : isns::valueNames(row.tag))
    names.append(names.empty() ? "" : ", ").append(name.name);
  switch (row.kind) {
    case isns::ValueKind::None:
      return "nothing";
    case isns::ValueKind::U32:
      return names.empty() ? (row.tag == isns::tag::kVersionRange ? "MIN-MAX" : "number") : names + ", or a number";
    case isns::ValueKind::U64:
      return "time";
    case isns::ValueKind::Bits:
      return names + "; several with commas, or a number";
    case isns::ValueKind::Ip:
      return "IP address";
    case isns::ValueKind::Port:
      return "PORT, PORT/tcp or PORT/udp";
    case isns::ValueKind::Text:
      return "text";
    case isns::ValueKind::IscsiName:
      return "iSCSI name";
    case isns::ValueKind::Eid:
      return "entity identifier";
    case isns::ValueKind::Wwn:
      return "world wide name";
    case isns::ValueKind::Opaque:
      return "hexadecimal digits";
  }
  return {};
}

void appendFields(std::string& out) {
  out +=
      "\n## Fields\n\nAttributes of RFC 4171, as `--key`, `--get` and `--attr` take them; `tag:NUMBER` stands for any "
      "other.\n"
      "\n| field | of | value | tag | RFC 4171 |\n|---|---|---|---|---|\n";
  for (const isns::AttributeRow& row : isns::attributeTable()) {
    if (row.kind == isns::ValueKind::None) continue;
    appendRow(out,
              {code(row.field), isns::objectTypeName(row.object), kindText(row), std::to_string(row.tag), row.section});
  }
}

void appendStatuses(std::string& out) {
  out +=
      "\n## Refusals\n\nExit code 4 names the status that the server answered.\n\n| status | name | what to do "
      "|\n|---|---|---|\n";
  for (const isns::StatusRow& row : isns::statusTable()) {
    const auto number = static_cast<std::uint32_t>(row.status);
    if (number != 0) appendRow(out, {std::to_string(number), row.name, statusAdvice(number)});
  }
}

}  // namespace

std::string referencePage(std::span<const CommandTable> tables) {
  std::string out(kHead);
  out += "\n## Exit codes\n";
  appendEntries(out, help::exitEntries());
  appendFamilies(out, tables);
  appendCommand(out, *findCommand(tables, ""), tables);
  appendFields(out);
  appendStatuses(out);
  return out;
}

}  // namespace ctl

#include "isns-server/ctl/help.h"

#include <algorithm>

#include "isns-server/ctl/command_line.h"
#include "shared/base/listed.h"
#include "shared/ctl/output.h"

namespace ctl {
namespace {

using help::Entry;

constexpr std::size_t kWidestTerm = 28;

std::string term(const Option& option) {
  const std::string brief = option.brief.empty() ? "" : ", " + std::string(option.brief);
  return std::string(option.name) + brief + (option.value.empty() ? "" : " " + std::string(option.value));
}
std::string term(const Positional& positional) { return std::string(positional.name) + (positional.many ? "..." : ""); }

std::string says(const Option& option) {
  std::string text(option.help);
  if (!option.choices.empty()) text += ": " + base::listed(option.choices);
  if (option.many) text += " (may be repeated)";
  if (!option.environment.empty()) text += " (or $" + std::string(option.environment) + ")";
  return text;
}
std::string says(const Positional& positional) {
  std::string text(positional.help);
  if (!positional.choices.empty()) text += ": " + base::listed(positional.choices);
  return text;
}

template <class Rows>
std::vector<Entry> entriesOf(const Rows& rows) {
  std::vector<Entry> list;
  for (const auto& row : rows) list.push_back({term(row), says(row)});
  return list;
}

void append(std::string& out, const std::string& title, const std::vector<Entry>& list, std::size_t columns) {
  if (list.empty()) return;
  out += "\n" + title + "\n";
  std::size_t widest = 0;
  for (const Entry& entry : list) widest = std::max(widest, std::min(entry.term.size(), kWidestTerm));
  const std::size_t column = widest + 4;
  for (const Entry& entry : list) {
    out += "  " + entry.term;
    out +=
        entry.term.size() > widest ? "\n" + std::string(column, ' ') : std::string(widest - entry.term.size() + 2, ' ');
    out += wrapped(entry.says, column, columns) + "\n";
  }
}

}  // namespace

namespace help {

std::string titleOf(const Command& command) {
  return command.path.empty() ? "sanctl" : "sanctl " + std::string(command.path);
}

std::vector<Entry> entries(std::span<const Option> options) { return entriesOf(options); }
std::vector<Entry> entries(std::span<const Positional> positionals) { return entriesOf(positionals); }

std::vector<Entry> exitEntries() {
  std::vector<Entry> list;
  for (const ExitRow& row : exitTable()) {
    list.push_back({std::to_string(static_cast<int>(row.code)), std::string(row.meaning)});
  }
  return list;
}

}  // namespace help

std::string usageLine(const Command& command) {
  std::string line = help::titleOf(command);
  if (command.handler == nullptr) return line + " COMMAND";
  if (!command.options.empty() || command.family != nullptr) line += " [OPTION...]";
  for (const Positional& positional : command.positionals) {
    line += positional.required ? " " + term(positional) : " [" + term(positional) + "]";
  }
  return line;
}

std::string helpText(const Command& command, std::span<const CommandTable> tables, std::size_t columns) {
  std::string out = help::titleOf(command) + ": " + std::string(command.summary);
  out += "\n\nusage: " + usageLine(command) + "\n";
  if (!command.details.empty()) out += "\n" + wrapped(command.details, 0, columns) + "\n";
  std::vector<Entry> below;
  for (const Command* row : subcommands(tables, command.path)) {
    const std::size_t prefix = command.path.empty() ? 0 : command.path.size() + 1;
    below.push_back({std::string(row->path.substr(prefix)), std::string(row->summary)});
  }
  append(out, "commands:", below, columns);
  append(out, "arguments:", help::entries(command.positionals), columns);
  append(out, "options:", help::entries(command.options), columns);
  if (command.family != nullptr) {
    append(out, "options of " + std::string(command.family->title) + ":", help::entries(command.family->options), columns);
  }
  for (const Command* group : groupsOf(tables, command)) {
    append(out, "options of " + help::titleOf(*group) + ":", help::entries(group->options), columns);
  }
  if (!command.examples.empty()) {
    out += "\nexamples:\n";
    for (const Example& example : command.examples) {
      out += "  " + std::string(example.line) + "\n      " + wrapped(example.says, 6, columns) + "\n";
    }
  }
  append(out, "exit codes:", help::exitEntries(), columns);
  return out;
}

}  // namespace ctl

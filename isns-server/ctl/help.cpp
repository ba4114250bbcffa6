#include "isns-server/ctl/help.h"

#include <algorithm>
#include <vector>

#include "isns-server/ctl/command_line.h"

namespace ctl {
namespace {

constexpr std::size_t kLine = 100;
constexpr std::size_t kWidestTerm = 28;

struct Entry {
  std::string term;
  std::string says;
};

std::string term(const Option& option) {
  return std::string(option.name) + (option.value.empty() ? "" : " " + std::string(option.value));
}
std::string term(const Positional& positional) { return std::string(positional.name) + (positional.many ? "..." : ""); }

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

std::string says(const Option& option) {
  std::string text(option.help);
  if (!option.choices.empty()) text += ": " + listed(option.choices);
  if (option.many) text += " (may be repeated)";
  if (!option.environment.empty()) text += " (or $" + std::string(option.environment) + ")";
  return text;
}
std::string says(const Positional& positional) {
  std::string text(positional.help);
  if (!positional.choices.empty()) text += ": " + listed(positional.choices);
  return text;
}

template <class Rows>
std::vector<Entry> entries(const Rows& rows) {
  std::vector<Entry> list;
  for (const auto& row : rows) list.push_back({term(row), says(row)});
  return list;
}

// Words of the text on lines of at most kLine characters, from `column` on; the first line is begun already.
std::string wrapped(std::string_view text, std::size_t column) {
  std::string out;
  std::size_t at = column;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (at > column && at + 1 + end > kLine) {
      out += "\n" + std::string(column, ' ');
      at = column;
    }
    if (at > column) {
      out += ' ';
      ++at;
    }
    out += text.substr(0, end);
    at += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

void append(std::string& out, const std::string& title, const std::vector<Entry>& list) {
  if (list.empty()) return;
  out += "\n" + title + "\n";
  std::size_t widest = 0;
  for (const Entry& entry : list) widest = std::max(widest, std::min(entry.term.size(), kWidestTerm));
  const std::size_t column = widest + 4;
  for (const Entry& entry : list) {
    out += "  " + entry.term;
    out +=
        entry.term.size() > widest ? "\n" + std::string(column, ' ') : std::string(widest - entry.term.size() + 2, ' ');
    out += wrapped(entry.says, column) + "\n";
  }
}

void appendTable(std::string& out, const std::vector<Entry>& list) {
  if (list.empty()) return;
  out += "\n| | |\n|---|---|\n";
  for (const Entry& entry : list) {
    std::string text = entry.says;
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
    std::string name = entry.term;
    for (std::size_t at = 0; (at = name.find('|', at)) != std::string::npos; at += 2) name.insert(at, "\\");
    out += "| `" + name + "` | " + text + " |\n";
  }
}

std::vector<Entry> exitEntries() {
  std::vector<Entry> list;
  for (const ExitRow& row : exitTable()) {
    list.push_back({std::to_string(static_cast<int>(row.code)), std::string(row.meaning)});
  }
  return list;
}

std::string titleOf(const Command& command) {
  return command.path.empty() ? "sanctl" : "sanctl " + std::string(command.path);
}

void appendReference(std::string& out, const Command& command, std::span<const CommandTable> tables) {
  out += "\n## " + titleOf(command) + "\n\n" + std::string(command.summary) + ".\n";
  if (command.handler != nullptr) out += "\n```\n" + usageLine(command) + "\n```\n";
  if (!command.details.empty()) out += "\n" + std::string(command.details) + "\n";
  appendTable(out, entries(command.positionals));
  appendTable(out, entries(command.options));
  if (!command.examples.empty()) {
    out += "\n```sh\n";
    for (const Example& example : command.examples) {
      out += "# " + std::string(example.says) + "\n" + std::string(example.line) + "\n";
    }
    out += "```\n";
  }
  for (const Command* below : subcommands(tables, command.path)) appendReference(out, *below, tables);
}

}  // namespace

std::string usageLine(const Command& command) {
  std::string line = titleOf(command);
  if (command.handler == nullptr) return line + " COMMAND";
  if (!command.options.empty()) line += " [OPTION...]";
  for (const Positional& positional : command.positionals) {
    line += positional.required ? " " + term(positional) : " [" + term(positional) + "]";
  }
  return line;
}

std::string helpText(const Command& command, std::span<const CommandTable> tables) {
  std::string out = titleOf(command) + ": " + std::string(command.summary) + "\n\nusage: " + usageLine(command) + "\n";
  if (!command.details.empty()) out += "\n" + wrapped(command.details, 0) + "\n";
  std::vector<Entry> below;
  for (const Command* row : subcommands(tables, command.path)) {
    below.push_back(
        {std::string(row->path.substr(command.path.empty() ? 0 : command.path.size() + 1)), std::string(row->summary)});
  }
  append(out, "commands:", below);
  append(out, "arguments:", entries(command.positionals));
  append(out, "options:", entries(command.options));
  for (const Command* group : groupsOf(tables, command)) {
    append(out, "options of " + titleOf(*group) + ":", entries(group->options));
  }
  if (!command.examples.empty()) {
    out += "\nexamples:\n";
    for (const Example& example : command.examples) {
      out += "  " + std::string(example.line) + "\n      " + std::string(example.says) + "\n";
    }
  }
  append(out, "exit codes:", exitEntries());
  return out;
}

std::string referencePage(std::span<const CommandTable> tables) {
  std::string out =
      "# sanctl\n\nMade by `sanctl reference` from the command tables; a test compares the two.\n\n"
      "Results go to the standard output, failures as one line to the standard error. JSON and CSV name their fields "
      "as\n"
      "the attribute table does (`iscsi_name`, `node_type`); these names and the exit codes do not change.\n\n"
      "## Exit codes\n";
  std::vector<Entry> codes = exitEntries();
  appendTable(out, codes);
  appendReference(out, *findCommand(tables, ""), tables);
  return out;
}

}  // namespace ctl

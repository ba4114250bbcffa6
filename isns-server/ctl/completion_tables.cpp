#include "isns-server/ctl/completion_tables.h"

#include "isns-server/ctl/command_line.h"
#include "shared/base/shell_word.h"
#include "shared/isns/value_names.h"

namespace ctl {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

std::string_view lastWord(std::string_view path) { return path.substr(path.rfind(' ') + 1); }

std::string allFields() {
  std::vector<std::string> words;
  for (const isns::AttributeRow& row : isns::attributeTable()) {
    if (row.kind != isns::ValueKind::None) words.emplace_back(row.field);
  }
  return joined(words);
}

std::string scnBits() {
  std::vector<std::string> words;
  for (const isns::ValueName& name : isns::valueNames(isns::tag::kScnBitmap)) words.emplace_back(name.name);
  return joined(words);
}

std::string valueWords(Words words, std::span<const std::string_view> choices) {
  if (!choices.empty()) return joined({choices.begin(), choices.end()});
  switch (words) {
    case Words::File:
      return "@file";
    case Words::Field:
      return "@field";
    case Words::FieldList:
      return "@fields";
    case Words::FieldValue:
      return "@field=";
    case Words::Bits:
      return "@bits";
    case Words::None:
      break;
  }
  return {};
}

void addOptions(CompletionTables& to, const Command& command, std::span<const CommandTable> tables) {
  const std::string path(command.path);
  std::vector<const Command*> rows{&command};
  for (const Command* group : groupsOf(tables, command)) rows.push_back(group);
  std::vector<std::string> names;
  for (const Command* row : rows) {
    for (const Option* option : ownOptions(*row)) {
      const std::string at = path + " " + std::string(option->name);
      names.emplace_back(option->name);
      const std::string words = option->value.empty() ? "-" : valueWords(option->words, option->choices);
      to.values.push_back({at, words});
      if (!option->brief.empty()) to.values.push_back({path + " " + std::string(option->brief), words});
      to.about.push_back({at, std::string(option->help)});
    }
  }
  to.options.push_back({path, joined(names)});
}

void addPositionals(CompletionTables& to, const Command& command) {
  for (std::size_t i = 0; i < command.positionals.size(); ++i) {
    const Positional& positional = command.positionals[i];
    std::string words = valueWords(positional.words, positional.choices);
    if (words.empty()) continue;
    to.positionals.push_back(
        {std::string(command.path) + " " + std::to_string(i), std::move(words), positional.many});
  }
}

}  // namespace

CompletionTables completionTables(std::span<const CommandTable> tables) {
  CompletionTables made;
  for (const CommandTable table : tables) {
    for (const Command& command : table) {
      std::vector<std::string> below;
      for (const Command* row : subcommands(tables, command.path)) below.emplace_back(lastWord(row->path));
      if (!below.empty()) made.commands.push_back({std::string(command.path), joined(below)});
      made.about.push_back({std::string(command.path), std::string(command.summary)});
      addOptions(made, command, tables);
      addPositionals(made, command);
    }
  }
  for (const isns::AttributeRow& row : isns::attributeTable()) {
    std::vector<std::string> names;
    for (const isns::ValueName& name : isns::valueNames(row.tag)) names.emplace_back(name.name);
    if (!names.empty()) made.named.push_back({std::string(row.field), joined(names)});
  }
  made.fields = allFields();
  made.bits = scnBits();
  return made;
}

std::string quotedWords(std::string_view text) {
  return base::quotedWord(text);
}

std::string caseFunction(std::string_view name, std::string_view argument, const std::vector<CompletionCase>& cases) {
  std::string out = std::string(name) + "() {\n  local found=''\n  case \"" + std::string(argument) + "\" in\n";
  for (const CompletionCase& one : cases) {
    out += "    '" + one.at + "') found=" + quotedWords(one.words) + " ;;\n";
    // "zone add 1" stands for all that come after it too.
    if (one.many) out += "    '" + one.at.substr(0, one.at.rfind(' ') + 1) + "'*) found=" + quotedWords(one.words) + " ;;\n";
  }
  return out + "  esac\n  printf '%s' \"$found\"\n}\n";
}

}  // namespace ctl

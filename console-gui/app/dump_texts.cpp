// dump-console-texts: what `./sanctum docs` writes of the console, on the standard output.
//
// Without words: the texts of the model's tables that the console shows, as a header for lupdate, which reads C++ alone
// (translations/table_texts.h; compiled by nobody). "actions": the page of all actions
// (docs/reference/console-actions.md). "man": the manual page san-console(1).
#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "console-gui/actions/action_table.h"
#include "console-gui/app/arguments.h"
#include "shared/base/man_page.h"
#include "shared/ops/audit_event.h"
#include "shared/san/fields.h"
#include "shared/san/rules.h"

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

constexpr std::pair<console::Menu, const char*> kMenus[] = {
    {console::Menu::File, "File"},     {console::Menu::Go, "Go"},       {console::Menu::View, "View"},
    {console::Menu::Object, "Object"}, {console::Menu::Draft, "Draft"}, {console::Menu::Help, "Help"}};

void printActions() {
  std::puts("# Actions of san-console\n");
  std::puts(
      "Made from `console-gui/actions/action_table.h` by `./sanctum docs`. All of them are also in the omnibox\n"
      "(Ctrl+K); one that cannot be done says why.");
  for (const auto& [menu, title] : kMenus) {
    std::printf("\n## %s\n\n| action | key | what it does | with sanctl |\n|---|---|---|---|\n", title);
    for (const console::ActionRow& row : console::kActionTable) {
      if (row.menu != menu) continue;
      const std::string twin = row.twin[0] == '-' ? std::string() : "`" + std::string(row.twin) + "`";
      std::printf("| %s | %s | %s | %s |\n", row.text, row.shortcut, row.help, twin.c_str());
    }
  }
}

}  // namespace

int main(int count, char** words) {
  if (count > 1 && std::string_view(words[1]) == "actions") {
    printActions();
    return 0;
  }
  if (count > 1 && std::string_view(words[1]) == "man") {
    constexpr std::string_view kSeeAlso[] = {"sanctl(1)", "isns-server(8)"};
    base::ManPage page("san-console", '1', SANCTUM_VERSION);
    page.addHelp(console::helpText());
    page.addSeeAlso(kSeeAlso);
    std::fputs(page.text().c_str(), stdout);
    return 0;
  }
  std::set<std::string> texts;
  for (std::size_t kind = 0; kind < san::kKinds; ++kind) {
    // Of kinds that have a form (model/object_form.h), what they are.
    const std::span<const san::FieldRow> fields = san::fieldsOf(static_cast<san::Kind>(kind));
    if (std::ranges::any_of(fields, [](const auto& field) { return field.writer == san::Writer::ChangeSet; }))
      texts.emplace(san::kKindTable[kind].doc);
    for (const san::FieldRow& field : fields) {
      std::string word(field.name);
      for (char& c : word) c = c == '_' ? ' ' : c;
      texts.insert(std::move(word));
      texts.emplace(field.doc);
      for (const std::string_view choice : field.words) texts.emplace(choice);
    }
  }
  for (const san::RuleRow& rule : san::kRuleTable) {
    for (const std::string_view text : {rule.title, rule.counts, rule.meaning, rule.action}) texts.emplace(text);
  }
  for (const ops::LogEvent& event : ops::kAuditEvents) texts.emplace(event.help);
  std::puts(
      "// Written by dump-console-texts: what the console shows of the tables of shared/san. For lupdate "
      "alone.\n#pragma once\n// clang-format off");
  for (const std::string& text : texts) {
    if (!text.empty()) std::printf("QT_TRANSLATE_NOOP(\"Tables\", %s)\n", quoted(text).c_str());
  }
}

// dump-console-texts: the texts of the model's tables that the console shows, as a header for lupdate, which reads C++
// alone. Standard output; written to translations/table_texts.h by `./sanctum docs`, compiled by nobody.
#include <cstdio>
#include <set>
#include <string>

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

}  // namespace

int main() {
  std::set<std::string> texts;
  for (std::size_t kind = 0; kind < san::kKinds; ++kind) {
    for (const san::FieldRow& field : san::fieldsOf(static_cast<san::Kind>(kind))) {
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

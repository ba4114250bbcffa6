#include "isns-server/ctl/change_views.h"

#include "isns-server/ctl/api_text.h"
#include "shared/base/printable.h"
#include "shared/ctl/views.h"

namespace ctl {

using base::Json;

namespace {

// As --drain takes it: "10m".
std::string spanText(std::uint64_t seconds) {
  for (const auto& [unit, word] : {std::pair{86400U, "d"}, std::pair{3600U, "h"}, std::pair{60U, "m"}}) {
    if (seconds % unit == 0) return std::to_string(seconds / unit) + word;
  }
  return std::to_string(seconds) + "s";
}

}  // namespace

std::string idOf(const Json& change) {
  const Json& id = memberOf(change, "id");
  return id.isNull() ? std::string{} : id.plain();
}

const Json& diffBodyOf(const Json& answer) {
  const Json& body = memberOf(answer, "diff");
  return body.isNull() ? answer : body;
}

void printChangeTitle(const Json& change, const Output& output, Context& context) {
  context.out << output.bold("Change set " + idOf(change) + ": " + base::printable(textOf(change, "title"))) << "  "
              << output.painted(textOf(change, "state")) << '\n';
}

void printChange(const Json& change, Output& output, Context& context) {
  if (output.format() == Format::Json) return output.json(change);
  const auto cell = [&](std::string_view name) {
    const Json& value = memberOf(change, name);
    const bool none = value.isNull() || (value.text() != nullptr && value.text()->empty());
    return none ? Cell{} : Cell{value};
  };
  const bool table = output.format() == Format::Table;
  const auto time = [&](std::string_view name) -> Cell {
    const std::uint64_t seconds = numberOf(change, name);
    if (seconds == 0) return {};
    return table ? Json(whenText(seconds) + " UTC") : Json(seconds);
  };
  if (table) {
    printChangeTitle(change, output, context);
  }
  Record record;
  if (!table) {
    record.push_back({"id", "id", cell("id")});
    record.push_back({"state", "state", cell("state")});
    record.push_back({"title", "title", cell("title")});
  }
  record.push_back({"version", "version", cell("version")});
  record.push_back({"author", "author", cell("author")});
  record.push_back({"approver", "approver", cell("approver")});
  record.push_back({"reason", "reason", cell("reason")});
  record.push_back({"ticket", "ticket", cell("ticket")});
  // Who commits his own edit at once says why once.
  const bool said = table && textOf(change, "exception") == textOf(change, "reason");
  record.push_back({"exception", "despite a guard", said ? Cell{} : cell("exception")});
  record.push_back({"override", "despite a freeze", cell("override")});
  record.push_back(
      {"base_revision", "made at revision", numberOf(change, "base_revision") == 0 ? Cell{} : cell("base_revision")});
  record.push_back({"revision", "committed as", numberOf(change, "revision") == 0 ? Cell{} : cell("revision")});
  record.push_back({"edits", "edits", Json(std::uint64_t{listOf(change, "edits").size()})});
  record.push_back({"note", "note", cell("note")});
  record.push_back({"confirm_deadline", "confirm until", time("confirm_deadline")});
  const std::uint64_t drain = numberOf(change, "drain");
  record.push_back({"drain", "drain", drain == 0 ? Cell{} : table ? Cell{Json(spanText(drain))} : Cell{Json(drain)}});
  record.push_back({"due_at", "takes away at", time("due_at")});
  output.record(record);
  if (table && textOf(change, "state") == "committing") {
    context.out << "\nIt is on its way; sanctl change show " << idOf(change) << " tells when it is done.\n";
  }
  if (table && textOf(change, "state") == "confirming") {
    context.out << "\nIt is taken back at that time, unless somebody confirms it:\n  sanctl change confirm "
                << idOf(change) << '\n';
  }
}

namespace {

std::string signed3(const Json& cells) {
  std::string text;
  const auto add = [&](std::uint64_t count, std::string_view word) {
    if (count != 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(word);
  };
  add(numberOf(cells, "gained"), "gained");
  add(numberOf(cells, "lost"), "lost");
  add(numberOf(cells, "rights"), "with another right");
  return text;
}

// A finding or an objection, which may be a text or an object with one.
std::string sentenceOf(const Json& json) {
  if (json.text() != nullptr) return *json.text();
  std::string text = textOf(json, "text");
  if (text.empty()) text = textOf(json, "detail");
  const std::string rule = textOf(json, "rule");
  return rule.empty() ? text : rule + "  " + text;
}

void printSentences(const Json::Array& list, std::string_view mark, std::string_view colour, Output& output,
                    Context& context) {
  for (const Json& one : list) {
    context.out << "  " << output.coloured(mark, colour) << ' '
                << wrappedText(sentenceOf(one), 3 + mark.size(), context) << '\n';
  }
}

// What happens at the commit, and what when the drain ends.
void printDrain(const Json& drain, Output& output, Context& context) {
  if (drain.object() == nullptr) return;
  for (const auto& [name, title] : {std::pair{"now", "At its commit"}, std::pair{"later", "When the drain ends"}}) {
    context.out << '\n' << output.bold(title) << '\n';
    const auto& sentences = listOf(memberOf(drain, name), "sentences");
    if (sentences.empty()) context.out << "  No host gains or loses a logical unit.\n";
    for (const Json& sentence : sentences) context.out << "  " << wrappedText(sentence.plain(), 2, context) << '\n';
  }
}

}  // namespace

void printImpact(const Json& impact, Output& output, Context& context) {
  if (output.format() == Format::Json) return output.json(impact);
  constexpr ViewColumn kColumns[] = {{"turn", "What", Shown::Painted},
                                     {"host", "Host", Shown::Name},
                                     {"unit", "Logical unit", Shown::Name},
                                     {"before", "Before"},
                                     {"after", "After"}};
  Json::Array cells;
  for (const Json& cell : listOf(impact, "listed")) {
    Json::Object row;
    const auto side = [&](std::string_view name) {
      const Json& value = memberOf(cell, name);
      if (value.object() == nullptr) return value;
      std::string text = textOf(value, "works");
      const std::string right = textOf(value, "right");
      const std::string in = textOf(value, "gets_in");
      if (text == "yes" && !right.empty()) text += ", " + right;
      if (text == "no" && in == "yes") text += ", but gets in";
      return Json(text);
    };
    for (const std::string_view name : {"turn", "host", "unit"})
      row.push_back({std::string(name), memberOf(cell, name)});
    row.push_back({"before", side("before")});
    row.push_back({"after", side("after")});
    cells.emplace_back(std::move(row));
  }
  if (output.format() == Format::Csv) return printList(output, cells, kColumns);
  context.out << output.bold("Impact") << '\n';
  const auto& sentences = listOf(impact, "sentences");
  for (const Json& sentence : sentences) context.out << "  " << wrappedText(sentence.plain(), 2, context) << '\n';
  if (sentences.empty()) {
    const std::string turned = signed3(memberOf(impact, "cells"));
    context.out << (turned.empty() ? "  No host gains or loses a logical unit."
                                   : "  Host x logical unit: " + turned + ".")
                << '\n';
  }
  const Json& findings = memberOf(impact, "findings");
  printSentences(listOf(findings, "appeared"), "appears:", "31", output, context);
  printSentences(listOf(findings, "grown"), "grows:", "33", output, context);
  printSentences(listOf(findings, "cleared"), "clears:", "32", output, context);
  for (const Json& objection : listOf(impact, "objections")) {
    const std::string severity = textOf(objection, "severity");
    const bool warns = severity == "warn";
    const std::string_view mark = warns ? "note:" : severity == "needs-reason" ? "needs a reason:" : "stops it:";
    printSentences({objection}, mark, warns ? "33" : "31", output, context);
  }
  if (!cells.empty()) {
    context.out << '\n';
    printList(output, cells, kColumns);
  }
  printDrain(memberOf(impact, "drain"), output, context);
}

}  // namespace ctl

// list, show, search, diff.
#include <algorithm>

#include "isns-server/ctl/api_asking.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_objects.h"
#include "isns-server/ctl/api_text.h"
#include "shared/base/printable.h"
#include "shared/ctl/option_values.h"
#include "shared/ctl/views.h"
#include "shared/san/fields.h"
#include "shared/san/no_time.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

// Fields that make a table too wide, or say little at a glance; `show`, CSV and JSON have them.
constexpr std::string_view kNotInTables[] = {"features",    "md5_refused",     "last_seen",    "symbolic_name",
                                             "enforcement", "initiator_holds", "target_holds", "weaknesses",
                                             "md5",         "seen_by",         "prefix"};
// Lists of which a table says how long they are.
constexpr std::string_view kCounted[] = {"nodes", "portals", "admitted", "maps", "paths", "units", "members"};

template <class List>
bool holds(const List& list, std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// "Registered at" of "registered_at".
std::string headOf(std::string_view field) {
  if (field == "chap") return "CHAP";
  std::string head(field);
  std::replace(head.begin(), head.end(), '_', ' ');
  if (!head.empty() && head[0] >= 'a' && head[0] <= 'z') head[0] = static_cast<char>(head[0] - 'a' + 'A');
  return head;
}

Shown shownOf(const san::FieldRow& field) {
  if (holds(kCounted, field.name)) return Shown::Count;
  switch (field.type) {
    case san::FieldType::Time:
      return Shown::Time;
    case san::FieldType::Bytes:
      return Shown::Size;
    case san::FieldType::Ref:
    case san::FieldType::Refs:
      return Shown::Name;
    default:
      return Shown::Plain;
  }
}

Json wordsOfFlags(const Json& value) {
  if (value.truth() != nullptr) return *value.truth() ? "yes" : "no";
  return value;
}

// The columns of a kind, from its field table.
struct Columns {
  std::vector<std::string> heads;
  std::vector<ViewColumn> list;
};
Columns columnsOf(san::Kind kind) {
  Columns columns;
  const auto fields = san::fieldsOf(kind);
  columns.heads.reserve(fields.size() + 2);
  const bool named = san::findField(kind, "name") != nullptr || kind == san::Kind::Portal;
  columns.list.push_back({"ref", "Object", named ? Shown::CsvOnly : Shown::Name});
  if (kind == san::Kind::Domain || kind == san::Kind::DomainSet || kind == san::Kind::ChangeSet)
    columns.list.push_back({"id", "Id"});
  for (const san::FieldRow& field : fields) {
    // A host has the nodes of its entities too, so their number would say nothing of how many it has.
    const bool single = kind == san::Kind::Host && field.name == "nodes";
    columns.heads.push_back(single ? "Single nodes" : headOf(field.name));
    columns.list.push_back({field.name, columns.heads.back(),
                            holds(kNotInTables, field.name) ? Shown::CsvOnly
                            : single                        ? Shown::Name
                                                            : shownOf(field)});
  }
  return columns;
}

}  // namespace

std::string diffLine(const Output& output, std::string_view line) {
  std::string safe = base::printable(line);
  if (safe.starts_with("+ ")) return output.coloured(safe, "32");
  if (safe.starts_with("- ")) return output.coloured(safe, "31");
  return safe;
}

Asked<Json> listAll(ApiSession& session, const std::string& plural, const std::string& filter,
                    const std::string& revision, std::uint64_t limit) {
  auto pages = allPages(session, {Route::ListObjects, {plural}, {{"filter", filter}, {"revision", revision}}}, limit);
  if (!pages) return base::fail(pages.error());
  return Json(Json::Object{{"revision", numberOf(pages->last, "revision")},
                           {"more", pages->more},
                           {"items", std::move(pages->items)},
                           {"notes", listOf(pages->last, "notes")}});
}

Outcome printKind(const Invocation& invocation, Context& context, san::Kind kind, const std::string& filter) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto revision = momentOption(invocation);
  if (!revision) return base::fail(revision.error());
  const auto limit = countOption(invocation, "--limit");
  if (!limit) return base::fail(limit.error());
  const std::string plural(san::rowOf(kind).plural);
  const auto answer = listAll(*session, plural, filter, *revision, limit->value_or(1'000'000));
  if (!answer) return base::fail(answer.error());
  for (const Json& note : listOf(*answer, "notes"))
    context.err << "sanctl: note on the filter: " << base::printable(note.plain()) << '\n';
  Output output = openOutput(invocation, context);
  const Columns columns = columnsOf(kind);
  const auto& items = listOf(*answer, "items");
  if (output.format() == Format::Table && items.empty()) {
    context.out << (filter.empty() ? "There are no " + plural : "No " + plural + " match " + filter) << ", at revision "
                << numberOf(*answer, "revision") << ".\n";
  } else {
    printList(output, memberOf(*answer, "items"), columns.list);
    if (truthOf(*answer, "more")) context.err << "sanctl: there are more; --limit shows as many as you like\n";
  }
  return listOutcome(invocation, items.size());
}

void printDiff(const Json& diff, Output& output, Context& context, std::string_view none) {
  if (output.format() == Format::Json) return output.json(diff);
  if (output.format() == Format::Csv) {
    Sheet sheet{{{"object", ""}, {"fate", ""}, {"field", ""}, {"before", ""}, {"after", ""}}, {}};
    for (const Json& object : listOf(diff, "objects")) {
      if (listOf(object, "fields").empty())
        sheet.rows.push_back({memberOf(object, "object"), memberOf(object, "fate"), {}, {}, {}});
      for (const Json& field : listOf(object, "fields")) {
        sheet.rows.push_back({memberOf(object, "object"), memberOf(object, "fate"), memberOf(field, "field"),
                              memberOf(field, "before"), memberOf(field, "after")});
      }
    }
    return output.sheet(sheet);
  }
  const auto& lines = listOf(diff, "lines");
  if (lines.empty()) context.out << none << '\n';
  const Json& drain = memberOf(diff, "drain");
  if (drain.object() == nullptr) {
    for (const Json& line : lines) context.out << diffLine(output, line.plain()) << '\n';
    return;
  }
  for (const auto& [name, title] : {std::pair{"now", "At its commit"}, std::pair{"later", "When the drain ends"}}) {
    context.out << output.bold(title) << '\n';
    for (const Json& line : listOf(drain, name)) context.out << diffLine(output, line.plain()) << '\n';
  }
}

Outcome apiList(const Invocation& invocation, Context& context) {
  const auto kind = san::kindNamed(optionText(invocation, "KIND"));
  if (!kind) return base::fail(usageFailure("list", "there is no such kind", {}));
  return printKind(invocation, context, *kind, optionText(invocation, "--filter"));
}

Asked<std::string> findRef(ApiSession& session, const std::string& typed, const std::string& revision) {
  const std::size_t colon = typed.find(':');
  if (colon != std::string::npos && san::kindNamed(typed.substr(0, colon))) {
    if (colon + 1 < typed.size()) return typed;
    return base::fail(usageFailure(typed, "a name is missing behind the kind", "sanctl list " +
                      std::string(san::rowOf(*san::kindNamed(typed.substr(0, colon))).plural) + " shows all"));
  }
  const auto found = session.ask({Route::Search, {}, {{"q", typed}, {"limit", "20"}, {"revision", revision}}});
  if (!found) return base::fail(found.error());
  const auto& hits = listOf(*found, "hits");
  std::vector<std::string> exact;
  for (const Json& hit : hits) {
    if (nameOfRef(textOf(hit, "ref")) == typed) exact.push_back(textOf(hit, "ref"));
  }
  if (exact.size() == 1) return exact.front();
  if (exact.empty() && hits.size() == 1) return textOf(hits.front(), "ref");
  if (hits.empty())
    return base::fail(Failure{Exit::Empty, typed, "nothing has that name", "look for it with sanctl search TEXT"});
  std::string all;
  for (std::size_t i = 0; i < hits.size() && i < 5; ++i) all += (i > 0 ? ", " : "") + textOf(hits[i], "ref");
  return base::fail(usageFailure(typed, "this may be " + all + (hits.size() > 5 ? ", ..." : ""), "say which"));
}

namespace {

Json recordValue(const Json& value, const san::FieldRow* field) {
  if (value.truth() != nullptr) return wordsOfFlags(value);
  if (field == nullptr) return value;
  if (value.number() != nullptr && field->type == san::FieldType::Time) {
    return *value.number() == 0 ? std::string(san::wordOfNoTime(*field)) : whenText(*value.number());
  }
  if (value.number() != nullptr && field->type == san::FieldType::Bytes) return sizeText(*value.number());
  return value;
}

}  // namespace

Outcome apiShow(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto revision = momentOption(invocation);
  if (!revision) return base::fail(revision.error());
  const auto ref = findRef(*session, optionText(invocation, "OBJECT"), *revision);
  if (!ref) return base::fail(ref.error());
  const std::size_t colon = ref->find(':');
  const san::Kind kind = *san::kindNamed(ref->substr(0, colon));
  const auto object = session->ask(
      {Route::GetObject, {std::string(san::nameOf(kind)), ref->substr(colon + 1)}, {{"revision", *revision}}});
  if (!object) return base::fail(object.error());
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Json) return output.json(*object), Outcome{};
  Record record;
  const bool table = output.format() == Format::Table;
  const Json::Object* members = object->object();
  if (members == nullptr) return base::fail(Failure{Exit::Malformed, session->server(), "its answer is no object", {}});
  for (const base::JsonMember& member : *members) {
    if (table && (member.name == "ref" || member.name == "kind")) continue;
    std::string head = member.name == "created" || member.name == "changed" ? member.name + " at revision" : member.name;
    std::replace(head.begin(), head.end(), '_', ' ');
    const Json& value = member.value;
    Cell cell = value.isNull() ? Cell{} : Cell{table ? recordValue(value, san::findField(kind, member.name)) : value};
    record.push_back({member.name, std::move(head), std::move(cell)});
  }
  if (table) context.out << output.bold(base::printable(textOf(*object, "ref"))) << '\n';
  output.record(record);
  return {};
}

Outcome apiSearch(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto revision = momentOption(invocation);
  if (!revision) return base::fail(revision.error());
  const auto limit = countOption(invocation, "--limit");
  if (!limit) return base::fail(limit.error());
  std::string text;
  for (const std::string_view word : invocation.all("TEXT")) text.append(text.empty() ? "" : " ").append(word);
  const auto answer = session->ask(
      {Route::Search,
       {},
       {{"q", text}, {"limit", *limit ? std::to_string(**limit) : std::string{}}, {"revision", *revision}}});
  if (!answer) return base::fail(answer.error());
  Output output = openOutput(invocation, context);
  const auto& hits = listOf(*answer, "hits");
  constexpr ViewColumn kColumns[] = {{"kind", "Kind"}, {"ref", "Name", Shown::Name}};
  if (output.format() == Format::Table && hits.empty()) {
    context.out << "Nothing matches " << text << ".\n";
  } else {
    printList(output, memberOf(*answer, "hits"), kColumns);
    const std::uint64_t total = numberOf(*answer, "total");
    if (total > hits.size())
      say(context, output, "\n" + std::to_string(total - hits.size()) + " more match; --limit shows them.");
  }
  return listOutcome(invocation, hits.size());
}

Outcome apiDiff(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto from = momentOption(invocation, "FROM");
  const auto to = momentOption(invocation, "TO");
  if (!from) return base::fail(from.error());
  if (!to) return base::fail(to.error());
  const auto answer = session->ask({Route::Diff, {}, {{"from", *from}, {"to", *to}}});
  if (!answer) return base::fail(answer.error());
  Output output = openOutput(invocation, context);
  const bool same = listOf(memberOf(*answer, "diff"), "objects").empty();
  if (output.format() == Format::Json) {
    output.json(*answer);
  } else {
    printDiff(memberOf(*answer, "diff"), output, context,
              "Nothing differs between revision " + std::to_string(numberOf(*answer, "from")) + " and " +
                  std::to_string(numberOf(*answer, "to")) + ".");
  }
  if (!same && invocation.has("--exit-code")) {
    return base::fail(Failure{Exit::Different, "the two revisions", "they differ", {}});
  }
  return {};
}

bool isAbout(const Json& finding, std::string_view typed) {
  const std::string subject = textOf(finding, "subject");
  return typed.empty() || subject == typed || nameOfRef(subject) == typed;
}

}  // namespace ctl

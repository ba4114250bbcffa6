// list, show, search, finding, diff, watch, export.
#include <algorithm>

#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_objects.h"
#include "isns-server/ctl/api_text.h"
#include "shared/base/json_reader.h"
#include "shared/base/printable.h"
#include "shared/ctl/option_values.h"
#include "shared/ctl/views.h"
#include "shared/san/fields.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

constexpr std::uint64_t kPage = 1000;

// Fields that make a table too wide, or say little at a glance; `show`, CSV and JSON have them.
constexpr std::string_view kNotInTables[] = {"features",    "md5_refused",     "last_seen",    "symbolic_name",
                                             "enforcement", "initiator_holds", "target_holds", "weaknesses",
                                             "md5",         "seen_by"};
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

// Flags as yes and no, and what an object of a kind without a name is called.
Json forTable(const Json& list) {
  Json::Array objects;
  for (const Json& object : *list.array()) {
    Json::Object members;
    for (const base::JsonMember& member : *object.object())
      members.push_back({member.name, wordsOfFlags(member.value)});
    objects.emplace_back(std::move(members));
  }
  return objects;
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
  const bool named = san::findField(kind, "name") != nullptr;
  columns.list.push_back({"ref", "Object", named ? Shown::CsvOnly : Shown::Name});
  if (kind == san::Kind::Domain || kind == san::Kind::DomainSet || kind == san::Kind::ChangeSet)
    columns.list.push_back({"id", "Id"});
  for (const san::FieldRow& field : fields) {
    columns.heads.push_back(headOf(field.name));
    columns.list.push_back(
        {field.name, columns.heads.back(), holds(kNotInTables, field.name) ? Shown::CsvOnly : shownOf(field)});
  }
  return columns;
}

std::string lineOf(const Output& output, std::string_view line) {
  std::string safe = base::printable(line);
  if (safe.starts_with("+ ")) return output.coloured(safe, "32");
  if (safe.starts_with("- ")) return output.coloured(safe, "31");
  return safe;
}

}  // namespace

Asked<Json> listAll(ApiSession& session, const std::string& plural, const std::string& filter,
                    const std::string& revision, std::uint64_t limit) {
  Json::Array all;
  std::string cursor;
  std::uint64_t atRevision = 0;
  for (;;) {
    const std::uint64_t wanted = std::min(kPage, limit - all.size());
    const auto page = session.ask(
        {Route::ListObjects,
         {plural},
         {{"filter", filter}, {"limit", std::to_string(wanted)}, {"cursor", cursor}, {"revision", revision}}});
    if (!page) return base::fail(page.error());
    atRevision = numberOf(*page, "revision");
    for (const Json& item : listOf(*page, "items")) all.push_back(item);
    const std::uint64_t next = numberOf(*page, "next_cursor");
    if (next == 0 || all.size() >= limit) {
      return Json(Json::Object{{"revision", atRevision}, {"more", next != 0}, {"items", std::move(all)}});
    }
    cursor = std::to_string(next);
  }
}

Outcome printKind(const Invocation& invocation, Context& context, san::Kind kind, const std::string& filter) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto revision = revisionOption(invocation);
  if (!revision) return base::fail(revision.error());
  const auto limit = countOption(invocation, "--limit");
  if (!limit) return base::fail(limit.error());
  const std::string plural(san::rowOf(kind).plural);
  const auto answer = listAll(*session, plural, filter, *revision, limit->value_or(1'000'000));
  if (!answer) return base::fail(answer.error());
  Output output = openOutput(invocation, context);
  const Columns columns = columnsOf(kind);
  const auto& items = listOf(*answer, "items");
  if (output.format() == Format::Table && items.empty()) {
    context.out << (filter.empty() ? "There are no " + plural : "No " + plural + " match " + filter) << ", at revision "
                << numberOf(*answer, "revision") << ".\n";
  } else {
    printList(output,
              output.format() == Format::Table ? forTable(memberOf(*answer, "items")) : memberOf(*answer, "items"),
              columns.list);
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
  for (const Json& line : lines) context.out << lineOf(output, line.plain()) << '\n';
}

Outcome apiList(const Invocation& invocation, Context& context) {
  const auto kind = san::kindNamed(optionText(invocation, "KIND"));
  if (!kind) return base::fail(usageFailure("list", "there is no such kind", {}));
  return printKind(invocation, context, *kind, optionText(invocation, "--filter"));
}

namespace {

// What a person typed as one object: kind:name, or what the search finds where it finds one.
Asked<std::string> findRef(ApiSession& session, const std::string& typed, const std::string& revision) {
  const std::size_t colon = typed.find(':');
  if (colon != std::string::npos && san::kindNamed(typed.substr(0, colon))) return typed;
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

Json recordValue(const Json& value, const san::FieldRow* field) {
  if (value.truth() != nullptr) return wordsOfFlags(value);
  if (field == nullptr) return value;
  if (value.number() != nullptr && field->type == san::FieldType::Time) return whenText(*value.number());
  if (value.number() != nullptr && field->type == san::FieldType::Bytes) return sizeText(*value.number());
  return value;
}

}  // namespace

Outcome apiShow(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto revision = revisionOption(invocation);
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
    std::string head = member.name;
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
  const auto revision = revisionOption(invocation);
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
  const auto from = revisionOption(invocation, "FROM");
  const auto to = revisionOption(invocation, "TO");
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

namespace {

// One event of the stream (server-sent events): its name and its data.
struct EventReader {
  std::string rest, name, data;

  // Calls on(name, data) for each event that is whole now; false when it returned false.
  template <class On>
  bool take(std::string_view piece, On&& on) {
    rest.append(piece);
    for (std::size_t end = 0; (end = rest.find('\n')) != std::string::npos;) {
      std::string line = rest.substr(0, end);
      rest.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      if (line.starts_with("event:"))
        name = line.substr(line.find_first_not_of(' ', 6) == std::string::npos ? line.size()
                                                                               : line.find_first_not_of(' ', 6));
      if (line.starts_with("data:")) data += line.substr(std::min(line.size(), std::size_t{5}));
      if (!line.empty()) continue;
      if (!data.empty() && !on(name, data)) return false;
      name.clear();
      data.clear();
    }
    return true;
  }
};

}  // namespace

Outcome apiWatch(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto since = revisionOption(invocation, "--since");
  if (!since) return base::fail(since.error());
  const auto count = countOption(invocation, "--count");
  if (!count) return base::fail(count.error());
  Output output = openOutput(invocation, context);
  std::uint64_t seen = 0;
  std::optional<Failure> wrong;
  EventReader reader;
  const auto onEvent = [&](const std::string& name, const std::string& data) {
    const auto json = base::parseJson(data);
    if (!json) {
      wrong = Failure{Exit::Malformed, session->server(), "an event is no JSON", {}};
      return false;
    }
    const std::uint64_t revision = numberOf(*json, "revision");
    if (output.format() != Format::Table) {
      std::string lines;
      for (const Json& line : listOf(memberOf(*json, "diff"), "lines"))
        lines += (lines.empty() ? "" : "; ") + line.plain();
      if (output.format() == Format::Json) {
        output.line({{"event", "", Json(name)},
                     {"revision", "", Json(revision)},
                     {"time", "", memberOf(*json, "time")},
                     {"diff", "", memberOf(*json, "diff")}});
      } else {
        output.line({{"event", "", Json(name)},
                     {"revision", "", Json(revision)},
                     {"time", "", memberOf(*json, "time")},
                     {"lines", "", Json(lines)}});
      }
    } else if (name == "gap") {
      context.out << "The history does not go back to " << *since << "; what comes is told from revision " << revision
                  << " on." << std::endl;
    } else {
      context.out << output.bold(whenText(numberOf(*json, "time")) + "  revision " + std::to_string(revision)) << '\n';
      const auto& lines = listOf(memberOf(*json, "diff"), "lines");
      if (lines.empty()) context.out << "  nothing that an administrator sees\n";
      for (const Json& line : lines) context.out << "  " << lineOf(output, line.plain()) << '\n';
      context.out << std::flush;
    }
    return !*count || ++seen < **count;
  };
  if (context.machine != nullptr && context.machine->showsTerminal() && output.format() == Format::Table) {
    context.err << "Changes are shown as they come; Ctrl-C ends it." << std::endl;
  }
  auto outcome = session->follow({Route::Events, {}, {{"since", *since}}},
                                 [&](std::string_view piece) { return reader.take(piece, onEvent); });
  if (wrong) return base::fail(*wrong);
  if (!outcome) return outcome;
  if (*count && seen >= **count) return {};
  return base::fail(Failure{Exit::Connect, session->server(), "it closed the stream", "watch again with --since"});
}

Outcome apiExport(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto revision = revisionOption(invocation);
  if (!revision) return base::fail(revision.error());
  const auto answer = session->ask(
      {Route::ExportDocument, {}, {{"kinds", optionText(invocation, "--kinds")}, {"revision", *revision}}});
  if (!answer) return base::fail(answer.error());
  std::string text;
  answer->writePretty(text);
  text += '\n';
  if (const auto file = invocation.one("--file")) {
    if (const auto wrote = context.machine->writeFile(std::string(*file), text); !wrote) {
      return base::fail(Failure{Exit::Local, "cannot write the document", wrote.error().text, {}});
    }
    context.err << "Written to " << *file << ".\n";
  } else {
    context.out << text;
  }
  return {};
}

namespace {

constexpr ViewColumn kFindingColumns[] = {
    {"severity", "Severity", Shown::Painted},
    {"rule", "Rule"},
    {"subject", "About", Shown::Name},
    {"count", "Objects"},
    {"text", "Finding"},
    {"since", "Since", Shown::CsvOnly},
    {"mend", "Mend", Shown::CsvOnly},
    {"waived", "Waived", Shown::CsvOnly},
};

Asked<Json> askFindings(const Invocation& invocation, ApiSession& session, const std::string& rule) {
  const auto revision = revisionOption(invocation);
  if (!revision) return base::fail(revision.error());
  return session.ask({Route::Findings,
                      {},
                      {{"rule", rule}, {"waived", invocation.has("--waived") ? "yes" : ""}, {"revision", *revision}}});
}

}  // namespace

Outcome findingList(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto answer = askFindings(invocation, *session, optionText(invocation, "--rule"));
  if (!answer) return base::fail(answer.error());
  Output output = openOutput(invocation, context);
  const auto& findings = listOf(*answer, "findings");
  if (output.format() == Format::Json) {
    output.json(*answer);
  } else if (output.format() == Format::Table && findings.empty()) {
    context.out << "The rules found nothing that is open, at revision " << numberOf(*answer, "revision") << ".\n";
  } else {
    printList(output, memberOf(*answer, "findings"), kFindingColumns);
    std::string end = "\n" + counted(numberOf(*answer, "open"), "finding is open", "findings are open");
    if (numberOf(*answer, "waived") > 0) end += ", " + std::to_string(numberOf(*answer, "waived")) + " waived";
    say(context, output, end + ". sanctl finding show RULE tells more of one.");
  }
  return listOutcome(invocation, findings.size());
}

Outcome findingShow(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const std::string rule = optionText(invocation, "RULE");
  const auto answer = askFindings(invocation, *session, rule);
  if (!answer) return base::fail(answer.error());
  const std::string about = optionText(invocation, "OBJECT");
  Json::Array found;
  for (const Json& finding : listOf(*answer, "findings")) {
    const std::string subject = textOf(finding, "subject");
    if (about.empty() || subject == about || nameOfRef(subject) == about) found.push_back(finding);
  }
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Json) {
    output.json(found);
  } else if (output.format() == Format::Csv) {
    printList(output, found, kFindingColumns);
  } else {
    bool first = true;
    for (const Json& finding : found) {
      if (!first) context.out << '\n';
      first = false;
      context.out << output.painted(textOf(finding, "severity")) << "  "
                  << output.bold(textOf(finding, "rule") + "  " + base::printable(textOf(finding, "title"))) << '\n';
      context.out << "  " << wrappedText(textOf(finding, "text"), 2, context) << '\n';
      Record record;
      for (const Json& fact : listOf(finding, "facts")) {
        record.push_back({"", base::printable(textOf(fact, "name")), memberOf(fact, "value")});
      }
      if (!listOf(finding, "objects").empty()) record.push_back({"", "objects", memberOf(finding, "objects")});
      if (numberOf(finding, "since") != 0)
        record.push_back({"", "since", Json("revision " + std::to_string(numberOf(finding, "since")))});
      if (const std::string controls = memberOf(finding, "controls").plain(); !controls.empty() && controls != "null") {
        record.push_back({"", "controls", Json(controls)});
      }
      output.record(record);
      if (const std::string mend = textOf(finding, "mend"); !mend.empty()) {
        context.out << "  mend: " << wrappedText(mend, 8, context) << '\n';
        if (!listOf(finding, "edits").empty())
          context.out << "    " << commandOf(memberOf(finding, "edits"), "Mend " + rule) << '\n';
      }
    }
  }
  if (found.empty())
    return base::fail(Failure{
        Exit::Empty, rule, "the rule found nothing that is open" + (about.empty() ? "" : " about " + about), {}});
  return {};
}

}  // namespace ctl

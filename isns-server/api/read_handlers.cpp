#include "isns-server/api/read_handlers.h"

#include <algorithm>
#include <utility>

#include "isns-server/api/asked_filter.h"
#include "isns-server/api/model_json.h"
#include "isns-server/api/named_ends.h"
#include "shared/mgmt/edit_json.h"
#include "shared/mgmt/snapshot_writer.h"
#include "shared/san/rules.h"

namespace san {
template <> struct Words<Basis> {
  static constexpr std::array<std::string_view, 2> kList{"applied", "desired"};
};
template <> struct Words<Question> {
  static constexpr std::array<std::string_view, 3> kList{"finds", "gets-in", "works"};
};
}  // namespace san

namespace api {

using base::Json;
using mgmt::ProblemCode;
using san::Kind;
using san::ObjectRef;

namespace {

// The objects of a kind from a number on; visit(ref, object) until it returns false.
template <class Visit>
void eachFrom(const san::Snapshot& snapshot, Kind kind, san::Id first, Visit&& visit) {
  san::forEachKind([&]<class T>(T*) {
    if (T::kKind != kind) return;
    snapshot.table<T>().forEachFrom(first, [&](san::Id id, const T& object) { return visit(ObjectRef{kind, id}, object); });
  });
}

struct HostUnit {
  ObjectRef host;
  std::size_t number = 0;
};

Wanted<std::string> nameIn(const Call& call, std::string_view parameter) {
  const std::string text(call.parameter(parameter));
  if (text.empty()) return problem(ProblemCode::BadParameter, std::string(parameter) + " is missing.", std::string(parameter));
  return text;
}

Wanted<HostUnit> hostOf(const Call& call) {
  const auto text = nameIn(call, "host");
  if (!text) return base::Failure<mgmt::Problem>{text.error()};
  const auto number = hostNamed(call.index(), *text, "host", call.scope());
  if (!number) return base::Failure<mgmt::Problem>{number.error()};
  return HostUnit{call.index().hosts()[*number], *number};
}

Wanted<std::size_t> unitOf(const Call& call) {
  const auto text = nameIn(call, "unit");
  if (!text) return base::Failure<mgmt::Problem>{text.error()};
  return unitNamed(call.index(), *text, "unit", call.scope());
}

}  // namespace

Wanted<std::uint32_t> kindsOf(const Call& call, std::uint32_t allowed) {
  std::uint32_t kinds = 0;
  std::string_view rest = call.parameter("kinds");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of(", "), rest.size());
    const auto kind = san::kindNamed(rest.substr(0, end));
    const std::uint32_t bit = kind ? 1U << static_cast<unsigned>(*kind) : 0;
    if ((bit & allowed) == 0) {
      return problem(ProblemCode::BadParameter,
                     "kinds are names of kinds of objects that can stand here, separated by commas.", "kinds");
    }
    kinds |= bit;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return kinds == 0 ? allowed : kinds;
}

Wanted<std::string> listObjects(const Call& call) {
  const auto kind = san::kindNamed(call.segment("kind"));
  if (!kind || san::rowOf(*kind).plural != call.segment("kind")) {
    return problem(ProblemCode::NotFound, "There is no kind of object called " + std::string(call.segment("kind")) + ".");
  }
  const auto limit = call.numberParameter("limit", 100, kMaxPage, 1);
  if (!limit) return base::Failure<mgmt::Problem>{limit.error()};
  const auto cursor = call.numberParameter("cursor", 0, 0xffffffff);
  if (!cursor) return base::Failure<mgmt::Problem>{cursor.error()};
  const auto matcher = boundFilter(call.parameter("filter"), *kind, call.snapshot(), call.index(), call.scope());
  if (!matcher) return base::Failure<mgmt::Problem>{matcher.error()};

  std::string out = "{\"revision\":" + std::to_string(call.snapshot().revision) + ",\"items\":[";
  std::uint64_t count = 0;
  std::uint64_t next = 0;
  eachFrom(call.snapshot(), *kind, static_cast<san::Id>(*cursor), [&](ObjectRef ref, const san::Object& object) {
    if (!call.sees(ref) || !matcher->matches(ref, object)) return true;
    if (count == *limit) {
      next = ref.id;
      return false;
    }
    if (count++ > 0) out += ',';
    mgmt::appendObject(out, call.snapshot(), ref, object);
    return true;
  });
  out.append("],\"next_cursor\":").append(next == 0 ? "null" : std::to_string(next));
  if (!matcher->notes().empty()) {
    out += ",\"notes\":[";
    for (const std::string& note : matcher->notes()) {
      if (out.back() != '[') out += ',';
      base::appendJsonText(out, note);
    }
    out += ']';
  }
  return out + "}\n";
}

Wanted<Json> getObject(const Call& call) {
  const auto kind = san::kindNamed(call.segment("kind"));
  if (!kind) return problem(ProblemCode::NotFound, "There is no kind of object called " + std::string(call.segment("kind")) + ".");
  const std::string text = std::string(san::nameOf(*kind)) + ":" + std::string(call.segment("name"));
  const auto ref = san::parseRef(call.snapshot(), text);
  if (!ref || !call.sees(*ref)) return problem(ProblemCode::NoSuchObject, "There is no " + text + ".");
  return objectJson(call.snapshot(), *ref, *call.snapshot().get(*ref));
}

Wanted<Json> search(const Call& call, const san::SearchIndex& index) {
  const auto limit = call.numberParameter("limit", 20, kMaxPage, 1);
  if (!limit) return base::Failure<mgmt::Problem>{limit.error()};
  const auto kinds = kindsOf(call, san::kAllKinds);
  if (!kinds) return base::Failure<mgmt::Problem>{kinds.error()};
  const san::SearchResult result =
      index.find(call.parameter("q"), *limit, *kinds, [&](ObjectRef ref) { return call.sees(ref); });
  Json::Array hits;
  for (const san::SearchHit& hit : result.hits) {
    hits.emplace_back(Json::Object{{"ref", san::refText(call.snapshot(), hit.object)}, {"kind", san::nameOf(hit.object.kind)}});
  }
  return Json(Json::Object{{"total", std::uint64_t{result.total}}, {"hits", std::move(hits)}});
}

namespace {

struct Pair {
  HostUnit host;
  std::size_t unit = 0;
  san::Basis basis = san::Basis::Applied;
};

bool concernsUnit(const Call& call, std::size_t unit) {
  return call.concerns({Kind::LogicalUnit, call.index().units()[unit]});
}

// What is told of one in the caller's scope is told whole, with the name of the other. Of a host that is not his, and
// no unit of his with it, not even whether there is a unit: that would tell that there is the host.
Wanted<Pair> pairOf(const Call& call) {
  const auto host = hostOf(call);
  if (!host) return base::Failure<mgmt::Problem>{host.error()};
  const auto unit = unitOf(call);
  if (!call.concerns(host->host) && (!unit || !concernsUnit(call, *unit))) {
    return noneNamed(Kind::Host, call.parameter("host"), "host");
  }
  if (!unit) return base::Failure<mgmt::Problem>{unit.error()};
  const auto basis = call.wordParameter("basis", san::Basis::Applied);
  if (!basis) return base::Failure<mgmt::Problem>{basis.error()};
  return Pair{*host, *unit, *basis};
}

}  // namespace

Wanted<Json> reach(const Call& call) {
  const auto pair = pairOf(call);
  if (!pair) return base::Failure<mgmt::Problem>{pair.error()};
  const san::Cell cell = san::cellOf(call.index(), pair->basis, pair->host.number, call.index().units()[pair->unit]);
  return cellJson(call.index(), pair->host.number, pair->unit, cell);
}

Wanted<Json> why(const Call& call) {
  const auto pair = pairOf(call);
  if (!pair) return base::Failure<mgmt::Problem>{pair.error()};
  san::Why told = san::why(call.index(), pair->basis, pair->host.host, call.index().units()[pair->unit]);
  // What is not his to change he is not told to, in whose zones it would be.
  if (const san::Scope* scope = call.scope()) {
    std::erase_if(told.mends, [&](const san::ReachMend& mend) { return !scope->covers(mend.edits); });
  }
  return whyJson(call.index(), told);
}

namespace {

// The cells of a row or a column of the matrix that are not No.
template <class At>
Wanted<Json> cells(const Call& call, std::size_t count, At&& at) {
  const auto basis = call.wordParameter("basis", san::Basis::Applied);
  if (!basis) return base::Failure<mgmt::Problem>{basis.error()};
  const auto question = call.wordParameter("question", san::Question::Works);
  if (!question) return base::Failure<mgmt::Problem>{question.error()};
  const san::ReachMatrix matrix = san::reachMatrix(call.index(), *basis, *question);
  Json::Array list;
  for (std::size_t i = 0; i < count; ++i) {
    const auto [host, unit] = at(i);
    if (matrix.at(host, unit) == san::Truth::No) continue;
    const san::Cell cell = san::cellOf(call.index(), *basis, host, call.index().units()[unit]);
    list.push_back(cellJson(call.index(), host, unit, cell));
  }
  return Json(Json::Object{{"revision", call.snapshot().revision},
                           {"question", san::wordOf(*question)},
                           {"basis", san::wordOf(*basis)},
                           {"cells", std::move(list)}});
}

}  // namespace

Wanted<Json> whoReaches(const Call& call) {
  const auto unit = unitOf(call);
  if (!unit) return base::Failure<mgmt::Problem>{unit.error()};
  if (!concernsUnit(call, *unit)) return noneNamed(Kind::LogicalUnit, call.parameter("unit"), "unit");
  return cells(call, call.index().hosts().size(), [&](std::size_t host) { return std::pair{host, *unit}; });
}

Wanted<Json> reaches(const Call& call) {
  const auto host = hostOf(call);
  if (!host) return base::Failure<mgmt::Problem>{host.error()};
  if (!call.concerns(host->host)) return noneNamed(Kind::Host, call.parameter("host"), "host");
  return cells(call, call.index().units().size(), [&](std::size_t unit) { return std::pair{host->number, unit}; });
}

namespace {

// At least those of the rule; of all rules where it is empty, or where they are at hand.
Insight::FindingsPtr findingsFor(const Call& call, std::string_view rule) {
  constexpr auto kUse = Insight::Use::Shown;
  if (rule.empty()) return call.insight().findings(kUse, call.judged);
  if (auto kept = call.insight().keptFindings(kUse, call.judged)) return kept;
  return std::make_shared<const san::Findings>(
      san::evaluateRule(call.index(), Insight::contextOf(kUse, call.judged), rule));
}

}  // namespace

Wanted<Json> findings(const Call& call) {
  const std::string rule(call.parameter("rule"));
  if (!rule.empty() && san::findRule(rule) == nullptr) {
    return problem(ProblemCode::BadParameter, "There is no rule " + rule + "; they are R01 to R23.", "rule");
  }
  const std::string_view wanted = call.parameter("waived");
  if (!wanted.empty() && wanted != "yes" && wanted != "no") {
    return problem(ProblemCode::BadParameter, "waived must be yes or no.", "waived");
  }
  const auto found = findingsFor(call, rule.empty() ? std::string_view() : san::findRule(rule)->id);
  const bool waived = wanted == "yes";
  Json::Array list;
  std::uint64_t open = 0;
  std::uint64_t accepted = 0;
  for (const san::Finding& finding : found->list) {
    if (!rule.empty() && finding.rule != san::findRule(rule)->id) continue;
    if (call.scope() != nullptr && !call.scope()->concerns(finding)) continue;
    ++(finding.open() ? open : accepted);
    if (!finding.open() && !waived) continue;
    Json::Array objects;
    for (ObjectRef ref : finding.objects) objects.emplace_back(san::refText(call.snapshot(), ref));
    Json::Array facts;
    for (const auto& fact : finding.facts) facts.emplace_back(Json::Object{{"name", fact.name}, {"value", fact.value}});
    // What is not his to change he is not told to, as of why().
    const san::RuleRow& row = *san::findRule(finding.rule);
    const bool his = call.scope() == nullptr || call.scope()->covers(finding.mend.edits);
    list.emplace_back(Json::Object{
        {"rule", finding.rule},
        {"title", row.title},
        {"cause", finding.cause},
        {"severity", san::wordOf(finding.severity)},
        {"subject", finding.subject ? Json(san::refText(call.snapshot(), finding.subject)) : Json()},
        {"count", std::uint64_t{finding.count}},
        {"objects", std::move(objects)},
        {"text", finding.text},
        {"facts", std::move(facts)},
        {"since", finding.since == 0 ? Json() : Json(finding.since)},
        {"controls", row.controls},
        {"mend", his ? std::string_view(finding.mend.sentence) : row.action},
        {"edits", his ? mgmt::toJson(call.snapshot(), finding.mend.edits, mgmt::References::Names) : Json::Array()},
        {"waived", !finding.open()}});
  }
  return Json(Json::Object{{"revision", call.snapshot().revision},
                           {"open", open},
                           {"waived", accepted},
                           {"findings", std::move(list)}});
}

namespace {

void keepSeen(san::Diff& diff, const san::Scope& before, const san::Scope& after) {
  std::erase_if(diff.objects, [&](const san::ObjectChange& change) {
    return !before.sees(change.object) && !after.sees(change.object);
  });
}

}  // namespace

std::optional<Json> changeJson(const san::Snapshot& from, const san::Snapshot& to,
                               std::span<const std::string> labels) {
  san::Diff diff = san::diff(from, to);
  if (!labels.empty()) {
    const san::Scope before(from, labels);
    const san::Scope after(to, labels);
    if (!before.seesAlike(after, diff)) return std::nullopt;
    keepSeen(diff, before, after);
  }
  return Json::Object{{"from", from.revision},
                      {"from_state", from.state},
                      {"revision", to.revision},
                      {"state", to.state},
                      {"time", static_cast<std::uint64_t>(to.time)},
                      {"diff", diffJson(diff, from, to)}};
}

Json difference(const san::Snapshot& from, const san::Snapshot& to, std::span<const std::string> labels) {
  san::Diff diff = san::diff(from, to);
  if (!labels.empty()) keepSeen(diff, san::Scope(from, labels), san::Scope(to, labels));
  return Json::Object{{"from", from.revision}, {"to", to.revision}, {"diff", diffJson(diff, from, to)}};
}

}  // namespace api

#include "isns-server/manage/changes/draft.h"

#include <array>

#include "shared/mgmt/edit_json.h"
#include "isns-server/manage/model/model_schema.h"
#include "shared/base/json_reader.h"

namespace manage {
namespace {

using base::Json;
using store::Cell;
using store::CellTag;
using store::ColumnType;

// The columns, once: for the table, for writing and for reading.
template <class D, class Visit>
void eachColumn(D& d, Visit&& visit) {
  visit("state", d.state);
  visit("step", d.step);
  visit("version", d.version);
  visit("origin", d.origin);
  visit("immediate", d.immediate);
  visit("undoes", d.undoes);
  visit("author", d.author);
  visit("approver", d.approver);
  visit("title", d.title);
  visit("reason", d.reason);
  visit("ticket", d.ticket);
  visit("exception_reason", d.exception);
  visit("override_reason", d.overrideReason);
  visit("cells", d.cells);
  visit("note", d.note);
  visit("base", d.base);
  visit("footprint", d.footprint);
  visit("edits", d.edits);
  visit("stored", d.stored);
  visit("zoned", d.zoned);
  visit("rest", d.rest);
  visit("undo_first", d.undoFirst);
  visit("undo", d.undo);
  visit("touched", d.touched);
  visit("watched", d.watched);
  visit("pending", d.pending);
  visit("confirm_by", d.confirmBy);
  visit("created_at", d.createdAt);
  visit("submitted_at", d.submittedAt);
  visit("approved_at", d.approvedAt);
  visit("committed_at", d.committedAt);
  visit("ended_at", d.endedAt);
  visit("drain", d.drain);
  visit("drains", d.drains);
  visit("due_at", d.dueAt);
  visit("expected", d.expected);
  visit("committer", d.committer);
  visit("committed_from", d.committedFrom);
  visit("anew", d.anew);
  visit("anew_at", d.anewAt);
}

template <class T>
concept Whole = std::is_integral_v<T> || std::is_enum_v<T>;

// The highest value that an enumeration has.
template <class E>
std::int64_t lastOf() {
  return static_cast<std::int64_t>(san::wordsOf<E>().size()) - 1;
}

Json listOf(san::ObjectRef ref) { return Json::Array{static_cast<std::uint32_t>(ref.kind), ref.id}; }
Json listOf(const Watched& one) { return Json::Array{one.initiator, one.target}; }
Json listOf(const PendingTarget& one) { return Json::Array{one.target, std::uint32_t{one.twice}}; }
Json listOf(const san::Dependence& one) {
  return Json::Array{static_cast<std::uint32_t>(one.object.kind), one.object.id, one.changed};
}

bool fromNumbers(std::span<const std::uint64_t> n, san::ObjectRef& ref) {
  if (n.size() != 2 || n[0] == 0 || n[0] >= san::kKinds || n[1] == 0 || n[1] > 0xffffffff) return false;
  ref = {static_cast<san::Kind>(n[0]), static_cast<san::Id>(n[1])};
  return true;
}
bool fromNumbers(std::span<const std::uint64_t> n, Watched& one) {
  if (n.size() != 2 || n[0] > 0xffffffff || n[1] > 0xffffffff) return false;
  one = {static_cast<san::Id>(n[0]), static_cast<san::Id>(n[1])};
  return true;
}
bool fromNumbers(std::span<const std::uint64_t> n, PendingTarget& one) {
  if (n.empty() || n.size() > 2 || n[0] > 0xffffffff || n.back() > (n.size() == 2 ? 1 : 0xffffffff)) return false;
  one = {static_cast<san::Id>(n[0]), n.size() == 1 || n[1] == 1};
  return true;
}
bool fromNumbers(std::span<const std::uint64_t> n, san::Dependence& one) {
  if (n.size() != 3 || !fromNumbers(n.subspan(0, 2), one.object)) return false;
  one.changed = n[2];
  return true;
}

template <class T>
Json listsOf(const std::vector<T>& all) {
  Json::Array list;
  for (const T& one : all) list.push_back(listOf(one));
  return list;
}
template <class T>
bool fromLists(const Json& json, std::vector<T>& all) {
  const auto* list = json.array();
  if (list == nullptr) return false;
  for (const Json& item : *list) {
    const auto* parts = item.array();
    if (parts == nullptr) return false;
    std::vector<std::uint64_t> numbers;
    for (const Json& part : *parts) {
      if (part.number() == nullptr) return false;
      numbers.push_back(*part.number());
    }
    if (!fromNumbers(numbers, all.emplace_back())) return false;
  }
  return true;
}

Json toColumn(const std::vector<san::Edit>& edits) { return mgmt::toJson(san::Snapshot(), edits, mgmt::References::Numbers); }
Json toColumn(const san::Footprint& footprint) {
  return Json::Object{{"changed", listsOf(footprint.changed)}, {"read", listsOf(footprint.read)}};
}
template <class T>
Json toColumn(const std::vector<T>& all) {
  return listsOf(all);
}

bool fromColumn(const Json& json, std::vector<san::Edit>& edits) {
  auto read = mgmt::editsFromJson(json, san::Snapshot(), mgmt::References::Numbers);
  if (read) edits = std::move(*read);
  return read.ok();
}
bool fromColumn(const Json& json, san::Footprint& footprint) {
  const Json* changed = json.find("changed");
  const Json* read = json.find("read");
  return changed != nullptr && read != nullptr && fromLists(*changed, footprint.changed) &&
         fromLists(*read, footprint.read);
}
template <class T>
bool fromColumn(const Json& json, std::vector<T>& all) {
  return fromLists(json, all);
}

struct Writing {
  store::OpsWriter& ops;
  template <Whole T>
  void operator()(std::string_view, const T& value) {
    ops.integer(static_cast<std::int64_t>(value));
  }
  void operator()(std::string_view, const std::string& value) { ops.text(value); }
  template <class T>
  requires(!Whole<T>) void operator()(std::string_view, const T& value) {
    std::string text;
    toColumn(value).writeCompact(text);
    ops.text(text);
  }
};

struct Reading {
  std::span<const Cell> cells;
  std::size_t at = 0;
  std::string wrong = {};

  template <Whole T>
  void operator()(std::string_view name, T& value) {
    const Cell& cell = cells[at++];
    if (cell.isNull()) return;
    bool good = cell.tag == CellTag::Integer && cell.integer >= 0;
    if constexpr (std::is_enum_v<T>) good = good && cell.integer <= lastOf<T>();
    if constexpr (std::is_same_v<T, bool>) good = good && cell.integer <= 1;
    if constexpr (std::is_same_v<T, san::Id>) good = good && cell.integer <= 0xffffffff;
    if (good) value = static_cast<T>(cell.integer);
    check(name, good);
  }
  void operator()(std::string_view name, std::string& value) {
    const Cell& cell = cells[at++];
    if (cell.isNull()) return;
    check(name, cell.tag == CellTag::Text);
    value = cell.text();
  }
  template <class T>
  requires(!Whole<T>) void operator()(std::string_view name, T& value) {
    const Cell& cell = cells[at++];
    if (cell.isNull()) return;
    const auto json = cell.tag == CellTag::Text ? base::parseJson(cell.text()) : base::Result<Json>(Json());
    check(name, json.ok() && fromColumn(*json, value));
  }
  void check(std::string_view name, bool good) {
    if (!good && wrong.empty()) wrong = "column " + std::string(name) + " of a change set cannot be read";
  }
};

struct Columns {
  std::vector<store::Column> all;
  template <class T>
  void operator()(std::string_view name, const T&) {
    all.push_back({name, Whole<T> ? ColumnType::Integer : ColumnType::Text});
  }
};

const std::vector<store::Column>& columns() {
  static const auto made = [] {
    Columns columns;
    const Draft draft;
    eachColumn(draft, columns);
    return columns.all;
  }();
  return made;
}

}  // namespace

std::span<const store::Table> draftTables() {
  static const std::array<store::Table, 1> tables{{{kDraftTable, "change_draft", columns()}}};
  return tables;
}

std::size_t weigh(const Draft& draft) {
  base::ByteArena arena;
  store::OpsWriter ops(arena);
  writeRow(ops, draft);
  return arena.size();
}

void writeRow(store::OpsWriter& ops, const Draft& draft, Stamp stamp, san::Revision revision) {
  ops.put(kDraftTable, draft.id);
  Writing writing{ops};
  if (stamp == Stamp::None) return eachColumn(draft, writing);
  Draft stamped = draft;
  (stamp == Stamp::Stored ? stamped.stored : stamped.zoned) = revision;
  eachColumn(stamped, writing);
}

base::Result<Draft> readDraft(std::int64_t id, std::span<const Cell> cells) {
  if (id <= 0 || id > kMaxDraftId) return base::fail("the number of a change set is out of range");
  // Columns that came later are missing at the end, of an older row.
  std::vector<Cell> padded(cells.begin(), cells.end());
  if (padded.size() > columns().size()) return base::fail("the row of a change set has another number of columns");
  padded.resize(columns().size());
  Draft draft;
  draft.id = static_cast<san::Id>(id);
  Reading reading{padded};
  eachColumn(draft, reading);
  if (!reading.wrong.empty()) return base::fail(reading.wrong);
  return draft;
}

std::vector<san::ObjectRef> heldByRow(std::int64_t id, std::span<const Cell> cells) {
  // Most rows are of ended ones, with edits by the thousand.
  Draft look;
  if (cells.empty() || cells[0].tag != CellTag::Integer) return {};
  look.state = static_cast<DraftState>(cells[0].integer);
  if (!look.holds()) return {};
  auto draft = readDraft(id, cells);
  return draft ? std::move(draft->touched) : std::vector<san::ObjectRef>{};
}

std::set<san::ObjectRef> pinnedBy(const Draft& draft) {
  std::set<san::ObjectRef> found;
  const auto note = [&](san::ObjectRef ref) {
    if (isPinnedKind(ref.kind) && !san::isProvisional(ref.id)) found.insert(ref);
    return true;
  };
  for (const auto* edits : {&draft.edits, &draft.rest, &draft.undoFirst, &draft.undo, &draft.expected}) {
    for (const san::Edit& edit : *edits) {
      if (edit.object) note(edit.object);
      san::eachRef(edit.value, note);
    }
  }
  for (const Watched& one : draft.watched) {
    note({san::Kind::Node, one.initiator});
    note({san::Kind::Node, one.target});
  }
  for (const PendingTarget& one : draft.pending) note({san::Kind::Node, one.target});
  return found;
}

}  // namespace manage

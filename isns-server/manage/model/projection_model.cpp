// Projection: rows of the model, which pin objects of the registry or are objects of their own.
#include <algorithm>

#include "isns-server/manage/model/object_rows.h"
#include "isns-server/manage/model/projection.h"
#include "isns-server/manage/model/renumber.h"

namespace manage {

using san::Id;
using san::Kind;
using san::ObjectRef;
using san::Value;

// The object is made at once, its fields are set when all rows of the load or the change are there: rows refer to each
// other in any order. The name of a pinned object counts at once, as the registry's rows find it by that.
base::Status Projection::putModel(Kind kind, std::int64_t rowId, Cells cells) {
  if (rowId <= 0 || rowId > 0xffffffff) return base::fail("the row's id is no id of an object");
  const ObjectRef ref{kind, static_cast<Id>(rowId)};
  const auto columns = storedColumns(kind);
  if (!isRowOf(kind, cells)) return base::fail("the row has another number of columns");
  if (isPinnedKind(kind)) {
    if (auto status = makeWay(ref, cells); !status) return status;
  }
  if (kind == Kind::Domain && editor().view().get(ref) == nullptr) {
    noteUnfit({ref, false, "there is no such domain"});
    return {};
  }
  if (auto status = ensure(ref); !status) return status;
  const auto fresh = san::makeObject(kind);
  ModelRow& row = modelRows_.emplace_back(ModelRow{ref, {}, {}});
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const store::Cell cell = cellAt(cells, i);
    if (const san::SinceRow* since = columns[i].since; since != nullptr) {
      if (cell.isNull()) continue;  // of a version that did not tell: as old as the last change
      auto revisions = revisionsOf(*since, cell);
      if (!revisions) return base::fail("column " + std::string(since->name) + " " + revisions.error().text);
      row.since.emplace_back(since, std::move(*revisions));
      continue;
    }
    const san::FieldRow& field = *columns[i].field;
    auto value = cell.isNull() ? base::Result<Value>(field.get(*fresh)) : valueOf(field, cell);
    if (!value) return base::fail("column " + std::string(field.name) + " " + value.error().text);
    if (isPinnedKind(kind) && field.key && field.get(*editor().view().get(ref)) != *value) {
      if (auto status = set(ref, field, *value); !status) return status;
    }
    row.values.push_back(std::move(*value));
  }
  if (isPinnedKind(kind)) {
    pinned_.insert(ref);
    unused_.erase(ref);
  }
  stamp(ref, static_cast<san::Revision>(cells[0].integer), static_cast<san::Revision>(cells[1].integer));
  return {};
}

// Numbers of what is not pinned are those of a process, and another process has written this row: who has its number,
// and is somebody else, gets another one; who has its name gets its number.
base::Status Projection::makeWay(ObjectRef ref, Cells cells) {
  const auto fields = storedFields(ref.kind);
  const auto key = std::ranges::find_if(fields, [](const san::FieldRow* one) { return one->key; });
  const auto value = valueOf(**key, cells[static_cast<std::size_t>(key - fields.begin()) + 2]);
  if (!value) return base::fail("column " + std::string((*key)->name) + " " + value.error().text);
  const auto* name = std::get_if<std::string>(&*value);
  const Id held = name == nullptr ? 0 : editor().view().find(ref.kind, *name).value_or(0);
  if (held == ref.id) return {};
  RegistryNumbers& numbers = ref.kind == Kind::Node ? nodes_ : ref.kind == Kind::Portal ? portals_ : entities_;
  const auto move = [&](ObjectRef from, Id to) -> base::Status {
    if (editor().view().get(from) == nullptr || pinned_.count(from) != 0) return {};
    const auto now = renumbered(editor(), from, to);
    if (!now) return base::fail(now.error().text);
    if (unused_.erase(from) != 0) unused_.insert(*now);
    numbers.renumber(from.id, now->id);
    if (ref.kind == Kind::Entity) return {};
    for (auto& [domain, deltas] : ref.kind == Kind::Node ? domainNodes_ : domainPortals_) {
      for (MemberDelta& delta : deltas) delta.member = delta.member == from.id ? now->id : delta.member;
    }
    return {};
  };
  if (auto status = move(ref, 0); !status) return status;
  return held != 0 ? move({ref.kind, held}, ref.id) : base::Status{};
}

void Projection::eraseModel(Kind kind, Id id) {
  const ObjectRef ref{kind, id};
  if (!isPinnedKind(kind)) {
    erasedRows_.insert(ref);
    (void)editor().erase(ref);
    return;
  }
  pinned_.erase(ref);
  if (!indexOf(ref)) unused_.insert(ref);
}

}  // namespace manage

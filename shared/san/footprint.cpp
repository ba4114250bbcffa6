#include <set>

#include "shared/san/change.h"

namespace san {
namespace {

Revision revisionOf(const Snapshot& snapshot, ObjectRef ref) {
  const Object* object = snapshot.get(ref);
  return object == nullptr ? 0 : object->changed;
}

bool erasesAnything(std::span<const Edit> edits) {
  return std::ranges::any_of(edits, [](const Edit& edit) { return edit.op == EditOp::Erase; });
}

}  // namespace

Footprint footprint(const Snapshot& base, std::span<const Edit> edits) {
  std::set<ObjectRef> changed;
  std::set<ObjectRef> read;
  const auto note = [](std::set<ObjectRef>& where, ObjectRef ref) {
    if (ref && !isProvisional(ref.id)) where.insert(ref);
    return true;
  };
  for (const Edit& edit : edits) {
    note(changed, edit.object);
    eachRef(edit.value, [&](ObjectRef ref) { return note(read, ref); });
  }
  // What an erasure takes along, only the result tells. Where the edits cannot be applied, they change nothing.
  if (erasesAnything(edits)) {
    if (const auto applied = apply(base, edits, std::nullopt, base.revision + 1, base.time)) {
      forEachKind([&]<class T>(T*) {
        Table<T>::diff(base.table<T>(), applied->snapshot.template table<T>(), [&](Id id, const T* before, const T*) {
          if (before != nullptr) changed.insert({T::kKind, id});
        });
      });
    }
  }
  Footprint found;
  for (ObjectRef ref : changed) found.changed.push_back({ref, revisionOf(base, ref)});
  for (ObjectRef ref : read) {
    if (!changed.contains(ref)) found.read.push_back({ref, revisionOf(base, ref)});
  }
  return found;
}

std::vector<ObjectRef> staleObjects(const Footprint& footprint, const Snapshot& current) {
  std::vector<ObjectRef> stale;
  for (const auto* list : {&footprint.changed, &footprint.read}) {
    for (const Dependence& one : *list) {
      if (revisionOf(current, one.object) != one.changed) stale.push_back(one.object);
    }
  }
  std::ranges::sort(stale);
  return stale;
}

}  // namespace san

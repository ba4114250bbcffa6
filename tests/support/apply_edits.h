// Edits applied to a snapshot as plainly as can be, for tests of what makes edits: in order, as one revision.
#pragma once

#include <map>
#include <span>

#include "shared/san/edit.h"
#include "shared/san/editor.h"

namespace test {

inline san::Edited<san::Snapshot> applyEdits(const san::Snapshot& base, std::span<const san::Edit> edits) {
  using namespace san;  // NOLINT: tests alone
  SnapshotEditor editor(base, base.revision + 1, base.time + 60);
  std::map<ObjectRef, ObjectRef> made;
  const auto real = [&](ObjectRef ref) { return made.contains(ref) ? made.at(ref) : ref; };
  for (const Edit& edit : edits) {
    if (edit.op == EditOp::Create) {
      const auto ref = editor.create(edit.object.kind, isProvisional(edit.object.id) ? 0 : edit.object.id);
      if (!ref) return base::Failure<EditError>{ref.error()};
      made[edit.object] = *ref;
      continue;
    }
    const ObjectRef object = real(edit.object);
    Value value = edit.value;
    if (auto* ref = std::get_if<ObjectRef>(&value)) *ref = real(*ref);
    if (auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) {
      for (ObjectRef& ref : *refs) ref = real(ref);
    }
    Edited<void> status;
    const FieldRow* field = findField(object.kind, edit.field);
    if (edit.op == EditOp::Erase) status = editor.erase(object);
    if (edit.op == EditOp::Set) status = editor.set(object, *field, value);
    if (edit.op == EditOp::Add) status = editor.add(object, *field, std::get<ObjectRef>(value));
    if (edit.op == EditOp::Remove) status = editor.remove(object, *field, std::get<ObjectRef>(value));
    if (!status) return base::Failure<EditError>{status.error()};
  }
  return editor.finish();
}

}  // namespace test

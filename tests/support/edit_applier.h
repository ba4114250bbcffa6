// applied(): a snapshot after a list of edits, for tests of edits that something proposes. Provisional ids become those
// of the objects that the edits make. The text of the first error, where there is one, else empty.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "shared/san/edit.h"
#include "shared/san/editor.h"

namespace test {

class EditApplier {
 public:
  std::string apply(san::Snapshot& snapshot, const std::vector<san::Edit>& edits) {
    san::SnapshotEditor editor(snapshot, snapshot.revision + 1, snapshot.time + 60);
    for (const san::Edit& edit : edits) {
      if (auto done = step(editor, edit); !done) return done.error().text;
    }
    auto finished = editor.finish();
    if (!finished) return finished.error().text;
    snapshot = std::move(finished).value();
    return {};
  }

 private:
  san::Edited<void> step(san::SnapshotEditor& editor, const san::Edit& edit) {
    if (edit.op == san::EditOp::Create) {
      const auto created = editor.create(edit.object.kind);
      if (!created) return base::Failure<san::EditError>{created.error()};
      made_[edit.object] = *created;
      return {};
    }
    const san::ObjectRef object = real(edit.object);
    if (edit.op == san::EditOp::Erase) return editor.erase(object);
    const san::FieldRow* field = san::findField(object.kind, edit.field);
    if (field == nullptr)
      return base::Failure<san::EditError>{{san::EditFault::NoSuchField, object, edit.field, "no field " + edit.field}};
    if (field->writer != san::Writer::ChangeSet) {
      return base::Failure<san::EditError>{
          {san::EditFault::NotAllowed, object, edit.field, "not a change set's: " + edit.field}};
    }
    san::Value value = edit.value;
    if (auto* ref = std::get_if<san::ObjectRef>(&value)) *ref = real(*ref);
    if (auto* refs = std::get_if<std::vector<san::ObjectRef>>(&value)) {
      for (san::ObjectRef& ref : *refs) ref = real(ref);
    }
    switch (edit.op) {
      case san::EditOp::Add:
        return editor.add(object, *field, std::get<san::ObjectRef>(value));
      case san::EditOp::Remove:
        return editor.remove(object, *field, std::get<san::ObjectRef>(value));
      default:
        return editor.set(object, *field, value);
    }
  }
  [[nodiscard]] san::ObjectRef real(san::ObjectRef ref) const {
    const auto at = made_.find(ref);
    return at == made_.end() ? ref : at->second;
  }

  std::map<san::ObjectRef, san::ObjectRef> made_;
};

}  // namespace test

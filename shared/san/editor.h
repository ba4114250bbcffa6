// SnapshotEditor: makes the next Snapshot out of one.
//
// It keeps what every snapshot promises: a name is held by one object of its kind, a key field is never empty and never
// changes, and no reference leads nowhere. Erasing an object takes it out of every list, empties the plain references to
// it, and erases what has it as a key (a map whose host is gone), however far that leads; a diff of the two snapshots
// shows all of it. Edits of one editor have one revision; the objects they touch become of that revision.
//
// One thread; the base is not touched, and what is not edited is shared with it. Errors: EditError, for the edit that was
// wrong; after an error the editor is only good for being thrown away.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "shared/base/result.h"
#include "shared/san/fields.h"

namespace san {

enum class EditFault : std::uint8_t {
  NoSuchObject,
  NoSuchField,
  BadValue,     // of another type, out of range, refers to nothing
  NameTaken,
  KeyFixed,     // a key field of an object that was there before
  KeyMissing,   // a new object without its name or key
  NotAllowed,   // a field or kind that this writer may not change
  Limit,        // more objects than kMaxObjects of a kind, or edits than kMaxEdits
  // Of the whole result of a change set (coherence.h).
  LunTaken,       // two maps give one initiator one LUN of a target
  MappedTwice,    // the same logical unit, to the same one, through the same target
  NotBehind,      // a map of a logical unit that does not stand behind the target
  InTwoHosts,     // a node or an entity that two hosts name
  CredentialTwice,  // for the same initiator and target
  EndsTooEarly,   // a window that ends before it starts
};

struct EditError {
  EditFault fault;
  ObjectRef object;
  std::string field;
  std::string text;  // a sentence with what to do
  std::optional<std::size_t> edit = std::nullopt;  // which one of a list of edits (change.h)
};

// One as a Result takes it.
base::Failure<EditError> editError(EditFault fault, ObjectRef object, std::string_view field, std::string text);

template <class T>
using Edited = base::Result<T, EditError>;

class SnapshotEditor {
 public:
  static constexpr std::size_t kMaxObjects = 4'000'000;  // of a kind, that are there at once

  // `maxObjects` is for tests: nobody fills a table for one.
  SnapshotEditor(Snapshot base, Revision now, Seconds time, std::size_t maxObjects = kMaxObjects);

  [[nodiscard]] const Snapshot& view() const { return next_; }

  // A new object, with the id that is wanted or the next free one of its kind. Its key fields are set before finish().
  Edited<ObjectRef> create(Kind kind, Id wanted = 0);
  Edited<void> set(ObjectRef object, const FieldRow& field, const Value& value);
  // The same for a value that was stored, and must not be refused as the world has gone on: without what is not there;
  // who was known by that alone goes, as where it is erased (finish()). A value that cannot be leaves the one that is.
  struct Fit {
    bool stays = true;  // the object
    std::string why;    // what did not fit; empty: all of it did
  };
  Fit fit(ObjectRef object, const FieldRow& field, Value value);
  // One member of a list.
  Edited<void> add(ObjectRef object, const FieldRow& field, ObjectRef member);
  Edited<void> remove(ObjectRef object, const FieldRow& field, ObjectRef member);
  Edited<void> erase(ObjectRef object);
  // The same for what the caller knows nothing to refer to, without a look for it.
  void drop(ObjectRef object);

  // The object itself, for whoever knows it by type (a projection of the registry, an agent's report) and neither changes
  // what nameOf() gives nor refers to what is not there. It is there.
  template <class T>
  T& own(Id id) {
    return static_cast<T&>(own({T::kKind, id}));
  }
  Object& own(ObjectRef ref);

  // The snapshot, whole and checked; the editor is empty afterwards.
  Edited<Snapshot> finish();
  // What erase() has erased and what went with that: all of it after finish().
  [[nodiscard]] const std::vector<ObjectRef>& erased() const { return erased_; }

 private:
  [[nodiscard]] bool isNew(ObjectRef ref) const;
  [[nodiscard]] Id freeId(Kind kind) const;
  ObjectRef make(ObjectRef ref);
  Edited<void> checkReferences(ObjectRef object, const FieldRow& field, const Value& value) const;
  void sweep();
  void strip(ObjectRef ref);
  Edited<void> checkNew(ObjectRef ref) const;

  Snapshot next_;
  std::size_t maxObjects_;
  std::set<ObjectRef> created_;
  std::vector<ObjectRef> erased_;
};

}  // namespace san

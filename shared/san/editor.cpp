#include "shared/san/editor.h"

#include <algorithm>
#include <utility>

#include "shared/san/edit.h"
#include "shared/san/since_rows.h"

namespace san {

base::Failure<EditError> editError(EditFault fault, ObjectRef object, std::string_view field, std::string text) {
  return {EditError{fault, object, std::string(field), std::move(text)}};
}

namespace {

std::string quoted(std::string_view kind, std::string_view name) {
  return "The " + std::string(kind) + (name.empty() ? std::string() : " " + std::string(name));
}

bool isEmpty(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return text->empty();
  if (const auto* ref = std::get_if<ObjectRef>(&value)) return !*ref;
  return std::holds_alternative<std::monostate>(value);
}

// The value without what is gone. True when that changed it.
template <class Gone>
bool without(Value& value, Gone&& gone) {
  if (auto* ref = std::get_if<ObjectRef>(&value)) {
    if (!*ref || !gone(*ref)) return false;
    value = std::monostate{};
    return true;
  }
  if (auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) return std::erase_if(*refs, gone) != 0;
  if (auto* accesses = std::get_if<std::vector<Access>>(&value)) {
    return std::erase_if(*accesses, [&](const Access& access) {
      return (access.who && gone(access.who)) || (access.unit && gone(access.unit));
    }) != 0;
  }
  return false;
}

bool refersToAnything(const FieldRow& field) { return field.kinds != 0; }

// Kinds whose objects have a name that must be given; the name of a logical unit may be empty.
bool needsName(Kind kind) { return kind != Kind::LogicalUnit && findField(kind, "name") != nullptr; }

// Whether an object of the kind is none without a value there.
bool isNeeded(Kind kind, const FieldRow& field) {
  const bool name = field.name == "name" && needsName(kind);
  const bool mayBeEmpty = (kind == Kind::Credential && field.name == "target") ||
                          (kind == Kind::Waiver && field.name == "subject") || field.name == "designator";
  return name || (field.key && !mayBeEmpty);
}

}  // namespace

SnapshotEditor::SnapshotEditor(Snapshot base, Revision now, Seconds time, std::size_t maxObjects)
    : next_(std::move(base)), maxObjects_(maxObjects) {
  next_.revision = now;
  next_.time = time;
  next_.state = 0;
}

bool SnapshotEditor::isNew(ObjectRef ref) const { return created_.count(ref) != 0; }

Object& SnapshotEditor::own(ObjectRef ref) {
  Object* own = nullptr;
  forEachKind([&]<class T>(T*) {
    if (T::kKind != ref.kind) return;
    auto* item = next_.table<T>().own(ref.id);
    if (!item->unique()) *item = base::makeRef<T>(**item);
    // Nobody else holds it, so it may be written.
    own = const_cast<T*>(item->get());
  });
  if (own->changed != next_.revision) settleDates(ref.kind, *own);
  own->changed = next_.revision;
  return *own;
}

// After the highest id comes the lowest again, as the registry counts (core/registry.h). Those from kFirstProvisional
// on could be shown and never be changed. There are far fewer objects than ids.
Id SnapshotEditor::freeId(Kind kind) const {
  static_assert(kMaxObjects < kFirstProvisional);
  Id id = next_.lastIds[static_cast<std::size_t>(kind)];
  do id = id + 1 < kFirstProvisional ? id + 1 : 1;
  while (next_.get({kind, id}) != nullptr);
  return id;
}

Edited<ObjectRef> SnapshotEditor::create(Kind kind, Id wanted) {
  const ObjectRef ref{kind, wanted};
  if (wanted != 0 && next_.get(ref) != nullptr) {
    return editError(EditFault::NameTaken, ref, {},
                     quoted(nameOf(kind), std::to_string(wanted)) + " is there already.");
  }
  if (next_.count(kind) >= maxObjects_) {
    return editError(EditFault::Limit, ref, {},
                     "There are too many objects of the kind " + std::string(nameOf(kind)) + ": at most " +
                         std::to_string(maxObjects_) + ".");
  }
  if (wanted != 0) {
    next_.noteId(ref);
    return make(ref);
  }
  const Id id = freeId(kind);
  next_.lastIds[static_cast<std::size_t>(kind)] = id;
  return make({kind, id});
}

ObjectRef SnapshotEditor::make(ObjectRef ref) {
  auto object = makeObject(ref.kind);
  object->id = ref.id;
  object->created = object->changed = next_.revision;
  if (ref.kind == Kind::Domain) static_cast<Domain&>(*object).unassignedSince = next_.revision;
  next_.put(ref, std::move(object));
  created_.insert(ref);
  return ref;
}

Edited<void> SnapshotEditor::checkReferences(ObjectRef object, const FieldRow& field, const Value& value) const {
  ObjectRef missing;
  const bool whole = eachRef(value, [&](ObjectRef to) {
    missing = to;
    return next_.get(to) != nullptr;
  });
  if (whole) return {};
  return editError(EditFault::BadValue, object, field.name,
                   "There is no " + std::string(nameOf(missing.kind)) + " #" + std::to_string(missing.id) + ".");
}

Edited<void> SnapshotEditor::set(ObjectRef ref, const FieldRow& field, const Value& value) {
  const Object* before = next_.get(ref);
  if (before == nullptr) {
    return editError(EditFault::NoSuchObject, ref, field.name,
                     "There is no " + std::string(nameOf(ref.kind)) + " #" + std::to_string(ref.id) + ".");
  }
  if (field.key && !isNew(ref) && field.get(*before) != value) {
    return editError(EditFault::KeyFixed, ref, field.name,
                     quoted(nameOf(ref.kind), nameOf(next_, ref)) + " cannot change its " + std::string(field.name) +
                         ": make another one.");
  }
  if (auto status = checkReferences(ref, field, value); !status) return status;
  const std::string oldName = nameOf(next_, ref);
  const bool wasEnabled = ref.kind == Kind::DomainSet && static_cast<const DomainSet*>(before)->enabled;
  Object& object = own(ref);
  if (auto status = setField(field, object, value, next_.revision); !status) {
    return editError(EditFault::BadValue, ref, field.name, std::string(field.name) + " " + status.error().text + ".");
  }
  if (ref.kind == Kind::DomainSet) {
    auto& set = static_cast<DomainSet&>(object);
    if (set.enabled != wasEnabled) set.enabledSince = set.enabled ? next_.revision : 0;
  }
  const std::string newName = nameOf(next_, ref);
  if (newName == oldName) return {};
  if (!newName.empty() && next_.find(ref.kind, newName)) {
    return editError(EditFault::NameTaken, ref, field.name,
                     quoted(nameOf(ref.kind), newName) + " is there already: choose another name.");
  }
  if (!oldName.empty()) next_.names.erase(ref.kind, oldName, ref.id);
  if (!newName.empty()) next_.names.insert(ref.kind, newName, ref.id);
  return {};
}

Edited<void> SnapshotEditor::add(ObjectRef ref, const FieldRow& field, ObjectRef member) {
  const Object* object = next_.get(ref);
  Value value = object == nullptr ? Value(std::vector<ObjectRef>{}) : field.get(*object);
  auto* list = std::get_if<std::vector<ObjectRef>>(&value);
  if (list == nullptr) {
    return editError(EditFault::BadValue, ref, field.name, std::string(field.name) + " is no list: set it instead.");
  }
  list->push_back(member);
  return set(ref, field, value);
}

Edited<void> SnapshotEditor::remove(ObjectRef ref, const FieldRow& field, ObjectRef member) {
  const Object* object = next_.get(ref);
  Value value = object == nullptr ? Value(std::vector<ObjectRef>{}) : field.get(*object);
  auto* list = std::get_if<std::vector<ObjectRef>>(&value);
  if (list == nullptr) {
    return editError(EditFault::BadValue, ref, field.name, std::string(field.name) + " is no list: set it instead.");
  }
  if (std::erase(*list, member) == 0) {
    return editError(EditFault::BadValue, ref, field.name,
                     nameOf(next_, member) + " is no member of " + nameOf(next_, ref) + ".");
  }
  return set(ref, field, value);
}

Edited<void> SnapshotEditor::erase(ObjectRef ref) {
  if (next_.get(ref) == nullptr) {
    return editError(EditFault::NoSuchObject, ref, {},
                     "There is no " + std::string(nameOf(ref.kind)) + " #" + std::to_string(ref.id) + ".");
  }
  drop(ref);
  erased_.push_back(ref);
  return {};
}

void SnapshotEditor::drop(ObjectRef ref) {
  if (const std::string name = nameOf(next_, ref); !name.empty()) next_.names.erase(ref.kind, name, ref.id);
  next_.put(ref, {});
  created_.erase(ref);
}

SnapshotEditor::Fit SnapshotEditor::fit(ObjectRef ref, const FieldRow& field, Value value) {
  const bool whole = !without(value, [&](ObjectRef to) { return next_.get(to) == nullptr; });
  const Value before = field.get(*next_.get(ref));
  Fit fit;
  if (!whole) fit.why = std::string(field.name) + " names what is not there";
  const bool lost = !whole && field.key && isEmpty(value);  // as in strip()
  if (!lost && before != value) {
    if (const auto done = set(ref, field, value); !done) {
      fit.why = std::string(field.name) + ": " + done.error().text;
      (void)setField(field, own(ref), before, next_.revision);
    }
  }
  const bool none = !fit.why.empty() && isNeeded(ref.kind, field) && isEmpty(field.get(*next_.get(ref)));
  if (!lost && !none) return fit;
  fit.stays = false;
  (void)erase(ref);
  return fit;
}

// Takes references to what is gone out of one object, or erases it where they were its keys.
void SnapshotEditor::strip(ObjectRef ref) {
  const auto gone = [&](ObjectRef to) { return next_.get(to) == nullptr; };
  for (const FieldRow& field : fieldsOf(ref.kind)) {
    if (!refersToAnything(field)) continue;
    Value value = field.get(*next_.get(ref));
    if (!without(value, gone)) continue;
    if (field.key && isEmpty(value)) {
      (void)erase(ref);
      return;
    }
    (void)setField(field, own(ref), value, next_.revision);
  }
}

// Erasing may make more of it, so it goes on until a pass finds nothing.
void SnapshotEditor::sweep() {
  for (std::size_t swept = 0; swept < erased_.size();) {
    swept = erased_.size();
    std::uint32_t goneKinds = 0;
    for (ObjectRef ref : erased_) goneKinds |= 1U << static_cast<unsigned>(ref.kind);
    std::vector<ObjectRef> touched;
    forEachKind([&]<class T>(T*) {
      std::uint32_t refers = 0;
      for (const FieldRow& field : fieldsOf(T::kKind)) refers |= field.kinds;
      if ((refers & goneKinds) == 0) return;
      next_.table<T>().forEach([&](Id id, const T& object) {
        for (const FieldRow& field : fieldsOf(T::kKind)) {
          if ((field.kinds & goneKinds) == 0) continue;
          const Value value = field.get(object);
          const bool whole = eachRef(value, [&](ObjectRef to) { return next_.get(to) != nullptr; });
          if (!whole) {
            touched.push_back({T::kKind, id});
            return;
          }
        }
      });
    });
    for (ObjectRef ref : touched) strip(ref);
  }
}

Edited<void> SnapshotEditor::checkNew(ObjectRef ref) const {
  const Object& object = *next_.get(ref);
  for (const FieldRow& field : fieldsOf(ref.kind)) {
    if (!isNeeded(ref.kind, field) || !isEmpty(field.get(object))) continue;
    return editError(EditFault::KeyMissing, ref, field.name,
                     "A new " + std::string(nameOf(ref.kind)) + " needs its " + std::string(field.name) + ".");
  }
  return {};
}

Edited<Snapshot> SnapshotEditor::finish() {
  sweep();
  for (ObjectRef ref : created_) {
    if (auto status = checkNew(ref); !status) return base::Failure<EditError>{status.error()};
  }
  return std::move(next_);
}

}  // namespace san

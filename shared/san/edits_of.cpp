#include "shared/san/edits_of.h"

#include <algorithm>
#include <utility>

#include "shared/san/renames.h"

namespace san {
namespace {

bool keepsId(ObjectRef ref) { return takesWantedId(ref.kind) && !isProvisional(ref.id); }

void rename(Value& value, const NewIds& names) {
  eachRef(value, [&](ObjectRef& ref) {
    if (const auto found = names.find(ref); found != names.end()) ref = found->second;
    return true;
  });
  if (auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) std::ranges::sort(*refs);
  if (auto* accesses = std::get_if<std::vector<Access>>(&value)) std::ranges::sort(*accesses);
}

// Of names that no two objects of a kind may share.
bool isUniqueName(ObjectRef object, const FieldChange& change) {
  return change.field->name == "name" && object.kind != Kind::LogicalUnit;
}

class EditList {
 public:
  EditList(const Diff& diff, std::optional<Writer> writer) : diff_(diff), writer_(writer) {}

  std::vector<Edit> made() {
    eachOf(Fate::Changed, [&](const ObjectChange& change) { changeMembers(change, EditOp::Remove); });
    eachOf(Fate::Erased, [&](const ObjectChange& change) { add({EditOp::Erase, change.object, {}, {}}); });
    moveNames();
    eachOf(Fate::Created, [&](const ObjectChange& change) {
      add({EditOp::Create, change.object, {}, {}});
      if (isNamed(change)) setKey(change);
    });
    eachOf(Fate::Created, [&](const ObjectChange& change) {
      for (const FieldChange& field : change.fields) setField(change.object, field);
    });
    eachOf(Fate::Changed, [&](const ObjectChange& change) {
      for (const FieldChange& field : change.fields) {
        if (field.field->type != FieldType::Refs && !isUniqueName(change.object, field)) setField(change.object, field);
      }
      changeMembers(change, EditOp::Add);
    });
    return std::move(edits_);
  }

 private:
  [[nodiscard]] bool mayWrite(Writer writer) const { return !writer_ || *writer_ == writer; }
  void add(Edit edit) { edits_.push_back(std::move(edit)); }

  template <class Visit>
  void eachOf(Fate fate, Visit&& visit) {
    for (const ObjectChange& change : diff_.objects) {
      const bool own = fate == Fate::Changed || mayWrite(rowOf(change.object.kind).writer) || isNamed(change);
      if (change.fate == fate && own) visit(change);
    }
  }

  // A node or portal that a change set names before it is registered (change.h).
  [[nodiscard]] bool isNamed(const ObjectChange& change) const {
    const bool mayBe = change.fate == Fate::Created && writer_ == Writer::ChangeSet && mayBeNamed(change.object.kind);
    return mayBe && std::ranges::none_of(change.fields, [](const FieldChange& field) {
             return field.field->name == "entity" && field.after != Value{} && field.after != Value{ObjectRef{}};
           });
  }
  void setKey(const ObjectChange& change) {
    for (const FieldChange& field : change.fields) {
      if (field.field->key) add({EditOp::Set, change.object, std::string(field.field->name), field.after});
    }
  }

  void setField(ObjectRef object, const FieldChange& change) {
    if (mayWrite(change.field->writer)) add({EditOp::Set, object, std::string(change.field->name), change.after});
  }

  void changeMembers(const ObjectChange& change, EditOp op) {
    for (const FieldChange& field : change.fields) {
      if (field.field->type != FieldType::Refs || !mayWrite(field.field->writer)) continue;
      const Value& members = op == EditOp::Add ? field.added : field.removed;
      const auto* refs = std::get_if<std::vector<ObjectRef>>(&members);
      if (refs == nullptr) continue;
      for (ObjectRef ref : *refs) add({op, change.object, std::string(field.field->name), ref});
    }
  }

  void moveNames() {
    std::vector<Rename> renames;
    eachOf(Fate::Changed, [&](const ObjectChange& change) {
      for (const FieldChange& field : change.fields) {
        if (!isUniqueName(change.object, field) || !mayWrite(field.field->writer)) continue;
        const auto* from = std::get_if<std::string>(&field.before);
        const auto* to = std::get_if<std::string>(&field.after);
        if (from != nullptr && to != nullptr) renames.push_back({change.object, *from, *to});
      }
    });
    for (NewName& one : orderOf(renames)) add({EditOp::Set, one.object, "name", std::move(one.name)});
  }

  const Diff& diff_;
  std::optional<Writer> writer_;
  std::vector<Edit> edits_;
};

}  // namespace

NewIds provisionalIds(const Diff& diff) {
  Id next = kFirstProvisional;
  for (const ObjectChange& change : diff.objects) {
    if (isProvisional(change.object.id)) next = std::max(next, change.object.id + 1);
  }
  NewIds names;
  for (const ObjectChange& change : diff.objects) {
    const bool stays = change.fate != Fate::Created || isProvisional(change.object.id) || keepsId(change.object);
    if (!stays) names.emplace(change.object, ObjectRef{change.object.kind, next++});
  }
  return names;
}

Diff renamed(Diff diff, const NewIds& names) {
  if (names.empty()) return diff;
  for (ObjectChange& change : diff.objects) {
    if (const auto found = names.find(change.object); found != names.end()) change.object = found->second;
    for (FieldChange& field : change.fields) {
      for (Value* value : {&field.before, &field.after, &field.added, &field.removed}) rename(*value, names);
    }
  }
  std::ranges::sort(diff.objects, {}, &ObjectChange::object);
  return diff;
}

std::vector<Edit> editsOf(const Diff& diff, std::optional<Writer> writer) {
  const Diff named = renamed(diff, provisionalIds(diff));
  return EditList(named, writer).made();
}

}  // namespace san

#include "shared/san/graft.h"

#include <algorithm>
#include <set>
#include <utility>

namespace san {
namespace {

class Grafting {
 public:
  Grafting(const Snapshot& onto, const Diff& wanted, Writer writer)
      : onto_(onto), wanted_(renamed(wanted, provisionalIds(wanted))), writer_(writer) {
    for (const ObjectChange& change : wanted_.objects) {
      if (change.fate == Fate::Created) created_.insert(change.object);
    }
  }

  Grafted made() {
    leaveOutWhatIsMissing();
    // Each round that is not the last drops something.
    for (;;) {
      std::vector<Edit> edits = editsOf(wanted_, writer_);
      const auto applied = apply(onto_, edits, writer_, onto_.revision + 1, onto_.time);
      const bool again = applied.ok() ? dropCollateral(applied->snapshot) : dropFault(edits, applied.error());
      if (!again) return {std::move(edits), std::move(dropped_)};
    }
  }

 private:
  ObjectChange* find(ObjectRef object) {
    const auto found = std::ranges::lower_bound(wanted_.objects, object, {}, &ObjectChange::object);
    return found != wanted_.objects.end() && found->object == object ? &*found : nullptr;
  }

  void drop(ObjectRef object, const std::string& why) {
    const ObjectChange* change = find(object);
    if (change == nullptr) return;
    dropped_.push_back({object, {}, why});
    const bool wasNew = change->fate == Fate::Created;
    wanted_.objects.erase(wanted_.objects.begin() + (change - wanted_.objects.data()));
    if (!wasNew) return;
    created_.erase(object);
    leaveOut({object});
  }

  void dropField(ObjectRef object, const FieldRow* field, const std::string& why) {
    ObjectChange* change = find(object);
    dropped_.push_back({object, std::string(field->name), why});
    std::erase_if(change->fields, [&](const FieldChange& one) { return one.field == field; });
    if (change->fields.empty())
      std::erase_if(wanted_.objects, [&](const ObjectChange& one) { return one.object == object; });
  }

  [[nodiscard]] bool isThere(ObjectRef ref) const { return created_.contains(ref) || onto_.get(ref) != nullptr; }

  void leaveOutWhatIsMissing() {
    std::set<ObjectRef> missing;
    for (const ObjectChange& change : wanted_.objects) {
      if (change.fate == Fate::Erased) continue;
      for (const FieldChange& field : change.fields) {
        eachRef(field.after, [&](ObjectRef ref) {
          if (!isThere(ref)) missing.insert(ref);
          return true;
        });
      }
    }
    if (!missing.empty()) leaveOut(missing);
  }

  // Takes references to what will not be there out of the wanted values.
  void leaveOut(const std::set<ObjectRef>& missing) {
    const auto gone = [&](ObjectRef ref) { return missing.contains(ref); };
    std::vector<ObjectRef> lost;  // objects that cannot be without it
    std::vector<std::pair<ObjectRef, const FieldRow*>> fields;
    for (ObjectChange& change : wanted_.objects) {
      if (change.fate == Fate::Erased) continue;
      for (FieldChange& field : change.fields) {
        if (const auto* refs = std::get_if<std::vector<ObjectRef>>(&field.after)) {
          if (std::ranges::any_of(*refs, gone)) withoutMembers(change.object, field, gone);
        } else if (!eachRef(std::as_const(field.after), [&](ObjectRef ref) { return !gone(ref); })) {
          if (field.field->key) lost.push_back(change.object);
          if (!field.field->key) fields.emplace_back(change.object, field.field);
        }
      }
    }
    const std::string why = "What it refers to is not there any more.";
    for (const auto& [object, field] : fields) dropField(object, field, why);
    for (ObjectRef object : lost) drop(object, why);
  }

  template <class Gone>
  void withoutMembers(ObjectRef object, FieldChange& field, Gone&& gone) {
    dropped_.push_back({object, std::string(field.field->name), "Members that are not there any more were left out."});
    for (Value* value : {&field.after, &field.added}) {
      if (auto* refs = std::get_if<std::vector<ObjectRef>>(value)) std::erase_if(*refs, gone);
    }
  }

  // True when something was dropped, so that another try is worth it.
  bool dropFault(const std::vector<Edit>& edits, const EditError& error) {
    if (error.fault == EditFault::Limit && !error.edit) return false;
    if (!error.edit) {
      for (const ObjectChange& change : wanted_.objects) dropped_.push_back({change.object, {}, error.text});
      wanted_.objects.clear();
      return true;
    }
    const ObjectRef object = edits[*error.edit].object;
    const ObjectChange* change = find(object);
    const FieldRow* field = findField(object.kind, error.field);
    if (change->fate == Fate::Changed && field != nullptr && change->find(field) != nullptr) {
      dropField(object, field, error.text);
    } else {
      drop(object, error.text);
    }
    return true;
  }

  // What is to be erased is kept where something refers to it that would go or change with it unwanted.
  bool dropCollateral(const Snapshot& result) {
    std::vector<std::pair<ObjectRef, ObjectRef>> kept;  // and who refers to it
    for (const ObjectChange& change : diff(onto_, result).objects) {
      if (change.fate == Fate::Created) continue;
      const ObjectChange* own = find(change.object);
      if (own != nullptr && own->fate == Fate::Erased) continue;
      for (const FieldChange& field : change.fields) {
        const FieldChange* meant = own == nullptr ? nullptr : own->find(field.field);
        if (meant != nullptr && change.fate == Fate::Changed && !isList(*field.field)) continue;
        const Value lost = isList(*field.field)
                               ? membersWithout(field.removed, meant == nullptr ? Value{} : meant->removed)
                               : field.before;
        eachRef(lost, [&](ObjectRef ref) {
          const ObjectChange* cause = find(ref);
          if (cause != nullptr && cause->fate == Fate::Erased) kept.emplace_back(ref, change.object);
          return true;
        });
      }
    }
    for (const auto& [object, user] : kept) drop(object, "It is in use by the " + titled(user) + ".");
    return !kept.empty();
  }

  [[nodiscard]] std::string titled(ObjectRef ref) const {
    const std::string name = nameOf(onto_, ref);
    return std::string(nameOf(ref.kind)) + " " + (name.empty() ? "#" + std::to_string(ref.id) : name);
  }

  const Snapshot& onto_;
  Diff wanted_;
  Writer writer_;
  std::set<ObjectRef> created_;
  std::vector<Dropped> dropped_;
};

}  // namespace

Grafted graft(const Snapshot& onto, const Diff& wanted, Writer writer) { return Grafting(onto, wanted, writer).made(); }

}  // namespace san

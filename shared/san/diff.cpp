#include "shared/san/diff.h"

#include <algorithm>
#include <utility>

namespace san {
namespace {

template <class T>
std::vector<T> sortedListOf(const Value& value) {
  const auto* list = std::get_if<std::vector<T>>(&value);
  std::vector<T> all = list == nullptr ? std::vector<T>{} : *list;
  std::ranges::sort(all);
  return all;
}

// combine(sorted a, sorted b, where to) for lists of the type that the values have.
template <class Combine>
Value combined(const Value& a, const Value& b, Combine&& combine) {
  const Value& typed = std::holds_alternative<std::monostate>(a) ? b : a;
  const auto as = [&]<class T>(const std::vector<T>&) -> Value {
    std::vector<T> made;
    combine(sortedListOf<T>(a), sortedListOf<T>(b), std::back_inserter(made));
    return made;
  };
  if (const auto* refs = std::get_if<std::vector<ObjectRef>>(&typed)) return as(*refs);
  if (const auto* texts = std::get_if<std::vector<std::string>>(&typed)) return as(*texts);
  if (const auto* accesses = std::get_if<std::vector<Access>>(&typed)) return as(*accesses);
  return {};
}

// One way only: what the object has beyond the defaults.
std::vector<FieldChange> contentOf(Kind kind, const Object& object, bool came) {
  const auto blank = makeObject(kind);
  std::vector<FieldChange> all;
  for (const FieldRow& field : fieldsOf(kind)) {
    if (field.equal(*blank, object)) continue;
    auto change = came ? changeOf(field, {}, field.get(object)) : changeOf(field, field.get(object), {});
    if (change) all.push_back(std::move(*change));
  }
  return all;
}

std::vector<FieldChange> changesOf(Kind kind, const Object& before, const Object& after) {
  std::vector<FieldChange> all;
  for (const FieldRow& field : fieldsOf(kind)) {
    if (field.equal(before, after)) continue;
    if (auto change = changeOf(field, field.get(before), field.get(after))) all.push_back(std::move(*change));
  }
  return all;
}

}  // namespace

bool isList(const FieldRow& field) {
  return field.type == FieldType::Refs || field.type == FieldType::Subnets || field.type == FieldType::Accesses;
}

bool isEmptyList(const Value& value) {
  if (const auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) return refs->empty();
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) return texts->empty();
  if (const auto* accesses = std::get_if<std::vector<Access>>(&value)) return accesses->empty();
  return true;
}

Value membersWithout(const Value& all, const Value& without) {
  return combined(all, without, [](const auto& a, const auto& b, auto out) { std::ranges::set_difference(a, b, out); });
}

Value membersOfBoth(const Value& a, const Value& b) {
  return combined(a, b, [](const auto& one, const auto& two, auto out) { std::ranges::set_union(one, two, out); });
}

std::optional<FieldChange> changeOf(const FieldRow& field, Value before, Value after) {
  if (before == after) return std::nullopt;
  FieldChange change{&field, std::move(before), std::move(after), {}, {}};
  if (isList(field)) {
    change.added = membersWithout(change.after, change.before);
    change.removed = membersWithout(change.before, change.after);
    if (isEmptyList(change.added) && isEmptyList(change.removed)) return std::nullopt;
  }
  return change;
}

const FieldChange* ObjectChange::find(const FieldRow* field) const {
  const auto found = std::ranges::find(fields, field, &FieldChange::field);
  return found == fields.end() ? nullptr : &*found;
}

const ObjectChange* Diff::find(ObjectRef object) const {
  const auto found = std::ranges::lower_bound(objects, object, {}, &ObjectChange::object);
  return found != objects.end() && found->object == object ? &*found : nullptr;
}

Diff diff(const Snapshot& before, const Snapshot& after) {
  Diff found;
  forEachKind([&]<class T>(T*) {
    Table<T>::diff(before.table<T>(), after.table<T>(), [&](Id id, const T* was, const T* is) {
      ObjectChange change{{T::kKind, id}, Fate::Changed, {}};
      if (was == nullptr) {
        change.fate = Fate::Created;
        change.fields = contentOf(T::kKind, *is, true);
      } else if (is == nullptr) {
        change.fate = Fate::Erased;
        change.fields = contentOf(T::kKind, *was, false);
      } else {
        change.fields = changesOf(T::kKind, *was, *is);
        if (change.fields.empty()) return;
      }
      found.objects.push_back(std::move(change));
    });
  });
  return found;
}

}  // namespace san

// Planner: the edits that lead from what there is to what the document describes.
#include <algorithm>

#include "shared/base/suggest.h"
#include "shared/san/change.h"
#include "shared/san/document_planner.h"

namespace san::document {

void Planner::planContent(const Entry& entry) {
  if (entry.members == nullptr) return;
  const Kind kind = entry.ref.kind;
  const auto defaults = makeObject(kind);
  const Object& before = entry.isNew ? *defaults : *current_.get(entry.ref);
  if (entry.isNew) {
    planIdentity(entry);
  } else if (document::hasNumber(kind)) {
    const FieldRow& name = *findField(kind, "name");
    change(entry, name, name.get(before), *memberOf(entry, "name")->text());
  }
  for (const base::JsonMember& member : *entry.members) checkMember(kind, member.name, entry.pointer);
  for (const FieldRow& field : fieldsOf(kind)) {
    if (!document::isContent(kind, field)) continue;
    const base::Json* json = memberOf(entry, field.name);
    if (json == nullptr && mode_ != DocumentMode::Whole) continue;
    Value value = field.get(*defaults);
    if (json != nullptr && !readValue(kind, field, *json, pointerTo(entry.pointer, field.name), value)) continue;
    change(entry, field, field.get(before), std::move(value));
  }
}

void Planner::planIdentity(const Entry& entry) {
  const std::string_view name = document::nameMember(entry.ref.kind);
  if (!name.empty() && !mayBeNamed(entry.ref.kind)) {
    const FieldRow& field = *findField(entry.ref.kind, name);
    Value value;
    const std::string pointer = pointerTo(entry.pointer, name);
    if (readValue(entry.ref.kind, field, *memberOf(entry, name), pointer, value))
      set(entry.ref, field, std::move(value));
  }
  const auto defaults = makeObject(entry.ref.kind);
  for (const auto& [field, value] : entry.keys) {
    if (value != field->get(*defaults)) set(entry.ref, *field, value);
  }
}

void Planner::checkMember(Kind kind, const std::string& name, const std::string& pointer) {
  if (name == document::nameMember(kind) || (name == "id" && document::hasNumber(kind))) return;
  const FieldRow* field = findField(kind, name);
  if (field != nullptr && (document::isContent(kind, *field) || document::isKey(kind, *field))) return;
  const std::string text = "A " + std::string(nameOf(kind)) + " has no " + name + " that a document could change.";
  std::vector<std::string_view> known;
  for (const FieldRow& row : fieldsOf(kind)) {
    if (document::isContent(kind, row)) known.push_back(row.name);
  }
  const auto near = field == nullptr ? base::nearest(name, known) : std::nullopt;
  wrong(pointerTo(pointer, name), near ? text + " Did you mean " + std::string(*near) + "?" : text);
}

void Planner::change(const Entry& entry, const FieldRow& field, const Value& before, Value after) {
  if (before == after) return;
  if (!entry.isNew && isProvisional(entry.ref.id)) return wrong(entry.pointer, whyOutOfReach(current_, entry.ref));
  if (entry.isNew && entry.ref.kind == Kind::Settings && !settingsMade_) {
    settingsMade_ = true;
    create(entry.ref);
  }
  const auto* had = std::get_if<std::vector<ObjectRef>>(&before);
  const auto* has = std::get_if<std::vector<ObjectRef>>(&after);
  if (entry.isNew || had == nullptr || has == nullptr) return set(entry.ref, field, std::move(after));
  std::vector<ObjectRef> part;
  if (mode_ != DocumentMode::Add)
    std::set_difference(had->begin(), had->end(), has->begin(), has->end(), std::back_inserter(part));
  for (ObjectRef ref : part) values_.push_back({EditOp::Remove, entry.ref, std::string(field.name), ref});
  part.clear();
  std::set_difference(has->begin(), has->end(), had->begin(), had->end(), std::back_inserter(part));
  for (ObjectRef ref : part) values_.push_back({EditOp::Add, entry.ref, std::string(field.name), ref});
}

void Planner::set(ObjectRef ref, const FieldRow& field, Value value) {
  values_.push_back({EditOp::Set, ref, std::string(field.name), std::move(value)});
}

void Planner::planAbsent() {
  for (const KindRow& row : kKindTable) {
    if ((named_ & bitOf(row.kind)) == 0 || row.kind == Kind::Settings) continue;
    for (ObjectRef ref : document::ordered(current_, row.kind)) {
      if (described_.contains(ref)) continue;
      if (isProvisional(ref.id)) {
        wrong(pointerTo("", row.plural), whyOutOfReach(current_, ref));
      } else if (document::mayMake(row.kind)) {
        erasures_.push_back({EditOp::Erase, ref, {}, {}});
      } else {
        planDefaults(ref);
      }
    }
  }
}

void Planner::planDefaults(ObjectRef ref) {
  const auto defaults = makeObject(ref.kind);
  Entry entry;
  entry.ref = ref;
  for (const FieldRow& field : fieldsOf(ref.kind)) {
    if (document::isContent(ref.kind, field))
      change(entry, field, field.get(*current_.get(ref)), field.get(*defaults));
  }
}

}  // namespace san::document

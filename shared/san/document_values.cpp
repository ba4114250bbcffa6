// Planner: values of members, and the objects that they name.
#include "shared/san/change.h"
#include "shared/san/document_planner.h"

namespace san::document {

bool Planner::refuse(const std::string& pointer, std::string text) {
  wrong(pointer, std::move(text));
  return false;
}

bool Planner::readReference(const FieldRow& field, const base::Json& json, const std::string& pointer, ObjectRef& out) {
  if (json.text() == nullptr) return refuse(pointer, "This is the name of an object.");
  const std::string& text = *json.text();
  for (const KindRow& row : kKindTable) {
    // With the kind in front, or without it where the field says it.
    const bool single = field.kinds == bitOf(row.kind);
    if (row.kind == Kind::None || !field.mayReferTo(row.kind)) continue;
    const std::string prefix = std::string(row.name) + ":";
    if (single && findNamed(row.kind, text, out)) return checkStays(pointer, text, out);
    if (text.starts_with(prefix) && findNamed(row.kind, text.substr(prefix.size()), out))
      return checkStays(pointer, text, out);
    const std::string_view bare = text.starts_with(prefix) ? std::string_view(text).substr(prefix.size())
                                  : single                 ? std::string_view(text)
                                                           : std::string_view();
    if (mayBeNamed(row.kind) && nameNew(row.kind, normal(row.kind, std::string(bare)), out)) return true;
  }
  std::string kinds;
  for (const KindRow& row : kKindTable) {
    if (row.kind == Kind::None || !field.mayReferTo(row.kind)) continue;
    kinds.append(kinds.empty() ? "" : ", ").append(row.name);
  }
  const bool any = field.kinds == (1U << kKinds) - 2;
  const bool single = (field.kinds & (field.kinds - 1)) == 0;
  return refuse(pointer, "There is no " + (any ? std::string("object") : kinds) + " " + text +
                             (single ? "." : ". The kind stands in front, as in host:web1."));
}

bool Planner::findNamed(Kind kind, const std::string& text, ObjectRef& out) const {
  const std::string name = normal(kind, text);
  if (const auto made = names_.find({kind, name}); made != names_.end() && made->second) {
    out = made->second;
    return true;
  }
  const auto found = parseRef(current_, std::string(nameOf(kind)) + ":" + name);
  if (found) out = *found;
  return found.has_value();
}

bool Planner::nameNew(Kind kind, const std::string& name, ObjectRef& out) {
  if (!couldBeNamed(kind, name)) return false;
  out = {kind, nextNew()};
  names_[{kind, name}] = out;
  createNamed(out, name);
  return true;
}

bool Planner::checkStays(const std::string& pointer, const std::string& text, ObjectRef ref) {
  const bool goes = mode_ == DocumentMode::Whole && document::mayMake(ref.kind) && (named_ & bitOf(ref.kind)) != 0 &&
                    !document::nameMember(ref.kind).empty() && !isProvisional(ref.id) && !described_.contains(ref) &&
                    !numbers_.contains(ref);
  if (goes) return refuse(pointer, text + " is not in the document, which erases it.");
  return true;
}

bool Planner::readValue(Kind kind, const FieldRow& field, const base::Json& json, const std::string& pointer,
                        Value& out) {
  Value value;
  if (json.isNull()) {
    out = field.get(*makeObject(kind));
    return true;
  }
  if (field.type == FieldType::Ref) {
    ObjectRef ref;
    if (!readReference(field, json, pointer, ref)) return false;
    value = ref;
  } else if (const auto* array = json.array(); array != nullptr && field.type == FieldType::Refs) {
    std::vector<ObjectRef> refs(array->size());
    bool right = true;
    for (std::size_t i = 0; i < refs.size(); ++i)
      right &= readReference(field, (*array)[i], pointerTo(pointer, i), refs[i]);
    if (!right) return false;
    value = std::move(refs);
  } else if (array != nullptr) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < array->size(); ++i) {
      if ((*array)[i].text() == nullptr) return refuse(pointerTo(pointer, i), "This is a text.");
      texts.push_back(*(*array)[i].text());
    }
    value = std::move(texts);
  } else if (const bool* flag = json.truth()) {
    value = *flag;
  } else if (const auto* number = json.number()) {
    value = *number;
  } else if (const auto* text = json.text()) {
    value = *text;
  } else {
    return refuse(pointer, "This is no value of " + std::string(field.name) + ".");
  }
  const auto scratch = makeObject(kind);
  if (const auto status = setField(field, *scratch, value, 0); !status) {
    return refuse(pointer, std::string(field.name) + " " + status.error().text + ".");
  }
  out = field.get(*scratch);
  return true;
}

}  // namespace san::document

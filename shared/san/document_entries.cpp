// Planner: which objects a document describes, and which of them are there.
#include "shared/base/suggest.h"
#include "shared/isns/ip_text.h"
#include "shared/names/iscsi_name.h"
#include "shared/san/change.h"
#include "shared/san/document_planner.h"

namespace san::document {

void Planner::readSection(const base::JsonMember& section) {
  const std::string pointer = pointerTo("", section.name);
  if (section.name == "format") {
    const auto* number = section.value.number();
    if (number == nullptr || *number != kDocumentFormat) {
      wrong(pointer, "This version reads documents of format " + std::to_string(kDocumentFormat) + ".");
    }
    return;
  }
  const auto kind = kindNamed(section.name);
  if (!kind || (documentKinds() & bitOf(*kind)) == 0)
    return wrong(pointer, "A document has no " + section.name + "." + hintForSection(section.name));
  if ((named_ & bitOf(*kind)) != 0) return wrong(pointer, "These objects stand in the document twice.");
  named_ |= bitOf(*kind);
  if (*kind == Kind::Settings) return readEntry(*kind, section.value, pointer);
  const auto* entries = section.value.array();
  if (entries == nullptr) return wrong(pointer, "This is a list of objects.");
  for (const base::Json& entry : *entries) {
    const base::Json* name = entry.find(document::nameMember(*kind));
    if (name != nullptr && name->text() != nullptr) written_.insert({*kind, *name->text()});
  }
  for (std::size_t i = 0; i < entries->size(); ++i) readEntry(*kind, (*entries)[i], pointerTo(pointer, i));
}

std::string Planner::hintForSection(std::string_view name) {
  std::vector<std::string_view> known;
  for (const KindRow& row : kKindTable) {
    if ((documentKinds() & bitOf(row.kind)) != 0) known.push_back(row.plural);
  }
  const auto near = base::nearest(name, known);
  return near ? " Did you mean " + std::string(*near) + "?" : std::string();
}

void Planner::readEntry(Kind kind, const base::Json& json, const std::string& pointer) {
  Entry entry;
  entry.members = json.object();
  entry.pointer = pointer;
  entry.ref.kind = kind;
  if (entry.members == nullptr) return wrong(pointer, "This is an object.");
  if (kind == Kind::Settings) {
    entry.isNew = current_.get<Settings>(Settings::kId) == nullptr;
    entry.ref.id = Settings::kId;
    // An object is made for it once something differs from the defaults.
    return keep(std::move(entry));
  }
  const std::string_view member = document::nameMember(kind);
  if (member.empty()) return keep(std::move(entry));
  const base::Json* name = json.find(member);
  if (name == nullptr || name->text() == nullptr || name->text()->empty()) {
    return wrong(pointer, "A " + std::string(nameOf(kind)) + " needs its " + std::string(member) + ", a text.");
  }
  findByName(std::move(entry), normal(kind, *name->text()), json.find("id"));
}

void Planner::findByName(Entry entry, const std::string& name, const base::Json* number) {
  const Kind kind = entry.ref.kind;
  const auto found = current_.find(kind, name);
  if (!names_.emplace(std::pair(kind, name), ObjectRef{}).second) {
    return wrong(entry.pointer, "The " + std::string(nameOf(kind)) + " " + name + " stands in the document twice.");
  }
  if (found) {
    entry.ref.id = *found;
  } else if (const Id renamed = renamedFrom(kind, number); renamed != 0) {
    entry.ref.id = renamed;
  } else if (!document::mayMake(kind) && !couldBeNamed(kind, name)) {
    return wrong(entry.pointer, "There is no " + std::string(nameOf(kind)) + " " + name +
                                    (mayBeNamed(kind)
                                         ? ", and none can be called so."
                                         : ": a document can describe it once it is registered or reported."));
  } else {
    entry.isNew = true;
    entry.ref.id = 0;
  }
  if (!takeNumber(entry, number)) return;
  if (entry.ref.id == 0) entry.ref.id = nextNew();
  names_[{kind, name}] = entry.ref;
  keep(std::move(entry));
}

Id Planner::renamedFrom(Kind kind, const base::Json* number) const {
  if (mode_ != DocumentMode::Whole || !document::hasNumber(kind) || number == nullptr) return 0;
  const auto* id = number->number();
  if (id == nullptr || *id >= kFirstProvisional) return 0;
  const ObjectRef ref{kind, static_cast<Id>(*id)};
  if (current_.get(ref) == nullptr || written_.contains({kind, nameOf(current_, ref)})) return 0;
  return ref.id;
}

std::string Planner::normal(Kind kind, const std::string& name) const {
  if (kind == Kind::Portal) {
    const auto portal = isns::parsePortal(name);
    return portal ? isns::formatPortal(*portal) : name;
  }
  if (kind != Kind::Node || current_.find(kind, name)) return name;
  std::string scratch;
  const auto spelling = names::normaliseIscsiName(name, scratch);
  return spelling ? std::string(*spelling) : name;
}

bool Planner::couldBeNamed(Kind kind, const std::string& name) {
  std::string scratch;
  if (kind == Kind::Node) return names::normaliseIscsiName(name, scratch).ok();
  return kind == Kind::Portal && isns::parsePortal(name).has_value();
}

bool Planner::takeNumber(Entry& entry, const base::Json* json) {
  if (json == nullptr) return true;
  const Kind kind = entry.ref.kind;
  const std::string pointer = pointerTo(entry.pointer, "id");
  const auto* number = json->number();
  if (!entry.isNew && number != nullptr && *number == entry.ref.id) return true;
  if (!document::hasNumber(kind) || number == nullptr || *number == 0 || *number >= kFirstProvisional) {
    wrong(pointer, "Only domains and domain sets have an id here: a number from 1 to " +
                       std::to_string(kFirstProvisional - 1) + ".");
    return false;
  }
  const auto id = static_cast<Id>(*number);
  if (!entry.isNew && entry.ref.id != id) {
    wrong(pointer, "It has the id " + std::to_string(entry.ref.id) + ", which cannot change: leave this out.");
    return false;
  }
  if (entry.isNew && (current_.get({kind, id}) != nullptr || !numbers_.insert({kind, id}).second)) {
    wrong(pointer, "Another " + std::string(nameOf(kind)) + " has this id: leave it out or choose another one.");
    return false;
  }
  entry.ref.id = id;
  return true;
}

void Planner::keep(Entry entry) {
  if (!entry.isNew && entry.ref.id != 0) described_.insert(entry.ref);
  if (entry.isNew && mayBeNamed(entry.ref.kind)) {
    const std::string_view name = document::nameMember(entry.ref.kind);
    createNamed(entry.ref, normal(entry.ref.kind, *memberOf(entry, name)->text()));
  } else if (entry.isNew && entry.ref.kind != Kind::Settings) {
    create(entry.ref);
  }
  entries_.push_back(std::move(entry));
}

void Planner::createNamed(ObjectRef ref, std::string name) {
  create(ref);
  creations_.push_back({EditOp::Set, ref, std::string(document::nameMember(ref.kind)), std::move(name)});
}

void Planner::create(ObjectRef ref) { creations_.push_back({EditOp::Create, ref, {}, {}}); }

void Planner::findByKey(Entry& entry) {
  const Kind kind = entry.ref.kind;
  std::vector<Value> key;
  for (const FieldRow& field : fieldsOf(kind)) {
    if (!document::isKey(kind, field)) continue;
    const base::Json* json = memberOf(entry, field.name);
    Value value = field.get(*makeObject(kind));
    if (json != nullptr && !json->isNull() &&
        !readValue(kind, field, *json, pointerTo(entry.pointer, field.name), value)) {
      entry.members = nullptr;
      return;
    }
    if (json == nullptr && needsKey(kind, field)) {
      wrong(entry.pointer, "A " + std::string(nameOf(kind)) + " needs its " + std::string(field.name) + ".");
      entry.members = nullptr;
      return;
    }
    entry.keys.emplace_back(&field, value);
    key.push_back(std::move(value));
  }
  auto& places = placesOf(kind)[key];
  if (places.taken != 0 && !document::mayRepeat(kind)) {
    wrong(entry.pointer, "This " + std::string(nameOf(kind)) + " stands in the document twice.");
  }
  entry.isNew = places.taken >= places.objects.size();
  entry.ref = entry.isNew ? ObjectRef{kind, nextNew()} : places.objects[places.taken];
  ++places.taken;
  if (entry.isNew) {
    create(entry.ref);
  } else {
    described_.insert(entry.ref);
  }
}

const base::Json* Planner::memberOf(const Entry& entry, std::string_view name) {
  for (const base::JsonMember& member : *entry.members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

std::map<std::vector<Value>, Planner::Places>& Planner::placesOf(Kind kind) {
  const auto [at, fresh] = places_.try_emplace(kind);
  if (!fresh) return at->second;
  for (ObjectRef ref : document::ordered(current_, kind)) {
    std::vector<Value> key;
    for (const FieldRow& field : fieldsOf(kind)) {
      if (document::isKey(kind, field)) key.push_back(field.get(*current_.get(ref)));
    }
    at->second[key].objects.push_back(ref);
  }
  return at->second;
}

}  // namespace san::document

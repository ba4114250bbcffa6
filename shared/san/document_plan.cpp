#include <algorithm>
#include <map>
#include <set>

#include "shared/base/suggest.h"
#include "shared/isns/ip_text.h"
#include "shared/names/iscsi_name.h"
#include "shared/san/change.h"
#include "shared/san/document.h"
#include "shared/san/document_kinds.h"

namespace san {
namespace {

using document::bitOf;

std::string pointerTo(const std::string& base, std::string_view member) {
  std::string pointer = base + "/";
  for (char c : member) pointer.append(c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c));
  return pointer;
}
std::string pointerTo(const std::string& base, std::size_t index) { return base + "/" + std::to_string(index); }

// One object that the document describes.
struct Entry {
  ObjectRef ref;  // none yet: its key waits for what it refers to
  bool isNew = false;
  const base::Json::Object* members = nullptr;
  std::string pointer;
  std::vector<std::pair<const FieldRow*, Value>> keys;  // of a kind without names
};

class Planner {
 public:
  Planner(const Snapshot& current, DocumentMode mode) : current_(current), mode_(mode) {}

  DocumentPlan plan(const base::Json& document) {
    if (const auto* sections = document.object()) {
      for (const base::JsonMember& section : *sections) readSection(section);
    } else {
      wrong("", "A document is a JSON object.");
    }
    for (Entry& entry : entries_) {
      if (!entry.ref) findByKey(entry);
    }
    for (const Entry& entry : entries_) planContent(entry);
    if (mode_ == DocumentMode::Whole) planAbsent();
    if (plan_.errors.empty()) {
      plan_.edits = std::move(creations_);
      plan_.edits.insert(plan_.edits.end(), values_.begin(), values_.end());
      plan_.edits.insert(plan_.edits.end(), erasures_.begin(), erasures_.end());
    }
    return std::move(plan_);
  }

 private:
  void wrong(std::string pointer, std::string text) {
    if (plan_.errors.size() < kMaxDocumentErrors) plan_.errors.push_back({std::move(pointer), std::move(text)});
  }

  // --- what there is ------------------------------------------------------------------------------------------------

  void readSection(const base::JsonMember& section) {
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
  static std::string hintForSection(std::string_view name) {
    std::vector<std::string_view> known;
    for (const KindRow& row : kKindTable) {
      if ((documentKinds() & bitOf(row.kind)) != 0) known.push_back(row.plural);
    }
    const auto near = base::nearest(name, known);
    return near ? " Did you mean " + std::string(*near) + "?" : std::string();
  }

  void readEntry(Kind kind, const base::Json& json, const std::string& pointer) {
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

  void findByName(Entry entry, const std::string& name, const base::Json* number) {
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
    if (entry.ref.id == 0) entry.ref.id = provisional_++;
    names_[{kind, name}] = entry.ref;
    keep(std::move(entry));
  }
  // A domain or set that a whole document calls by another name.
  [[nodiscard]] Id renamedFrom(Kind kind, const base::Json* number) const {
    if (mode_ != DocumentMode::Whole || !document::hasNumber(kind) || number == nullptr) return 0;
    const auto* id = number->number();
    if (id == nullptr || *id >= kFirstProvisional) return 0;
    const ObjectRef ref{kind, static_cast<Id>(*id)};
    if (current_.get(ref) == nullptr || written_.contains({kind, nameOf(current_, ref)})) return 0;
    return ref.id;
  }
  // A portal may be written without its protocol, a node in any spelling of its name.
  [[nodiscard]] std::string normal(Kind kind, const std::string& name) const {
    if (kind == Kind::Portal) {
      const auto portal = isns::parsePortal(name);
      return portal ? isns::formatPortal(*portal) : name;
    }
    if (kind != Kind::Node || current_.find(kind, name)) return name;
    std::string scratch;
    const auto spelling = names::normaliseIscsiName(name, scratch);
    return spelling ? std::string(*spelling) : name;
  }
  // Whether a change set may name it before it has registered (change.h).
  static bool couldBeNamed(Kind kind, const std::string& name) {
    std::string scratch;
    if (kind == Kind::Node) return names::normaliseIscsiName(name, scratch).ok();
    return kind == Kind::Portal && isns::parsePortal(name).has_value();
  }

  bool takeNumber(Entry& entry, const base::Json* json) {
    if (json == nullptr) return true;
    const Kind kind = entry.ref.kind;
    const std::string pointer = pointerTo(entry.pointer, "id");
    const auto* number = json->number();
    if (!document::hasNumber(kind) || number == nullptr || *number == 0 || *number >= kFirstProvisional) {
      wrong(pointer, "Only domains and domain sets have an id here: a number from 1 on.");
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

  void keep(Entry entry) {
    if (!entry.isNew && entry.ref.id != 0) described_.insert(entry.ref);
    if (entry.isNew && mayBeNamed(entry.ref.kind)) {
      const std::string_view name = document::nameMember(entry.ref.kind);
      createNamed(entry.ref, normal(entry.ref.kind, *memberOf(entry, name)->text()));
    } else if (entry.isNew && entry.ref.kind != Kind::Settings) {
      create(entry.ref);
    }
    entries_.push_back(std::move(entry));
  }
  // The two edits stand together.
  void createNamed(ObjectRef ref, std::string name) {
    create(ref);
    creations_.push_back({EditOp::Set, ref, std::string(document::nameMember(ref.kind)), std::move(name)});
  }
  void create(ObjectRef ref) { creations_.push_back({EditOp::Create, ref, {}, {}}); }

  // Those without a name: the first of the current ones with these keys that no entry has taken.
  void findByKey(Entry& entry) {
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
    entry.ref = entry.isNew ? ObjectRef{kind, provisional_++} : places.objects[places.taken];
    ++places.taken;
    if (entry.isNew) {
      create(entry.ref);
    } else {
      described_.insert(entry.ref);
    }
  }
  static bool needsKey(Kind kind, const FieldRow& field) {
    return !(kind == Kind::Credential && field.name == "target") && !(kind == Kind::Waiver && field.name == "subject");
  }
  static const base::Json* memberOf(const Entry& entry, std::string_view name) {
    for (const base::JsonMember& member : *entry.members) {
      if (member.name == name) return &member.value;
    }
    return nullptr;
  }

  struct Places {
    std::vector<ObjectRef> objects;
    std::size_t taken = 0;
  };
  std::map<std::vector<Value>, Places>& placesOf(Kind kind) {
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

  // --- values -------------------------------------------------------------------------------------------------------

  bool refuse(const std::string& pointer, std::string text) {
    wrong(pointer, std::move(text));
    return false;
  }

  // An object that there is, or that the document makes; a node or a portal that has not registered is named by that.
  bool readReference(const FieldRow& field, const base::Json& json, const std::string& pointer, ObjectRef& out) {
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
  bool findNamed(Kind kind, const std::string& text, ObjectRef& out) const {
    const std::string name = normal(kind, text);
    if (const auto made = names_.find({kind, name}); made != names_.end() && made->second) {
      out = made->second;
      return true;
    }
    const auto found = parseRef(current_, std::string(nameOf(kind)) + ":" + name);
    if (found) out = *found;
    return found.has_value();
  }
  bool nameNew(Kind kind, const std::string& name, ObjectRef& out) {
    if (!couldBeNamed(kind, name)) return false;
    out = {kind, provisional_++};
    names_[{kind, name}] = out;
    createNamed(out, name);
    return true;
  }
  // What the plan erases cannot be referred to.
  bool checkStays(const std::string& pointer, const std::string& text, ObjectRef ref) {
    const bool goes = mode_ == DocumentMode::Whole && document::mayMake(ref.kind) && (named_ & bitOf(ref.kind)) != 0 &&
                      !document::nameMember(ref.kind).empty() && !isProvisional(ref.id) && !described_.contains(ref) &&
                      !numbers_.contains(ref);
    if (goes) return refuse(pointer, text + " is not in the document, which erases it.");
    return true;
  }

  // The value as its field reads it back.
  bool readValue(Kind kind, const FieldRow& field, const base::Json& json, const std::string& pointer, Value& out) {
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

  // --- edits --------------------------------------------------------------------------------------------------------

  void planContent(const Entry& entry) {
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
      if (json == nullptr && mode_ == DocumentMode::Merge) continue;
      Value value = field.get(*defaults);
      if (json != nullptr && !readValue(kind, field, *json, pointerTo(entry.pointer, field.name), value)) continue;
      change(entry, field, field.get(before), std::move(value));
    }
  }
  void planIdentity(const Entry& entry) {
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
  void checkMember(Kind kind, const std::string& name, const std::string& pointer) {
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

  // Members of a list one by one, so that a merge with other changes of it is fine.
  void change(const Entry& entry, const FieldRow& field, const Value& before, Value after) {
    if (before == after) return;
    if (entry.isNew && entry.ref.kind == Kind::Settings && !settingsMade_) {
      settingsMade_ = true;
      create(entry.ref);
    }
    const auto* had = std::get_if<std::vector<ObjectRef>>(&before);
    const auto* has = std::get_if<std::vector<ObjectRef>>(&after);
    if (entry.isNew || had == nullptr || has == nullptr) return set(entry.ref, field, std::move(after));
    std::vector<ObjectRef> part;
    std::set_difference(had->begin(), had->end(), has->begin(), has->end(), std::back_inserter(part));
    for (ObjectRef ref : part) values_.push_back({EditOp::Remove, entry.ref, std::string(field.name), ref});
    part.clear();
    std::set_difference(has->begin(), has->end(), had->begin(), had->end(), std::back_inserter(part));
    for (ObjectRef ref : part) values_.push_back({EditOp::Add, entry.ref, std::string(field.name), ref});
  }
  void set(ObjectRef ref, const FieldRow& field, Value value) {
    values_.push_back({EditOp::Set, ref, std::string(field.name), std::move(value)});
  }

  // Objects of the kinds that the document names, and that it does not describe.
  void planAbsent() {
    for (const KindRow& row : kKindTable) {
      if ((named_ & bitOf(row.kind)) == 0 || row.kind == Kind::Settings) continue;
      for (ObjectRef ref : document::ordered(current_, row.kind)) {
        if (described_.contains(ref)) continue;
        if (document::mayMake(row.kind)) {
          erasures_.push_back({EditOp::Erase, ref, {}, {}});
        } else {
          planDefaults(ref);
        }
      }
    }
  }
  void planDefaults(ObjectRef ref) {
    const auto defaults = makeObject(ref.kind);
    Entry entry;
    entry.ref = ref;
    for (const FieldRow& field : fieldsOf(ref.kind)) {
      if (document::isContent(ref.kind, field))
        change(entry, field, field.get(*current_.get(ref)), field.get(*defaults));
    }
  }

  const Snapshot& current_;
  const DocumentMode mode_;
  DocumentPlan plan_;
  std::vector<Edit> creations_, values_, erasures_;
  std::vector<Entry> entries_;
  std::map<std::pair<Kind, std::string>, ObjectRef> names_;  // that the document describes
  std::map<Kind, std::map<std::vector<Value>, Places>> places_;
  std::set<std::pair<Kind, std::string>> written_;  // names that stand in it
  std::set<ObjectRef> described_;                   // of the current ones
  std::set<ObjectRef> numbers_;                     // new ones with an id of their own
  std::uint32_t named_ = 0;                         // kinds
  Id provisional_ = kFirstProvisional;
  bool settingsMade_ = false;
};

}  // namespace

DocumentPlan planDocument(const Snapshot& current, const base::Json& document, DocumentMode mode) {
  return Planner(current, mode).plan(document);
}

}  // namespace san

#include "shared/mgmt/snapshot_reader.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <vector>

#include "shared/base/json_members.h"
#include "shared/base/json_reader.h"
#include "shared/san/diff.h"
#include "shared/san/editor.h"
#include "shared/san/since_rows.h"

namespace mgmt {
namespace {

using base::Json;
using base::memberOf;
using base::numberOf;
using san::Access;
using san::FieldRow;
using san::FieldType;
using san::ObjectRef;
using san::Value;

bool isReference(const FieldRow& field) { return field.kinds != 0; }

// Puts objects into a snapshot under construction: first what they say of themselves, then whom they refer to.
class Builder {
 public:
  explicit Builder(san::Snapshot& snapshot) : snapshot_(snapshot) {}

  void add(ObjectRef ref, base::Ref<san::Object> object) {
    snapshot_.noteId(ref);
    snapshot_.put(ref, std::move(object));
    name(ref);
  }
  void name(ObjectRef ref) {
    if (const std::string name = san::nameOf(snapshot_, ref); !name.empty()) snapshot_.names.insert(ref.kind, name, ref.id);
  }
  void unname(ObjectRef ref) {
    if (const std::string name = san::nameOf(snapshot_, ref); !name.empty()) snapshot_.names.erase(ref.kind, name, ref.id);
  }

  // None: it is no reference, or to what is not shown.
  [[nodiscard]] ObjectRef reference(const Json& json) const {
    if (json.text() == nullptr) return {};
    return san::parseRef(snapshot_, *json.text()).value_or(ObjectRef{});
  }

  // One entry of a list of paths or maps; nothing where it is about what is not shown.
  [[nodiscard]] std::optional<Access> access(const Json& item) const {
    // Nobody in particular (an empty `who`) is not the same as somebody who is not shown.
    const Json& who = memberOf(item, "who");
    const Json& unit = memberOf(item, "unit");
    Access made{reference(who), reference(unit), static_cast<std::uint32_t>(numberOf(item, "lun")), {}};
    if ((!who.isNull() && !made.who) || (!unit.isNull() && !made.unit)) return std::nullopt;
    const auto* right = memberOf(item, "right").text();
    if (right != nullptr && made.unit) {  // a place has none
      made.right = san::fromWord<san::Right>(*right).value_or(san::Right::ReadOnly);
    }
    return made;
  }

  // A value of the field; nothing where it is of another form, or a key that refers to what is not shown.
  std::optional<Value> valueOf(const FieldRow& field, const Json& json) const {
    switch (field.type) {
      case FieldType::Flag:
        return json.truth() == nullptr ? std::nullopt : std::optional<Value>(*json.truth());
      case FieldType::Number:
      case FieldType::Duration:
      case FieldType::Time:
      case FieldType::Bytes:
        return json.number() == nullptr ? std::nullopt : std::optional<Value>(*json.number());
      case FieldType::Text:
      case FieldType::Choice:
      case FieldType::Address:
        return json.text() == nullptr ? std::nullopt : std::optional<Value>(*json.text());
      case FieldType::Ref: {
        const ObjectRef ref = reference(json);
        if (ref) return ref;
        return field.key && !json.isNull() ? std::nullopt : std::optional<Value>(Value());
      }
      case FieldType::Refs:
      case FieldType::Subnets:
      case FieldType::Accesses:
        return json.array() == nullptr ? std::nullopt : std::optional<Value>(listOf(field.type, *json.array()));
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] Value listOf(FieldType type, const Json::Array& items) const {
    if (type == FieldType::Subnets) {
      std::vector<std::string> texts;
      for (const Json& item : items) texts.push_back(item.plain());
      return texts;
    }
    if (type == FieldType::Refs) {
      std::vector<ObjectRef> refs;
      refs.reserve(items.size());
      for (const Json& item : items) {
        if (const ObjectRef ref = reference(item)) refs.push_back(ref);
      }
      std::ranges::sort(refs);
      return refs;
    }
    std::vector<Access> accesses;
    for (const Json& item : items) {
      if (const auto one = access(item)) accesses.push_back(*one);
    }
    std::ranges::sort(accesses);
    return accesses;
  }

  san::Snapshot& snapshot_;
};

base::Failure<base::Error> wrong(ObjectRef ref, std::string_view what) {
  return base::fail("The " + std::string(san::nameOf(ref.kind)) + " #" + std::to_string(ref.id) + " " +
                    std::string(what) + ".");
}

std::optional<san::Id> idOf(const Json& json) {
  const auto* number = memberOf(json, "id").number();
  if (number == nullptr || *number == 0 || *number > std::numeric_limits<san::Id>::max()) return std::nullopt;
  return static_cast<san::Id>(*number);
}

// The revisions of a list's entries, as they are told, in the order that the list has here. `read` gives an entry of
// it, or nothing for one that is not shown.
template <class T, class Read>
std::vector<san::Revision> inOrder(const Json::Array& entries, const Json::Array& told, Read&& read) {
  std::vector<std::pair<T, san::Revision>> shown;
  for (std::size_t i = 0; i < std::min(entries.size(), told.size()); ++i) {
    const std::optional<T> entry = read(entries[i]);
    if (entry && told[i].number() != nullptr) shown.emplace_back(*entry, *told[i].number());
  }
  std::ranges::sort(shown);
  std::vector<san::Revision> revisions;
  revisions.reserve(shown.size());
  for (const auto& [entry, since] : shown) revisions.push_back(since);
  return revisions;
}

// Since when parts of an object are as they are, which no field says.
void takeSince(ObjectRef ref, san::Object& object, const Builder& builder, const Json& json) {
  for (const san::SinceRow& row : san::sinceRowsOf(ref.kind)) {
    const Json& told = memberOf(json, row.name);
    if (!row.list) {
      if (told.number() != nullptr) row.set(object, std::array{san::Revision{*told.number()}});
      continue;
    }
    const Json::Array* entries = memberOf(json, row.of).array();
    if (entries == nullptr || told.array() == nullptr) continue;
    const bool accesses = san::findField(ref.kind, row.of)->type == FieldType::Accesses;
    row.set(object, accesses
                        ? inOrder<Access>(*entries, *told.array(), [&](const Json& one) { return builder.access(one); })
                        : inOrder<ObjectRef>(*entries, *told.array(), [&](const Json& one) {
                            const ObjectRef to = builder.reference(one);
                            return to ? std::optional(to) : std::nullopt;
                          }));
  }
}

class SnapshotReader {
 public:
  explicit SnapshotReader(std::uint64_t seed) { snapshot_.names = san::NameIndex(seed); }

  base::Result<san::Snapshot> read(const Json& json) {
    const Json& objects = memberOf(json, "objects");
    if (memberOf(json, "revision").number() == nullptr || objects.object() == nullptr) {
      return base::fail("This is no snapshot: it has no revision or no objects.");
    }
    snapshot_.revision = numberOf(json, "revision");
    snapshot_.state = numberOf(json, "state");
    snapshot_.time = static_cast<san::Seconds>(numberOf(json, "time"));
    snapshot_.replayed = base::truthOf(json, "replayed");
    for (const san::KindRow& kind : san::kKindTable) {
      if (kind.kind == san::Kind::None) continue;
      for (const Json& one : base::listOf(objects, kind.plural)) {
        if (auto status = begin(kind.kind, one); !status) return base::fail(status.error());
      }
    }
    do {
      left_ = false;
      for (Entry& entry : entries_) {
        if (auto status = refer(entry); !status) return base::fail(status.error());
      }
    } while (left_);  // what is about one that was left out goes too
    return std::move(snapshot_);
  }

 private:
  struct Entry {
    ObjectRef ref;
    base::Ref<san::Object> object;  // that the snapshot holds too; nobody else yet
    const Json* json;
    bool gone = false;
  };

  base::Status begin(san::Kind kind, const Json& json) {
    const auto id = idOf(json);
    if (!id || snapshot_.get({kind, *id}) != nullptr) {
      return base::fail("An object of the kind " + std::string(san::nameOf(kind)) + " has no number of its own.");
    }
    const ObjectRef ref{kind, *id};
    auto object = san::makeObject(kind);
    object->id = *id;
    object->created = numberOf(json, "created");
    object->changed = numberOf(json, "changed");
    for (const FieldRow& field : san::fieldsOf(kind)) {
      if (isReference(field)) continue;
      if (auto status = take(ref, field, *object, json); !status) return status;
    }
    entries_.push_back({ref, object, &json});
    builder_.add(ref, std::move(object));
    return {};
  }

  base::Status take(ObjectRef ref, const FieldRow& field, san::Object& object, const Json& json) {
    const Json* given = json.find(field.name);
    if (given == nullptr) return {};
    const auto value = builder_.valueOf(field, *given);
    if (!value) return wrong(ref, "has a value of another type as its " + std::string(field.name));
    const auto status = san::setField(field, object, *value, object.changed);
    return status ? base::Status{} : wrong(ref, "has a wrong " + std::string(field.name) + ": it " + status.error().text);
  }

  base::Status refer(Entry& entry) {
    if (entry.gone) return {};
    const bool named = !san::nameOf(snapshot_, entry.ref).empty();
    for (const FieldRow& field : san::fieldsOf(entry.ref.kind)) {
      if (!isReference(field)) continue;
      const Json* given = entry.json->find(field.name);
      if (given == nullptr) continue;
      const auto value = builder_.valueOf(field, *given);
      if (!value) {  // a key that leads to what is not shown
        builder_.unname(entry.ref);
        snapshot_.put(entry.ref, {});
        entry.gone = left_ = true;
        return {};
      }
      const auto status = san::setField(field, *entry.object, *value, entry.object->changed);
      if (!status) return wrong(entry.ref, "has a wrong " + std::string(field.name) + ": it " + status.error().text);
    }
    // Units without a designator are known by where they stand.
    if (!named) builder_.name(entry.ref);
    takeSince(entry.ref, *entry.object, builder_, *entry.json);
    return {};
  }

  san::Snapshot snapshot_;
  Builder builder_{snapshot_};
  std::vector<Entry> entries_;
  bool left_ = false;  // something was left out
};

class ChangeReader {
 public:
  ChangeReader(const san::Snapshot& before, const Json& change)
      : next_(before), objects_(base::listOf(memberOf(change, "diff"), "objects")) {
    next_.revision = numberOf(change, "revision");
    next_.state = numberOf(change, "state");
    next_.time = static_cast<san::Seconds>(numberOf(change, "time"));
  }

  // What goes, goes first, as its name may be another's now; then the others say what they are, then whom they mean.
  base::Result<san::Snapshot> read() {
    for (const Json& one : objects_) {
      if (auto status = open(one); !status) return base::fail(status.error());
    }
    for (const bool references : {false, true}) {
      for (Entry& entry : entries_) {
        if (auto status = fields(entry, references); !status) return base::fail(status.error());
      }
    }
    return std::move(next_);
  }

 private:
  struct Entry {
    ObjectRef ref;
    base::Ref<san::Object> object;
    const Json* json;
    bool gone = false;
  };

  base::Status open(const Json& json) {
    const std::string text = base::textOf(json, "object");
    const auto kind = san::kindNamed(text.substr(0, text.find(':')));
    if (!kind) return {};  // of a newer server
    const auto id = idOf(json);
    const auto fate = san::fromWord<san::Fate>(base::textOf(json, "fate"));
    if (!id || !fate) return base::fail("A change of " + text + " has no number or says nothing.");
    const ObjectRef ref{*kind, *id};
    const san::Object* present = next_.get(ref);
    if (present == nullptr && *fate == san::Fate::Changed) {
      // It cannot be without an end that is not shown; any other one would have come as a gap, or whole.
      if (std::ranges::any_of(san::fieldsOf(*kind), &FieldRow::key)) return {};
      return base::fail("What is told to have changed, " + text + ", is not known.");
    }
    if (present != nullptr) builder_.unname(ref);
    if (*fate == san::Fate::Erased) {
      next_.put(ref, {});
      return {};
    }
    const bool isNew = *fate == san::Fate::Created;
    auto object = isNew ? san::makeObject(*kind) : san::copyObject(*kind, *present);
    object->id = ref.id;
    if (isNew) {
      object->created = next_.revision;
      if (*kind == san::Kind::Domain) static_cast<san::Domain&>(*object).unassignedSince = next_.revision;
    } else {
      san::settleDates(*kind, *object);
    }
    object->changed = next_.revision;
    entries_.push_back({ref, std::move(object), &json});
    return {};
  }

  // What refers to another one than before, or names fewer, does so since now, also where that is not shown here.
  void date(Entry& entry, const FieldRow& field, const Json& told) {
    const bool other = field.type == FieldType::Ref || !base::listOf(told, "removed").empty();
    for (const san::SinceRow& row : san::sinceRowsOf(entry.ref.kind)) {
      if (other && !row.list && row.of == field.name) row.set(*entry.object, std::array{next_.revision});
    }
  }

  base::Status fields(Entry& entry, bool references) {
    if (entry.gone) return {};
    if (references) builder_.unname(entry.ref);  // a logical unit may be known by where it stands
    const bool wasEnabled = entry.ref.kind == san::Kind::DomainSet && static_cast<san::DomainSet&>(*entry.object).enabled;
    for (const Json& one : base::listOf(*entry.json, "fields")) {
      const FieldRow* field = san::findField(entry.ref.kind, base::textOf(one, "field"));
      if (field == nullptr || isReference(*field) != references) continue;
      const Json& after = memberOf(one, "after");
      const auto value = after.isNull() ? std::optional<Value>(Value()) : builder_.valueOf(*field, after);
      if (!value || (field->key && after.isNull())) {
        next_.put(entry.ref, {});
        entry.gone = true;
        return {};
      }
      const auto status = san::setField(*field, *entry.object, *value, next_.revision);
      if (!status) return wrong(entry.ref, "has a wrong " + std::string(field->name) + ": it " + status.error().text);
      if (references) date(entry, *field, one);
    }
    if (entry.ref.kind == san::Kind::DomainSet) {
      auto& set = static_cast<san::DomainSet&>(*entry.object);
      if (set.enabled != wasEnabled) set.enabledSince = set.enabled ? next_.revision : 0;
    }
    if (references) {
      builder_.name(entry.ref);
    } else {
      builder_.add(entry.ref, entry.object);
    }
    return {};
  }

  san::Snapshot next_;
  const Json::Array& objects_;
  Builder builder_{next_};
  std::vector<Entry> entries_;
};

}  // namespace

base::Result<san::Snapshot> readSnapshot(std::string_view text, std::uint64_t seed) {
  const auto json = base::parseJson(text);
  if (!json) return base::fail("This is no JSON: " + json.error().text);
  return SnapshotReader(seed).read(*json);
}

base::Result<san::Snapshot> readChange(const san::Snapshot& before, const Json& change) {
  const auto* from = memberOf(change, "from").number();
  if (from == nullptr || memberOf(change, "revision").number() == nullptr) return base::fail("This is no change.");
  if (*from != before.revision) {
    return base::fail("The change begins at revision " + std::to_string(*from) + " and not at " +
                      std::to_string(before.revision) + ".");
  }
  if (before.state != 0 && numberOf(change, "from_state") != before.state) {
    return base::fail("The change begins at another state of revision " + std::to_string(before.revision) + ".");
  }
  return ChangeReader(before, change).read();
}

}  // namespace mgmt

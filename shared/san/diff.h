// What is different between two snapshots, in the words of the model: objects that came, went and changed, field by
// field.
//
// Found by walking both persistent tables and leaving out what they share, so the cost follows the changes. What a
// field does not say (revisions of objects and of members) is no difference; nor is the order of a list. Pure functions
// of values, safe from any thread. Errors: none.
#pragma once

#include <string>
#include <vector>

#include "shared/san/fields.h"

namespace san {

struct FieldChange {
  const FieldRow* field = nullptr;
  Value before;
  Value after;
  // Of a list: what joined it and what left it, in the type of the field. Empty for other fields.
  Value added;
  Value removed;
  friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

enum class Fate : std::uint8_t { Created, Erased, Changed };
template <>
struct Words<Fate> {
  static constexpr std::array<std::string_view, 3> kList{"created", "erased", "changed"};
};

// Of what was created or erased: the fields that differ from the default of the kind, with nothing as the other value.
struct ObjectChange {
  ObjectRef object;
  Fate fate = Fate::Changed;
  std::vector<FieldChange> fields;  // in the order of the table
  friend bool operator==(const ObjectChange&, const ObjectChange&) = default;

  [[nodiscard]] const FieldChange* find(const FieldRow* field) const;
};

struct Diff {
  std::vector<ObjectChange> objects;  // ascending by kind and id
  friend bool operator==(const Diff&, const Diff&) = default;

  [[nodiscard]] const ObjectChange* find(ObjectRef object) const;
};

// A created and an erased object of one id are one that changed.
Diff diff(const Snapshot& before, const Snapshot& after);

// The change of a field between two values; nothing where it says the same.
std::optional<FieldChange> changeOf(const FieldRow& field, Value before, Value after);

// Members of a list that are in `all` and not in `without`, in the type of the list; both are of one list type or
// empty.
Value membersWithout(const Value& all, const Value& without);
// Members of either.
Value membersOfBoth(const Value& a, const Value& b);
bool isList(const FieldRow& field);
bool isEmptyList(const Value& value);

// For people, an object a line: "domain zone1: + node iqn.2026-01.example:a, chap none -> mutual", "+ domain zone2:
// ...",
// "- domain zone3".
std::vector<std::string> textLines(const Diff& diff, const Snapshot& before, const Snapshot& after);

}  // namespace san

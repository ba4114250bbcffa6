// What a condition of a filter (filter.h) can be about, and what its values may be.
//
// The computed attributes are a table here; the others are the field tables and the kinds. Pure functions and constant
// data, safe from any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "shared/san/fields.h"
#include "shared/san/filter.h"

namespace san {

enum class Attribute : std::uint8_t {
  Kind,
  Number,
  Created,
  Changed,
  CreatedSince,
  ChangedSince,
  Has,
  Registered,
  Active,
  Reaches,
  ReachedBy,
  OfKind,  // a kind's name
  Field,   // a name of the field tables
};

struct AttributeRow {
  std::string_view name;
  Attribute attribute;
  std::string_view doc;
};

inline constexpr std::array kAttributes{
    AttributeRow{"kind", Attribute::Kind, "its kind; also initiator, target, control, zone, zone-set, lun"},
    AttributeRow{"id", Attribute::Number, "its number"},
    AttributeRow{"created", Attribute::Created, "the revision that made it: rev12 or 12"},
    AttributeRow{"changed", Attribute::Changed, "the revision that changed it last"},
    AttributeRow{"created-since", Attribute::CreatedSince, "made after that revision"},
    AttributeRow{"changed-since", Attribute::ChangedSince, "changed after that revision"},
    AttributeRow{"has", Attribute::Has, "a field of it that is not empty"},
    AttributeRow{"registered", Attribute::Registered, "nodes, portals, entities: whether they are registered"},
    AttributeRow{"active", Attribute::Active, "domains and sets: whether they are active"},
    AttributeRow{"reaches", Attribute::Reaches, "hosts and initiators: that reach this logical unit"},
    AttributeRow{"reached-by", Attribute::ReachedBy, "logical units: that this host reaches"},
};

struct AttributeRef {
  Attribute attribute = Attribute::Field;
  std::string_view name;   // as its table spells it
  Kind kind = Kind::None;  // of OfKind
};

// Case does not count, and - and _ are the same.
std::optional<AttributeRef> findAttribute(std::string_view name);
// Of all that findAttribute() knows; for completion and hints. Ascending.
const std::vector<std::string_view>& attributeNames();
// The fields of that name, each with its kind.
std::vector<std::pair<Kind, const FieldRow*>> fieldsNamed(std::string_view name);

// One value of a condition, read for its type.
struct Operand {
  std::string text;
  std::uint64_t from = 0;  // of a number, a time, the place of a word: a range, both ends within
  std::uint64_t to = 0;
  bool flag = false;
  std::optional<isns::AddressPrefix> subnet;  // where an address or a subnet is meant
};

struct OperandError {
  std::string text;  // a sentence, without the name of the attribute
  std::string hint;
};

// `now`: what "7d" of a time counts back from.
base::Result<Operand, OperandError> readOperand(const FieldRow& field, FilterOp op, std::string_view value,
                                                Seconds now);
base::Result<Operand, OperandError> readOperand(const AttributeRef& attribute, FilterOp op, std::string_view value);
// The kinds that a value of "kind" stands for, and the flag of a node that it asks for beside; nothing where it is
// none.
struct KindWord {
  Kind kind = Kind::None;
  bool Node::*flag = nullptr;
};
std::optional<KindWord> readKind(std::string_view word);

}  // namespace san

// What exporting and planning a document (document.h) agree on: which fields stand in it, and by what an object is
// known. Pure functions, safe from any thread.
#pragma once

#include "shared/san/fields.h"

namespace san::document {

constexpr std::uint32_t bitOf(Kind kind) { return 1U << static_cast<unsigned>(kind); }

// Whether a document can make objects of the kind. Departures belong to a change set under way.
constexpr bool mayMake(Kind kind) {
  return kind != Kind::None && kind != Kind::Departure && rowOf(kind).writer == Writer::ChangeSet;
}

// The member by which an object is known; empty for kinds that are known by their key fields.
constexpr std::string_view nameMember(Kind kind) {
  switch (kind) {
    case Kind::Map:
    case Kind::Credential:
    case Kind::Approval:
    case Kind::Waiver:
    case Kind::Settings:
      return {};
    case Kind::Portal:
      return "address";
    case Kind::LogicalUnit:
      return "designator";
    default:
      return "name";
  }
}

// Fields by which objects of kinds without a name are known.
inline bool isKey(Kind kind, const FieldRow& field) { return nameMember(kind).empty() && field.key; }
// Of these, those that cannot be left out.
inline bool needsKey(Kind kind, const FieldRow& field) {
  const bool optional = (kind == Kind::Credential && field.name == "target") ||
                        (kind == Kind::Waiver && field.name == "subject");
  return isKey(kind, field) && !optional;
}
// Fields that an entry may hold beside what it is known by.
inline bool isContent(Kind kind, const FieldRow& field) {
  return kind != Kind::Departure && field.writer == Writer::ChangeSet && field.name != nameMember(kind) &&
         !isKey(kind, field);
}
// Ids that mean something outside.
constexpr bool hasNumber(Kind kind) { return kind == Kind::Domain || kind == Kind::DomainSet; }
// The approvals are a ledger: entries may be equal.
constexpr bool mayRepeat(Kind kind) { return kind == Kind::Approval; }

// Whether the object belongs into a document; not: retired credentials.
bool isKept(ObjectRef ref, const Object& object);
// How a field names an object: by name alone where the field says the kind.
std::string referenceText(const Snapshot& snapshot, const FieldRow& field, ObjectRef ref);

// The objects of a kind that belong into a document, in its order: by name or key, then by content.
std::vector<ObjectRef> ordered(const Snapshot& snapshot, Kind kind);

}  // namespace san::document

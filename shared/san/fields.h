// The fields of each kind of object, as tables: the one place from which diff, change sets, JSON, stored rows, filters and
// the reference derive.
//
// A row gets and sets its field of an object through a Value. setField() checks form and range (FieldRow::max, words, kinds
// of references) and says in a sentence, to follow the name of the field, what is wrong; whether what is referred to is
// there, is the editor's business (editor.h). Links of kinds that are not written here (SanIndex) are no fields. Constant data, safe from any thread.
#pragma once

#include <span>
#include <string_view>

#include "shared/base/result.h"
#include "shared/san/snapshot.h"
#include "shared/san/value.h"

namespace san {

struct FieldRow {
  std::string_view name;  // in JSON, filters, files
  FieldType type;
  Writer writer;          // whose facts these are; a change set may only write its own
  std::uint64_t max;      // of a number; bytes of a text; members of a list
  std::uint32_t kinds;    // of a Ref, Refs: a bit for each kind that it may refer to
  std::span<const std::string_view> words;  // of a Choice
  bool key;               // says what the object is: set when it is made, not changed afterwards
  std::string_view doc;
  Value (*get)(const Object& object);
  base::Status (*set)(Object& object, const Value& value, Revision now);
  bool (*equal)(const Object& a, const Object& b);

  [[nodiscard]] bool mayReferTo(Kind kind) const { return ((kinds >> static_cast<unsigned>(kind)) & 1U) != 0; }
};

inline constexpr std::uint64_t kMaxName = 255;    // bytes, as a text of iSNS
inline constexpr std::uint64_t kMaxText = 1024;   // bytes of a reason, a question
inline constexpr std::uint64_t kMaxMembers = 100'000;
inline constexpr std::uint64_t kMaxLun = 16383;   // flat addressing (SAM-5 4.7.7.3)

std::span<const FieldRow> fieldsOf(Kind kind);
// nullptr when the kind has none of that name.
const FieldRow* findField(Kind kind, std::string_view name);

// `now`: the revision that new members of a list get. An empty value is the default of its type, where there is one.
base::Status setField(const FieldRow& row, Object& object, const Value& value, Revision now);

// A new object of the kind, with its defaults.
base::Ref<Object> makeObject(Kind kind);
// A copy, for changing.
base::Ref<Object> copyObject(Kind kind, const Object& object);

// "host1, host2", "read-write", "10.0.0.0/24": for people. Refers to objects by their names.
std::string textOf(const Snapshot& snapshot, const Value& value);

}  // namespace san

// Edit: one step of a change set, as a value: make, erase or change one object.
//
// New objects are referred to by provisional ids until the edits are applied (change.h), so that a draft can be made,
// stored and applied to a later snapshot. Values, safe from any thread.
#pragma once

#include <string>

#include "shared/san/value.h"

namespace san {

enum class EditOp : std::uint8_t {
  Create,  // `object` has a provisional id; a domain or a set may have its number
  Erase,
  Set,     // `field` becomes `value`
  Add,     // `value`, a reference, joins the list `field`
  Remove,  // and leaves it
};
template <> struct Words<EditOp> {
  static constexpr std::array<std::string_view, 5> kList{"create", "erase", "set", "add", "remove"};
};

// Ids from here on stand for objects that an edit before them makes: the last million, as the name server takes none of
// these for a domain or a set (core/domain_numbers.h). What has one all the same, from before: whyOutOfReach(),
// change.h.
inline constexpr Id kFirstProvisional = 0xfff00000;
inline constexpr Id kLastProvisional = 0xfffffffe;
constexpr bool isProvisional(Id id) { return id >= kFirstProvisional; }

struct Edit {
  EditOp op = EditOp::Set;
  ObjectRef object;
  std::string field;
  Value value;
  friend bool operator==(const Edit&, const Edit&) = default;
};

}  // namespace san

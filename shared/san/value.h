// Value: what a field of any object holds, for code that handles all fields alike (diff, change sets, JSON, storage).
//
// Empty (std::monostate) stands for the default of the field. Values, safe from any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "shared/san/ids.h"
#include "shared/san/words.h"

namespace san {

// One entry of a list of paths or maps: a logical unit's place behind a target (who), or what a target gives to an initiator.
struct Access {
  ObjectRef who;
  ObjectRef unit;  // none for a place
  std::uint32_t lun = 0;
  Right right = Right::ReadWrite;
  friend auto operator<=>(const Access&, const Access&) = default;
};

using Value = std::variant<std::monostate, bool, std::uint64_t, std::string, ObjectRef, std::vector<ObjectRef>,
                           std::vector<std::string>, std::vector<Access>>;

enum class FieldType : std::uint8_t {
  Flag,     // bool
  Number,   // std::uint64_t
  Duration, // std::uint64_t: seconds
  Time,     // std::uint64_t: seconds since 1970 UTC, 0: never
  Bytes,    // std::uint64_t
  Text,     // std::string, UTF-8
  Choice,   // std::string, one of some words
  Address,  // std::string: a portal, "10.0.0.1:3260/tcp"
  Subnets,  // std::vector<std::string>: "10.0.0.0/24"
  Ref,      // ObjectRef, or empty
  Refs,     // std::vector<ObjectRef>, ascending
  Accesses  // std::vector<Access>, ascending
};

// Calls visit(ref) for each reference in a value (a Value, or a const one) until it returns false; false when it did.
template <class V, class Visit>
bool eachRef(V& value, Visit&& visit) {
  if (auto* ref = std::get_if<ObjectRef>(&value)) return !*ref || visit(*ref);
  if (auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) return std::ranges::all_of(*refs, visit);
  if (auto* accesses = std::get_if<std::vector<Access>>(&value)) {
    return std::ranges::all_of(*accesses, [&](auto& access) {
      return (!access.who || visit(access.who)) && (!access.unit || visit(access.unit));
    });
  }
  return true;
}

}  // namespace san

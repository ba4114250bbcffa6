// How objects of the SAN model refer to each other.
//
// An Id is a number within a kind, issued once and not used again while anything refers to it. The Id of a domain is its
// DD_ID, of a domain set its DDS_ID; the others are the model's own. Outside of memory (stored rows, JSON, files, the
// command line) an object is named by the text of refText() in snapshot.h, which survives a new registration.
// Values, safe from any thread.
#pragma once

#include <compare>
#include <cstdint>

#include "shared/base/id_set.h"
#include "shared/san/kinds.h"

namespace san {

using Id = std::uint32_t;            // 0: none
using Revision = std::uint64_t;      // of the one stream of changes; 0: before the first
using Seconds = std::int64_t;        // a time in seconds since 1970 UTC, 0: never; or a number of seconds

struct ObjectRef {
  Kind kind = Kind::None;
  Id id = 0;
  explicit operator bool() const { return id != 0; }
  friend auto operator<=>(const ObjectRef&, const ObjectRef&) = default;
};

// A reference to one object of a known kind, or to none.
template <Kind K>
struct Link {
  static constexpr Kind kKind = K;
  Id id = 0;
  explicit operator bool() const { return id != 0; }
  [[nodiscard]] ObjectRef ref() const { return {K, id}; }
  friend auto operator<=>(const Link&, const Link&) = default;
};

// References to any number of objects of a known kind.
template <Kind K>
struct Links : base::IdSet {
  static constexpr Kind kKind = K;
};

}  // namespace san

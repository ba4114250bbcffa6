// What san::apply() makes of edits, a minute later and as the next revision: the snapshot alone. By default they are a
// change set's; with no writer anything may be touched, and what was wrong before (a random SAN) is no error.
#pragma once

#include <optional>
#include <span>

#include "shared/san/change.h"

namespace test {

inline san::Edited<san::Snapshot> applyEdits(const san::Snapshot& base, std::span<const san::Edit> edits,
                                             std::optional<san::Writer> writer = san::Writer::ChangeSet) {
  auto applied = san::apply(base, edits, writer, base.revision + 1, base.time + 60);
  if (!applied) return base::Failure<san::EditError>{applied.error()};
  return std::move(applied).value().snapshot;
}

}  // namespace test

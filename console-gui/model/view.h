// View: one revision of the SAN with what follows from it, worked out off the UI thread.
//
// Immutable and shared: a page holds the View that it paints, also while the next one is made. The findings may be of an
// earlier revision (findingsRevision), as they take longer than the rest and are made at most once a second. Safe from
// any thread.
#pragma once

#include <QString>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "shared/san/finding.h"
#include "shared/san/reach.h"
#include "shared/san/search.h"

namespace console {

// When revisions were made, of those of which it is known: those that were seen here, and those that a committed change
// set made. By revision; bound: the newest kMostRevisionTimes.
using RevisionTimes = std::vector<std::pair<san::Revision, san::Seconds>>;
inline constexpr std::size_t kMostRevisionTimes = 100'000;

struct View {
  std::shared_ptr<const san::SanIndex> index;
  std::shared_ptr<const san::SearchIndex> search;
  std::shared_ptr<const san::Findings> findings;  // nullptr: not yet
  san::Revision findingsRevision = 0;
  std::shared_ptr<const RevisionTimes> times;

  [[nodiscard]] const san::Snapshot& snapshot() const { return index->snapshot(); }
  [[nodiscard]] san::Revision revision() const { return snapshot().revision; }
};
using ViewPtr = std::shared_ptr<const View>;

// All of it, on this thread. `before`: a View of the same SAN from which the search index takes what has not changed,
// the times of revisions, and the findings where no new ones are wanted.
enum class Rules : std::uint8_t { Evaluate, Keep };
ViewPtr viewOf(const san::Snapshot& snapshot, san::Seconds now, const ViewPtr& before = nullptr,
               Rules rules = Rules::Evaluate);

// The host that each entity is part of.
std::unordered_map<san::Id, san::Id> hostsByEntity(const san::Snapshot& snapshot);
// What everybody calls an object: its alias or name, else the name of the protocol, else whom it joins. For lists,
// canvases and sentences.
std::string titleOf(const san::Snapshot& snapshot, san::ObjectRef ref);
QString titled(const san::Snapshot& snapshot, san::ObjectRef ref);
// Where there is nothing of that: "session #12".
QString numberedTitle(san::ObjectRef ref);

}  // namespace console

// Timeline: the present snapshot and the last ones before it, with what is computed from them on demand.
//
// A snapshot for each revision, sharing what they have in common, so that any of the last kKept revisions is there at
// once; older ones are rebuilt from the history by whoever asks the store. Within a revision there may be several
// states, as sessions come and go; each state has a number, so that whoever has one can be told what has changed since.
// The numbers go up from a random one, so that those of an earlier start are unknown. An index is made when it is first
// asked for, and findings of the present snapshot likewise: an Insight, which readers on any thread share. Of the
// search indexes the newest is kept, from which the next one takes what has not changed. One owner. Bounds: kKept
// snapshots of revisions, kPassed of states within them that are past, kIndexes indexes of past ones, one search index.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "isns-server/api/insight.h"
#include "shared/mgmt/event_place.h"
#include "shared/san/search.h"

namespace api {

class Timeline {
 public:
  static constexpr std::size_t kKept = 10'000;
  static constexpr std::size_t kPassed = 4'000;
  static constexpr std::size_t kIndexes = 4;
  using Index = Insight::Index;
  using InsightPtr = std::shared_ptr<const Insight>;

  // About the number of the first state: it is one that every reader of JSON takes.
  explicit Timeline(std::uint64_t first = 1);

  // The next revision, or the present one with what no revision tells (sessions).
  void push(san::Snapshot snapshot);

  [[nodiscard]] const san::Snapshot& now() const { return snapshots_.back(); }
  [[nodiscard]] bool empty() const { return snapshots_.empty(); }
  // As it was after the last change up to `revision`; nothing when that is before all that are kept.
  [[nodiscard]] std::optional<san::Snapshot> at(san::Revision revision) const;
  // In that very state, where one is named; nothing also where it is not kept, or of another start.
  [[nodiscard]] std::optional<san::Snapshot> at(const mgmt::EventPlace& place) const;
  [[nodiscard]] san::Revision oldest() const { return snapshots_.front().revision; }

  // Of a snapshot of this timeline, or of one that was rebuilt. Nothing is worked out yet.
  [[nodiscard]] InsightPtr insight();
  [[nodiscard]] InsightPtr insightOf(const san::Snapshot& snapshot);
  // And at once.
  [[nodiscard]] Index index() { return indexIn(insight()); }
  [[nodiscard]] Index indexOf(const san::Snapshot& snapshot) { return indexIn(insightOf(snapshot)); }
  // Of the present snapshot.
  [[nodiscard]] std::shared_ptr<const san::SearchIndex> searchIndex();

 private:
  static Index indexIn(const InsightPtr& insight) { return {insight, &insight->index()}; }

  std::uint64_t nextState_;
  std::deque<san::Snapshot> snapshots_;  // the last state of each revision, ascending by both
  std::deque<san::Snapshot> passed_;     // those before it, likewise
  InsightPtr present_;
  std::deque<InsightPtr> past_;  // the one asked for last is in front
  std::shared_ptr<const san::SearchIndex> search_;
  bool searchIsPresent_ = false;
};

}  // namespace api

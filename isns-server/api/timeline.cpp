#include "isns-server/api/timeline.h"

#include <algorithm>

namespace api {

void Timeline::push(const san::Snapshot& snapshot) {
  present_.reset();
  searchIsPresent_ = false;
  if (!snapshots_.empty() && snapshots_.back().revision == snapshot.revision) {
    snapshots_.back() = snapshot;
    return;
  }
  snapshots_.push_back(snapshot);
  if (snapshots_.size() > kKept) snapshots_.pop_front();
}

std::optional<san::Snapshot> Timeline::at(san::Revision revision) const {
  const auto after = std::upper_bound(snapshots_.begin(), snapshots_.end(), revision,
                                      [](san::Revision r, const san::Snapshot& s) { return r < s.revision; });
  if (after == snapshots_.begin()) return std::nullopt;
  return *std::prev(after);
}

Timeline::InsightPtr Timeline::insight() {
  if (!present_) present_ = std::make_shared<const Insight>(now(), Insight::Keep::Findings);
  return present_;
}

Timeline::InsightPtr Timeline::insightOf(const san::Snapshot& snapshot) {
  if (snapshot.revision == now().revision) return insight();
  const auto found = std::find_if(past_.begin(), past_.end(), [&](const InsightPtr& insight) {
    return insight->snapshot().revision == snapshot.revision;
  });
  if (found != past_.end()) {
    std::rotate(past_.begin(), found, std::next(found));
  } else {
    past_.push_front(std::make_shared<const Insight>(snapshot, Insight::Keep::Index));
    if (past_.size() > kIndexes) past_.pop_back();
  }
  return past_.front();
}

std::shared_ptr<const san::SearchIndex> Timeline::searchIndexOf(const san::Snapshot& snapshot) {
  if (snapshot.revision != now().revision) return std::make_shared<const san::SearchIndex>(snapshot);
  if (!searchIsPresent_) {
    search_ = std::make_shared<const san::SearchIndex>(search_ ? search_->next(now()) : san::SearchIndex(now()));
    searchIsPresent_ = true;
  }
  return search_;
}

}  // namespace api

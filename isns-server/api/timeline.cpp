#include "isns-server/api/timeline.h"

#include <algorithm>
#include <utility>

namespace api {
namespace {

// Half of what every reader of JSON takes for a number (RFC 8259 6), so that counting on stays within it.
constexpr std::uint64_t kStateMask = (std::uint64_t{1} << 52) - 1;

}  // namespace

Timeline::Timeline(std::uint64_t first) : nextState_(std::max<std::uint64_t>(1, first & kStateMask)) {}

void Timeline::push(san::Snapshot snapshot) {
  present_.reset();
  searchIsPresent_ = false;
  snapshot.state = nextState_++;
  if (!snapshots_.empty() && snapshots_.back().revision == snapshot.revision) {
    passed_.push_back(std::exchange(snapshots_.back(), std::move(snapshot)));
    if (passed_.size() > kPassed) passed_.pop_front();
    return;
  }
  snapshots_.push_back(std::move(snapshot));
  if (snapshots_.size() > kKept) snapshots_.pop_front();
}

std::optional<san::Snapshot> Timeline::at(san::Revision revision) const {
  const auto after = std::upper_bound(snapshots_.begin(), snapshots_.end(), revision,
                                      [](san::Revision r, const san::Snapshot& s) { return r < s.revision; });
  if (after == snapshots_.begin()) return std::nullopt;
  return *std::prev(after);
}

std::optional<san::Snapshot> Timeline::at(const mgmt::EventPlace& place) const {
  // A revision that is yet to come is of another database, of which an older state was put back.
  if (place.revision > now().revision) return std::nullopt;
  if (place.state == 0) return at(place.revision);
  for (const auto* states : {&snapshots_, &passed_}) {
    const auto found = std::ranges::lower_bound(*states, place.state, {}, &san::Snapshot::state);
    if (found != states->end() && found->state == place.state && found->revision == place.revision) return *found;
  }
  return std::nullopt;
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

std::shared_ptr<const san::SearchIndex> Timeline::searchIndex() {
  if (!searchIsPresent_) {
    search_ = std::make_shared<const san::SearchIndex>(search_ ? search_->next(now()) : san::SearchIndex(now()));
    searchIsPresent_ = true;
  }
  return search_;
}

}  // namespace api

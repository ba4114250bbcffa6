#include "agent/registrar/announcements.h"

#include <algorithm>
#include <utility>

namespace registrar {

bool Announcements::came(const Key& key) {
  if (lookedAt_.contains(key)) return false;
  if (lookedAt_.size() < kMaxLookedAt) return lookedAt_.insert(key).second;
  if (std::ranges::find(waiting_, key) != waiting_.end()) return false;
  if (waiting_.size() < kMaxWaiting) {
    waiting_.push_back(key);
  } else {
    ++forgotten_;
  }
  return false;
}

std::optional<Announcements::Key> Announcements::went(const Key& key) {
  if (lookedAt_.erase(key) == 0) {
    const auto at = std::ranges::find(waiting_, key);
    if (at != waiting_.end()) {
      waiting_.erase(at);
    } else if (forgotten_ > 0) {
      --forgotten_;
    }
    return std::nullopt;
  }
  if (waiting_.empty()) return std::nullopt;
  Key next = std::move(waiting_.front());
  waiting_.pop_front();
  lookedAt_.insert(next);
  return next;
}

}  // namespace registrar

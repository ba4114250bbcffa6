#include "isns-server/manage/people/login_guard.h"

#include <algorithm>

namespace people {

std::chrono::seconds FailureTable::penalty(std::uint32_t failures) const {
  if (failures <= limits_.free) return std::chrono::seconds(0);
  const std::uint32_t doublings = std::min(failures - limits_.free - 1, std::uint32_t{20});
  return std::min(std::chrono::seconds(std::int64_t{1} << doublings), limits_.longestWait);
}

std::chrono::seconds FailureTable::wait(std::string_view key, base::TimePoint now) const {
  const auto at = byKey_.find(key);
  if (at == byKey_.end() || now - at->second->last >= kForget) return std::chrono::seconds(0);
  const base::TimePoint until = at->second->last + penalty(at->second->failures);
  return until <= now ? std::chrono::seconds(0) : std::chrono::ceil<std::chrono::seconds>(until - now);
}

void FailureTable::onFailure(std::string_view key, base::TimePoint now) {
  auto at = byKey_.find(key);
  if (at == byKey_.end()) {
    if (entries_.size() == kMaxEntries) forget(std::string(entries_.back().key));
    entries_.push_front({std::string(key), 0, now});
    at = byKey_.emplace(entries_.front().key, entries_.begin()).first;
  }
  Entry& entry = *at->second;
  if (now - entry.last >= kForget) entry.failures = 0;
  entry.failures = std::min(entry.failures + 1, std::uint32_t{1000});
  entry.last = now;
  entries_.splice(entries_.begin(), entries_, at->second);
}

void FailureTable::forget(std::string_view key) {
  const auto at = byKey_.find(key);
  if (at == byKey_.end()) return;
  const auto entry = at->second;
  byKey_.erase(at);
  entries_.erase(entry);
}

}  // namespace people

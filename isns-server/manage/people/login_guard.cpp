#include "isns-server/manage/people/login_guard.h"

#include <algorithm>
#include <iterator>

namespace people {

std::chrono::seconds FailureTable::penalty(std::uint32_t failures) const {
  if (failures <= limits_.free) return std::chrono::seconds(0);
  const std::uint32_t doublings = std::min(failures - limits_.free - 1, std::uint32_t{20});
  return std::min(std::chrono::seconds(std::int64_t{1} << doublings), limits_.longestWait);
}

std::chrono::seconds FailureTable::wait(std::string_view key, base::TimePoint now) const {
  const auto at = byKey_.find(key);
  if (at == byKey_.end() || now - at->second->last >= kForget) return std::chrono::seconds(0);
  const base::TimePoint until = at->second->last + penalty(at->second->failures + at->second->underWay);
  return until <= now ? std::chrono::seconds(0) : std::chrono::ceil<std::chrono::seconds>(until - now);
}

std::uint32_t FailureTable::failures(std::string_view key) const {
  const auto at = byKey_.find(key);
  return at == byKey_.end() ? 0 : at->second->failures;
}

FailureTable::Entry& FailureTable::entryOf(std::string_view key, base::TimePoint now) {
  auto at = byKey_.find(key);
  if (at == byKey_.end()) {
    if (entries_.size() == kMaxEntries) erase(std::prev(entries_.end()));
    entries_.push_front({std::string(key), 0, 0, now});
    at = byKey_.emplace(entries_.front().key, entries_.begin()).first;
  }
  Entry& entry = *at->second;
  if (now - entry.last >= kForget) entry.failures = 0;
  entry.last = now;
  entries_.splice(entries_.begin(), entries_, at->second);
  return entry;
}

void FailureTable::erase(std::list<Entry>::iterator entry) {
  byKey_.erase(entry->key);
  entries_.erase(entry);
}

void FailureTable::onBegin(std::string_view key, base::TimePoint now) { ++entryOf(key, now).underWay; }

void FailureTable::onFailure(std::string_view key, base::TimePoint now) {
  Entry& entry = entryOf(key, now);
  if (entry.underWay > 0) --entry.underWay;
  entry.failures = std::min(entry.failures + 1, std::uint32_t{1000});
}

void FailureTable::onEnd(std::string_view key, bool forget) {
  const auto at = byKey_.find(key);
  if (at == byKey_.end()) return;
  Entry& entry = *at->second;
  if (entry.underWay > 0) --entry.underWay;
  if (forget) entry.failures = 0;
  if (entry.failures == 0 && entry.underWay == 0) erase(at->second);
}

}  // namespace people

#include "isns-server/manage/audit/refusal_tally.h"

#include <utility>

namespace manage {

void RefusalTally::note(std::string_view key, About about, base::TimePoint now) {
  auto at = entries_.find(key);
  if (at == entries_.end()) {
    const std::string name(entries_.size() < kMaxKeys ? key : kOthers);
    at = entries_.try_emplace(name, Entry{{name, {}, 0}, now, false}).first;
  }
  at->second.refused.about = std::move(about);
  ++at->second.refused.count;
}

std::vector<RefusalTally::Refused> RefusalTally::take(base::TimePoint now) {
  std::vector<Refused> due;
  for (auto at = entries_.begin(); at != entries_.end();) {
    Entry& entry = at->second;
    const bool over = now - entry.since >= kPeriod;
    if (entry.refused.count > 0 && (!entry.told || over)) {
      due.push_back(entry.refused);
      entry.refused.count = 0;
      entry.told = true;
      entry.since = now;
    } else if (over) {
      at = entries_.erase(at);
      continue;
    }
    ++at;
  }
  return due;
}

}  // namespace manage

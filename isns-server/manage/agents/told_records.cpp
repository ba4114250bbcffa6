#include "isns-server/manage/agents/told_records.h"

#include <algorithm>

namespace manage {

void ToldRecords::pace(const std::string& agent, std::vector<ops::AuditRecord>& records, base::TimePoint now) {
  if (records.empty()) return;
  base::TimePoint& fullAt = fullAt_.try_emplace(agent, now).first->second;
  fullAt = std::max(fullAt, now);
  std::erase_if(records, [&](ops::AuditRecord& record) {
    if (fullAt + kEvery <= now + kEvery * kAtOnce) {
      fullAt += kEvery;
      return false;
    }
    const std::string key = record.event + " " + agent;
    beyond_.note(key, std::move(record), now);
    return true;
  });
}

std::vector<ops::AuditRecord> ToldRecords::take(base::TimePoint now) {
  std::erase_if(fullAt_, [&](const auto& one) { return one.second <= now; });
  return beyond_.take(now);
}

}  // namespace manage

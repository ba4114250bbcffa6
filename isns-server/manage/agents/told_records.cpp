#include "isns-server/manage/agents/told_records.h"

namespace manage {

void ToldRecords::pace(const std::string& agent, std::vector<ops::AuditRecord>& records, base::TimePoint now) {
  std::erase_if(records, [&](ops::AuditRecord& record) {
    if (byAgent_.allow(agent, now)) return false;
    const std::string key = record.event + " " + agent;
    beyond_.note(key, std::move(record), now);
    return true;
  });
}

}  // namespace manage

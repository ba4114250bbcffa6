// ToldRecords: how many records of the audit log an agent writes by what it tells: kAtOnce, then one each kEvery.
//
// What is beyond that is counted by agent and event (CountedRecords), so that an agent in a loop, or one that was taken
// over, does not fill a log that is never cut. Time is an argument; one owner, no locks. Bound: an entry for each agent
// that told something lately.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "isns-server/manage/audit/counted_records.h"

namespace manage {

class ToldRecords {
 public:
  static constexpr int kAtOnce = 64;
  static constexpr std::chrono::seconds kEvery{10};

  // Those that are written by themselves stay in `records`.
  void pace(const std::string& agent, std::vector<ops::AuditRecord>& records, base::TimePoint now);
  // The records of the others that are due. Asked each second or so.
  std::vector<ops::AuditRecord> take(base::TimePoint now);

 private:
  std::map<std::string, base::TimePoint, std::less<>> fullAt_;  // when it may write kAtOnce again, by agent
  CountedRecords beyond_;
};

}  // namespace manage

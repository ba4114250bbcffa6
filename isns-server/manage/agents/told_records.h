// ToldRecords: how many records of the audit log an agent writes by what it tells: kAtOnce, then one each kEvery.
//
// What is beyond that is counted by agent and event (CountedRecords), so that an agent in a loop, or one that was taken
// over, does not fill a log that is never cut. Time is an argument; one owner, no locks. Bound: of base::RateLimiter.
#pragma once

#include <string>
#include <vector>

#include "isns-server/manage/audit/counted_records.h"
#include "shared/base/rate_limiter.h"

namespace manage {

class ToldRecords {
 public:
  static constexpr std::uint32_t kAtOnce = 64;
  static constexpr std::chrono::seconds kEvery{10};

  // Those that are written by themselves stay in `records`.
  void pace(const std::string& agent, std::vector<ops::AuditRecord>& records, base::TimePoint now);
  // The records of the others that are due. Asked each second or so.
  std::vector<ops::AuditRecord> take(base::TimePoint now) { return beyond_.take(now); }

 private:
  base::RateLimiter<std::string> byAgent_{{.perSecond = 1, .burst = kAtOnce, .unit = kEvery}};
  CountedRecords beyond_;
};

}  // namespace manage

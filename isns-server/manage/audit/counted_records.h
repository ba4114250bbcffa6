// CountedRecords: records of the audit log at the pace of a PacedTally, so that somebody in a loop does not fill it.
//
// Those of a key are counted together: the first has its record at once, the others of its minute have one, which says
// what the last of them was. Time is an argument; one owner, no locks.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "isns-server/manage/audit/paced_tally.h"
#include "shared/ops/audit_record.h"

namespace manage {

class CountedRecords {
 public:
  // `record`: of this one; its detail `count` is set when it is due.
  void note(std::string_view key, ops::AuditRecord record, base::TimePoint now) {
    tally_.note(key, std::move(record), now);
  }
  // The records that are due. Asked each second or so.
  std::vector<ops::AuditRecord> take(base::TimePoint now) {
    std::vector<ops::AuditRecord> due;
    for (auto& told : tally_.take(now)) {
      ops::AuditRecord& record = due.emplace_back(std::move(told.about));
      if (told.key == kOthers) record.actor = record.origin = kOthers;
      const auto count = std::ranges::find(record.details, "count", &ops::AuditDetail::key);
      if (count != record.details.end()) count->value = std::to_string(told.count);
    }
    return due;
  }

 private:
  PacedTally<ops::AuditRecord> tally_;
};

}  // namespace manage

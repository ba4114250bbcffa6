// RefusedAccess: what somebody tried and may not, as counted records of the audit log (access.refused).
#pragma once

#include "isns-server/manage/audit/counted_records.h"

namespace manage {

using RefusedAccess = CountedRecords;

}  // namespace manage

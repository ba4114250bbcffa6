// SCSI status codes and task attributes (SAM-5 5.3.1, 8.6). Pure data, safe from any thread.
#pragma once

#include <cstdint>

namespace scsi {

enum class Status : std::uint8_t {
  Good = 0x00,
  CheckCondition = 0x02,
  ConditionMet = 0x04,
  Busy = 0x08,
  ReservationConflict = 0x18,
  TaskSetFull = 0x28,
  AcaActive = 0x30,
  TaskAborted = 0x40,
};

// A transport maps what it calls untagged to Simple (RFC 7143 11.3.1).
enum class TaskAttribute : std::uint8_t { Simple, Ordered, HeadOfQueue, Aca };

}  // namespace scsi

// Task: what the ordering and management of tasks knows of each request that has not ended (RFC 7143 4.2.2.1, 4.2.3).
//
// The owner derives its own task from it; TaskTable holds them. A plain struct of one owner.
#pragma once

#include <cstdint>

namespace iscsi {

enum class TaskKind : std::uint8_t { ScsiCommand, TaskManagement, Text, Logout, NopOut };

enum class TaskState : std::uint8_t {
  Held,           // waits for a gap in the CmdSN sequence before it
  ReceivingData,  // delivered; its Data-Out is not all here
  Ready,          // may be executed
  Executing,      // with the logical unit
  Sending,        // Data-In or a response on its way
  StatusSent,     // kept for a Status SNACK only
  Suspended,      // its connection is gone and may be replaced by TASK REASSIGN (ErrorRecoveryLevel 2)
  Aborted,        // completes towards the logical unit, never towards the initiator
};

struct Task {
  std::uint64_t lun = 0;  // the eight bytes of the PDU, as a big-endian number
  std::uint32_t itt = 0;  // Initiator Task Tag
  std::uint32_t cmdSn = 0;
  std::uint32_t arrival = 0;        // its place among all that came to the session, whatever their CmdSN
  std::uint16_t connection = 0;     // CID that it is allegiant to
  std::uint16_t openSequences = 0;  // Data-Out sequences (Target Transfer Tags) whose F has not come
  TaskKind kind = TaskKind::ScsiCommand;
  TaskState state = TaskState::Held;
  bool immediate = false;
};

}  // namespace iscsi

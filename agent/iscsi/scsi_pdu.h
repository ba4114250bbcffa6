// The PDUs that carry SCSI commands, their ends and task management: SCSI Command, SCSI Response, Task Management
// Function Request and Response.
//
// decode() gives the struct or the fault that makes the header illegal; see bhs.h for the rules. What RFC 7144 adds
// (priority, status qualifier, additional response information) is decoded as it stands: only sessions with
// iSCSIProtocolLevel 2 may look at it, others send 0. RFC 7143 11.3 to 11.6, RFC 7144 5 and 6.
#pragma once

#include "agent/iscsi/bhs.h"
#include "agent/iscsi/codes.h"
#include "agent/iscsi/residual.h"
#include "shared/base/result.h"

namespace iscsi {

inline constexpr std::uint8_t kStatusCheckCondition = 0x02;  // SAM-5 5.3
inline constexpr std::uint8_t kStatusTaskAborted = 0x40;

struct ScsiCommand {
  bool immediate = false;
  bool final = true;  // no unsolicited Data-Out follows
  bool read = false;
  bool write = false;
  TaskAttribute attribute = TaskAttribute::Simple;
  std::uint8_t priority = 0;            // 0 to 15 (RFC 7144 5.1.1)
  std::uint8_t totalAhsLength = 0;      // words of four bytes; see ahs.h
  std::uint32_t dataSegmentLength = 0;  // immediate data
  Lun lun{};
  std::uint32_t initiatorTaskTag = 0;
  std::uint32_t expectedDataTransferLength = 0;  // of the write where R and W are both set
  std::uint32_t cmdSn = 0;
  std::uint32_t expStatSn = 0;
  std::array<std::uint8_t, 16> cdb{};  // the first 16 bytes of it

  static base::Result<ScsiCommand, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const ScsiCommand&, const ScsiCommand&) = default;
};

struct ScsiResponse {
  ServiceResponse response = ServiceResponse::CommandCompleted;
  // With another response than CommandCompleted, status, qualifier, residuals and ExpDataSN are 0.
  std::uint8_t status = 0;            // SAM-5 5.3
  std::uint16_t statusQualifier = 0;  // RFC 7144 5.2.1
  Residual residual{};
  Residual bidirectionalReadResidual{};
  std::uint32_t dataSegmentLength = 0;  // sense and response data: see sense_segment.h
  std::uint32_t initiatorTaskTag = 0;
  std::uint32_t snackTag = 0;  // of the last R-Data SNACK, else 0
  std::uint32_t statSn = 0;
  std::uint32_t expCmdSn = 0;
  std::uint32_t maxCmdSn = 0;
  std::uint32_t expDataSn = 0;  // how many Data-In were sent

  static base::Result<ScsiResponse, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const ScsiResponse&, const ScsiResponse&) = default;
};

struct TaskManagementRequest {
  bool immediate = true;
  TaskManagementFunction function = TaskManagementFunction::AbortTask;  // may be one without a row
  Lun lun{};                                                            // where the function addresses a logical unit
  std::uint32_t initiatorTaskTag = 0;
  std::uint32_t referencedTaskTag = kReservedTag;
  std::uint32_t cmdSn = 0;
  std::uint32_t expStatSn = 0;
  std::uint32_t refCmdSn = 0;   // ABORT TASK and QUERY TASK
  std::uint32_t expDataSn = 0;  // TASK REASSIGN

  static base::Result<TaskManagementRequest, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const TaskManagementRequest&, const TaskManagementRequest&) = default;
};

struct TaskManagementResponse {
  TaskManagementResponseCode response = TaskManagementResponseCode::FunctionComplete;
  std::array<std::uint8_t, 3> information{};  // with FunctionSucceeded (RFC 7144 6.4)
  std::uint32_t initiatorTaskTag = 0;
  std::uint32_t statSn = 0;
  std::uint32_t expCmdSn = 0;
  std::uint32_t maxCmdSn = 0;

  static base::Result<TaskManagementResponse, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const TaskManagementResponse&, const TaskManagementResponse&) = default;
};

}  // namespace iscsi

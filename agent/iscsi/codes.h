// Codes inside PDUs, each kind an enum, and a table where more is known of it: reject reasons, asynchronous events,
// logout reasons and responses, task management functions and responses, service responses, SNACK types, task
// attributes.
//
// An enum may hold a code that the RFC does not assign: what a peer sends is kept as it is, and nameOf() then says
// "unassigned" or "vendor-specific" as the RFC does. Pure data, safe from any thread. RFC 7143 11 and RFC 7144 6.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace iscsi {

// Why a target rejects a PDU (11.17.1).
enum class RejectReason : std::uint8_t {
  Reserved = 0x01,
  DataDigestError = 0x02,
  SnackReject = 0x03,
  ProtocolError = 0x04,
  CommandNotSupported = 0x05,
  ImmediateCommandReject = 0x06,  // too many immediate commands
  TaskInProgress = 0x07,
  InvalidDataAck = 0x08,
  InvalidPduField = 0x09,      // values that describe a task, a response or a data transfer
  LongOperationReject = 0x0a,  // no Target Transfer Tag left
  NegotiationReset = 0x0b,     // must not be sent; received, it is a negotiation failure
  WaitingForLogout = 0x0c,
};
struct RejectReasonRow {
  RejectReason code;
  std::string_view name;
};
std::string_view nameOf(RejectReason reason);

// What an Asynchronous Message reports (11.9.1). 248 to 255 are vendor-specific.
enum class AsyncEvent : std::uint8_t {
  ScsiEvent = 0,           // with sense data
  LogoutRequest = 1,       // Parameter3: seconds until the logout
  ConnectionDrop = 2,      // Parameter1: CID, Parameter2: Time2Wait, Parameter3: Time2Retain
  SessionDrop = 3,         // Parameter2: Time2Wait, Parameter3: Time2Retain
  NegotiationRequest = 4,  // Parameter3: seconds until the Text Request
  TaskTermination = 5,     // of the LUN; only where TaskReporting is FastAbort
};
struct AsyncEventRow {
  AsyncEvent code;
  std::string_view name;
};
std::string_view nameOf(AsyncEvent event);

// Why an initiator logs out (11.14.1).
enum class LogoutReason : std::uint8_t { CloseSession = 0, CloseConnection = 1, RemoveConnectionForRecovery = 2 };
constexpr bool isReserved(LogoutReason reason) { return reason > LogoutReason::RemoveConnectionForRecovery; }

// 11.15.1
enum class LogoutResponseCode : std::uint8_t {
  Closed = 0,
  CidNotFound = 1,
  RecoveryNotSupported = 2,
  CleanupFailed = 3,
};

// 11.5.1; from QueryTask on RFC 7144 6.3.
enum class TaskManagementFunction : std::uint8_t {
  AbortTask = 1,
  AbortTaskSet = 2,
  ClearAca = 3,
  ClearTaskSet = 4,
  LogicalUnitReset = 5,
  TargetWarmReset = 6,
  TargetColdReset = 7,
  TaskReassign = 8,
  QueryTask = 9,
  QueryTaskSet = 10,
  ItNexusReset = 11,
  QueryAsynchronousEvent = 12,
};
// Which tasks a function is about.
enum class TaskScope : std::uint8_t {
  OneTask,      // that of the Referenced Task Tag
  NexusUnit,    // those of this session on the logical unit
  TaskSet,      // those of its task set: of this session, and of others where the task set is shared (TST)
  LogicalUnit,  // all on the logical unit, of all sessions
  Target,       // all on the logical units that this session sees, of all sessions
  Nexus,        // all of this session
  NoTasks,
};
struct TaskManagementFunctionRow {
  TaskManagementFunction code;
  std::string_view name;
  TaskScope scope;
  bool hasLun;  // addresses a logical unit; else the LUN field is reserved
  bool immediateOnly;
  std::uint8_t protocolLevel;  // the lowest iSCSIProtocolLevel that allows it
};
std::span<const TaskManagementFunctionRow> taskManagementFunctionTable();
// nullptr: unassigned. A target answers such a request with "Task management function not supported".
const TaskManagementFunctionRow* findRow(TaskManagementFunction function);
std::string_view nameOf(TaskManagementFunction function);

// 11.6.1; FunctionSucceeded RFC 7144 6.4.2.
enum class TaskManagementResponseCode : std::uint8_t {
  FunctionComplete = 0,
  TaskDoesNotExist = 1,
  LunDoesNotExist = 2,
  TaskStillAllegiant = 3,
  ReassignmentNotSupported = 4,
  FunctionNotSupported = 5,
  AuthorizationFailed = 6,
  FunctionSucceeded = 7,
  FunctionRejected = 255,
};
constexpr bool isUnassigned(TaskManagementResponseCode response) {
  return response > TaskManagementResponseCode::FunctionSucceeded &&
         response != TaskManagementResponseCode::FunctionRejected;
}

// The Response field of a SCSI Response (11.4.3). 0x80 to 0xff are vendor-specific.
enum class ServiceResponse : std::uint8_t { CommandCompleted = 0x00, TargetFailure = 0x01 };
constexpr bool isVendorSpecific(ServiceResponse response) { return static_cast<std::uint8_t>(response) >= 0x80; }

// 11.16.1
enum class SnackType : std::uint8_t { DataOrR2t = 0, Status = 1, DataAck = 2, RData = 3 };

// The ATTR field of a SCSI Command (11.3.1).
enum class TaskAttribute : std::uint8_t { Untagged = 0, Simple = 1, Ordered = 2, HeadOfQueue = 3, Aca = 4 };

}  // namespace iscsi

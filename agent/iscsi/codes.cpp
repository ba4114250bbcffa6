#include "agent/iscsi/codes.h"

#include <algorithm>
#include <iterator>

namespace iscsi {
namespace {

constexpr bool yes = true;
constexpr bool no = false;

// clang-format off
constexpr RejectReasonRow kRejectReasons[] = {
  // code                                 name                           sent  resent
  {RejectReason::Reserved,               "Reserved",                     no,   no},
  {RejectReason::DataDigestError,        "Data (payload) digest error",  yes,  yes},
  {RejectReason::SnackReject,            "SNACK Reject",                 yes,  yes},
  {RejectReason::ProtocolError,          "Protocol Error",               yes,  no},
  {RejectReason::CommandNotSupported,    "Command not supported",        yes,  no},
  {RejectReason::ImmediateCommandReject, "Immediate command reject",     yes,  yes},
  {RejectReason::TaskInProgress,         "Task in progress",             yes,  no},
  {RejectReason::InvalidDataAck,         "Invalid data ack",             yes,  no},
  {RejectReason::InvalidPduField,        "Invalid PDU field",            yes,  no},
  {RejectReason::LongOperationReject,    "Long op reject",               yes,  yes},
  {RejectReason::NegotiationReset,       "Negotiation Reset",            no,   no},
  {RejectReason::WaitingForLogout,       "Waiting for Logout",           yes,  no},
};

constexpr AsyncEventRow kAsyncEvents[] = {
  {AsyncEvent::ScsiEvent,          "SCSI Async Event"},
  {AsyncEvent::LogoutRequest,      "Logout Request"},
  {AsyncEvent::ConnectionDrop,     "Connection Drop Notification"},
  {AsyncEvent::SessionDrop,        "Session Drop Notification"},
  {AsyncEvent::NegotiationRequest, "Negotiation Request"},
  {AsyncEvent::TaskTermination,    "Task Termination"},
};

constexpr LogoutReasonRow kLogoutReasons[] = {
  {LogoutReason::CloseSession,                "close the session"},
  {LogoutReason::CloseConnection,             "close the connection"},
  {LogoutReason::RemoveConnectionForRecovery, "remove the connection for recovery"},
};

constexpr LogoutResponseRow kLogoutResponses[] = {
  {LogoutResponseCode::Closed,               "connection or session closed successfully"},
  {LogoutResponseCode::CidNotFound,          "CID not found"},
  {LogoutResponseCode::RecoveryNotSupported, "connection recovery is not supported"},
  {LogoutResponseCode::CleanupFailed,        "cleanup failed"},
};

using F = TaskManagementFunction;
using S = TaskScope;
constexpr TaskManagementFunctionRow kFunctions[] = {
  // code                       name                       scope           LUN  task  imm. level
  {F::AbortTask,              "ABORT TASK",                S::OneTask,     yes, yes,  no,  1},
  {F::AbortTaskSet,           "ABORT TASK SET",            S::NexusUnit,   yes, no,   no,  1},
  {F::ClearAca,               "CLEAR ACA",                 S::NoTasks,     yes, no,   no,  1},
  {F::ClearTaskSet,           "CLEAR TASK SET",            S::TaskSet,     yes, no,   no,  1},
  {F::LogicalUnitReset,       "LOGICAL UNIT RESET",        S::LogicalUnit, yes, no,   no,  1},
  {F::TargetWarmReset,        "TARGET WARM RESET",         S::Target,      no,  no,   no,  1},
  {F::TargetColdReset,        "TARGET COLD RESET",         S::Target,      no,  no,   no,  1},
  {F::TaskReassign,           "TASK REASSIGN",             S::OneTask,     no,  yes,  yes, 1},
  {F::QueryTask,              "QUERY TASK",                S::OneTask,     yes, yes,  no,  2},
  {F::QueryTaskSet,           "QUERY TASK SET",            S::NexusUnit,   yes, no,   no,  2},
  {F::ItNexusReset,           "I_T NEXUS RESET",           S::Nexus,       no,  no,   no,  2},
  {F::QueryAsynchronousEvent, "QUERY ASYNCHRONOUS EVENT",  S::NoTasks,     yes, no,   no,  2},
};

using R = TaskManagementResponseCode;
constexpr TaskManagementResponseRow kResponses[] = {
  {R::FunctionComplete,         "Function complete"},
  {R::TaskDoesNotExist,         "Task does not exist"},
  {R::LunDoesNotExist,          "LUN does not exist"},
  {R::TaskStillAllegiant,       "Task still allegiant"},
  {R::ReassignmentNotSupported, "Task allegiance reassignment not supported"},
  {R::FunctionNotSupported,     "Task management function not supported"},
  {R::AuthorizationFailed,      "Function authorization failed"},
  {R::FunctionSucceeded,        "Function succeeded"},
  {R::FunctionRejected,         "Function rejected"},
};
// clang-format on

template <class Rows>
constexpr bool ascending(const Rows& rows) {
  for (std::size_t i = 1; i < std::size(rows); ++i) {
    if (!(rows[i - 1].code < rows[i].code)) return false;
  }
  return true;
}
static_assert(ascending(kRejectReasons) && ascending(kAsyncEvents) && ascending(kLogoutReasons));
static_assert(ascending(kLogoutResponses) && ascending(kFunctions) && ascending(kResponses));
static_assert(std::size(kRejectReasons) == 12 && std::size(kFunctions) == 12, "no code is left out");
static_assert(std::all_of(std::begin(kRejectReasons), std::end(kRejectReasons),
                          [](const auto& row) { return row.mayBeSent || !row.mayBeResent; }));

template <class Rows, class Code>
const auto* find(const Rows& rows, Code code) {
  const auto* row = std::find_if(std::begin(rows), std::end(rows), [&](const auto& r) { return r.code == code; });
  return row == std::end(rows) ? nullptr : row;
}

template <class Rows, class Code>
std::string_view nameIn(const Rows& rows, Code code, std::string_view otherwise) {
  const auto* row = find(rows, code);
  return row == nullptr ? otherwise : row->name;
}

}  // namespace

std::span<const RejectReasonRow> rejectReasonTable() { return kRejectReasons; }
const RejectReasonRow* findRow(RejectReason reason) { return find(kRejectReasons, reason); }
std::string_view nameOf(RejectReason reason) { return nameIn(kRejectReasons, reason, "unassigned"); }

std::string_view nameOf(AsyncEvent event) {
  constexpr std::uint8_t kFirstVendor = 248;
  return nameIn(kAsyncEvents, event,
                static_cast<std::uint8_t>(event) >= kFirstVendor ? "vendor-specific" : "unassigned");
}

const LogoutReasonRow* findRow(LogoutReason reason) { return find(kLogoutReasons, reason); }
std::string_view nameOf(LogoutReason reason) { return nameIn(kLogoutReasons, reason, "reserved"); }

std::string_view nameOf(LogoutResponseCode response) { return nameIn(kLogoutResponses, response, "unassigned"); }

std::span<const TaskManagementFunctionRow> taskManagementFunctionTable() { return kFunctions; }
const TaskManagementFunctionRow* findRow(TaskManagementFunction function) { return find(kFunctions, function); }
std::string_view nameOf(TaskManagementFunction function) { return nameIn(kFunctions, function, "unassigned"); }

const TaskManagementResponseRow* findRow(TaskManagementResponseCode response) { return find(kResponses, response); }
std::string_view nameOf(TaskManagementResponseCode response) { return nameIn(kResponses, response, "unassigned"); }

std::string_view nameOf(ServiceResponse response) {
  switch (response) {
    case ServiceResponse::CommandCompleted:
      return "Command Completed at Target";
    case ServiceResponse::TargetFailure:
      return "Target Failure";
  }
  return isVendorSpecific(response) ? "vendor-specific" : "reserved";
}

std::string_view nameOf(SnackType type) {
  switch (type) {
    case SnackType::DataOrR2t:
      return "Data/R2T SNACK";
    case SnackType::Status:
      return "Status SNACK";
    case SnackType::DataAck:
      return "DataACK";
    case SnackType::RData:
      return "R-Data SNACK";
  }
  return "reserved";
}

std::string_view nameOf(TaskAttribute attribute) {
  switch (attribute) {
    case TaskAttribute::Untagged:
      return "Untagged";
    case TaskAttribute::Simple:
      return "Simple";
    case TaskAttribute::Ordered:
      return "Ordered";
    case TaskAttribute::HeadOfQueue:
      return "Head of queue";
    case TaskAttribute::Aca:
      return "ACA";
  }
  return "reserved";
}

}  // namespace iscsi

#include "agent/iscsi/codes.h"

#include <algorithm>
#include <iterator>

namespace iscsi {
namespace {

constexpr bool yes = true;
constexpr bool no = false;

// clang-format off
constexpr RejectReasonRow kRejectReasons[] = {
  {RejectReason::Reserved,               "Reserved"},
  {RejectReason::DataDigestError,        "Data (payload) digest error"},
  {RejectReason::SnackReject,            "SNACK Reject"},
  {RejectReason::ProtocolError,          "Protocol Error"},
  {RejectReason::CommandNotSupported,    "Command not supported"},
  {RejectReason::ImmediateCommandReject, "Immediate command reject"},
  {RejectReason::TaskInProgress,         "Task in progress"},
  {RejectReason::InvalidDataAck,         "Invalid data ack"},
  {RejectReason::InvalidPduField,        "Invalid PDU field"},
  {RejectReason::LongOperationReject,    "Long op reject"},
  {RejectReason::NegotiationReset,       "Negotiation Reset"},
  {RejectReason::WaitingForLogout,       "Waiting for Logout"},
};

constexpr AsyncEventRow kAsyncEvents[] = {
  {AsyncEvent::ScsiEvent,          "SCSI Async Event"},
  {AsyncEvent::LogoutRequest,      "Logout Request"},
  {AsyncEvent::ConnectionDrop,     "Connection Drop Notification"},
  {AsyncEvent::SessionDrop,        "Session Drop Notification"},
  {AsyncEvent::NegotiationRequest, "Negotiation Request"},
  {AsyncEvent::TaskTermination,    "Task Termination"},
};

using F = TaskManagementFunction;
using S = TaskScope;
constexpr TaskManagementFunctionRow kFunctions[] = {
  // code                       name                       scope           LUN  imm. level
  {F::AbortTask,              "ABORT TASK",                S::OneTask,     yes, no,  1},
  {F::AbortTaskSet,           "ABORT TASK SET",            S::NexusUnit,   yes, no,  1},
  {F::ClearAca,               "CLEAR ACA",                 S::NoTasks,     yes, no,  1},
  {F::ClearTaskSet,           "CLEAR TASK SET",            S::TaskSet,     yes, no,  1},
  {F::LogicalUnitReset,       "LOGICAL UNIT RESET",        S::LogicalUnit, yes, no,  1},
  {F::TargetWarmReset,        "TARGET WARM RESET",         S::Target,      no,  no,  1},
  {F::TargetColdReset,        "TARGET COLD RESET",         S::Target,      no,  no,  1},
  {F::TaskReassign,           "TASK REASSIGN",             S::OneTask,     no,  yes, 1},
  {F::QueryTask,              "QUERY TASK",                S::OneTask,     yes, no,  2},
  {F::QueryTaskSet,           "QUERY TASK SET",            S::NexusUnit,   yes, no,  2},
  {F::ItNexusReset,           "I_T NEXUS RESET",           S::Nexus,       no,  no,  2},
  {F::QueryAsynchronousEvent, "QUERY ASYNCHRONOUS EVENT",  S::NoTasks,     yes, no,  2},
};
// clang-format on

template <class Rows>
constexpr bool ascending(const Rows& rows) {
  for (std::size_t i = 1; i < std::size(rows); ++i) {
    if (!(rows[i - 1].code < rows[i].code)) return false;
  }
  return true;
}
static_assert(ascending(kRejectReasons) && ascending(kAsyncEvents) && ascending(kFunctions));
static_assert(std::size(kRejectReasons) == 12 && std::size(kFunctions) == 12, "no code is left out");

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

std::string_view nameOf(RejectReason reason) { return nameIn(kRejectReasons, reason, "unassigned"); }

std::string_view nameOf(AsyncEvent event) {
  constexpr std::uint8_t kFirstVendor = 248;
  return nameIn(kAsyncEvents, event,
                static_cast<std::uint8_t>(event) >= kFirstVendor ? "vendor-specific" : "unassigned");
}

std::span<const TaskManagementFunctionRow> taskManagementFunctionTable() { return kFunctions; }
const TaskManagementFunctionRow* findRow(TaskManagementFunction function) { return find(kFunctions, function); }
std::string_view nameOf(TaskManagementFunction function) { return nameIn(kFunctions, function, "unassigned"); }

}  // namespace iscsi

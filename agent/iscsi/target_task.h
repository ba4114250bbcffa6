// TargetTask: a request on its way through a target session, from its header to the last byte of its answer.
//
// The session's; what only commands with data need lies in a TaskTransfer, which a pool lends, so that a task of an
// idle session is small. As an OutputHold it keeps data-in alive until the socket has taken it.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "agent/iscsi/command_window.h"
#include "agent/iscsi/control_pdu.h"
#include "agent/iscsi/data_in_sender.h"
#include "agent/iscsi/data_out_receiver.h"
#include "agent/iscsi/data_pdu.h"
#include "agent/iscsi/pdu_writer.h"
#include "agent/iscsi/residual.h"
#include "agent/iscsi/response_fence.h"
#include "agent/iscsi/scsi_pdu.h"
#include "agent/iscsi/task.h"
#include "agent/iscsi/text_pdu.h"
#include "agent/iscsi/unit_port.h"
#include "shared/base/clock.h"

namespace iscsi {

class TargetConnection;
class TargetSession;

// How the data of a command moves, and what is to be sent of its answer.
struct TaskTransfer {
  DataOutReceiver out;
  DataInSender in;
  UnitAnswer answer;
};

// Lends TaskTransfers to all sessions of a thread. Keeps what it made: as many as tasks were ever busy at a time.
class TransferPool {
 public:
  TaskTransfer* take() {
    if (free_.empty()) {
      made_.push_back(std::make_unique<TaskTransfer>());
      free_.reserve(made_.size());
      return made_.back().get();
    }
    TaskTransfer* const transfer = free_.back();
    free_.pop_back();
    return transfer;
  }
  void give(TaskTransfer* transfer) { free_.push_back(transfer); }

 private:
  std::vector<std::unique_ptr<TaskTransfer>> made_;
  std::vector<TaskTransfer*> free_;
};

struct TargetTask : Task, OutputHold {
  virtual ~TargetTask() = default;

  TargetSession* session = nullptr;
  TargetConnection* link = nullptr;  // that it is allegiant to; nullptr: it is gone
  std::variant<ScsiCommand, TaskManagementRequest, LogoutRequest, NopOut, TextRequest> request;
  base::Bytes extra;  // a CDB of more than 16 bytes, whole; the data of a ping or a text
  TaskTransfer* transfer = nullptr;
  UnitTask* unit = nullptr;
  std::span<std::uint8_t> dataOut;  // memory for it, as long as what is wanted
  Residuals residuals;
  std::uint64_t presentedOut = 0;
  // A function over a set of tasks, once it has begun: the arrival after which tasks are none of it.
  std::optional<std::uint32_t> endsBefore;
  std::uint32_t expectedRead = 0;  // of a bidirectional command
  std::uint32_t dataSn = 0;        // of Data-In and R2T
  std::uint32_t snackTag = 0;      // of the last R-Data SNACK: the status goes into a Response that names it
  std::uint32_t statSn = 0;        // of its status, where that is kept
  std::uint32_t heldBytes = 0;     // of `extra`, while the request waits for its turn
  base::TimePoint since{};         // its header was there
  base::TimePoint dataHeard{};     // when bytes of a Data-Out of it came
  base::TimePoint olderHeard{};    // ... of a write that was to send before it and has left TargetSession::waiting_
  base::TimePoint owedSince{};  // in TargetSession::waiting_ since then; a function: awaits data since then, or kNever
  ResponseFence fence;             // a function: status of other connections that must arrive first
  bool inFlight = false;   // a PDU of it is being read, maybe into dataOut
  bool accepted = false;   // its number counts as received
  bool delivered = false;
  bool waiting = false;    // in TargetSession::waiting_
  bool takesData = false;  // transfer->out was begun
  bool noRoom = false;     // it ends with TASK SET FULL
  bool answered = false;   // its status is in the output
  bool statusKept = false; // ... and may be asked for again
  bool suspended = false;  // its connection is lost, and another may take it (ErrorRecoveryLevel 2)
  bool completed = false;  // transfer->answer is there
  bool answering = false;  // ... and transfer->in is about it: some of it may have been sent
  bool ended = false;      // its place in the window, or in the immediate budget, was given back
  bool behind = false;     // in the count of its connection
  bool askedUnit = false;  // a function: the logical unit works on it
  bool unitDone = false;   // ... and has answered

  [[nodiscard]] const ScsiCommand& command() const { return std::get<ScsiCommand>(request); }
  [[nodiscard]] const TaskManagementRequest& function() const { return std::get<TaskManagementRequest>(request); }
  // In TargetSession::waiting_: since when nothing of it came.
  [[nodiscard]] base::TimePoint ownHeard() const { return std::max(owedSince, dataHeard); }
  [[nodiscard]] base::ByteView cdb() const {
    return extra.empty() ? base::ByteView(command().cdb) : base::ByteView(extra);
  }

 protected:
  void released() override;
};

[[nodiscard]] inline std::uint64_t lunNumber(const Lun& lun) { return base::loadU64(lun.data()); }

[[nodiscard]] constexpr ImmediateBudget::Kind budgetOf(TaskKind kind) {
  return kind == TaskKind::TaskManagement ? ImmediateBudget::Kind::TaskManagement : ImmediateBudget::Kind::Other;
}

}  // namespace iscsi

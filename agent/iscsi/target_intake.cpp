// Requests of a target session from their header until it is their turn (RFC 7143 4.2.2, 11.3): is it known, is there
// room, where does its data go; what waits for a gap in the CmdSN sequence is delivered when that is filled.
#include "agent/iscsi/target_connection.h"
#include "agent/iscsi/target_session.h"

namespace iscsi {
namespace {

// Data of pings and texts that wait for a gap in the CmdSN sequence to be filled; one alone may have more.
constexpr std::size_t kHeldBytes = 65536;

}  // namespace

TargetSession::Taken TargetSession::take(TargetConnection& connection, Task facts, base::TimePoint now, bool reset) {
  facts.arrival = arrivals_;
  if (closed_) return {};
  if (!facts.immediate) {
    const CommandWindow::Place place = window_.check(facts.cmdSn);
    if (place == CommandWindow::Place::Outside || place == CommandWindow::Place::Duplicate) return {};
  }
  const ImmediateBudget::Kind kind = budgetOf(facts.kind);
  if (facts.immediate && !connection.immediates().begin(kind, reset)) {
    return {nullptr, RejectReason::ImmediateCommandReject, {}};
  }
  const auto added = tasks_.add(facts);
  if (added.task == nullptr) {
    if (facts.immediate) connection.immediates().end(kind);
    if (added.added == TaskTable<TargetTask>::Added::TagInUse) {
      // A retry of what is here is dropped in silence (4.2.2.1).
      return facts.immediate ? Taken{nullptr, RejectReason::TaskInProgress, {}} : Taken{};
    }
    return {nullptr, RejectReason::ImmediateCommandReject, {}};
  }
  ++arrivals_;
  TargetTask& task = *added.task;
  task.session = this;
  task.link = &connection;
  task.extra.clear();
  task.transfer = nullptr;
  task.unit = nullptr;
  task.dataOut = {};
  task.dataSn = 0;
  task.heldBytes = task.snackTag = 0;
  task.since = now;
  task.endsBefore.reset();
  task.dataHeard = task.olderHeard = {};
  task.fence = {};
  task.accepted = task.delivered = task.waiting = task.takesData = task.noRoom = task.answered = false;
  task.behind = task.askedUnit = task.unitDone = task.statusKept = task.suspended = task.completed = task.ended = false;
  task.answering = false;
  task.inFlight = true;
  counters_.commandsMax = std::max(counters_.commandsMax, tasks_.size());
  return {&task, std::nullopt, {}};
}

TargetSession::Taken TargetSession::takeCommand(TargetConnection& connection, const ScsiCommand& command,
                                                base::ByteView longCdb, std::uint32_t expectedRead,
                                                base::TimePoint now) {
  if (units_ == nullptr) return {nullptr, RejectReason::CommandNotSupported, {}};  // discovery (RFC 7143 4.3)
  Task facts;
  facts.kind = TaskKind::ScsiCommand;
  facts.lun = lunNumber(command.lun);
  facts.itt = command.initiatorTaskTag;
  facts.cmdSn = command.cmdSn;
  facts.connection = connection.cid();
  facts.immediate = command.immediate;
  Taken taken = take(connection, facts, now);
  if (taken.task == nullptr) return taken;
  TargetTask& task = *taken.task;
  task.request = command;
  if (!longCdb.empty()) {
    task.extra.assign(command.cdb.begin(), command.cdb.end());
    base::append(task.extra, longCdb);
  }
  task.expectedRead = expectedRead;
  place(task, taken);
  if (taken.reject) {
    forget(task);
    taken.task = nullptr;
  }
  return taken;
}

// What the command moves, and where its immediate data goes.
void TargetSession::place(TargetTask& task, Taken& taken) {
  const ScsiCommand& command = task.command();
  UnitMoves moves;
  const TargetConnection& link = *task.link;
  const bool unread = link.stuck() || link.behind > limits_.commandWindow;
  task.noRoom = unread || !units_->begin(task, moves);
  task.presentedOut = moves.out;
  task.residuals = residualsOf(
      {command.read, command.write, command.expectedDataTransferLength, task.expectedRead, moves.out, moves.in});
  task.transfer = transfers_.take();
  if (!command.write) return;
  DataOutReceiver& out = task.transfer->out;
  task.takesData = true;
  const DataOutFault fault =
      out.begin({command.expectedDataTransferLength, task.residuals.out, command.dataSegmentLength, command.final},
                task.link->dataOutParameters());
  const std::uint8_t reason = dataOutFaultRow(fault).rejectReason;
  if (fault != DataOutFault::None && reason != 0) {
    taken.reject = static_cast<RejectReason>(reason);
    return;
  }
  if (out.failed() || task.noRoom) return out.abandon();
  if (task.residuals.out == 0) return;
  if (!units_->reserve(task, task.residuals.out)) {
    task.noRoom = true;
    return out.abandon();
  }
  taken.place = task.dataOut.first(std::min<std::size_t>(command.dataSegmentLength, task.dataOut.size()));
}

template <class Request>
TargetSession::Taken TargetSession::takeRequest(TargetConnection& connection, TaskKind kind, const Request& request,
                                                std::uint32_t dataLength, base::TimePoint now) {
  Task facts;
  facts.kind = kind;
  facts.itt = request.initiatorTaskTag;
  facts.cmdSn = request.cmdSn;
  facts.connection = connection.cid();
  facts.immediate = request.immediate;
  bool reset = false;
  if constexpr (std::is_same_v<Request, TaskManagementRequest>) {
    facts.lun = lunNumber(request.lun);
    const TaskManagementFunctionRow* const row = findRow(request.function);
    reset = row != nullptr && (row->scope == TaskScope::LogicalUnit || row->scope == TaskScope::Target);
  }
  Taken taken = take(connection, facts, now, reset);
  if (taken.task == nullptr) return taken;
  TargetTask& task = *taken.task;
  task.request = request;
  if (!task.immediate && window_.check(task.cmdSn) == CommandWindow::Place::Ahead) {
    const bool room = heldBytes_ == 0 || heldBytes_ + dataLength <= kHeldBytes;
    if (!room && kind == TaskKind::Text) {
      forget(task);
      return {nullptr, RejectReason::LongOperationReject, {}};
    }
    // Without room a ping comes back without its data: whoever has one open at a time does not get there.
    if (!room) dataLength = 0;
    task.heldBytes = dataLength;
    heldBytes_ += dataLength;
  }
  task.extra.resize(dataLength);
  taken.place = task.extra;
  return taken;
}
template TargetSession::Taken TargetSession::takeRequest(TargetConnection&, TaskKind, const TaskManagementRequest&,
                                                         std::uint32_t, base::TimePoint);
template TargetSession::Taken TargetSession::takeRequest(TargetConnection&, TaskKind, const LogoutRequest&,
                                                         std::uint32_t, base::TimePoint);
template TargetSession::Taken TargetSession::takeRequest(TargetConnection&, TaskKind, const NopOut&, std::uint32_t,
                                                         base::TimePoint);
template TargetSession::Taken TargetSession::takeRequest(TargetConnection&, TaskKind, const TextRequest&, std::uint32_t,
                                                         base::TimePoint);

void TargetSession::forget(TargetTask& task) {
  task.inFlight = false;
  if (task.immediate) task.link->immediates().end(budgetOf(task.kind));
  retire(task);
}

void TargetSession::accept(TargetTask& task, base::TimePoint now) {
  task.inFlight = false;
  const bool aborted = task.state == TaskState::Aborted;
  if (task.immediate) return aborted ? forget(task) : deliver(task, now);
  if (aborted) {
    static_cast<void>(window_.plug(task.cmdSn));
    retire(task);
    return deliverHeld(now);
  }
  switch (window_.accept(task.cmdSn, tasks_.handleOf(task))) {
    case CommandWindow::Taken::Deliver:
      task.accepted = true;
      deliver(task, now);
      return deliverHeld(now);
    case CommandWindow::Taken::Held:
      task.accepted = true;
      return;
    case CommandWindow::Taken::Ignored:
      return retire(task);
  }
}

// What waited for a gap to be filled.
void TargetSession::deliverHeld(base::TimePoint now) {
  while (const auto handle = window_.next()) deliver(tasks_.at(*handle), now);
  if (functionsWaiting_ > 0) stepWaiting();
}

void TargetSession::deliver(TargetTask& task, base::TimePoint now) {
  task.delivered = true;
  letGoOfHeldBytes(task);
  switch (task.kind) {
    case TaskKind::ScsiCommand:
      task.state = TaskState::ReceivingData;
      return advance(task);
    case TaskKind::TaskManagement:
      ++counters_.taskManagement;
      return manage(task);
    case TaskKind::Text:
    case TaskKind::Logout:
    case TaskKind::NopOut:
      return task.link->deliver(task, now);
  }
}

}  // namespace iscsi

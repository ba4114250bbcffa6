#include "agent/iscsi/target_session.h"

#include <algorithm>

#include "agent/iscsi/lun_form.h"
#include "agent/iscsi/sense_segment.h"
#include "agent/iscsi/serial.h"
#include "agent/iscsi/target_connection.h"

namespace iscsi {
namespace {

constexpr std::uint8_t kTaskSetFull = 0x28;  // SAM-5 5.3
// Data of pings and texts that wait for a gap in the CmdSN sequence to be filled; one alone may have more.
constexpr std::size_t kHeldBytes = 65536;

std::uint32_t usualTasks(const SessionLimits& limits) {
  return limits.commandWindow + limits.immediateFunctions + limits.immediateOther;
}

std::uint32_t tableBound(const SessionLimits& limits, const Parameters& parameters) {
  const std::uint32_t kept = parameters.errorRecoveryLevel > 0 ? TargetConnection::kMaxKept : 0;
  const std::uint64_t ofAConnection =
      std::uint64_t{limits.commandWindow} * 2 + kept + limits.immediateFunctions + limits.immediateOther;
  const std::uint64_t all = limits.commandWindow + ofAConnection * parameters.maxConnections;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(all, TaskTable<TargetTask>::kMaxBound));
}

std::uint64_t numberOf(const Lun& lun) { return base::loadU64(lun.data()); }

ImmediateBudget::Kind budgetOf(TaskKind kind) {
  return kind == TaskKind::TaskManagement ? ImmediateBudget::Kind::TaskManagement : ImmediateBudget::Kind::Other;
}
ImmediateBudget::Kind budgetOf(const Task& task) { return budgetOf(task.kind); }

}  // namespace

void TargetTask::released() { session->onSent(*this); }

std::string_view nameOf(SessionEnd why) {
  constexpr std::string_view kNames[] = {"logged out",       "reinstated", "timed out",
                                         "nexus reset",      "dropped",    "format error of the initiator",
                                         "target cold reset"};
  return kNames[static_cast<std::size_t>(why)];
}

TargetSession::TargetSession(const AgreedLogin& login, const SessionLimits& limits, std::uint64_t seed,
                             SessionOwner& owner, TransferPool& transfers)
    : login_(login),
      limits_(limits),
      owner_(owner),
      transfers_(transfers),
      window_(login.cmdSn, limits.commandWindow, limits.commandWindow),
      tasks_(tableBound(limits, login.parameters), seed, usualTasks(limits)) {}

TargetSession::~TargetSession() = default;

// ---- Connections ---------------------------------------------------------------------------------------------------

void TargetSession::attach(TargetConnection& connection) {
  connections_.push_back(&connection);
  window_.announced();  // by the last Login Response
}

void TargetSession::detach(TargetConnection& connection, ConnectionEnd how, base::TimePoint now) {
  if (std::erase(connections_, &connection) == 0) return;
  std::erase(recoveredCids_, connection.cid());
  if (how != ConnectionEnd::LoggedOut && parameters().errorRecoveryLevel >= 2 && !closed_) {
    tasks_.forEach([&](TargetTask& task) {
      if (task.link == &connection) suspend(task);
    });
  }
  dropAll(Loss::Connection, [&](const TargetTask& task) { return task.link == &connection; });
  if (closed_) return;
  owner_.onConnectionGone(*this, connection.cid(), how, now);
  if (closed_) return;
  submitWaiting();
  tasks_.forEach([&](TargetTask& task) {
    if (task.kind == TaskKind::TaskManagement) task.fence.connectionEnded(connection.cid());
  });
  stepWaiting();
}

void TargetSession::close(SessionEnd why) {
  if (closed_) return;
  closed_ = true;
  dropSuspended([](const TargetTask&) { return true; });
  dropAll(Loss::Connection, [](const TargetTask& task) { return task.link != nullptr; });
  if (units_ != nullptr) units_->leave();
  for (TargetConnection* const connection : std::exchange(connections_, {})) connection->close();
  owner_.onSessionClosed(*this, why);
  closedTold_ = true;
  tellIdle();
}

void TargetSession::requestLogout(std::uint16_t seconds) {
  for (TargetConnection* const connection : connections_) {
    AsyncMessage message;
    message.event = AsyncEvent::LogoutRequest;
    message.parameter3 = seconds;
    connection->send(message, true);
  }
}

void TargetSession::clearWaiting(std::uint64_t lun) {
  dropAll(Loss::Aborted, [&](const TargetTask& task) {
    return task.kind == TaskKind::ScsiCommand && sameLun(task.lun, lun) &&
           (task.state == TaskState::Held || task.state == TaskState::ReceivingData ||
            task.state == TaskState::Ready);
  });
  stepWaiting();
}

std::optional<base::TimePoint> TargetSession::awaitsData(const TargetConnection& connection) const {
  const auto oldest = std::find_if(waiting_.begin(), waiting_.end(), [&](const TargetTask* task) {
    return task->link == &connection && task->openSequences != 0;
  });
  if (oldest == waiting_.end()) return std::nullopt;
  return (*oldest)->owedSince;
}

// ---- Requests at their header --------------------------------------------------------------------------------------

TargetSession::Taken TargetSession::take(TargetConnection& connection, const Task& facts, base::TimePoint now) {
  if (closed_) return {};
  if (!facts.immediate) {
    const CommandWindow::Place place = window_.check(facts.cmdSn);
    if (place == CommandWindow::Place::Outside || place == CommandWindow::Place::Duplicate) return {};
  }
  const ImmediateBudget::Kind kind = budgetOf(facts.kind);
  if (facts.immediate && !connection.immediates().begin(kind)) {
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
  task.fence = {};
  task.accepted = task.delivered = task.waiting = task.takesData = task.noRoom = task.answered = false;
  task.behind = task.askedUnit = task.unitDone = task.statusKept = task.suspended = task.completed = task.ended = false;
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
  facts.lun = numberOf(command.lun);
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
  task.residuals = residualsOf({command.read, command.write, command.expectedDataTransferLength, task.expectedRead,
                                moves.out, moves.in});
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
  if constexpr (std::is_same_v<Request, TaskManagementRequest>) facts.lun = numberOf(request.lun);
  Taken taken = take(connection, facts, now);
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
template TargetSession::Taken TargetSession::takeRequest(TargetConnection&, TaskKind, const TextRequest&,
                                                         std::uint32_t, base::TimePoint);

void TargetSession::forget(TargetTask& task) {
  task.inFlight = false;
  if (task.immediate) task.link->immediates().end(budgetOf(task));
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

// ---- Data-out ------------------------------------------------------------------------------------------------------

TargetSession::DataTaken TargetSession::takeData(TargetConnection& connection, const DataOut& pdu) {
  TargetTask* const task = tasks_.find(pdu.initiatorTaskTag);
  const bool gone = task == nullptr || task->kind != TaskKind::ScsiCommand || !task->takesData ||
                    task->state == TaskState::Executing || task->state == TaskState::Sending ||
                    task->state == TaskState::Aborted || task->answered;
  if (gone) {
    // For a task that has ended: the initiator had sent it before it knew.
    ++counters_.lateData;
    return {};
  }
  const bool wrongUnit = pdu.targetTransferTag != kReservedTag && numberOf(pdu.lun) != task->lun;
  if (task->link != &connection || wrongUnit) return {nullptr, RejectReason::InvalidPduField, {}};
  const auto placement = task->transfer->out.check(
      {pdu.targetTransferTag, pdu.dataSn, pdu.bufferOffset, pdu.dataSegmentLength, pdu.final});
  DataTaken taken{task, std::nullopt, {}};
  task->inFlight = true;
  if (placement.keep != 0) taken.place = task->dataOut.subspan(placement.offset, placement.keep);
  return taken;
}

void TargetSession::dataCame(TargetTask& task, const DataOut& pdu, bool good, base::ByteView header) {
  if (cutOff(task)) return;
  // Went to its unit, or was answered, since the header: by what came on other connections.
  if (task.answered || task.state == TaskState::Executing || task.state == TaskState::Sending) {
    ++counters_.lateData;
    return;
  }
  DataOutReceiver& out = task.transfer->out;
  const DataOutPdu numbers{pdu.targetTransferTag, pdu.dataSn, pdu.bufferOffset, pdu.dataSegmentLength, pdu.final};
  const DataOutFault fault = good ? out.received(numbers) : out.damaged(numbers);
  const std::uint8_t reason = dataOutFaultRow(fault).rejectReason;
  // The Reject goes before the response that the task gets all the same (11.17.1).
  if (!good) {
    task.link->reject(RejectReason::DataDigestError, header);
  } else if (fault != DataOutFault::None && reason != 0) {
    task.link->reject(static_cast<RejectReason>(reason), header);
  }
  task.openSequences = static_cast<std::uint16_t>(out.openSequences());
  if (task.delivered) advance(task);
  if (functionsWaiting_ > 0) stepWaiting();
}

bool TargetSession::cutOff(TargetTask& task) {
  if (!std::exchange(task.inFlight, false)) return true;
  if (task.state != TaskState::Aborted) return false;
  endCommand(task);
  retire(task);
  return true;
}

// The next step of a command that was delivered and is not with its unit.
void TargetSession::advance(TargetTask& task) {
  if (task.takesData) {
    DataOutReceiver& out = task.transfer->out;
    if (!task.noRoom && !out.failed()) solicit(task);
    task.openSequences = static_cast<std::uint16_t>(out.openSequences());
    if (task.noRoom || out.failed()) {
      if (out.quiet()) answerFault(task);
      return;
    }
    if (!out.complete()) return enterWaiting(task);
  } else if (task.noRoom) {
    return answerFault(task);
  }
  task.state = TaskState::Ready;
  submit(task);
}

void TargetSession::solicit(TargetTask& task) {
  DataOutReceiver& out = task.transfer->out;
  while (out.wantsR2t()) {
    if (nextTransferTag_ == kReservedTag) ++nextTransferTag_;
    const auto wanted = out.nextR2t(nextTransferTag_, task.dataSn);
    if (!wanted) return;
    ++nextTransferTag_;
    sendR2t(task, *wanted);
  }
}

void TargetSession::sendR2t(TargetTask& task, const ReadyToTransfer& asked) {
  R2t r2t;
  r2t.lun = task.command().lun;
  r2t.initiatorTaskTag = task.itt;
  r2t.targetTransferTag = asked.targetTransferTag;
  r2t.r2tSn = asked.r2tSn;
  r2t.bufferOffset = asked.bufferOffset;
  r2t.desiredDataTransferLength = asked.length;
  task.link->send(r2t, false);
}

// ---- To the unit, in order -----------------------------------------------------------------------------------------

bool TargetSession::mustWait(const TargetTask& task) const {
  const TaskAttribute attribute = task.command().attribute;
  if (attribute == TaskAttribute::HeadOfQueue) return false;
  for (const TargetTask* const older : waiting_) {
    if (older == &task) return false;
    if (older->lun != task.lun) continue;
    if (attribute == TaskAttribute::Ordered || older->command().attribute == TaskAttribute::Ordered) return true;
  }
  return false;
}

void TargetSession::submit(TargetTask& task) {
  const bool ordered = task.command().attribute == TaskAttribute::Ordered;
  if (orderedWaiting_ == 0 && (!ordered || waiting_.empty())) {
    leaveWaiting(task);
    task.state = TaskState::Executing;
    return units_->execute(task);
  }
  enterWaiting(task);
  submitWaiting();
}

void TargetSession::enterWaiting(TargetTask& task) {
  if (std::exchange(task.waiting, true)) return;
  waiting_.push_back(&task);
  task.owedSince = task.link->now();
  if (task.command().attribute == TaskAttribute::Ordered) ++orderedWaiting_;
}

void TargetSession::leaveWaiting(TargetTask& task) {
  if (!std::exchange(task.waiting, false)) return;
  std::erase(waiting_, &task);
  if (task.command().attribute == TaskAttribute::Ordered) --orderedWaiting_;
}

// Hands over all that is ready and whose turn has come. A command that ends inside of the call may change the list.
void TargetSession::submitWaiting() {
  for (bool again = true; again;) {
    again = false;
    for (TargetTask* const task : waiting_) {
      if (task->state != TaskState::Ready || mustWait(*task)) continue;
      leaveWaiting(*task);
      task->state = TaskState::Executing;
      units_->execute(*task);
      again = true;
      break;
    }
  }
}

// ---- Answers -------------------------------------------------------------------------------------------------------

// While a connection or the session ends, the abort of one command may let the unit end others.
bool TargetSession::reachable(const TargetTask& task) const {
  return !closed_ && task.link != nullptr && task.link->session() == this;
}

void TargetSession::completed(TargetTask& task, const UnitAnswer& answer) {
  if (task.suspended && !answer.aborted) {
    // Another connection may come for it.
    task.transfer->answer = answer;
    task.completed = true;
    task.state = TaskState::Suspended;
    return;
  }
  if (answer.aborted || !reachable(task)) {
    task.state = TaskState::Aborted;
    endCommand(task);
    return retire(task);
  }
  this->answer(task, answer);
}

// A command that ends before its unit has seen it: data that was not as it must be, or no memory.
void TargetSession::answerFault(TargetTask& task) {
  leaveWaiting(task);
  UnitAnswer answer;
  std::array<std::uint8_t, 18> sense{};
  if (task.takesData && task.transfer->out.failed()) {
    // Fixed format, ABORTED COMMAND (SPC-4 4.5.3).
    const DataOutFaultRow& row = dataOutFaultRow(task.transfer->out.fault());
    sense[0] = 0x70;
    sense[2] = 0x0b;
    sense[7] = 10;
    sense[12] = row.asc;
    sense[13] = row.ascq;
    answer.status = kStatusCheckCondition;
    answer.sense = sense;
  } else {
    answer.status = kTaskSetFull;
    ++counters_.outOfMemory;
  }
  TargetSession::answer(task, answer);
  submitWaiting();
}

void TargetSession::answer(TargetTask& task, const UnitAnswer& answer) {
  const ScsiCommand& command = task.command();
  task.state = TaskState::Sending;
  std::uint64_t in = 0;
  for (const base::ByteView& part : answer.dataIn) in += part.size();
  task.residuals = residualsOf({command.read, command.write, command.expectedDataTransferLength, task.expectedRead,
                                task.presentedOut, in});
  TaskTransfer& transfer = *task.transfer;
  transfer.answer = answer;
  task.completed = true;
  if (task.residuals.in != 0) {
    transfer.in.begin(task.residuals.in, task.link->dataInParameters(), command.read && command.write);
    if (!hasRoom(task)) return awaitRoom(task);
  }
  sendAnswer(task);
}

bool TargetSession::hasRoom(const TargetTask& task) const {
  TargetConnection& link = *task.link;
  return (link.behind < limits_.commandWindow || task.behind) && link.output().size() < limits_.outputHighWater;
}

void TargetSession::awaitRoom(TargetTask& task) {
  task.link->wantRoom();
  if (!task.link->stuck()) return;
  giveCreditBack(task);
  announce();
}

void TargetSession::onStuck(TargetConnection& connection) {
  tasks_.forEach([&](TargetTask& task) {
    const bool waits = task.state == TaskState::Sending && !task.answered;
    if (task.link == &connection && waits) giveCreditBack(task);
  });
  // What told of the window before may lie there too.
  sayWindow();
}

// Of a command whose answer waits until somebody reads.
void TargetSession::giveCreditBack(TargetTask& task) {
  if (task.immediate) return;  // those are the connection's own
  fallBehind(task);
  endCommand(task);
}

void TargetSession::fallBehind(TargetTask& task) {
  if (!std::exchange(task.behind, true)) ++task.link->behind;
}

void TargetSession::leaveBehind(TargetTask& task) {
  if (std::exchange(task.behind, false) && task.link != nullptr) --task.link->behind;
}

// False: no room for all of it; it goes on with onOutputRoom().
bool TargetSession::sendAnswer(TargetTask& task) {
  TaskTransfer& transfer = *task.transfer;
  const bool good = mayComeWithData(transfer.answer.status) && transfer.answer.sense.empty();
  const bool hasData = task.residuals.in != 0;
  while (hasData && !transfer.in.done()) {
    if (!hasRoom(task)) {
      awaitRoom(task);
      return false;
    }
    const auto pdu = transfer.in.next(task.dataSn, DataInSender::kAllReady, good);
    if (pdu->status) {
      endCommand(task);
      if (recovers()) task.link->keepFor(task);
    }
    sendDataIn(task, *pdu);
  }
  if (!hasData || !transfer.in.statusSent()) {
    endCommand(task);
    if (recovers() && !task.statusKept) task.link->keepFor(task);
    sendResponse(task);
  }
  task.answered = true;
  if (task.held()) {
    fallBehind(task);
  } else {
    leaveBehind(task);
  }
  if (task.statusKept) task.state = TaskState::StatusSent;
  retireIfDone(task);
  return true;
}

void TargetSession::sendDataIn(TargetTask& task, const DataInPdu& numbers, std::optional<std::uint32_t> again) {
  DataIn pdu;
  pdu.final = numbers.final;
  pdu.acknowledge = numbers.acknowledge;
  pdu.hasStatus = numbers.status;
  pdu.dataSegmentLength = numbers.length;
  pdu.initiatorTaskTag = task.itt;
  pdu.dataSn = numbers.dataSn;
  pdu.bufferOffset = numbers.bufferOffset;
  if (numbers.acknowledge) {
    pdu.lun = task.command().lun;
    pdu.targetTransferTag = task.itt;
  }
  if (numbers.status) {
    pdu.status = task.transfer->answer.status;
    pdu.residual = task.residuals.main;
  }
  constexpr std::size_t kParts = 64;
  std::array<DataPart, kParts> parts;
  std::size_t count = 0;
  std::size_t skip = numbers.bufferOffset;
  std::size_t left = numbers.length;
  for (const base::ByteView& view : task.transfer->answer.dataIn) {
    if (left == 0) break;
    if (skip >= view.size()) {
      skip -= view.size();
      continue;
    }
    const std::size_t size = std::min(left, view.size() - skip);
    // More parts than that do not occur below 4 MiB of data segment: the rest would need another PDU.
    if (count == kParts) break;
    parts[count].bytes = view.subspan(skip, size);
    parts[count].hold = HoldRef(task);
    ++count;
    skip = 0;
    left -= size;
  }
  task.link->sendData(pdu, std::span(parts.data(), count), again);
}

void TargetSession::sendResponse(TargetTask& task) {
  const TaskTransfer& transfer = *task.transfer;
  const UnitAnswer& answer = transfer.answer;
  ScsiResponse response;
  response.status = answer.status;
  response.initiatorTaskTag = task.itt;
  response.residual = task.residuals.main;
  response.bidirectionalReadResidual = task.residuals.read;
  if (task.residuals.in != 0) response.expDataSn = transfer.in.pdusSent();
  response.snackTag = task.snackTag;
  if (answer.sense.empty()) {
    if (task.statusKept) return task.link->sendInPlace(response, {}, task);
    return task.link->send(response, true);
  }
  const auto length = senseLengthField(static_cast<std::uint16_t>(answer.sense.size()));
  std::array<std::uint8_t, 2 + 252> segment;
  const std::size_t size = std::min(answer.sense.size(), segment.size() - length.size());
  std::copy(length.begin(), length.end(), segment.begin());
  std::copy_n(answer.sense.begin(), size, segment.begin() + length.size());
  const base::ByteView data = base::ByteView(segment).first(length.size() + size);
  if (task.statusKept) return task.link->sendInPlace(response, data, task);
  task.link->sendCopy(response, true, data);
}

void TargetSession::onOutputRoom(TargetConnection& connection) {
  bool room = true;
  tasks_.forEachOnConnection(connection.cid(), [&](TargetTask& task) {
    const bool sends = task.state == TaskState::Sending || task.state == TaskState::StatusSent;
    if (!room || task.link != &connection || !sends || task.answered) return;
    room = sendAnswer(task);
  });
}

// The command has its answer: its place in the window is free.
void TargetSession::endCommand(TargetTask& task) {
  if (!task.delivered || std::exchange(task.ended, true)) return;
  if (!task.immediate) return window_.finished();
  if (task.link != nullptr) task.link->immediates().end(budgetOf(task));
}

void TargetSession::finish(TargetTask& task) {
  endCommand(task);
  task.answered = true;
  remove(task);
}

// Ends a task without an answer: its connection is gone, or a function aborted it. Afterwards it is not here any more,
// or has no link.
void TargetSession::drop(TargetTask& task, Loss loss) {
  if (task.answered) {
    if (loss == Loss::Connection) task.inFlight = false;
    leaveBehind(task);
    task.link = nullptr;
    task.statusKept = false;
    return retireIfDone(task);  // or the output lets go of it
  }
  if (task.accepted && !task.delivered) {
    // A held command: what was lost is a gap again, what was aborted counts as received.
    static_cast<void>(loss == Loss::Connection ? window_.release(task.cmdSn) : window_.plug(task.cmdSn));
  }
  if (task.kind == TaskKind::ScsiCommand) leaveWaiting(task);
  leaveBehind(task);
  task.statusKept = false;
  if (task.inFlight && loss == Loss::Aborted) {
    task.state = TaskState::Aborted;  // the rest of its PDU is awaited
    return;
  }
  task.inFlight = false;
  // A held command is no task of the unit: it is a gap, and comes again.
  const bool terminated = task.kind == TaskKind::ScsiCommand && task.delivered && loss == Loss::Connection;
  if (terminated && !closed_) units_->lostWithConnection(task.lun);
  const bool executing = task.kind == TaskKind::ScsiCommand && task.state == TaskState::Executing;
  const bool unitWorks = executing || (task.askedUnit && !task.unitDone);
  if (!unitWorks) {
    endCommand(task);
    task.answered = true;
    task.link = nullptr;
    return retireIfDone(task);
  }
  if (task.kind == TaskKind::TaskManagement) --functionsWaiting_;
  endCommand(task);
  task.link = nullptr;
  task.state = TaskState::Aborted;
  if (executing) units_->abort(task);
}

// The task is over: nothing more of it goes out, and its credit is given back.
void TargetSession::retire(TargetTask& task) {
  if (task.inFlight) {  // stray data: the reader has the task until the end of the PDU
    task.state = TaskState::Aborted;
    return;
  }
  remove(task);
  if (!closed_) announce();
}

void TargetSession::remove(TargetTask& task) {
  if (task.unit != nullptr || !task.dataOut.empty()) units_->release(task);
  if (task.transfer != nullptr) transfers_.give(std::exchange(task.transfer, nullptr));
  if (task.kind == TaskKind::TaskManagement && task.state == TaskState::Executing) --functionsWaiting_;
  letGoOfHeldBytes(task);
  leaveBehind(task);
  if (task.kind != TaskKind::ScsiCommand) task.extra = {};  // the slot stays
  if (task.kind == TaskKind::TaskManagement) {
    std::erase_if(terminations_, [&](const Termination& one) { return one.function == &task; });
  }
  tasks_.remove(task);
  if (closed_) tellIdle();
}

void TargetSession::tellIdle() {
  if (closedTold_ && tasks_.empty() && !std::exchange(idleTold_, true)) owner_.onSessionIdle(*this);
}

// The window has opened, and nothing is on its way that says so (11.4.11).
void TargetSession::announce() {
  if (window_.announcementUrgent()) sayWindow();
}

// Where it is going to be read.
void TargetSession::sayWindow() {
  TargetConnection* best = nullptr;
  for (TargetConnection* const one : connections_) {
    if (one->session() != this || one->stuck()) continue;
    if (best == nullptr || one->output().size() < best->output().size()) best = one;
  }
  if (best == nullptr) return;
  NopIn nop;
  best->send(nop, false);
}

}  // namespace iscsi

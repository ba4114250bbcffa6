#include "agent/iscsi/target_session.h"

#include <algorithm>

#include "agent/iscsi/lun_form.h"
#include "agent/iscsi/target_connection.h"

namespace iscsi {
namespace {

std::uint32_t immediates(const SessionLimits& limits) {
  return std::uint32_t{limits.immediateFunctions} + ImmediateBudget::kForResets + limits.immediateOther;
}

std::uint32_t usualTasks(const SessionLimits& limits) { return limits.commandWindow + immediates(limits); }

std::uint32_t tableBound(const SessionLimits& limits, const Parameters& parameters) {
  const std::uint32_t kept = parameters.errorRecoveryLevel > 0 ? TargetConnection::kMaxKept : 0;
  const std::uint64_t ofAConnection = std::uint64_t{limits.commandWindow} * 2 + kept + immediates(limits);
  const std::uint64_t all = limits.commandWindow + ofAConnection * parameters.maxConnections;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(all, TaskTable<TargetTask>::kMaxBound));
}

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
  forgetLost(connection.cid());
  if (how == ConnectionEnd::Lost) lost_.push_back({connection.cid(), false});
  if (how != ConnectionEnd::LoggedOut && parameters().errorRecoveryLevel >= 2 && !closed_) {
    tasks_.forEach([&](TargetTask& task) {
      if (task.link == &connection) suspend(task);
    });
  }
  dropAll(Loss::Connection, [&](const TargetTask& task) {
    const bool ofOneBefore = how == ConnectionEnd::LoggedOut && task.suspended && task.connection == connection.cid();
    return task.link == &connection || ofOneBefore;
  });
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
  dropAll(Loss::Connection, [](const TargetTask&) { return true; });
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

bool TargetSession::waitsForUnit(const TargetTask& task, std::uint64_t lun) {
  return task.kind == TaskKind::ScsiCommand && sameLun(task.lun, lun) &&
         (task.state == TaskState::Held || task.state == TaskState::ReceivingData || task.state == TaskState::Ready ||
          (task.state == TaskState::Suspended && !task.completed));
}

// Of those that the unit would get next: who sent them can be told at once.
void TargetSession::answerWaiting(std::uint64_t lun, const UnitAnswer& answer) {
  const auto told = [&](const TargetTask& task) {
    return waitsForUnit(task, lun) && task.delivered && !task.inFlight && reachable(task);
  };
  while (TargetTask* const task = tasks_.findIf(told)) {
    leaveWaiting(*task);
    this->answer(*task, answer);
  }
}

bool TargetSession::clearWaiting(std::uint64_t lun, bool tells) {
  UnitAnswer aborted;
  aborted.status = kStatusTaskAborted;
  if (tells) answerWaiting(lun, aborted);
  bool silent = false;
  dropAll(Loss::Aborted, [&](const TargetTask& task) {
    const bool matches = waitsForUnit(task, lun);
    silent |= matches;
    return matches;
  });
  stepWaiting();
  return silent;
}

void TargetSession::refuseWaiting(std::uint64_t lun, const UnitAnswer& answer) {
  answerWaiting(lun, answer);
  tasks_.forEach([&](TargetTask& task) {
    if (task.suspended && waitsForUnit(task, lun)) completed(task, answer);
  });
  stepWaiting();
}

TargetTask* TargetSession::oldestOwing(const TargetConnection& connection) const {
  const auto owes = [&](const TargetTask* task) { return task->link == &connection && task->openSequences != 0; };
  const auto oldest = std::find_if(waiting_.begin(), waiting_.end(), owes);
  return oldest == waiting_.end() ? nullptr : *oldest;
}

std::optional<base::TimePoint> TargetSession::awaitsData(const TargetConnection& connection) const {
  const TargetTask* const oldest = oldestOwing(connection);
  if (oldest == nullptr) return std::nullopt;
  // Those that owe for longer than nothing came of it may have been asked before it.
  base::TimePoint heard = std::max(oldest->ownHeard(), oldest->olderHeard);
  for (const TargetTask* const task : waiting_) {
    if (task->owedSince > oldest->ownHeard()) break;
    if (task->link == &connection && task->openSequences != 0) heard = std::max(heard, task->dataHeard);
  }
  return heard;
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
  const bool wrongUnit = pdu.targetTransferTag != kReservedTag && !sameLun(lunNumber(pdu.lun), task->lun);
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
  task.answered = true;
  task.link = nullptr;
  retireIfDone(task);  // or the output lets go of it: some of its answer may lie there
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

bool TargetSession::mustWait(const TargetTask& task) {
  if (functionsWaiting_ > 0 && behindFunction(task)) return true;
  const TaskAttribute attribute = task.command().attribute;
  if (attribute == TaskAttribute::HeadOfQueue) return false;
  for (const TargetTask* const older : waiting_) {
    if (older == &task) return false;
    if (!sameLun(older->lun, task.lun)) continue;
    if (attribute == TaskAttribute::Ordered || older->command().attribute == TaskAttribute::Ordered) return true;
  }
  return false;
}

void TargetSession::submit(TargetTask& task) {
  const bool ordered = task.command().attribute == TaskAttribute::Ordered;
  if (orderedWaiting_ == 0 && functionsWaiting_ == 0 && (!ordered || waiting_.empty())) {
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
  TargetTask* const next = task.link == nullptr ? nullptr : oldestOwing(*task.link);
  if (next == nullptr || task.owedSince > next->ownHeard()) return;
  next->olderHeard = std::max({next->olderHeard, task.dataHeard, task.olderHeard});
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

// ---- The end of a task ----------------------------------------------------------------------------------------------

// The command has its answer: its place in the window is free.
void TargetSession::endCommand(TargetTask& task) {
  if (!task.delivered || std::exchange(task.ended, true)) return;
  if (!task.immediate) return window_.finished();
  if (task.link != nullptr) task.link->immediates().end(budgetOf(task.kind));
}

void TargetSession::finish(TargetTask& task) {
  endCommand(task);
  task.answered = true;
  remove(task);
}

// Ends a task without an answer: its connection is gone, or a function aborted it. Afterwards it is not here any more,
// or has no link.
void TargetSession::drop(TargetTask& task, Loss loss) {
  task.suspended = false;
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
  if (task.kind != TaskKind::ScsiCommand) task.extra = base::Bytes();  // the slot stays
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

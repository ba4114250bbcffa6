// What an initiator session does about silence: ABORT TASK, LOGICAL UNIT RESET, then a new session.
#include <algorithm>

#include "agent/iscsi/initiator_session.h"

namespace iscsi {

// Looks for what is due. Deadlines are looked at when the earliest of them was, so that commands which end in time cost
// nothing here.
void InitiatorSession::scan() {
  nextScan_ = base::kNever;
  if (state_ != State::Ready) return;
  std::vector<std::uint32_t> due;
  const auto look = [&](InitiatorTask& task) {
    const base::TimePoint next =
        task.kind == InitiatorTask::Kind::Management ? std::min(task.deadline, task.again) : task.deadline;
    if (next <= now_) {
      due.push_back(task.tag);
    } else {
      watch(next);
    }
  };
  pending_.forEach(look);
  sent_.forEach(look);
  for (const std::uint32_t tag : due) {
    InitiatorTask* const task = tasks_.find(tag);
    if (task == nullptr || task->state == InitiatorTask::State::Ending) continue;
    if (task->kind == InitiatorTask::Kind::Management) {
      task->deadline <= now_ ? managementEnded(*task, false) : sendFunctionAgain(*task);
    } else if (task->state == InitiatorTask::State::Pending) {
      complete(*task, CommandOutcome::TimedOut);
    } else if (task->escalation == Escalation::None) {
      escalate(*task, CommandOutcome::TimedOut);
    }
  }
}

void InitiatorSession::escalate(InitiatorTask& task, CommandOutcome cause) {
  task.cause = cause;
  task.escalation = Escalation::Waiting;
  task.deadline = base::kNever;  // that of the function counts
  sendAborts();
}

// Those of a unit that is being reset end with it.
void InitiatorSession::sendAborts() {
  std::uint32_t open = 0;
  sent_.forEach([&](const InitiatorTask& task) {
    const bool command = task.kind == InitiatorTask::Kind::Command;
    open += !command && task.function == TaskManagementFunction::AbortTask ? 1U : 0U;
  });
  for (; open < kMaxAborts; ++open) {
    InitiatorTask* const task = sent_.findIf([&](const InitiatorTask& each) {
      return each.kind == InitiatorTask::Kind::Command && each.escalation == Escalation::Waiting &&
             !beingReset(each.command->lun);
    });
    if (task == nullptr) return;
    task->escalation = Escalation::Aborting;
    if (task->cause == CommandOutcome::TimedOut) {
      notice({.kind = InitiatorNotice::Kind::CommandSilent,
              .cid = task->cid,
              .lun = task->command->lun,
              .what = "ABORT TASK"});
    }
    InitiatorConnection* const connection = find(task->cid);
    if (connection == nullptr ||
        !manage(TaskManagementFunction::AbortTask, task->command->lun, task, *connection, setting_.times.abort)) {
      return drop("a command could not be aborted", time2Wait());
    }
  }
}

// False: it cannot be sent now.
bool InitiatorSession::manage(TaskManagementFunction function, const Lun& lun, InitiatorTask* about,
                              InitiatorConnection& connection, base::Duration timeout) {
  InitiatorTask* const task = tasks_.take();
  if (task == nullptr) return false;
  task->kind = InitiatorTask::Kind::Management;
  task->state = InitiatorTask::State::Sent;
  task->function = function;
  task->lun = lun;
  task->referenced = about == nullptr ? kReservedTag : about->tag;
  task->referencedCmdSn = about == nullptr ? 0 : about->cmdSn;
  task->cid = connection.cid();
  task->again = base::kNever;
  if (!sendFunction(*task, connection)) {
    tasks_.release(*task);
    return false;
  }
  task->deadline = now_ + timeout;
  watch(task->deadline);
  sent_.pushBack(*task);
  return true;
}

bool InitiatorSession::sendFunction(InitiatorTask& management, InitiatorConnection& connection) {
  TaskManagementRequest request;
  request.function = management.function;
  request.lun = management.lun;
  request.initiatorTaskTag = management.tag;
  request.cmdSn = management.cmdSn = currentCmdSn();
  request.expStatSn = connection.expStatSn();
  request.referencedTaskTag = management.referenced;
  request.refCmdSn = management.referencedCmdSn;
  return connection.inFullFeature() && connection.writer().write(request);
}

// Reject 06 says that the target has no place for it now (RFC 7143 11.17.1). Its time goes on.
void InitiatorSession::functionRejected(InitiatorTask& management, RejectReason reason) {
  if (reason != RejectReason::ImmediateCommandReject) return managementEnded(management, false);
  management.again = now_ + kNoPlacePause;
  watch(management.again);
}

void InitiatorSession::sendFunctionAgain(InitiatorTask& management) {
  InitiatorConnection* const connection = find(management.cid);
  const bool sent = connection != nullptr && sendFunction(management, *connection);
  management.again = sent ? base::kNever : now_ + kNoPlacePause;
  watch(std::min(management.again, management.deadline));
}

void InitiatorSession::onManagementResponse(InitiatorConnection& connection, const TaskManagementResponse& pdu) {
  InitiatorTask* const task = tasks_.find(pdu.initiatorTaskTag);
  if (task == nullptr || task->kind != InitiatorTask::Kind::Management || task->cid != connection.cid()) return;
  // A task or unit that does not exist any more is as good as ended.
  managementEnded(*task, pdu.response == TaskManagementResponseCode::FunctionComplete ||
                             pdu.response == TaskManagementResponseCode::TaskDoesNotExist ||
                             pdu.response == TaskManagementResponseCode::LunDoesNotExist);
}

void InitiatorSession::managementEnded(InitiatorTask& management, bool done) {
  const TaskManagementFunction function = management.function;
  const Lun lun = management.lun;
  const std::uint32_t referenced = management.referenced;
  const std::uint32_t cmdSn = management.cmdSn;
  sent_.remove(management);
  tasks_.release(management);
  if (function == TaskManagementFunction::LogicalUnitReset) {
    std::erase(resets_, lun);
    if (!done) return drop("the target answers no task management", time2Wait());
    lunWasReset(lun, cmdSn);
  } else {
    abortEnded(lun, referenced, done);
  }
  sendAborts();
}

void InitiatorSession::abortEnded(const Lun& lun, std::uint32_t referenced, bool done) {
  InitiatorTask* const task = tasks_.find(referenced);
  if (task == nullptr || task->state != InitiatorTask::State::Sent || task->escalation != Escalation::Aborting) return;
  if (done) return complete(*task, task->cause);
  task->escalation = Escalation::Resetting;
  notice({.kind = InitiatorNotice::Kind::CommandSilent, .cid = task->cid, .lun = lun, .what = "LOGICAL UNIT RESET"});
  if (!startReset(lun)) drop("a logical unit could not be reset", time2Wait());
}

// One reset at a time serves all that want it.
bool InitiatorSession::startReset(const Lun& lun) {
  if (beingReset(lun)) return true;
  for (const auto& connection : connections_) {
    if (!manage(TaskManagementFunction::LogicalUnitReset, lun, nullptr, *connection, setting_.times.lunReset)) continue;
    resets_.push_back(lun);
    return true;
  }
  return false;
}

bool InitiatorSession::beingReset(const Lun& lun) const {
  return std::find(resets_.begin(), resets_.end(), lun) != resets_.end();
}

// The target has ended all tasks of the unit that came before the function; behind it none was sent.
void InitiatorSession::lunWasReset(const Lun& lun, std::uint32_t cmdSn) {
  sendAgainOrEnd([&](const InitiatorTask& task) { return task.command->lun == lun && serialLess(task.cmdSn, cmdSn); },
                 [](const InitiatorTask& task) {
                   return task.escalation != Escalation::None ? task.cause : CommandOutcome::Aborted;
                 });
}

// ---- what the target tells by itself

void InitiatorSession::onAsyncMessage(InitiatorConnection& connection, const AsyncMessage& pdu,
                                      base::ByteView segment) {
  InitiatorNotice told{.kind = InitiatorNotice::Kind::OtherEvent, .cid = connection.cid(), .event = pdu.event};
  told.lun = pdu.lun;
  told.data = segment;
  told.seconds = pdu.parameter3;
  told.what = nameOf(pdu.event);
  switch (pdu.event) {
    case AsyncEvent::ScsiEvent:
      told.kind = InitiatorNotice::Kind::ScsiEvent;
      return notice(told);
    case AsyncEvent::LogoutRequest:
      told.kind = InitiatorNotice::Kind::LogoutRequested;
      notice(told);
      draining_ = true;
      drainDeadline_ = now_ + std::chrono::seconds(pdu.parameter3);
      return;
    case AsyncEvent::ConnectionDrop:
    case AsyncEvent::SessionDrop:
      told.kind = InitiatorNotice::Kind::SessionDropped;
      notice(told);
      if (pdu.event == AsyncEvent::ConnectionDrop && find(pdu.parameter1) == nullptr) return;
      return drop("the target drops the session", std::chrono::seconds(pdu.parameter2));
    case AsyncEvent::NegotiationRequest:
      notice(told);
      return declareAgain(connection);
    default:
      return notice(told);
  }
}

}  // namespace iscsi

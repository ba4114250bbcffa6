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
    if (task.deadline <= now_) {
      due.push_back(task.tag);
    } else {
      watch(task.deadline);
    }
  };
  pending_.forEach(look);
  sent_.forEach(look);
  for (const std::uint32_t tag : due) {
    InitiatorTask* const task = tasks_.find(tag);
    if (task == nullptr || task->state == InitiatorTask::State::Ending) continue;
    if (task->kind == InitiatorTask::Kind::Management) {
      managementEnded(*task, false);
    } else if (task->state == InitiatorTask::State::Pending) {
      complete(*task, CommandOutcome::TimedOut);
    } else if (task->escalation == Escalation::None) {
      escalate(*task, CommandOutcome::TimedOut);
    }
  }
}

void InitiatorSession::escalate(InitiatorTask& task, CommandOutcome cause) {
  task.cause = cause;
  task.escalation = Escalation::Aborting;
  task.deadline = base::kNever;  // that of the function counts
  InitiatorConnection* const connection = find(task.cid);
  if (cause == CommandOutcome::TimedOut) {
    notice({.kind = InitiatorNotice::Kind::CommandSilent,
            .cid = task.cid,
            .lun = task.command->lun,
            .what = "ABORT TASK"});
  }
  if (connection == nullptr ||
      !manage(TaskManagementFunction::AbortTask, task.command->lun, &task, *connection, setting_.times.abort)) {
    drop("a command could not be aborted", time2Wait());
  }
}

// False: it cannot be sent now.
bool InitiatorSession::manage(TaskManagementFunction function, const Lun& lun, InitiatorTask* about,
                              InitiatorConnection& connection, base::Duration timeout) {
  InitiatorTask* const task = tasks_.take();
  if (task == nullptr) return false;
  TaskManagementRequest request;
  request.function = function;
  request.lun = lun;
  request.initiatorTaskTag = task->tag;
  request.cmdSn = currentCmdSn();
  request.expStatSn = connection.expStatSn();
  if (about != nullptr) {
    request.referencedTaskTag = about->tag;
    request.refCmdSn = about->cmdSn;
  }
  if (!connection.inFullFeature() || !connection.writer().write(request)) {
    tasks_.release(*task);
    return false;
  }
  task->kind = InitiatorTask::Kind::Management;
  task->state = InitiatorTask::State::Sent;
  task->function = function;
  task->lun = lun;
  task->referenced = request.referencedTaskTag;
  task->cid = connection.cid();
  task->cmdSn = request.cmdSn;
  task->deadline = now_ + timeout;
  watch(task->deadline);
  sent_.pushBack(*task);
  return true;
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
    if (done) return lunWasReset(lun, cmdSn);
    return drop("the target answers no task management", time2Wait());
  }
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

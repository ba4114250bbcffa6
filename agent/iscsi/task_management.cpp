#include "agent/iscsi/task_management.h"

#include <algorithm>

#include "agent/iscsi/lun_form.h"
#include "agent/iscsi/serial.h"

namespace iscsi {
namespace {

using F = TaskManagementFunction;
using R = TaskManagementResponseCode;
using S = TaskScope;

TaskVerdict answer(R response) { return {TaskWork::Answer, response, S::NoTasks}; }

// Whether the referenced command may still be on its way, so that its number counts as received (11.6.1 b).
bool isMissing(const TaskRequest& request, const CommandWindow& window) {
  const CommandWindow::Place place = window.check(request.refCmdSn);
  const bool inWindow = place != CommandWindow::Place::Outside;
  return inWindow && serialLess(request.refCmdSn, request.cmdSn);
}

// ABORT TASK and QUERY TASK find their task in the same way. `ended` answers for a task whose response went before
// (7.11; RFC 7144 6.4.2).
TaskVerdict judgeOneTask(const TaskRequest& request, const TaskRequestFacts& facts, const CommandWindow& window,
                         TaskVerdict found, R ended) {
  const Task* task = facts.referenced;
  if (task == nullptr) {
    if (!isMissing(request, window)) return answer(R::TaskDoesNotExist);
    return {TaskWork::PlugAndAnswer, R::FunctionComplete, S::NoTasks};
  }
  if (task->kind == TaskKind::TaskManagement) return answer(R::FunctionRejected);
  // While its connection lives, the request MUST come on it (11.5.1): only so are all answers to the task before it.
  if (facts.referencedConnectionLives && task->connection != request.connection) return answer(R::FunctionRejected);
  if (task->kind == TaskKind::ScsiCommand && !sameLun(task->lun, request.lun)) return answer(R::TaskDoesNotExist);
  if (task->state == TaskState::Aborted) return answer(ended);
  if (task->state != TaskState::StatusSent) return found;
  return facts.referencedConnectionLives ? answer(ended) : TaskVerdict{TaskWork::ResendAndAnswer, ended, S::NoTasks};
}

TaskVerdict judgeReassign(const TaskRequest& request, const TaskRequestFacts& facts) {
  if (facts.errorRecoveryLevel < 2) return answer(R::ReassignmentNotSupported);
  if (!request.immediate) return answer(R::FunctionRejected);
  const Task* task = facts.referenced;
  if (task == nullptr) return answer(R::TaskDoesNotExist);
  const bool fixed =
      task->kind == TaskKind::TaskManagement || task->kind == TaskKind::Text || task->kind == TaskKind::Logout;
  if (fixed) return answer(R::FunctionRejected);
  // Immediate commands do not outlive their connection (7.14).
  if (task->state == TaskState::Aborted || task->immediate) return answer(R::TaskDoesNotExist);
  if (facts.referencedConnectionLives || !facts.loggedOutForRecovery) return answer(R::TaskStillAllegiant);
  return {TaskWork::Reassign, R::FunctionComplete, S::OneTask};
}

bool onUnit(const Task& task, const AffectedSet& set) {
  return sameLun(task.lun, set.lun) || std::any_of(set.otherLuns.begin(), set.otherLuns.end(),
                                                   [&](std::uint64_t lun) { return sameLun(task.lun, lun); });
}

}  // namespace

TaskVerdict judge(const TaskRequest& request, const TaskRequestFacts& facts, const CommandWindow& window) {
  // Level 0 makes no claim; what RFC 7143 has is there all the same.
  const auto level = std::max<std::uint8_t>(facts.protocolLevel, 1);
  const TaskManagementFunctionRow* row = findRow(request.function);
  if (row == nullptr || row->protocolLevel > level) return answer(R::FunctionNotSupported);
  if (row->scope == S::Target && !facts.resetsSupported) return answer(R::FunctionNotSupported);
  if (!facts.authorized) return answer(R::AuthorizationFailed);
  if (row->hasLun && !facts.lunExists) return answer(R::LunDoesNotExist);
  switch (row->code) {
    case F::AbortTask:
      return judgeOneTask(request, facts, window, {TaskWork::AbortOne, R::FunctionComplete, S::OneTask},
                          R::TaskDoesNotExist);
    case F::QueryTask:
      return judgeOneTask(request, facts, window, {TaskWork::QueryOne, R::FunctionSucceeded, S::OneTask},
                          R::FunctionComplete);
    case F::TaskReassign:
      return judgeReassign(request, facts);
    case F::AbortTaskSet:
    case F::ClearTaskSet:
    case F::LogicalUnitReset:
    case F::TargetWarmReset:
    case F::TargetColdReset:
      return {TaskWork::AbortSet, R::FunctionComplete, row->scope};
    case F::QueryTaskSet:
      return {TaskWork::QuerySet, R::FunctionSucceeded, row->scope};
    case F::ItNexusReset:
      return {TaskWork::ResetNexus, R::FunctionComplete, row->scope};
    case F::ClearAca:
    case F::QueryAsynchronousEvent:
      break;
  }
  return {TaskWork::AskLogicalUnit, R::FunctionComplete, row->scope};
}

bool isAffected(const Task& task, const AffectedSet& set) {
  if (task.state == TaskState::Aborted || task.state == TaskState::StatusSent) return false;
  if (set.scope == S::Nexus) return set.issuingSession;
  if (task.kind != TaskKind::ScsiCommand) return false;
  const bool below = serialLess(task.cmdSn, set.cmdSn);
  const bool early = below || !set.arrivedBefore || serialLess(task.arrival, *set.arrivedBefore);
  switch (set.scope) {
    case S::NexusUnit:
      return set.issuingSession && below && onUnit(task, set);
    case S::TaskSet:
      return onUnit(task, set) && (set.issuingSession ? below : set.sharedTaskSet);
    case S::LogicalUnit:
      return early && onUnit(task, set);
    case S::Target:
      return early;
    case S::OneTask:
    case S::Nexus:
    case S::NoTasks:
      break;
  }
  return false;
}

AbortStep nextStep(const AbortProgress& p) {
  if (p.missingCommands > 0 && !plugsMissing(p.scope)) return AbortStep::AwaitCommands;
  if (p.openSequences > 0 && !p.fastAbort) return AbortStep::AwaitData;
  if (!p.logicalUnitDone) return AbortStep::AskLogicalUnit;
  if (!p.statusAcknowledged) return AbortStep::AwaitStatus;
  return AbortStep::Respond;
}

}  // namespace iscsi

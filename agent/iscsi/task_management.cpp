#include "agent/iscsi/task_management.h"

#include <array>

#include "agent/iscsi/serial.h"

namespace iscsi {
namespace {

using F = TaskFunction;
using S = TaskScope;

// clang-format off
constexpr std::array kRows = {
  //              function             name                        scope           lun    level
  TaskFunctionRow{F::AbortTask,        "ABORT TASK",               S::OneTask,     true,  0},
  TaskFunctionRow{F::AbortTaskSet,     "ABORT TASK SET",           S::NexusUnit,   true,  0},
  TaskFunctionRow{F::ClearAca,         "CLEAR ACA",                S::NoTasks,     true,  0},
  TaskFunctionRow{F::ClearTaskSet,     "CLEAR TASK SET",           S::TaskSet,     true,  0},
  TaskFunctionRow{F::LogicalUnitReset, "LOGICAL UNIT RESET",       S::LogicalUnit, true,  0},
  TaskFunctionRow{F::TargetWarmReset,  "TARGET WARM RESET",        S::Target,      false, 0},
  TaskFunctionRow{F::TargetColdReset,  "TARGET COLD RESET",        S::Target,      false, 0},
  TaskFunctionRow{F::TaskReassign,     "TASK REASSIGN",            S::OneTask,     false, 0},
  TaskFunctionRow{F::QueryTask,        "QUERY TASK",               S::OneTask,     true,  2},
  TaskFunctionRow{F::QueryTaskSet,     "QUERY TASK SET",           S::NexusUnit,   true,  2},
  TaskFunctionRow{F::ItNexusReset,     "I_T NEXUS RESET",          S::Nexus,       false, 2},
  TaskFunctionRow{F::QueryAsyncEvent,  "QUERY ASYNCHRONOUS EVENT", S::NoTasks,     true,  2},
};
// clang-format on

constexpr bool inOrder() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].function) != i + 1) return false;
  }
  return true;
}
static_assert(inOrder(), "the rows stand in the order of the codes, from 1 on");

TaskVerdict answer(TaskResponse response) { return {TaskWork::Answer, response, S::NoTasks}; }

// Whether the referenced command may still be on its way, so that its number counts as received (11.6.1 b).
bool isMissing(const TaskRequest& request, const CommandWindow& window) {
  const CommandWindow::Place place = window.check(request.refCmdSn);
  const bool inWindow = place != CommandWindow::Place::Outside;
  return inWindow && serialLess(request.refCmdSn, request.cmdSn);
}

// ABORT TASK and QUERY TASK find their task in the same way. `ended` answers for a task whose response went before
// (7.11; RFC 7144 6.4.2).
TaskVerdict judgeOneTask(const TaskRequest& request, const TaskRequestFacts& facts, const CommandWindow& window,
                         TaskVerdict found, TaskResponse ended) {
  const Task* task = facts.referenced;
  if (task == nullptr) {
    if (!isMissing(request, window)) return answer(TaskResponse::TaskDoesNotExist);
    return {TaskWork::PlugAndAnswer, TaskResponse::Complete, S::NoTasks};
  }
  if (task->kind == TaskKind::TaskManagement) return answer(TaskResponse::Rejected);
  // While its connection lives, the request MUST come on it (11.5.1): only so are all answers to the task before it.
  if (facts.referencedConnectionLives && task->connection != request.connection) return answer(TaskResponse::Rejected);
  if (task->kind == TaskKind::ScsiCommand && task->lun != request.lun) return answer(TaskResponse::TaskDoesNotExist);
  if (task->state == TaskState::Aborted) return answer(ended);
  if (task->state != TaskState::StatusSent) return found;
  return facts.referencedConnectionLives ? answer(ended) : TaskVerdict{TaskWork::ResendAndAnswer, ended, S::NoTasks};
}

TaskVerdict judgeReassign(const TaskRequest& request, const TaskRequestFacts& facts) {
  if (facts.errorRecoveryLevel < 2) return answer(TaskResponse::ReassignmentNotSupported);
  if (!request.immediate) return answer(TaskResponse::Rejected);
  const Task* task = facts.referenced;
  if (task == nullptr) return answer(TaskResponse::TaskDoesNotExist);
  const bool fixed =
      task->kind == TaskKind::TaskManagement || task->kind == TaskKind::Text || task->kind == TaskKind::Logout;
  if (fixed) return answer(TaskResponse::Rejected);
  // Immediate commands do not outlive their connection (7.14).
  if (task->state == TaskState::Aborted || task->immediate) return answer(TaskResponse::TaskDoesNotExist);
  if (facts.referencedConnectionLives || !facts.loggedOutForRecovery) return answer(TaskResponse::TaskStillAllegiant);
  return {TaskWork::Reassign, TaskResponse::Complete, S::OneTask};
}

}  // namespace

std::span<const TaskFunctionRow> taskFunctionTable() { return kRows; }

const TaskFunctionRow* findTaskFunction(std::uint8_t code) {
  return code >= 1 && code <= kRows.size() ? &kRows[code - 1U] : nullptr;
}

std::string_view taskResponseName(TaskResponse response) {
  switch (response) {
    case TaskResponse::Complete:
      return "function complete";
    case TaskResponse::TaskDoesNotExist:
      return "task does not exist";
    case TaskResponse::LunDoesNotExist:
      return "LUN does not exist";
    case TaskResponse::TaskStillAllegiant:
      return "task still allegiant";
    case TaskResponse::ReassignmentNotSupported:
      return "task allegiance reassignment not supported";
    case TaskResponse::NotSupported:
      return "task management function not supported";
    case TaskResponse::AuthorizationFailed:
      return "function authorization failed";
    case TaskResponse::Succeeded:
      return "function succeeded";
    case TaskResponse::Rejected:
      return "function rejected";
  }
  return "reserved";
}

TaskVerdict judge(const TaskRequest& request, const TaskRequestFacts& facts, const CommandWindow& window) {
  const TaskFunctionRow* row = findTaskFunction(request.function);
  if (row == nullptr || row->minProtocolLevel > facts.protocolLevel) return answer(TaskResponse::NotSupported);
  if (row->scope == S::Target && !facts.resetsSupported) return answer(TaskResponse::NotSupported);
  if (!facts.authorized) return answer(TaskResponse::AuthorizationFailed);
  if (row->addressesLun && !facts.lunExists) return answer(TaskResponse::LunDoesNotExist);
  switch (row->function) {
    case F::AbortTask:
      return judgeOneTask(request, facts, window, {TaskWork::AbortOne, TaskResponse::Complete, S::OneTask},
                          TaskResponse::TaskDoesNotExist);
    case F::QueryTask:
      return judgeOneTask(request, facts, window, {TaskWork::QueryOne, TaskResponse::Succeeded, S::OneTask},
                          TaskResponse::Complete);
    case F::TaskReassign:
      return judgeReassign(request, facts);
    case F::AbortTaskSet:
    case F::ClearTaskSet:
    case F::LogicalUnitReset:
    case F::TargetWarmReset:
    case F::TargetColdReset:
      return {TaskWork::AbortSet, TaskResponse::Complete, row->scope};
    case F::QueryTaskSet:
      return {TaskWork::QuerySet, TaskResponse::Succeeded, row->scope};
    case F::ItNexusReset:
      return {TaskWork::ResetNexus, TaskResponse::Complete, row->scope};
    case F::ClearAca:
    case F::QueryAsyncEvent:
      break;
  }
  return {TaskWork::AskLogicalUnit, TaskResponse::Complete, row->scope};
}

bool isAffected(const Task& task, const AffectedSet& set) {
  if (task.state == TaskState::Aborted || task.state == TaskState::StatusSent) return false;
  if (set.scope == S::Nexus) return set.issuingSession;
  if (task.kind != TaskKind::ScsiCommand) return false;
  const bool below = serialLess(task.cmdSn, set.cmdSn);
  switch (set.scope) {
    case S::NexusUnit:
      return set.issuingSession && below && task.lun == set.lun;
    case S::TaskSet:
      return task.lun == set.lun && (set.issuingSession ? below : set.sharedTaskSet);
    case S::LogicalUnit:
      return task.lun == set.lun;
    case S::Target:
      return true;
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

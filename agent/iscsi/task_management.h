// Task management functions at the target: what a request does, to which tasks, and when its response may go (RFC 7143
// 4.2.3, 7.2.2, 7.11, 11.5, 11.6; RFC 7144 6).
//
// judge() turns a request and the facts about it into a verdict: an answer at once, or work for the owner. A function
// over sets of tasks then goes through the steps of nextStep(). The owner does the work: it marks tasks, asks the
// logical units, sends. Pure; no allocation but in asyncTargets().
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "agent/iscsi/codes.h"
#include "agent/iscsi/command_window.h"
#include "agent/iscsi/task.h"
#include "agent/iscsi/task_table.h"

namespace iscsi {

struct TaskRequest {
  TaskManagementFunction function{};  // may be one without a row
  bool immediate = false;
  std::uint64_t lun = 0;
  std::uint32_t cmdSn = 0;
  std::uint32_t referencedTaskTag = 0xffffffff;
  std::uint32_t refCmdSn = 0;
  std::uint32_t expDataSn = 0;
  std::uint16_t connection = 0;  // CID that it came on
};

// What the owner knows about a request.
struct TaskRequestFacts {
  const Task* referenced = nullptr;       // the task of the Referenced Task Tag, if there is one
  bool referencedConnectionLives = true;  // its connection is neither logged out nor lost
  bool loggedOutForRecovery = false;      // ... and its recovery logout was successful
  bool lunExists = true;
  bool authorized = true;
  bool resetsSupported = true;  // TARGET WARM RESET and TARGET COLD RESET are optional
  std::uint8_t errorRecoveryLevel = 0;
  std::uint8_t protocolLevel = 1;  // iSCSIProtocolLevel
};

enum class TaskWork : std::uint8_t {
  Answer,           // send `response`
  ResendAndAnswer,  // its connection is gone: send the status that was not acknowledged here, then `response` (11.5.1)
  PlugAndAnswer,    // the command never came: CommandWindow::plug(refCmdSn), then send `response`
  AbortOne,         // mark the task Aborted (a Held one: plug its number); the unit ends it; then send `response`
  Reassign,         // send `response`, then move the task to this connection (7.2.2)
  QueryOne,         // Succeeded where the task is there, with no additional response information
  AbortSet,         // nextStep()
  QuerySet,         // Succeeded where any task is in the set, else Complete
  AskLogicalUnit,   // CLEAR ACA, QUERY ASYNCHRONOUS EVENT: its answer is the response
  ResetNexus,       // abort all tasks, drop all connections at once, no time to retain (RFC 7144 6.3)
};

struct TaskVerdict {
  TaskWork work = TaskWork::Answer;
  TaskManagementResponseCode response = TaskManagementResponseCode::FunctionComplete;
  TaskScope scope = TaskScope::NoTasks;

  friend bool operator==(const TaskVerdict&, const TaskVerdict&) = default;
};

[[nodiscard]] TaskVerdict judge(const TaskRequest& request, const TaskRequestFacts& facts, const CommandWindow& window);

// The set of tasks that a function over sets is about.
struct AffectedSet {
  TaskScope scope = TaskScope::NoTasks;
  std::uint64_t lun = 0;
  std::uint32_t cmdSn = 0;     // of the request
  bool issuingSession = true;  // the tasks looked at belong to the session that the request came on
  bool sharedTaskSet = false;  // with TaskSet: the logical unit has one task set for all nexuses
  std::vector<std::uint64_t> otherLuns = {};  // at which the session has the same logical unit
  // With LogicalUnit and Target: what arrived later is affected only where its CmdSN is below that of the request.
  std::optional<std::uint32_t> arrivedBefore = std::nullopt;
};
[[nodiscard]] bool isAffected(const Task& task, const AffectedSet& set);

template <class T, class Visit>
void forEachAffected(TaskTable<T>& tasks, const AffectedSet& set, Visit&& visit) {
  tasks.forEach([&](T& task) {
    if (isAffected(task, set)) visit(task);
  });
}

// An Async Message 5 (Task Termination) that has to go out.
struct AsyncTarget {
  std::uint16_t connection = 0;
  std::uint64_t lun = 0;

  friend bool operator==(const AsyncTarget&, const AsyncTarget&) = default;
};
// Adds one for each connection and logical unit with an affected task of this session: with FastAbort on that session
// only (4.2.3.4 d, 4.2.3.5). On the issuing session the issuing connection is left out. Bound: one a task.
template <class T>
void asyncTargets(TaskTable<T>& tasks, const AffectedSet& set, std::uint16_t issuingConnection,
                  std::vector<AsyncTarget>& out) {
  forEachAffected(tasks, set, [&](T& task) {
    if (set.issuingSession && task.connection == issuingConnection) return;
    const AsyncTarget target{task.connection, task.lun};
    if (std::find(out.begin(), out.end(), target) == out.end()) out.push_back(target);
  });
}

// How far an abort of a set of tasks has come, and what it waits for next.
enum class AbortStep : std::uint8_t {
  AwaitCommands,  // commands below the request's CmdSN are missing (4.2.3.3 b)
  AwaitData,      // the issuer still answers R2Ts of affected tasks (4.2.3.3 a); never with FastAbort, and not for ever
  AskLogicalUnit,  // hand the function to SCSI and wait for its answer
  AwaitStatus,     // responses sent before are not acknowledged on the other connections (11.6.1)
  Respond,
};
struct AbortProgress {
  TaskScope scope = TaskScope::NexusUnit;
  bool fastAbort = false;
  std::uint32_t missingCommands = 0;  // CommandWindow::missingBelow(cmdSn)
  std::uint32_t openSequences = 0;    // of all affected tasks of the issuing session
  bool logicalUnitDone = false;
  bool statusAcknowledged = false;  // ResponseFence::open()
};
[[nodiscard]] AbortStep nextStep(const AbortProgress& progress);

// Target resets plug what is missing below their CmdSN in place of waiting for it (4.2.3.3 b).
[[nodiscard]] constexpr bool plugsMissing(TaskScope scope) { return scope == TaskScope::Target; }

template <class T>
std::uint32_t openSequences(TaskTable<T>& tasks, const AffectedSet& set) {
  std::uint32_t open = 0;
  forEachAffected(tasks, set, [&](T& task) {
    if (task.state != TaskState::Suspended) open += task.openSequences;  // nobody answers those
  });
  return open;
}

}  // namespace iscsi

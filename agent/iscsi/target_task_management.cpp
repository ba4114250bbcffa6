// Task management functions of a target session (RFC 7143 4.2.3, 11.5, 11.6).
//
// task_management.h says what a function means; here it is carried out. A function over a set of tasks goes through the
// steps of nextStep(): affected tasks are no longer solicited, what the initiator still owes them is awaited (for a
// short time where nothing comes), the logical unit ends what it has, then the response goes out behind all others.
#include <algorithm>

#include "agent/iscsi/target_connection.h"
#include "agent/iscsi/target_session.h"

namespace iscsi {

void TargetSession::manage(TargetTask& function) {
  const TaskManagementRequest& request = function.function();
  function.state = TaskState::Executing;
  function.owedSince = base::kNever;
  ++functionsWaiting_;
  TaskRequest asked;
  asked.function = request.function;
  asked.immediate = request.immediate;
  asked.lun = function.lun;
  asked.cmdSn = request.cmdSn;
  asked.referencedTaskTag = request.referencedTaskTag;
  asked.refCmdSn = request.refCmdSn;
  asked.expDataSn = request.expDataSn;
  asked.connection = function.connection;

  TaskRequestFacts facts;
  TargetTask* const referenced = tasks_.find(request.referencedTaskTag);
  facts.referenced = referenced == &function ? nullptr : referenced;
  facts.referencedConnectionLives = referenced == nullptr || referenced->link != nullptr;
  facts.lunExists = units_ != nullptr && units_->hasUnit(function.lun);
  facts.authorized = units_ == nullptr || units_->mayManage(request.function, function.lun);
  const LostConnection* const lost = referenced == nullptr ? nullptr : findLost(referenced->connection);
  facts.loggedOutForRecovery = lost != nullptr && lost->loggedOut;
  facts.errorRecoveryLevel = static_cast<std::uint8_t>(parameters().errorRecoveryLevel);
  facts.protocolLevel = static_cast<std::uint8_t>(parameters().protocolLevel);
  perform(function, judge(asked, facts, window_));
}

void TargetSession::perform(TargetTask& function, const TaskVerdict& verdict) {
  const TaskManagementRequest& request = function.function();
  switch (verdict.work) {
    case TaskWork::Answer:
    case TaskWork::QueryOne:
      return respond(function, verdict.response);
    case TaskWork::PlugAndAnswer: {
      static_cast<void>(window_.plug(request.refCmdSn));
      const base::TimePoint now = function.link->now();
      respond(function, verdict.response);
      return deliverHeld(now);
    }
    case TaskWork::AbortOne:
      return abortOne(function, *tasks_.find(request.referencedTaskTag));
    case TaskWork::AbortSet:
      return step(function);
    case TaskWork::QuerySet: {
      bool any = false;
      forEachAffected(tasks_, affectedBy(function), [&](TargetTask&) { any = true; });
      return respond(function, any ? TaskManagementResponseCode::FunctionSucceeded
                                   : TaskManagementResponseCode::FunctionComplete);
    }
    case TaskWork::AskLogicalUnit:
      function.askedUnit = true;
      return units_->manage(function, nullptr);
    case TaskWork::ResetNexus:
      return close(SessionEnd::NexusReset);
    case TaskWork::Reassign:
      return reassign(*tasks_.find(request.referencedTaskTag), function);
    case TaskWork::ResendAndAnswer:
      return resendStatus(*tasks_.find(request.referencedTaskTag), function, verdict.response);
  }
}

void TargetSession::abortOne(TargetTask& function, TargetTask& referenced) {
  if (referenced.kind == TaskKind::ScsiCommand && referenced.state == TaskState::Executing) {
    function.askedUnit = true;
    return units_->manage(function, &referenced);
  }
  const base::TimePoint now = function.link->now();
  drop(referenced, Loss::Aborted);
  respond(function, TaskManagementResponseCode::FunctionComplete);
  submitWaiting();
  deliverHeld(now);
}

AffectedSet TargetSession::affectedBy(const TargetTask& function) const {
  const TaskManagementFunctionRow* row = findRow(function.function().function);
  AffectedSet set{row == nullptr ? TaskScope::NoTasks : row->scope, function.lun, function.cmdSn, true, true};
  if (row != nullptr && row->hasLun && units_ != nullptr) units_->otherLuns(function.lun, set.otherLuns);
  set.arrivedBefore = function.endsBefore;
  return set;
}

// Whether a function that the unit of the command has not been asked for yet has begun before it.
bool TargetSession::behindFunction(const TargetTask& task) {
  return tasks_.findIf([&](const TargetTask& function) {
    const bool begun = function.kind == TaskKind::TaskManagement && function.state == TaskState::Executing &&
                       function.endsBefore && !function.askedUnit;
    if (!begun) return false;
    AffectedSet set = affectedBy(function);
    if (isAffected(task, set)) return false;
    set.arrivedBefore.reset();
    if (set.scope != TaskScope::Target) set.scope = TaskScope::LogicalUnit;
    return isAffected(task, set);
  }) != nullptr;
}

// Goes as far as it can.
void TargetSession::step(TargetTask& function) {
  if (!function.endsBefore) function.endsBefore = arrivals_;
  const AffectedSet set = affectedBy(function);
  forEachAffected(tasks_, set, [&](TargetTask& task) {
    if (task.takesData && task.state == TaskState::ReceivingData) task.transfer->out.abandon();
  });
  if (plugsMissing(set.scope)) window_.plugBelow(function.cmdSn);
  const base::TimePoint now = function.link->now();
  AbortProgress progress;
  progress.scope = set.scope;
  progress.fastAbort = parameters().taskReporting == TaskReporting::FastAbort;
  progress.missingCommands = window_.missingBelow(function.cmdSn);
  progress.openSequences = openSequences(tasks_, set);
  progress.logicalUnitDone = function.unitDone;
  progress.statusAcknowledged = function.fence.open();
  switch (nextStep(progress)) {
    case AbortStep::AwaitCommands:
      return;
    case AbortStep::AwaitData:
      return awaitData(function);
    case AbortStep::AskLogicalUnit:
      if (function.askedUnit) return;
      function.askedUnit = true;
      if (progress.fastAbort) noteTerminations(function, set);
      clearForFunction(function);
      units_->manage(function, nullptr);  // may answer it
      submitWaiting();                    // what waited for those that were ended
      if (plugsMissing(set.scope)) dueHeld(now);
      return;
    case AbortStep::AwaitStatus:
      return;
    case AbortStep::Respond:
      return respond(function, TaskManagementResponseCode::FunctionComplete);
  }
}

// Goes on from here, so that who ends waiting commands of this session does not end the session with them.
void TargetSession::dueHeld(base::TimePoint now) {
  if (!std::exchange(heldDue_, now)) owner_.onHeldDue(*this);
}

void TargetSession::deliverDue() {
  const auto due = std::exchange(heldDue_, std::nullopt);
  if (due && !closed_) deliverHeld(*due);
}

// From now on the data of each connection has its time.
void TargetSession::awaitData(TargetTask& function) {
  if (function.owedSince != base::kNever) return;
  function.owedSince = function.link->now();
  for (const TargetConnection* const connection : connections_) {
    function.owedSince = std::max(function.owedSince, connection->now());
  }
  for (TargetConnection* const connection : connections_) connection->attend();
}

template <class Visit>
void TargetSession::forEachOwedToFunctions(const TargetConnection& connection, Visit&& visit) {
  if (functionsWaiting_ == 0) return;
  tasks_.forEach([&](TargetTask& function) {
    const bool awaits = function.kind == TaskKind::TaskManagement && function.state == TaskState::Executing &&
                        function.link != nullptr && !function.askedUnit && function.owedSince != base::kNever;
    if (!awaits) return;
    forEachAffected(tasks_, affectedBy(function), [&](TargetTask& task) {
      if (task.link == &connection && task.openSequences != 0) visit(function, task);
    });
  });
}

std::optional<base::TimePoint> TargetSession::functionAwaitsData(const TargetConnection& connection) {
  std::optional<base::TimePoint> since;
  const TargetTask* of = nullptr;
  base::TimePoint heard{};
  const auto take = [&] {
    if (of != nullptr) since = std::min(since.value_or(base::kNever), heard);
  };
  forEachOwedToFunctions(connection, [&](const TargetTask& function, const TargetTask& task) {
    if (of != &function) {
      take();
      of = &function;
      heard = function.owedSince;
    }
    heard = std::max(heard, task.dataHeard);
  });
  take();
  return since;
}

void TargetSession::dataForFunctionsOver(TargetConnection& connection) {
  forEachOwedToFunctions(connection, [](const TargetTask&, TargetTask& task) { task.openSequences = 0; });
  stepWaiting();
}

// Ends affected tasks that no unit knows of, or that wait for room in the output, or for TASK REASSIGN. The others end
// by its hand.
void TargetSession::clearForFunction(TargetTask& function) {
  const AffectedSet set = affectedBy(function);
  dropAll(Loss::Aborted, [&](const TargetTask& task) {
    const bool sending = task.state == TaskState::Sending && !task.answered;
    return isAffected(task, set) &&
           (sending || task.state == TaskState::ReceivingData || task.state == TaskState::Ready ||
            task.state == TaskState::Held || task.state == TaskState::Suspended);
  });
}

// ---- Async Message 5 -----------------------------------------------------------------------------------------------

void TargetSession::terminating(std::uint64_t lun, std::vector<AsyncTarget>& out) {
  if (closed_ || parameters().taskReporting != TaskReporting::FastAbort) return;
  asyncTargets(tasks_, {TaskScope::LogicalUnit, lun, 0, false, true}, 0, out);
}

void TargetSession::tellTermination(const AsyncTarget& target) {
  for (TargetConnection* const connection : connections_) {
    if (connection->cid() != target.connection || connection->session() != this) continue;
    AsyncMessage message;
    message.event = AsyncEvent::TaskTermination;
    base::storeU64(message.lun.data(), target.lun);
    connection->send(message, true);
  }
}

// Which tasks are affected shows before they end; the initiator is told when the unit has ended them.
void TargetSession::noteTerminations(TargetTask& function, const AffectedSet& set) {
  std::vector<AsyncTarget> targets;
  asyncTargets(tasks_, set, function.connection, targets);
  for (const AsyncTarget& target : targets) terminations_.push_back({&function, target});
}

void TargetSession::tellTerminations(TargetTask& function) {
  for (const Termination& one : terminations_) {
    if (one.function == &function) tellTermination(one.target);
  }
  std::erase_if(terminations_, [&](const Termination& one) { return one.function == &function; });
}

// Status that went out on other connections has to arrive before the response does (11.6.1). They are asked for a sign.
void TargetSession::fenceFunction(TargetTask& function) {
  for (TargetConnection* const connection : connections_) {
    if (connection == function.link) continue;
    const StatusSequence& status = connection->status();
    function.fence.waitFor(connection->cid(), status.next(), status.acknowledged());
    if (status.unacknowledged() != 0) connection->ping();
  }
}

void TargetSession::acknowledgedForFunctions(TargetConnection& connection, std::uint32_t expStatSn) {
  tasks_.forEach([&](TargetTask& task) {
    if (task.kind == TaskKind::TaskManagement) task.fence.acknowledged(connection.cid(), expStatSn);
  });
  stepWaiting();
}

void TargetSession::stepWaiting() {
  if (functionsWaiting_ == 0) return;
  tasks_.forEach([&](TargetTask& task) {
    const bool mayGo = !task.askedUnit || task.unitDone;
    if (task.kind == TaskKind::TaskManagement && task.state == TaskState::Executing && task.link != nullptr && mayGo) {
      step(task);
    }
  });
}

void TargetSession::managed(TargetTask& function, TaskManagementResponseCode response) {
  function.unitDone = true;
  if (!reachable(function)) {
    endCommand(function);
    return endFunction(function, response);
  }
  const TaskManagementFunctionRow* row = findRow(function.function().function);
  const bool set = row != nullptr && row->scope != TaskScope::OneTask && row->scope != TaskScope::NoTasks &&
                   response == TaskManagementResponseCode::FunctionComplete;
  if (set) {
    tellTerminations(function);
    fenceFunction(function);
    return step(function);
  }
  respond(function, response);
}

// Its response is in the output, or nobody is there to take it.
void TargetSession::endFunction(TargetTask& function, TaskManagementResponseCode response) {
  const bool coldReset = function.function().function == TaskManagementFunction::TargetColdReset &&
                         response == TaskManagementResponseCode::FunctionComplete;
  retire(function);
  if (coldReset) owner_.onColdReset(*this);
}

void TargetSession::respond(TargetTask& function, TaskManagementResponseCode response) {
  endCommand(function);
  TaskManagementResponse pdu;
  pdu.response = response;
  pdu.initiatorTaskTag = function.itt;
  function.link->send(pdu, true);
  function.answered = true;
  endFunction(function, response);
}

}  // namespace iscsi

// Commands of an initiator session: the queue, what is sent, and what comes back.
#include <algorithm>
#include <cassert>
#include <utility>

#include "agent/iscsi/ahs.h"
#include "agent/iscsi/initiator_session.h"
#include "agent/iscsi/sense_segment.h"

namespace iscsi {
namespace {

std::string_view textOf(DataInFault fault) {
  switch (fault) {
    case DataInFault::Lost:
      return "a Data-In or R2T is missing";
    case DataInFault::SegmentTooLong:
      return "a Data-In is longer than was declared";
    case DataInFault::OffsetInvalid:
      return "a Data-In lies outside of the read, or out of order";
    case DataInFault::BurstTooLong:
      return "a burst of Data-In is longer than MaxBurstLength";
    case DataInFault::StatusMisplaced:
      return "a status that does not end its data";
    case DataInFault::None:
    case DataInFault::Duplicate:
      break;
  }
  return {};
}

}  // namespace

bool InitiatorSession::submit(InitiatorCommand& command, base::TimePoint now) {
  assert(command.task_ == InitiatorCommand::kNoTask && !command.cdb.empty() && command.cdb.size() <= kMaxCdb);
  if (state_ == State::Ended || closing_ || commands_ >= setting_.maxCommands) return false;
  InitiatorTask* const task = tasks_.take();
  if (task == nullptr) return false;
  const Entry entry(*this, now);
  task->kind = InitiatorTask::Kind::Command;
  task->state = InitiatorTask::State::Pending;
  task->command = &command;
  task->escalation = Escalation::None;
  task->repeats = 0;
  task->deadline = now + timeoutOf(command);
  watch(task->deadline);
  command.task_ = task->tag;
  command.result.outcome = CommandOutcome::SessionLost;
  command.result.status = 0;
  command.result.senseSize = 0;
  command.result.received = 0;
  command.result.residual = command.result.readResidual = {};
  ++commands_;
  pending_.pushBack(*task);
  return true;
}

void InitiatorSession::cancel(InitiatorCommand& command, base::TimePoint now) {
  InitiatorTask* const task = tasks_.find(command.task_);
  if (task == nullptr || task->kind != InitiatorTask::Kind::Command) return;
  const Entry entry(*this, now);
  if (task->state == InitiatorTask::State::Pending) return complete(*task, CommandOutcome::Aborted);
  if (task->state == InitiatorTask::State::Sent && task->escalation == Escalation::None) {
    escalate(*task, CommandOutcome::Aborted);
  }
}

void InitiatorSession::recall(const Lun& lun, base::TimePoint now) {
  const Entry entry(*this, now);
  std::vector<std::uint32_t> tags;
  pending_.forEach([&](const InitiatorTask& task) {
    if (task.command->lun == lun) tags.push_back(task.tag);
  });
  // Their users may submit and cancel, so nothing is visited any more.
  for (const std::uint32_t tag : tags) {
    InitiatorTask* const task = tasks_.find(tag);
    if (task != nullptr && task->state == InitiatorTask::State::Pending) complete(*task, CommandOutcome::Recalled);
  }
}

// ---- out

void InitiatorSession::pump() {
  while (!pending_.empty() && !draining_ && !loggingOut_ && issue_->canIssue()) {
    InitiatorTask* const task = nextToSend();
    InitiatorConnection* const connection = task == nullptr ? nullptr : chooseConnection();
    if (connection == nullptr || !send(*task, *connection)) return;
  }
}

// Nothing to a unit that is being reset: the target may count it among those that end in silence.
InitiatorTask* InitiatorSession::nextToSend() {
  if (resets_.empty()) return &pending_.front();
  return pending_.findIf([&](const InitiatorTask& task) { return !beingReset(task.command->lun); });
}

// The one with the fewest tasks. What is to be sent of a write goes before the next command (RFC 7143 4.2.5.2).
InitiatorConnection* InitiatorSession::chooseConnection() const {
  InitiatorConnection* best = nullptr;
  for (const auto& connection : connections_) {
    if (!connection->inFullFeature() || !connection->unsent.empty()) continue;
    if (best == nullptr || connection->tasks < best->tasks) best = connection.get();
  }
  return best;
}

bool InitiatorSession::send(InitiatorTask& task, InitiatorConnection& connection) {
  const InitiatorCommand& command = *task.command;
  const bool writes = !command.dataOut.empty();
  if (writes) {
    task.out.emplace(static_cast<std::uint32_t>(command.dataOut.size()), connection.sends());
  }
  if (!writeCommand(task, connection)) return false;
  task.cmdSn = issue_->issue();
  task.cid = connection.cid();
  task.state = InitiatorTask::State::Sent;
  task.in.begin(static_cast<std::uint32_t>(command.dataIn.size()), connection.receives(),
                writes && !command.dataIn.empty());
  pending_.remove(task);
  sent_.pushBack(task);
  ++connection.tasks;
  if (writes) sendData(task, connection);
  return true;
}

bool InitiatorSession::writeCommand(InitiatorTask& task, InitiatorConnection& connection) {
  const InitiatorCommand& command = *task.command;
  ScsiCommand pdu;
  pdu.read = !command.dataIn.empty();
  pdu.write = !command.dataOut.empty();
  pdu.attribute = command.attribute;
  pdu.lun = command.lun;
  pdu.initiatorTaskTag = task.tag;
  pdu.expectedDataTransferLength =
      static_cast<std::uint32_t>(pdu.write ? command.dataOut.size() : command.dataIn.size());
  pdu.cmdSn = issue_->current();
  pdu.expStatSn = connection.expStatSn();
  std::copy_n(command.cdb.begin(), std::min(command.cdb.size(), pdu.cdb.size()), pdu.cdb.begin());
  if (!pdu.write && command.cdb.size() <= pdu.cdb.size()) return connection.writer().write(pdu);

  AhsBuilder ahs;
  if (command.cdb.size() > pdu.cdb.size()) ahs.addExtendedCdb(command.cdb);
  if (pdu.read && pdu.write) ahs.addBidirectionalReadLength(static_cast<std::uint32_t>(command.dataIn.size()));
  if (!pdu.write) return connection.writer().write(pdu, ahs.bytes(), std::span<DataPart>{});
  pdu.final = task.out->commandFinal();
  DataPart immediate{command.dataOut.first(task.out->immediateLength()), HoldRef(task.hold)};
  return connection.writer().write(pdu, ahs.bytes(), std::span(&immediate, 1));
}

// All Data-Out of the task that may be sent, or as much as the writer takes.
void InitiatorSession::sendData(InitiatorTask& task, InitiatorConnection& connection) {
  for (;;) {
    if (!task.unsent) task.unsent = task.out->next();
    if (!task.unsent) return;
    if (!writeData(task, connection, *task.unsent)) {
      const auto waits = std::find(connection.unsent.begin(), connection.unsent.end(), task.tag);
      if (waits == connection.unsent.end()) connection.unsent.push_back(task.tag);
      return;
    }
    task.unsent.reset();
  }
}

bool InitiatorSession::writeData(InitiatorTask& task, InitiatorConnection& connection, const DataOutPdu& data) {
  DataOut pdu;
  pdu.final = data.final;
  if (data.targetTransferTag != kReservedTag) pdu.lun = task.command->lun;
  pdu.initiatorTaskTag = task.tag;
  pdu.targetTransferTag = data.targetTransferTag;
  pdu.expStatSn = connection.expStatSn();
  pdu.dataSn = data.dataSn;
  pdu.bufferOffset = data.bufferOffset;
  return connection.writer().write(
      pdu, DataPart{task.command->dataOut.subspan(data.bufferOffset, data.length), HoldRef(task.hold)});
}

// The writer has room again.
void InitiatorSession::sendUnsent(InitiatorConnection& connection) {
  while (!connection.unsent.empty()) {
    InitiatorTask* const task = commandFor(connection, connection.unsent.front());
    if (task != nullptr && task->out) sendData(*task, connection);
    if (task != nullptr && task->unsent) return;
    connection.unsent.pop_front();
  }
}

// ---- in

void InitiatorSession::onWindow(std::uint32_t expCmdSn, std::uint32_t maxCmdSn) {
  if (issue_) (void)issue_->onWindow(expCmdSn, maxCmdSn);  // what is inconsistent is ignored (4.2.2.1)
}

// A command that waits for this connection; nullptr for tags of tasks that have ended.
InitiatorTask* InitiatorSession::commandFor(const InitiatorConnection& connection, std::uint32_t tag) {
  InitiatorTask* const task = tasks_.find(tag);
  const bool waits = task != nullptr && task->kind == InitiatorTask::Kind::Command &&
                     task->state == InitiatorTask::State::Sent && task->cid == connection.cid();
  return waits ? task : nullptr;
}

Placement InitiatorSession::onDataInHead(InitiatorConnection& connection, const DataIn& pdu) {
  InitiatorTask* const task = commandFor(connection, pdu.initiatorTaskTag);
  if (task == nullptr) return Placement::skip();
  const DataInFault fault =
      task->in.check({pdu.dataSn, pdu.bufferOffset, pdu.dataSegmentLength, pdu.final, pdu.acknowledge, pdu.hasStatus});
  if (fault == DataInFault::Duplicate) return Placement::skip();
  if (fault != DataInFault::None) {
    connection.fail(textOf(fault));
    return Placement::skip();
  }
  if (pdu.dataSegmentLength == 0) return Placement::skip();
  return Placement::into(task->command->dataIn.subspan(pdu.bufferOffset, pdu.dataSegmentLength));
}

void InitiatorSession::onDataIn(InitiatorConnection& connection, const DataIn& pdu) {
  InitiatorTask* const task = commandFor(connection, pdu.initiatorTaskTag);
  if (task == nullptr) return;
  const DataInFault fault = task->in.received(
      {pdu.dataSn, pdu.bufferOffset, pdu.dataSegmentLength, pdu.final, pdu.acknowledge, pdu.hasStatus});
  if (fault == DataInFault::Duplicate) return;
  if (fault != DataInFault::None) return connection.fail(textOf(fault));
  if (!pdu.hasStatus) return;
  task->command->result.status = pdu.status;
  task->command->result.residual = pdu.residual;
  complete(*task, CommandOutcome::Completed);
}

void InitiatorSession::onR2t(InitiatorConnection& connection, const R2t& pdu) {
  InitiatorTask* const task = commandFor(connection, pdu.initiatorTaskTag);
  if (task == nullptr) return;
  if (!task->out) return connection.fail("an R2T for a command that writes nothing");
  const DataInFault fault = task->in.r2t(pdu.r2tSn);
  if (fault == DataInFault::Duplicate) return;
  if (fault != DataInFault::None) return connection.fail(textOf(fault));
  const R2tFault wrong =
      task->out->onR2t({pdu.targetTransferTag, pdu.r2tSn, pdu.bufferOffset, pdu.desiredDataTransferLength});
  if (wrong != R2tFault::None) return connection.fail("an R2T outside of the write");
  sendData(*task, connection);
}

void InitiatorSession::onScsiResponse(InitiatorConnection& connection, const ScsiResponse& pdu,
                                      base::ByteView segment) {
  InitiatorTask* const task = commandFor(connection, pdu.initiatorTaskTag);
  if (task == nullptr) return;
  CommandResult& result = task->command->result;
  result.response = pdu.response;
  if (pdu.response != ServiceResponse::CommandCompleted) return complete(*task, CommandOutcome::TargetFailure);
  const auto read = readSenseSegment(segment);
  if (!read) return connection.fail("sense data longer than its segment");
  if (!task->command->dataIn.empty()) {
    const DataInFault fault = task->in.response(pdu.expDataSn);
    if (fault != DataInFault::None) return connection.fail(textOf(fault));
  }
  result.status = pdu.status;
  result.residual = pdu.residual;
  result.readResidual = pdu.bidirectionalReadResidual;
  const std::size_t size = std::min(read->sense.size(), CommandResult::kMaxSense);
  std::copy_n(read->sense.begin(), size, result.senseBytes.begin());
  result.senseSize = static_cast<std::uint16_t>(size);
  complete(*task, CommandOutcome::Completed);
}

// The target did not take a PDU. A command that it did not count leaves a gap in CmdSN, which ABORT TASK fills (7.3).
void InitiatorSession::onReject(InitiatorConnection& connection, const Reject& pdu, base::ByteView header) {
  notice({.kind = InitiatorNotice::Kind::Rejected,
          .cid = connection.cid(),
          .reason = pdu.reason,
          .what = nameOf(pdu.reason)});
  if (header.size() < kBhsSize) return;
  const BasicHeader rejected = BasicHeader::load(header.first<kBhsSize>());
  if (rejected.is(Opcode::TaskManagementRequest)) {
    InitiatorTask* const management = tasks_.find(rejected.initiatorTaskTag);
    if (management != nullptr && management->kind == InitiatorTask::Kind::Management)
      functionRejected(*management, pdu.reason);
    return;
  }
  if (rejected.is(Opcode::TextRequest) || rejected.is(Opcode::LogoutRequest)) {
    return connection.fail("the target rejects a Text or Logout Request");
  }
  if (!rejected.is(Opcode::ScsiCommand)) return;  // of later PDUs of a task the Response tells (11.17.1)
  InitiatorTask* const task = commandFor(connection, rejected.initiatorTaskTag);
  if (task == nullptr) return;
  task->command->result.reason = pdu.reason;
  if (!issue_->acknowledged(task->cmdSn)) {
    (void)manage(TaskManagementFunction::AbortTask, task->command->lun, task, connection, setting_.times.abort);
  }
  complete(*task, CommandOutcome::Rejected);
}

// ---- the end of a command

void InitiatorSession::complete(InitiatorTask& task, CommandOutcome outcome) {
  if (task.state == InitiatorTask::State::Sent) {
    sent_.remove(task);
    if (issue_) issue_->finished();
    if (InitiatorConnection* const connection = find(task.cid)) --connection->tasks;
    task.command->result.received = task.in.contiguous();
  } else {
    pending_.remove(task);
  }
  task.state = InitiatorTask::State::Ending;
  task.command->result.outcome = outcome;
  task.command->result.repeats = task.repeats;
  tryToEnd(task);
}

// Not while the writer or the reader has to do with the command's memory. The reader may have begun under a tag that
// the task had before it was sent again.
void InitiatorSession::tryToEnd(InitiatorTask& task) {
  const bool beingRead = std::any_of(connections_.begin(), connections_.end(),
                                     [&](const auto& connection) { return task.owns(connection->placingFor()); });
  if (beingRead || task.hold.held()) {
    ending_.push_back(task.tag);
    return;
  }
  InitiatorCommand& command = *task.command;
  command.task_ = InitiatorCommand::kNoTask;
  tasks_.release(task);
  --commands_;
  command.onDone();
}

void InitiatorSession::endEnding() {
  if (ending_.empty()) return;
  const std::vector<std::uint32_t> tags = std::exchange(ending_, {});
  for (const std::uint32_t tag : tags) {
    InitiatorTask* const task = tasks_.find(tag);
    if (task != nullptr) tryToEnd(*task);
  }
}

// Back to the front of the queue, to be sent as if it were new.
void InitiatorSession::requeue(InitiatorTask& task) {
  sent_.remove(task);
  if (issue_) issue_->finished();
  if (InitiatorConnection* const connection = find(task.cid)) --connection->tasks;
  task.out.reset();
  task.unsent.reset();
  InitiatorTasks::renew(task);
  task.command->task_ = task.tag;
  task.state = InitiatorTask::State::Pending;
  task.deadline = now_ + timeoutOf(*task.command);
  ++task.repeats;
  pending_.pushFront(task);
}

// Of the sent commands that `concerned` names: those who did nothing wrong go back to the queue, in their order; the
// others end as `outcomeOf` says.
void InitiatorSession::sendAgainOrEnd(const std::function<bool(const InitiatorTask&)>& concerned,
                                      CommandOutcome (*outcomeOf)(const InitiatorTask&)) {
  std::vector<std::uint32_t> ended;
  sent_.forEachBackwards([&](InitiatorTask& task) {
    if (task.kind != InitiatorTask::Kind::Command || !concerned(task)) return;
    if (task.escalation != Escalation::None || !task.command->mayRepeat || task.repeats >= kMaxRepeats) {
      ended.push_back(task.tag);
    } else {
      requeue(task);
    }
  });
  // Their users may submit and cancel, so nothing is visited any more.
  for (auto tag = ended.rbegin(); tag != ended.rend(); ++tag) {
    InitiatorTask* const task = tasks_.find(*tag);
    if (task == nullptr || task->state != InitiatorTask::State::Sent) continue;
    complete(*task, outcomeOf(*task));
  }
}

// All connections are gone: what was sent waits for the next session. Of what was about to be aborted nobody has
// confirmed the end, so the target may still execute it: it was lost with the session like all else.
void InitiatorSession::requeueSent() {
  sent_.forEachBackwards([&](InitiatorTask& task) {
    if (task.kind == InitiatorTask::Kind::Command) return;
    sent_.remove(task);
    tasks_.release(task);
  });
  resets_.clear();
  sendAgainOrEnd([](const InitiatorTask&) { return true; },
                 [](const InitiatorTask&) { return CommandOutcome::SessionLost; });
}

void InitiatorSession::endAll(CommandOutcome outcome) {
  resets_.clear();
  while (!sent_.empty()) {
    InitiatorTask& task = sent_.front();
    if (task.kind == InitiatorTask::Kind::Command) {
      complete(task, outcome);
    } else {
      sent_.remove(task);
      tasks_.release(task);
    }
  }
  while (!pending_.empty()) complete(pending_.front(), outcome);
  endEnding();
}

}  // namespace iscsi

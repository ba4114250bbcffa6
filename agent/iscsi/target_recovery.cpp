// Recovery within a connection (ErrorRecoveryLevel 1) and between connections (level 2) at the target (RFC 7143 7.2.2,
// 7.8 to 7.14, 11.16).
#include <algorithm>

#include "agent/iscsi/target_connection.h"
#include "agent/iscsi/target_session.h"

namespace iscsi {

// ---- What was sent with status --------------------------------------------------------------------------------------

void TargetConnection::keep(BhsView bhs, base::ByteView data) {
  const KeptStatuses::Handle handle = kept_->take();
  KeptStatus& status = kept_->at(handle);
  std::copy(bhs.begin(), bhs.end(), status.bhs.begin());
  kept_->setData(status, data);
  status.task = std::exchange(keepFor_, nullptr);
  status.dataIn = BasicHeader::load(bhs).is(Opcode::DataIn);
  if (status.dataIn) status.dataSn = loadWord(bhs, 36);
  if (status.task != nullptr) {
    status.task->statusKept = true;
    status.task->statSn = loadWord(bhs, at::kStatSn);
  }
  const auto release = [this](StatusSequence::Handle oldest) { releaseStatus(oldest); };
  status_.assign(handle, release);
  while (kept_->bytes() > kMaxKeptBytes && status_.kept() > 1) status_.letGoOfOldest(release);
}

void TargetConnection::releaseStatus(StatusSequence::Handle handle) {
  if (kept_ == nullptr) return;
  TargetTask* const task = kept_->at(handle).task;
  kept_->give(handle);
  if (task != nullptr) session_->statusReleased(*task);
}

void TargetConnection::sendData(DataIn& pdu, std::span<DataPart> parts, std::optional<std::uint32_t> again) {
  if (again) {
    session_->stamp(pdu, !stuck_);
    pdu.statSn = *again;
  } else {
    number(pdu, pdu.hasStatus, {});
  }
  written(pdu, output_.write(pdu, base::ByteView{}, parts));
}

// Old StatSN, present ExpCmdSN and MaxCmdSN (11.16).
void TargetConnection::resend(KeptStatus& status) {
  const std::uint32_t statSn = loadWord(BhsView(status.bhs), at::kStatSn);
  if (status.dataIn && status.task != nullptr) return session_->resendStatusData(*status.task, status.dataSn, statSn);
  const BhsSpan bhs(status.bhs);
  storeWord(bhs, at::kExpCmdSn, session_->window().expCmdSn());
  storeWord(bhs, at::kMaxCmdSn, session_->window().maxCmdSn());
  if (!output_.writeCopy(BhsView(status.bhs), status.data)) return overflow();
  attend();
}

// Another Response in the place of the status of a task that was sent: the same StatSN, and a Status SNACK gets the
// latest (11.16.3).
void TargetConnection::sendInPlace(ScsiResponse& response, base::ByteView data, const TargetTask& task) {
  const auto handle = status_.find(task.statSn);
  if (kept_ == nullptr || !handle) return;
  KeptStatus& status = kept_->at(*handle);
  session_->stamp(response, !stuck_);
  response.statSn = task.statSn;
  response.dataSegmentLength = static_cast<std::uint32_t>(data.size());
  response.encode(status.bhs);
  kept_->setData(status, data);
  status.dataIn = false;
  resend(status);
}

void TargetConnection::onSnack(const Snack& snack, base::ByteView header) {
  if (kept_ == nullptr) return reject(RejectReason::SnackReject, header);
  if (snack.type != SnackType::Status) {
    if (const auto reason = session_->onSnack(*this, snack)) reject(*reason, header);
    return;
  }
  const SnackAnswer answer = status_.snack(snack.begRun, snack.runLength);
  if (answer.verdict == SnackVerdict::ProtocolError) return reject(RejectReason::ProtocolError, header);
  if (answer.verdict == SnackVerdict::Rejected) return reject(RejectReason::SnackReject, header);
  for (std::uint32_t i = 0; i < answer.run.count; ++i) {
    if (const auto handle = status_.find(answer.run.begin + i)) resend(kept_->at(*handle));
  }
}

void TargetSession::statusReleased(TargetTask& task) {
  task.statusKept = false;
  // Acknowledged while its data goes again: nobody wants the rest.
  if (task.state == TaskState::StatusSent) task.answered = true;
  retireIfDone(task);
}

void TargetSession::resendStatusData(TargetTask& task, std::uint32_t dataSn, std::uint32_t statSn) {
  const auto pdu = task.transfer->in.replay(dataSn);
  if (pdu) sendDataIn(task, *pdu, statSn);
}

// ---- Data and R2Ts --------------------------------------------------------------------------------------------------

std::optional<RejectReason> TargetSession::onSnack(TargetConnection& connection, const Snack& snack) {
  const bool acknowledges = snack.type == SnackType::DataAck;
  TargetTask* const task = tasks_.find(acknowledges ? snack.targetTransferTag : snack.initiatorTaskTag);
  if (task == nullptr || task->kind != TaskKind::ScsiCommand || task->link != &connection) {
    return acknowledges ? RejectReason::InvalidDataAck : RejectReason::ProtocolError;
  }
  TaskTransfer& transfer = *task->transfer;
  const bool sends = task->completed && task->residuals.in != 0;
  if (acknowledges) {
    if (sends && transfer.in.acknowledge(snack.begRun, task->dataSn)) return std::nullopt;
    return RejectReason::InvalidDataAck;
  }
  if (snack.type == SnackType::RData) return resegment(*task, snack);
  if (sends) {
    const SnackAnswer answer = transfer.in.snack(snack.begRun, snack.runLength, task->dataSn);
    if (answer.verdict == SnackVerdict::ProtocolError) return RejectReason::ProtocolError;
    if (answer.verdict == SnackVerdict::Rejected) return RejectReason::SnackReject;
    for (std::uint32_t i = 0; i < answer.run.count; ++i) {
      const std::uint32_t n = answer.run.begin + i;
      if (const auto pdu = transfer.in.replay(n)) {
        // One with status goes again by its own SNACK, which knows its StatSN.
        DataInPdu again = *pdu;
        again.status = false;
        sendDataIn(*task, again, connection.status().next());
      } else if (const auto r2t = transfer.out.findR2t(n)) {
        sendR2t(*task, *r2t);
      }
    }
    return std::nullopt;
  }
  // The numbers are a stranger's: nothing of them is added before it is known to be below what was sent.
  if (!task->takesData || snack.begRun > task->dataSn) return RejectReason::ProtocolError;
  const std::uint32_t sent = task->dataSn - snack.begRun;
  const std::uint32_t count = snack.runLength == 0 ? sent : snack.runLength;
  if (count > sent) return RejectReason::ProtocolError;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (const auto r2t = transfer.out.findR2t(snack.begRun + i)) sendR2t(*task, *r2t);
  }
  return std::nullopt;
}

// R-Data: what was not acknowledged goes again, in segments of the present length, and then a Response which says so.
std::optional<RejectReason> TargetSession::resegment(TargetTask& task, const Snack& snack) {
  const bool named = snack.targetTransferTag != 0 && snack.targetTransferTag != kReservedTag;
  if (!named || snack.begRun != 0 || snack.runLength != 0) return RejectReason::InvalidPduField;
  // Nothing was sent, and there is nothing to cut anew.
  if (!task.completed || task.residuals.in == 0) return RejectReason::ProtocolError;
  // Answered, and only the socket has it yet: its status can no longer be sent again.
  if (task.answered && !task.statusKept) return RejectReason::SnackReject;
  if (!task.transfer->in.resegment(task.link->dataInParameters().maxDataSegmentLength, task.dataSn)) {
    return RejectReason::SnackReject;
  }
  task.snackTag = snack.targetTransferTag;
  task.answered = false;
  sendAnswer(task);
  return std::nullopt;
}

void TargetSession::segmentLengthChanged(TargetConnection& connection) {
  tasks_.forEach([&](TargetTask& task) {
    if (task.link != &connection || !task.completed || task.answered) return;
    task.transfer->in.segmentLength(connection.dataInParameters().maxDataSegmentLength);
  });
}

void TargetSession::askAgain(TargetConnection& connection) {
  for (TargetTask* const task : std::vector(waiting_)) {
    if (task->link != &connection || task->openSequences == 0 || task->state != TaskState::ReceivingData) continue;
    task->transfer->out.reassigned();
    task->dataHeard = connection.now();
    advance(*task);
  }
}

// ---- Between connections --------------------------------------------------------------------------------------------

// Commands that were taken stay; all else ends with its connection, immediate commands too (7.14).
void TargetSession::suspend(TargetTask& task) {
  const bool stays = task.kind == TaskKind::ScsiCommand && !task.immediate && task.delivered &&
                     task.state != TaskState::Aborted;
  if (!stays) return;
  task.inFlight = false;
  leaveWaiting(task);
  leaveBehind(task);
  task.link = nullptr;
  task.suspended = true;
  task.statusKept = false;
  task.snackTag = 0;  // of this connection
  if (task.answered) {
    task.state = TaskState::StatusSent;
  } else if (task.state != TaskState::Executing) {
    task.state = TaskState::Suspended;
  }
}

TargetSession::LostConnection* TargetSession::findLost(std::uint16_t cid) {
  const auto at = std::find_if(lost_.begin(), lost_.end(), [&](const LostConnection& one) { return one.cid == cid; });
  return at == lost_.end() ? nullptr : &*at;
}

void TargetSession::forgetLost(std::uint16_t cid) {
  std::erase_if(lost_, [&](const LostConnection& one) { return one.cid == cid; });
}

LogoutResponseCode TargetSession::logOut(TargetConnection& asking, std::uint16_t cid, LogoutReason reason) {
  const bool recovery = reason == LogoutReason::RemoveConnectionForRecovery;
  if (recovery && parameters().errorRecoveryLevel < 2) return LogoutResponseCode::RecoveryNotSupported;
  if (recovery && cid == asking.cid()) return LogoutResponseCode::CleanupFailed;
  const ConnectionEnd how = recovery ? ConnectionEnd::Lost : ConnectionEnd::LoggedOut;
  const auto live = std::find_if(connections_.begin(), connections_.end(),
                                 [&](const TargetConnection* one) { return one->cid() == cid; });
  if (live != connections_.end()) {
    TargetConnection& connection = **live;
    detach(connection, how, asking.now());
    connection.close();
  } else if (findLost(cid) != nullptr) {
    owner_.onConnectionGone(*this, cid, how, asking.now());  // its time begins anew, or is over
  } else {
    return LogoutResponseCode::CidNotFound;
  }
  if (recovery) {
    mayReassign(cid);
  } else {
    connectionExpired(cid);
  }
  return LogoutResponseCode::Closed;
}

void TargetSession::mayReassign(std::uint16_t cid) {
  forgetLost(cid);
  lost_.push_back({cid, true});
}

void TargetSession::connectionExpired(std::uint16_t cid) {
  forgetLost(cid);
  dropAll(Loss::Connection, [&](const TargetTask& task) { return task.suspended && task.connection == cid; });
  stepWaiting();
}

void TargetSession::moveTo(TargetConnection& link, TargetTask& task) {
  task.link = &link;
  task.connection = link.cid();
  task.suspended = false;
}

// ABORT TASK and QUERY TASK of a task that has ended: its status, which was not acknowledged, and then the response
// (11.5.1). Without its data, so the initiator cannot take it for whole: the number of Data-In PDUs is in it.
void TargetSession::resendStatus(TargetTask& task, TargetTask& function, TaskManagementResponseCode response) {
  moveTo(*function.link, task);
  task.link->keepFor(task);
  sendResponse(task);
  respond(function, response);
}

// TASK REASSIGN: the response goes out before anything of the task does (7.2.2).
void TargetSession::reassign(TargetTask& task, TargetTask& function) {
  TargetConnection& link = *function.link;
  const std::uint32_t expDataSn = function.function().expDataSn;
  respond(function, TaskManagementResponseCode::FunctionComplete);
  moveTo(link, task);
  if (task.state == TaskState::Executing) return;
  if (!task.completed) {
    task.state = TaskState::ReceivingData;
    if (task.takesData) task.transfer->out.reassigned();
    return advance(task);
  }
  if (!task.answering) {  // it ended meanwhile
    const UnitAnswer ended = task.transfer->answer;
    return answer(task, ended);
  }
  // All of it or the first part was sent: it goes on from what has arrived.
  task.state = TaskState::Sending;
  task.answered = false;
  DataInSender& in = task.transfer->in;
  const std::uint32_t segment = link.dataInParameters().maxDataSegmentLength;
  if (task.residuals.in != 0 && !in.reassign(expDataSn, segment, task.dataSn)) {
    // It cannot go on from there: all of it once more.
    in.begin(task.residuals.in, link.dataInParameters(), task.command().read && task.command().write);
    task.dataSn = 0;
  }
  sendAnswer(task);
}

}  // namespace iscsi

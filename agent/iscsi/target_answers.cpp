// Answers of a target session: what a unit has to say becomes Data-In and a response, as fast as the connection's
// output has room (RFC 7143 11.4, 11.7).
#include <algorithm>

#include "agent/iscsi/sense_segment.h"
#include "agent/iscsi/target_connection.h"
#include "agent/iscsi/target_session.h"

namespace iscsi {
namespace {

constexpr std::uint8_t kTaskSetFull = 0x28;  // SAM-5 5.3

}  // namespace

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
  task.residuals = residualsOf(
      {command.read, command.write, command.expectedDataTransferLength, task.expectedRead, task.presentedOut, in});
  TaskTransfer& transfer = *task.transfer;
  transfer.answer = answer;
  task.completed = task.answering = true;
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

}  // namespace iscsi

#include "agent/initiator/logical_unit.h"

#include <utility>

namespace initiator {
namespace {

using iscsi::CommandOutcome;

constexpr std::chrono::milliseconds kPause{100};

}  // namespace

void ScsiRequest::onDone() { unit_->ended(*this); }

LogicalUnit::LogicalUnit(Session& session, std::uint32_t lun)
    : session_(session), number_(lun), pause_(session.loop().timers(), [this] { resumeWaiting(); }) {
  lun_ = scsi::Lun::of(lun).value_or(scsi::Lun{}).bytes;
}

bool LogicalUnit::submit(ScsiRequest& request) {
  request.unit_ = this;
  request.attempts_ = 0;
  request.busySince_.reset();
  request.heldBack = false;
  request.lun = lun_;
  return session_.submit(request);
}

void LogicalUnit::recall() {
  for (ScsiRequest* const request : std::exchange(waiting_, {})) {
    request->result.outcome = CommandOutcome::Recalled;
    request->onEnd();
  }
  session_.recall(lun_);
}

// Bounded by time: how often it is asked in that is the pause's matter.
LogicalUnit::Verdict LogicalUnit::judgeBusy(ScsiRequest& request) {
  const base::TimePoint now = session_.loop().now();
  if (!request.busySince_) request.busySince_ = now;
  return now - *request.busySince_ < request.busyTime ? Verdict::Soon : Verdict::End;
}

LogicalUnit::Verdict LogicalUnit::judge(ScsiRequest& request) {
  const iscsi::CommandResult& result = request.result;
  if (isBusy(result)) return judgeBusy(request);
  if (request.attempts_ >= kMaxAttempts) return Verdict::End;
  switch (result.outcome) {
    case CommandOutcome::Completed:
      break;
    case CommandOutcome::TimedOut:
    case CommandOutcome::Aborted:
    case CommandOutcome::TargetFailure:
      return request.mayRepeat && request.attempts_ < request.silentAttempts ? Verdict::Now : Verdict::End;
    default:
      return Verdict::End;
  }
  switch (static_cast<scsi::Status>(result.status)) {
    case scsi::Status::TaskAborted:
      return request.mayRepeat ? Verdict::Now : Verdict::End;
    case scsi::Status::CheckCondition:
      break;
    default:
      return Verdict::End;
  }
  const auto sense = readSense(result.sense());
  if (!sense) return Verdict::End;
  // The command was not executed.
  if (sense->key == scsi::SenseKey::UnitAttention)
    return onUnitAttention(*sense, request) ? Verdict::Now : Verdict::End;
  const bool repeats = sense->key == scsi::SenseKey::AbortedCommand && request.mayRepeat;
  return repeats ? Verdict::Now : Verdict::End;
}

void LogicalUnit::ended(ScsiRequest& request) {
  const Verdict verdict = carriedOut(request.result) ? Verdict::End : judge(request);
  if (verdict == Verdict::End) return request.onEnd();
  if (verdict == Verdict::Now) ++request.attempts_;
  if (holds(request)) return holdBack(request);
  if (verdict == Verdict::Now) return sendAgain(request);
  waiting_.push_back(&request);
  if (!pause_.started()) pause_.startAt(session_.loop().now() + kPause);
}

void LogicalUnit::sendAgain(ScsiRequest& request) {
  if (!session_.submit(request)) holdBack(request);
}

void LogicalUnit::holdBack(ScsiRequest& request) {
  request.heldBack = true;
  request.onEnd();
}

void LogicalUnit::resumeWaiting() {
  for (ScsiRequest* const request : std::exchange(waiting_, {})) sendAgain(*request);
}

bool isBusy(const iscsi::CommandResult& result) {
  if (result.outcome != CommandOutcome::Completed) return false;
  const auto status = static_cast<scsi::Status>(result.status);
  if (status == scsi::Status::Busy || status == scsi::Status::TaskSetFull) return true;
  const auto sense = status == scsi::Status::CheckCondition ? readSense(result.sense()) : std::nullopt;
  return sense && sense->key == scsi::SenseKey::NotReady &&
         (sense->code() == scsi::Asc::BecomingReady || sense->code() == scsi::Asc::AsymmetricAccessStateTransition);
}

bool carriedOut(const iscsi::CommandResult& result) {
  if (result.good()) return true;
  if (result.outcome != CommandOutcome::Completed) return false;
  const auto sense = readSense(result.sense());
  return sense && sense->key == scsi::SenseKey::RecoveredError;
}

std::string describe(const iscsi::CommandResult& result) {
  switch (result.outcome) {
    case CommandOutcome::Completed: {
      std::string text(statusName(result.status));
      if (const auto sense = readSense(result.sense())) text += ", " + describe(*sense);
      return text;
    }
    case CommandOutcome::TargetFailure:
      return "the target failed to execute the command";
    case CommandOutcome::Rejected:
      return "the target rejected the command: " + std::string(nameOf(result.reason));
    case CommandOutcome::TimedOut:
      return "no answer in time";
    case CommandOutcome::Recalled:
      return "the command was taken back before it was sent";
    case CommandOutcome::Aborted:
      return "the command was aborted";
    case CommandOutcome::SessionLost:
      return "the session was lost";
  }
  return {};
}

}  // namespace initiator

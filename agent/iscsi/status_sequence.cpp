#include "agent/iscsi/status_sequence.h"

namespace iscsi {

SnackAnswer StatusSequence::snack(std::uint32_t begRun, std::uint32_t runLength) const {
  SnackRun run{begRun, runLength};
  if (runLength == 0) {
    if (begRun == 0) run.begin = acknowledged_;
    run.count = next_ - run.begin;
    if (run.count == 0) return {begRun == 0 ? SnackVerdict::Resend : SnackVerdict::ProtocolError, {}};
  }
  // Counted from what was acknowledged, so that a run of 2^31 numbers and more is not taken for one behind it.
  const std::uint32_t skipped = run.begin - acknowledged_;
  if (skipped > unacknowledged() || run.count > unacknowledged() - skipped) return {SnackVerdict::ProtocolError, {}};
  const auto lost = static_cast<std::uint32_t>(unacknowledged() - held_);
  if (skipped < lost) return {SnackVerdict::Rejected, {}};
  return {SnackVerdict::Resend, run};
}

std::optional<StatusSequence::Handle> StatusSequence::find(std::uint32_t statSn) const {
  if (held_ == 0) return std::nullopt;
  const std::uint32_t index = statSn - ring_[oldest_].statSn;
  if (index >= held_) return std::nullopt;
  return ring_[(oldest_ + index) % ring_.size()].status;
}

StatusReceiver::Arrival StatusReceiver::received(std::uint32_t statSn) {
  if (serialLess(statSn, acknowledged_)) return Arrival::Duplicate;
  if (statSn - acknowledged_ >= kWindow) return Arrival::TooFar;
  if (seen(statSn)) return Arrival::Duplicate;
  seen_.set(statSn % kWindow);
  if (serialLess(statSn, highest_)) return Arrival::FillsHole;
  const bool inOrder = statSn == highest_;
  highest_ = statSn + 1;
  return inOrder ? Arrival::InOrder : Arrival::Ahead;
}

bool StatusReceiver::announced(std::uint32_t nextStatSn) {
  if (!serialLess(highest_, nextStatSn) || nextStatSn - acknowledged_ > kWindow) return false;
  highest_ = nextStatSn;
  return true;
}

void StatusReceiver::done(std::uint32_t statSn) {
  if (statSn - acknowledged_ >= kWindow || !seen(statSn)) return;
  done_.set(statSn % kWindow);
  while (done_.test(acknowledged_ % kWindow)) {
    done_.reset(acknowledged_ % kWindow);
    seen_.reset(acknowledged_ % kWindow);
    ++acknowledged_;
  }
}

std::optional<SnackRun> StatusReceiver::firstHole() const {
  for (std::uint32_t n = acknowledged_; n != highest_; ++n) {
    if (seen(n)) continue;
    SnackRun run{n, 0};
    while (n != highest_ && !seen(n)) {
      ++run.count;
      ++n;
    }
    return run;
  }
  return std::nullopt;
}

}  // namespace iscsi

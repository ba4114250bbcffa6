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

}  // namespace iscsi

#include "agent/iscsi/data_out_sender.h"

#include <algorithm>

namespace iscsi {

DataOutSender::DataOutSender(std::uint32_t expectedLength, const TransferParameters& parameters)
    : parameters_(parameters), expectedLength_(expectedLength) {
  const std::uint32_t burst = std::min(parameters.firstBurstLength, expectedLength);
  if (parameters.immediateData) immediateLength_ = std::min(burst, parameters.maxDataSegmentLength);
  if (parameters.initialR2t || immediateLength_ >= burst) return;
  commandFinal_ = false;
  queue_.push_back({kReservedTag, 0, immediateLength_, burst});
}

R2tFault DataOutSender::onR2t(const ReadyToTransfer& r2t) {
  if (r2t.targetTransferTag == kReservedTag) return R2tFault::TagInvalid;
  if (r2t.length == 0 || r2t.length > parameters_.maxBurstLength) return R2tFault::LengthInvalid;
  if (r2t.bufferOffset > expectedLength_ || r2t.length > expectedLength_ - r2t.bufferOffset)
    return R2tFault::OutOfBounds;
  for (std::size_t i = head_; i < queue_.size(); ++i) {
    if (queue_[i].targetTransferTag == r2t.targetTransferTag) return R2tFault::TagInvalid;
  }
  if (queue_.size() - head_ >= kMaxQueued) return R2tFault::TooMany;
  if (head_ > kMaxQueued || idle()) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  queue_.push_back({r2t.targetTransferTag, 0, r2t.bufferOffset, r2t.bufferOffset + r2t.length});
  return R2tFault::None;
}

std::optional<DataOutPdu> DataOutSender::next() {
  if (idle()) return std::nullopt;
  Sequence& sequence = queue_[head_];
  const std::uint32_t left = sequence.end - sequence.offset;
  const bool final = left <= parameters_.maxDataSegmentLength;
  const DataOutPdu pdu{sequence.targetTransferTag, sequence.dataSn++, sequence.offset,
                       final ? left : fullSegment(parameters_), final};
  sequence.offset += pdu.length;
  if (pdu.final) ++head_;
  return pdu;
}

}  // namespace iscsi

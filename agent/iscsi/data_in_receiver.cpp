#include "agent/iscsi/data_in_receiver.h"

namespace iscsi {

using Arrival = InputSequence::Arrival;

void DataInReceiver::begin(std::uint32_t expectedLength, const TransferParameters& parameters, bool bidirectional) {
  parameters_ = parameters;
  input_.restart(0);
  received_.clear();
  expectedLength_ = expectedLength;
  pdus_ = 0;
  expectedPdus_ = 0;
  burst_ = 0;
  acked_ = 0;
  ackedOffset_ = 0;
  ackedPdus_ = 0;
  ackPending_ = false;
  bidirectional_ = bidirectional;
  statusSeen_ = false;
}

DataInFault DataInReceiver::check(const DataInPdu& pdu) const {
  const Arrival arrival = input_.check(pdu.dataSn);
  if (arrival == Arrival::Duplicate) return DataInFault::Duplicate;
  if (arrival == Arrival::TooFar) return DataInFault::TooFar;
  if (statusSeen_ && arrival != Arrival::FillsHole && !tailMissing()) return DataInFault::StatusMisplaced;
  if (pdu.status && (!pdu.final || bidirectional_)) return DataInFault::StatusMisplaced;
  const DataInFault fault = checkData(pdu, arrival);
  if (fault != DataInFault::None) return fault;
  return arrival == Arrival::Ahead ? hole() : DataInFault::None;
}

DataInFault DataInReceiver::checkData(const DataInPdu& pdu, Arrival arrival) const {
  if (pdu.length == 0) return DataInFault::None;
  if (pdu.length > parameters_.maxDataSegmentLength) return DataInFault::SegmentTooLong;
  if (pdu.bufferOffset > expectedLength_ || pdu.length > expectedLength_ - pdu.bufferOffset) {
    return DataInFault::OffsetInvalid;
  }
  const bool nothingMissing = arrival == Arrival::InOrder && input_.whole();
  if (nothingMissing && pdu.length > parameters_.maxBurstLength - burst_) return DataInFault::BurstTooLong;
  if (received_.check({pdu.bufferOffset, pdu.bufferOffset + pdu.length}) == RangeSet::Added::Overlap) {
    return DataInFault::Overlap;
  }
  if (received_.check({pdu.bufferOffset, pdu.bufferOffset + pdu.length}) == RangeSet::Added::TooMany) {
    return DataInFault::TooFar;
  }
  if (nothingMissing && inOrder() && pdu.bufferOffset != received_.contiguous()) return DataInFault::OffsetInvalid;
  return DataInFault::None;
}

DataInFault DataInReceiver::received(const DataInPdu& pdu) {
  const DataInFault fault = check(pdu);
  if (fault != DataInFault::None) return fault;
  const Arrival arrival = input_.received(pdu.dataSn);
  received_.add({pdu.bufferOffset, pdu.bufferOffset + pdu.length});
  ++pdus_;
  // Counted only while nothing is missing; after a hole the count is too low until the next F.
  const bool counts = arrival == Arrival::InOrder && input_.whole() && !pdu.final;
  burst_ = counts ? burst_ + pdu.length : 0;
  if (pdu.acknowledge && recovers()) {
    if (!ackPending_ || serialLess(ackWanted_, pdu.dataSn + 1)) ackWanted_ = pdu.dataSn + 1;
    ackPending_ = true;
  }
  if (pdu.status) statusSeen_ = true;
  return DataInFault::None;
}

DataInFault DataInReceiver::damaged(const DataInPdu& pdu) {
  const DataInFault fault = check(pdu);
  if (fault != DataInFault::None) return fault;
  input_.sentBelow(pdu.dataSn + 1);
  burst_ = 0;
  return hole();
}

DataInFault DataInReceiver::r2t(std::uint32_t r2tSn) {
  switch (input_.received(r2tSn)) {
    case Arrival::InOrder:
    case Arrival::FillsHole:
      return DataInFault::None;
    case Arrival::Ahead:
      return hole();
    case Arrival::Duplicate:
      return DataInFault::Duplicate;
    case Arrival::TooFar:
      break;
  }
  return DataInFault::TooFar;
}

DataInFault DataInReceiver::response(std::uint32_t expDataSn) {
  statusSeen_ = true;
  expectedPdus_ = expDataSn;
  // Where no R2T takes part in the count, the number of PDUs is the end of the numbers.
  if (!bidirectional_) input_.sentBelow(expDataSn);
  return input_.whole() && !tailMissing() ? DataInFault::None : hole();
}

std::optional<SnackRun> DataInReceiver::snack() const {
  if (!recovers()) return std::nullopt;
  if (const std::optional<SnackRun> run = input_.firstHole()) return run;
  if (tailMissing()) return SnackRun{input_.end(), 0};
  return std::nullopt;
}

std::optional<std::uint32_t> DataInReceiver::dataAck() const {
  if (!ackPending_ || complete() || serialLess(input_.expected(), ackWanted_)) return std::nullopt;
  return input_.expected();
}

void DataInReceiver::dataAckSent() {
  ackPending_ = false;
  acked_ = input_.expected();
  ackedOffset_ = received_.contiguous();
  ackedPdus_ = pdus_;
}

bool DataInReceiver::restart() {
  if (!recovers() || !inOrder() || bidirectional_) return false;
  input_.restart(acked_);
  received_.clear();
  received_.add({0, ackedOffset_});
  pdus_ = ackedPdus_;
  expectedPdus_ = 0;
  burst_ = 0;
  ackPending_ = false;
  statusSeen_ = false;
  return true;
}

}  // namespace iscsi

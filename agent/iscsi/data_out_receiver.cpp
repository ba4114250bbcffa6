#include "agent/iscsi/data_out_receiver.h"

#include <algorithm>

#include "agent/iscsi/serial.h"

namespace iscsi {

using F = DataOutFault;

DataOutFault DataOutReceiver::begin(const WriteCommand& command, const TransferParameters& parameters) {
  parameters_ = parameters;
  expected_ = command.expectedLength;
  wanted_ = std::min(command.wantedLength, command.expectedLength);
  received_.clear();
  open_ = 0;
  supersededCount_ = 0;
  unsolicitedSuperseded_ = false;
  emptyPdus_ = 0;
  recoveries_ = 0;
  abandoned_ = false;
  fault_ = checkCommand(command);

  const std::uint32_t burstEnd = std::min(parameters.firstBurstLength, expected_);
  const std::uint32_t immediate = std::min(command.immediateLength, expected_);
  if (!failed()) received_.add({0, immediate});
  solicited_ = immediate;
  if (!command.final && fault_ != F::FinalMissing) {
    // Even where it was not negotiated the burst comes, and its F is waited for.
    openSequence({kReservedTag, 0, immediate, burstEnd > immediate ? burstEnd - immediate : 0});
    solicited_ = std::max(burstEnd, immediate);
  }
  return fault_;
}

DataOutFault DataOutReceiver::checkCommand(const WriteCommand& command) const {
  if (command.immediateLength > parameters_.maxDataSegmentLength) return F::SegmentTooLong;
  if (!command.final && command.immediateLength >= command.expectedLength) return F::FinalMissing;
  if (command.immediateLength > 0 && !parameters_.immediateData) return F::UnexpectedUnsolicited;
  if (!command.final && parameters_.initialR2t) return F::UnexpectedUnsolicited;
  if (command.immediateLength > command.expectedLength) return F::IncorrectAmount;
  if (command.immediateLength > parameters_.firstBurstLength) return F::IncorrectAmount;
  return F::None;
}

DataOutReceiver::Placement DataOutReceiver::check(const DataOutPdu& pdu) const {
  const std::optional<std::uint32_t> index = find(pdu.targetTransferTag);
  if (!index) {
    if (isSuperseded(pdu.targetTransferTag)) return {};
    return {pdu.targetTransferTag == kReservedTag ? F::UnexpectedUnsolicited : F::UnknownTransferTag, 0, 0};
  }
  if (pdu.length == 0 && !pdu.final && emptyPdus_ >= kMaxEmptyPdus) return {F::TooManyEmpty, 0, 0};
  if (stopped()) return {};
  const DataOutFault fault = checkInSequence(*index, pdu);
  if (fault != F::None) return {fault, 0, 0};
  const std::uint32_t keep = pdu.bufferOffset < wanted_ ? std::min(pdu.length, wanted_ - pdu.bufferOffset) : 0;
  return {F::None, pdu.bufferOffset, keep};
}

DataOutFault DataOutReceiver::checkInSequence(std::uint32_t index, const DataOutPdu& pdu) const {
  const Sequence& sequence = sequences_[index];
  if (pdu.length > parameters_.maxDataSegmentLength) return F::SegmentTooLong;
  if (index != 0 && parameters_.dataSequenceInOrder) return F::SequenceOrder;
  if (serialLess(pdu.dataSn, sequence.nextDataSn)) return F::DataSnRepeated;
  const bool hole = pdu.dataSn != sequence.nextDataSn;
  if (hole && !recovers()) return F::Lost;
  if (pdu.length > 0) {
    const DataOutFault fault = checkRange(sequence, pdu);
    if (fault != F::None) return fault;
  }
  const bool knownLoss = hole || sequence.lost;
  if (pdu.final && !knownLoss && sequence.bytes + pdu.length != sequence.asked.length) return F::IncorrectAmount;
  return F::None;
}

DataOutFault DataOutReceiver::checkRange(const Sequence& sequence, const DataOutPdu& pdu) const {
  const ByteRange range = sequence.range();
  if (pdu.bufferOffset < range.begin || pdu.bufferOffset > range.end) return F::OffsetInvalid;
  if (pdu.length > range.end - pdu.bufferOffset) return F::IncorrectAmount;
  if (parameters_.dataPduInOrder) {
    if (pdu.bufferOffset < sequence.nextOffset) return F::Overlap;
    if (pdu.bufferOffset > sequence.nextOffset && pdu.dataSn == sequence.nextDataSn) return F::OffsetInvalid;
  }
  switch (received_.check({pdu.bufferOffset, pdu.bufferOffset + pdu.length})) {
    case RangeSet::Added::Overlap:
      return F::Overlap;
    case RangeSet::Added::TooMany:
      return F::TooFragmented;
    case RangeSet::Added::Ok:
      break;
  }
  return F::None;
}

DataOutFault DataOutReceiver::received(const DataOutPdu& pdu) { return take(pdu, true); }
DataOutFault DataOutReceiver::damaged(const DataOutPdu& pdu) { return take(pdu, false); }

DataOutFault DataOutReceiver::take(const DataOutPdu& pdu, bool good) {
  DataOutFault fault = check(pdu).fault;
  const std::optional<std::uint32_t> index = find(pdu.targetTransferTag);
  if (fault == F::None && index && !good && !recovers() && !stopped()) fault = F::Lost;
  if (dataOutFaultRow(fault).asc != 0) fail(fault);
  if (!index) return fault;

  if (pdu.length == 0 && !pdu.final) ++emptyPdus_;
  Sequence& sequence = sequences_[*index];
  if (!stopped()) {
    // The number of a damaged PDU counts as received (7.3); its bytes are asked for again.
    sequence.lost = sequence.lost || !good || pdu.dataSn != sequence.nextDataSn;
    sequence.nextDataSn = pdu.dataSn + 1;
    if (pdu.length > 0) sequence.nextOffset = pdu.bufferOffset + pdu.length;
    if (good) {
      sequence.bytes += pdu.length;
      received_.add({pdu.bufferOffset, pdu.bufferOffset + pdu.length});
    }
  }
  if (pdu.final) closeSequence(*index);
  return fault;
}

void DataOutReceiver::fail(DataOutFault fault) {
  if (!failed()) fault_ = fault;
}

std::optional<std::uint32_t> DataOutReceiver::find(std::uint32_t tag) const {
  for (std::uint32_t i = 0; i < open_; ++i) {
    if (sequences_[i].asked.targetTransferTag == tag) return i;
  }
  return std::nullopt;
}

bool DataOutReceiver::isSuperseded(std::uint32_t tag) const {
  if (tag == kReservedTag) return unsolicitedSuperseded_;
  const std::uint32_t count = std::min(supersededCount_, kMaxSuperseded);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (superseded_[i].targetTransferTag == tag) return true;
  }
  return false;
}

void DataOutReceiver::openSequence(const ReadyToTransfer& asked) {
  sequences_[open_++] = {asked, 0, asked.bufferOffset, 0, false};
}

void DataOutReceiver::closeSequence(std::uint32_t index) {
  std::move(sequences_.begin() + index + 1, sequences_.begin() + open_, sequences_.begin() + index);
  --open_;
}

void DataOutReceiver::sequenceTimedOut(std::uint32_t targetTransferTag) {
  const std::optional<std::uint32_t> index = find(targetTransferTag);
  if (!index) return;
  const Sequence& sequence = sequences_[*index];
  if (!recovers()) {
    fail(F::Lost);
  } else if (targetTransferTag == kReservedTag) {
    unsolicitedSuperseded_ = true;
  } else {
    superseded_[supersededCount_++ % kMaxSuperseded] = sequence.asked;
  }
  closeSequence(*index);
}

void DataOutReceiver::reassigned() {
  while (open_ > 0) sequenceTimedOut(sequences_[0].asked.targetTransferTag);
}

// What was asked for once, has not come, and no open sequence will bring.
std::optional<ByteRange> DataOutReceiver::lostRange() const {
  ByteRange within{0, std::min(solicited_, wanted_)};
  while (std::optional<ByteRange> missing = received_.firstMissing(within)) {
    bool covered = false;
    for (std::uint32_t i = 0; i < open_ && !covered; ++i) {
      const ByteRange range = sequences_[i].range();
      covered = range.begin <= missing->begin && missing->begin < range.end;
      if (covered) {
        within.begin = range.end;
      } else if (missing->begin < range.begin && range.begin < missing->end) {
        missing->end = range.begin;
      }
    }
    if (!covered) return missing;
  }
  return std::nullopt;
}

std::optional<ByteRange> DataOutReceiver::nextRange() const {
  if (stopped()) return std::nullopt;
  const bool unsolicitedOpen = open_ > 0 && sequences_[0].asked.targetTransferTag == kReservedTag;
  // How much the burst brings is known, so the rest may be asked for while it comes. With recovery only the last
  // sequence may be asked for again (13.19), so there one comes after the other.
  if (unsolicitedOpen && recovers()) return std::nullopt;
  const bool oneByOne = recovers() && parameters_.dataSequenceInOrder;
  const std::uint32_t limit = oneByOne ? 1 : std::min<std::uint32_t>(parameters_.maxOutstandingR2t, kMaxOutstanding);
  if (open_ - (unsolicitedOpen ? 1U : 0U) >= limit) return std::nullopt;
  if (const std::optional<ByteRange> lost = lostRange()) return lost;
  if (solicited_ < wanted_) return ByteRange{solicited_, wanted_};
  return std::nullopt;
}

bool DataOutReceiver::wantsR2t() const { return nextRange().has_value(); }

std::optional<ReadyToTransfer> DataOutReceiver::nextR2t(std::uint32_t targetTransferTag, std::uint32_t& r2tSn) {
  const std::optional<ByteRange> range = nextRange();
  if (!range) return std::nullopt;
  if (range->begin < solicited_ && ++recoveries_ > kMaxRecoveries) {
    fail(F::Lost);
    return std::nullopt;
  }
  const std::uint32_t length = std::min(range->length(), parameters_.maxBurstLength);
  const ReadyToTransfer r2t{targetTransferTag, r2tSn++, range->begin, length};
  openSequence(r2t);
  solicited_ = std::max(solicited_, range->begin + length);
  return r2t;
}

std::optional<ReadyToTransfer> DataOutReceiver::findR2t(std::uint32_t r2tSn) const {
  for (std::uint32_t i = 0; i < open_; ++i) {
    const ReadyToTransfer& asked = sequences_[i].asked;
    if (asked.targetTransferTag != kReservedTag && asked.r2tSn == r2tSn) return asked;
  }
  const std::uint32_t count = std::min(supersededCount_, kMaxSuperseded);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (superseded_[i].r2tSn == r2tSn) return superseded_[i];
  }
  return std::nullopt;
}

}  // namespace iscsi

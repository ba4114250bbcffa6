#include "agent/iscsi/data_pdu.h"

namespace iscsi {
namespace {

// Byte 1 of a Data-In.
constexpr std::uint8_t kAcknowledge = 0x40;
constexpr std::uint8_t kOverflow = 0x04;
constexpr std::uint8_t kUnderflow = 0x02;
constexpr std::uint8_t kHasStatus = 0x01;

constexpr std::uint8_t kSnackTypeMask = 0x0f;

// Offsets; the first two are those of R2T and of both data PDUs.
constexpr std::size_t kDataSnAt = 36;
constexpr std::size_t kBufferOffsetAt = 40;
constexpr std::size_t kResidualAt = 44;
constexpr std::size_t kDesiredLengthAt = 44;
constexpr std::size_t kBegRunAt = 40;
constexpr std::size_t kRunLengthAt = 44;

// 11.16.4 to 11.16.7: which tags and runs each type has.
bool fieldsAgree(const Snack& snack) {
  const bool hasTask = snack.initiatorTaskTag != kReservedTag;
  const bool hasTransfer = snack.targetTransferTag != kReservedTag;
  switch (snack.type) {
    case SnackType::DataOrR2t:
      return hasTask && !hasTransfer;
    case SnackType::Status:
      return !hasTask && !hasTransfer;
    case SnackType::DataAck:
      return !hasTask && hasTransfer && snack.runLength == 0;
    case SnackType::RData:
      return hasTask && hasTransfer && snack.targetTransferTag != 0 && snack.begRun == 0 && snack.runLength == 0;
  }
  return false;
}

}  // namespace

base::Result<DataOut, FormatFault> DataOut::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::DataOut)) return base::fail(*fault);
  if (header.initiatorTaskTag == kReservedTag) return base::fail(FormatFault::ReservedTaskTag);
  DataOut pdu;
  pdu.final = (header.flags & kFinalBit) != 0;
  pdu.dataSegmentLength = header.dataSegmentLength;
  pdu.lun = loadLun(bhs);
  pdu.initiatorTaskTag = header.initiatorTaskTag;
  pdu.targetTransferTag = loadWord(bhs, at::kTransferTag);
  pdu.expStatSn = loadWord(bhs, at::kExpStatSn);
  pdu.dataSn = loadWord(bhs, kDataSnAt);
  pdu.bufferOffset = loadWord(bhs, kBufferOffsetAt);
  return pdu;
}

void DataOut::encode(BhsSpan bhs) const {
  const std::uint8_t flags = final ? kFinalBit : std::uint8_t{0};
  BasicHeader{static_cast<std::uint8_t>(Opcode::DataOut), false, flags, 0, dataSegmentLength, initiatorTaskTag}.store(
      bhs);
  storeLun(bhs, lun);
  storeWord(bhs, at::kTransferTag, targetTransferTag);
  storeWord(bhs, at::kExpStatSn, expStatSn);
  storeWord(bhs, kDataSnAt, dataSn);
  storeWord(bhs, kBufferOffsetAt, bufferOffset);
}

base::Result<DataIn, FormatFault> DataIn::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::DataIn)) return base::fail(*fault);
  if (header.initiatorTaskTag == kReservedTag) return base::fail(FormatFault::ReservedTaskTag);
  DataIn pdu;
  pdu.final = (header.flags & kFinalBit) != 0;
  pdu.acknowledge = (header.flags & kAcknowledge) != 0;
  pdu.hasStatus = (header.flags & kHasStatus) != 0;
  if (pdu.hasStatus) {
    pdu.status = bhs[3];
    pdu.residual = {(header.flags & kOverflow) != 0, (header.flags & kUnderflow) != 0, 0};
    if (!pdu.final) return base::fail(FormatFault::StatusNotFinal);
    if (!mayComeWithData(pdu.status)) return base::fail(FormatFault::StatusNotGood);
    if (pdu.residual.overflow && pdu.residual.underflow) return base::fail(FormatFault::OverflowAndUnderflow);
    if (pdu.residual.overflow || pdu.residual.underflow) pdu.residual.count = loadWord(bhs, kResidualAt);
    pdu.statSn = loadWord(bhs, at::kStatSn);
  }
  pdu.dataSegmentLength = header.dataSegmentLength;
  pdu.lun = loadLun(bhs);
  pdu.initiatorTaskTag = header.initiatorTaskTag;
  pdu.targetTransferTag = loadWord(bhs, at::kTransferTag);
  pdu.expCmdSn = loadWord(bhs, at::kExpCmdSn);
  pdu.maxCmdSn = loadWord(bhs, at::kMaxCmdSn);
  pdu.dataSn = loadWord(bhs, kDataSnAt);
  pdu.bufferOffset = loadWord(bhs, kBufferOffsetAt);
  return pdu;
}

void DataIn::encode(BhsSpan bhs) const {
  std::uint8_t flags = final ? kFinalBit : std::uint8_t{0};
  if (acknowledge) flags |= kAcknowledge;
  if (hasStatus) {
    flags |= kHasStatus;
    if (residual.overflow) flags |= kOverflow;
    if (residual.underflow) flags |= kUnderflow;
  }
  BasicHeader{static_cast<std::uint8_t>(Opcode::DataIn), false, flags, 0, dataSegmentLength, initiatorTaskTag}.store(
      bhs);
  storeLun(bhs, lun);
  storeWord(bhs, at::kTransferTag, targetTransferTag);
  storeWord(bhs, at::kExpCmdSn, expCmdSn);
  storeWord(bhs, at::kMaxCmdSn, maxCmdSn);
  storeWord(bhs, kDataSnAt, dataSn);
  storeWord(bhs, kBufferOffsetAt, bufferOffset);
  if (!hasStatus) return;
  bhs[3] = status;
  storeWord(bhs, at::kStatSn, statSn);
  if (residual.overflow || residual.underflow) storeWord(bhs, kResidualAt, residual.count);
}

base::Result<R2t, FormatFault> R2t::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::R2t)) return base::fail(*fault);
  if (header.initiatorTaskTag == kReservedTag) return base::fail(FormatFault::ReservedTaskTag);
  R2t pdu;
  pdu.lun = loadLun(bhs);
  pdu.initiatorTaskTag = header.initiatorTaskTag;
  pdu.targetTransferTag = loadWord(bhs, at::kTransferTag);
  pdu.statSn = loadWord(bhs, at::kStatSn);
  pdu.expCmdSn = loadWord(bhs, at::kExpCmdSn);
  pdu.maxCmdSn = loadWord(bhs, at::kMaxCmdSn);
  pdu.r2tSn = loadWord(bhs, kDataSnAt);
  pdu.bufferOffset = loadWord(bhs, kBufferOffsetAt);
  pdu.desiredDataTransferLength = loadWord(bhs, kDesiredLengthAt);
  if (pdu.targetTransferTag == kReservedTag) return base::fail(FormatFault::ReservedTransferTag);
  if (pdu.desiredDataTransferLength == 0) return base::fail(FormatFault::EmptyTransfer);
  return pdu;
}

void R2t::encode(BhsSpan bhs) const {
  BasicHeader{static_cast<std::uint8_t>(Opcode::R2t), false, kFinalBit, 0, 0, initiatorTaskTag}.store(bhs);
  storeLun(bhs, lun);
  storeWord(bhs, at::kTransferTag, targetTransferTag);
  storeWord(bhs, at::kStatSn, statSn);
  storeWord(bhs, at::kExpCmdSn, expCmdSn);
  storeWord(bhs, at::kMaxCmdSn, maxCmdSn);
  storeWord(bhs, kDataSnAt, r2tSn);
  storeWord(bhs, kBufferOffsetAt, bufferOffset);
  storeWord(bhs, kDesiredLengthAt, desiredDataTransferLength);
}

base::Result<Snack, FormatFault> Snack::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::Snack)) return base::fail(*fault);
  Snack pdu;
  pdu.type = static_cast<SnackType>(header.flags & kSnackTypeMask);
  pdu.lun = loadLun(bhs);
  pdu.initiatorTaskTag = header.initiatorTaskTag;
  pdu.targetTransferTag = loadWord(bhs, at::kTransferTag);
  pdu.expStatSn = loadWord(bhs, at::kExpStatSn);
  pdu.begRun = loadWord(bhs, kBegRunAt);
  pdu.runLength = loadWord(bhs, kRunLengthAt);
  if (pdu.type > SnackType::RData) return base::fail(FormatFault::ReservedSnackType);
  if (!fieldsAgree(pdu)) return base::fail(FormatFault::SnackFields);
  return pdu;
}

void Snack::encode(BhsSpan bhs) const {
  const auto flags = static_cast<std::uint8_t>(kFinalBit | static_cast<std::uint8_t>(type));
  BasicHeader{static_cast<std::uint8_t>(Opcode::Snack), false, flags, 0, 0, initiatorTaskTag}.store(bhs);
  storeLun(bhs, lun);
  storeWord(bhs, at::kTransferTag, targetTransferTag);
  storeWord(bhs, at::kExpStatSn, expStatSn);
  storeWord(bhs, kBegRunAt, begRun);
  storeWord(bhs, kRunLengthAt, runLength);
}

}  // namespace iscsi

#include "agent/iscsi/control_pdu.h"

namespace iscsi {
namespace {

constexpr std::uint8_t kReasonMask = 0x7f;

constexpr std::size_t kCidAt = 20;
constexpr std::size_t kTime2WaitAt = 40;
constexpr std::size_t kTime2RetainAt = 42;
constexpr std::size_t kEventAt = 36;
constexpr std::size_t kVendorCodeAt = 37;
constexpr std::size_t kParameter1At = 38;
constexpr std::size_t kParameter2At = 40;
constexpr std::size_t kParameter3At = 42;
constexpr std::size_t kRejectedNumberAt = 36;

std::uint16_t loadHalf(BhsView bhs, std::size_t offset) { return base::loadU16(bhs.data() + offset); }
void storeHalf(BhsSpan bhs, std::size_t offset, std::uint16_t value) { base::storeU16(bhs.data() + offset, value); }

template <class Pdu>
void loadNumbers(BhsView bhs, Pdu& pdu) {
  pdu.statSn = loadWord(bhs, at::kStatSn);
  pdu.expCmdSn = loadWord(bhs, at::kExpCmdSn);
  pdu.maxCmdSn = loadWord(bhs, at::kMaxCmdSn);
}

template <class Pdu>
void storeNumbers(BhsSpan bhs, const Pdu& pdu) {
  storeWord(bhs, at::kStatSn, pdu.statSn);
  storeWord(bhs, at::kExpCmdSn, pdu.expCmdSn);
  storeWord(bhs, at::kMaxCmdSn, pdu.maxCmdSn);
}

}  // namespace

base::Result<NopOut, FormatFault> NopOut::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::NopOut)) return base::fail(*fault);
  if (header.initiatorTaskTag == kReservedTag && !header.immediate) return base::fail(FormatFault::NotImmediate);
  NopOut pdu;
  pdu.immediate = header.immediate;
  pdu.dataSegmentLength = header.dataSegmentLength;
  pdu.lun = loadLun(bhs);
  pdu.initiatorTaskTag = header.initiatorTaskTag;
  pdu.targetTransferTag = loadWord(bhs, at::kTransferTag);
  pdu.cmdSn = loadWord(bhs, at::kCmdSn);
  pdu.expStatSn = loadWord(bhs, at::kExpStatSn);
  return pdu;
}

void NopOut::encode(BhsSpan bhs) const {
  BasicHeader{static_cast<std::uint8_t>(Opcode::NopOut), immediate, kFinalBit, 0, dataSegmentLength, initiatorTaskTag}
      .store(bhs);
  storeLun(bhs, lun);
  storeWord(bhs, at::kTransferTag, targetTransferTag);
  storeWord(bhs, at::kCmdSn, cmdSn);
  storeWord(bhs, at::kExpStatSn, expStatSn);
}

base::Result<NopIn, FormatFault> NopIn::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::NopIn)) return base::fail(*fault);
  NopIn pdu;
  pdu.dataSegmentLength = header.dataSegmentLength;
  pdu.lun = loadLun(bhs);
  pdu.initiatorTaskTag = header.initiatorTaskTag;
  pdu.targetTransferTag = loadWord(bhs, at::kTransferTag);
  loadNumbers(bhs, pdu);
  const bool isAnswer = pdu.initiatorTaskTag != kReservedTag;
  if (isAnswer && pdu.wantsAnswer()) return base::fail(FormatFault::BothTags);
  if (!isAnswer && pdu.dataSegmentLength != 0) return base::fail(FormatFault::DataWithoutTaskTag);
  return pdu;
}

void NopIn::encode(BhsSpan bhs) const {
  BasicHeader{static_cast<std::uint8_t>(Opcode::NopIn), false, kFinalBit, 0, dataSegmentLength, initiatorTaskTag}.store(
      bhs);
  storeLun(bhs, lun);
  storeWord(bhs, at::kTransferTag, targetTransferTag);
  storeNumbers(bhs, *this);
}

base::Result<LogoutRequest, FormatFault> LogoutRequest::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::LogoutRequest)) return base::fail(*fault);
  if (header.initiatorTaskTag == kReservedTag) return base::fail(FormatFault::ReservedTaskTag);
  LogoutRequest pdu;
  pdu.immediate = header.immediate;
  pdu.reason = static_cast<LogoutReason>(header.flags & kReasonMask);
  if (isReserved(pdu.reason)) return base::fail(FormatFault::ReservedLogoutReason);
  pdu.initiatorTaskTag = header.initiatorTaskTag;
  if (pdu.reason != LogoutReason::CloseSession) pdu.cid = loadHalf(bhs, kCidAt);
  pdu.cmdSn = loadWord(bhs, at::kCmdSn);
  pdu.expStatSn = loadWord(bhs, at::kExpStatSn);
  return pdu;
}

void LogoutRequest::encode(BhsSpan bhs) const {
  const auto flags = static_cast<std::uint8_t>(kFinalBit | (static_cast<std::uint8_t>(reason) & kReasonMask));
  BasicHeader{static_cast<std::uint8_t>(Opcode::LogoutRequest), immediate, flags, 0, 0, initiatorTaskTag}.store(bhs);
  if (reason != LogoutReason::CloseSession) storeHalf(bhs, kCidAt, cid);
  storeWord(bhs, at::kCmdSn, cmdSn);
  storeWord(bhs, at::kExpStatSn, expStatSn);
}

base::Result<LogoutResponse, FormatFault> LogoutResponse::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::LogoutResponse)) return base::fail(*fault);
  if (header.initiatorTaskTag == kReservedTag) return base::fail(FormatFault::ReservedTaskTag);
  LogoutResponse pdu;
  pdu.response = static_cast<LogoutResponseCode>(bhs[2]);
  pdu.initiatorTaskTag = header.initiatorTaskTag;
  loadNumbers(bhs, pdu);
  pdu.time2Wait = loadHalf(bhs, kTime2WaitAt);
  pdu.time2Retain = loadHalf(bhs, kTime2RetainAt);
  return pdu;
}

void LogoutResponse::encode(BhsSpan bhs) const {
  BasicHeader{static_cast<std::uint8_t>(Opcode::LogoutResponse), false, kFinalBit, 0, 0, initiatorTaskTag}.store(bhs);
  bhs[2] = static_cast<std::uint8_t>(response);
  storeNumbers(bhs, *this);
  storeHalf(bhs, kTime2WaitAt, time2Wait);
  storeHalf(bhs, kTime2RetainAt, time2Retain);
}

base::Result<AsyncMessage, FormatFault> AsyncMessage::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::AsyncMessage)) return base::fail(*fault);
  AsyncMessage pdu;
  pdu.event = static_cast<AsyncEvent>(bhs[kEventAt]);
  pdu.vendorCode = bhs[kVendorCodeAt];
  pdu.dataSegmentLength = header.dataSegmentLength;
  pdu.lun = loadLun(bhs);
  loadNumbers(bhs, pdu);
  pdu.parameter1 = loadHalf(bhs, kParameter1At);
  pdu.parameter2 = loadHalf(bhs, kParameter2At);
  pdu.parameter3 = loadHalf(bhs, kParameter3At);
  return pdu;
}

void AsyncMessage::encode(BhsSpan bhs) const {
  BasicHeader{static_cast<std::uint8_t>(Opcode::AsyncMessage), false, kFinalBit, 0, dataSegmentLength, kReservedTag}
      .store(bhs);
  storeLun(bhs, lun);
  storeNumbers(bhs, *this);
  bhs[kEventAt] = static_cast<std::uint8_t>(event);
  bhs[kVendorCodeAt] = vendorCode;
  storeHalf(bhs, kParameter1At, parameter1);
  storeHalf(bhs, kParameter2At, parameter2);
  storeHalf(bhs, kParameter3At, parameter3);
}

base::Result<Reject, FormatFault> Reject::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::Reject)) return base::fail(*fault);
  Reject pdu;
  pdu.reason = static_cast<RejectReason>(bhs[2]);
  pdu.dataSegmentLength = header.dataSegmentLength;
  loadNumbers(bhs, pdu);
  pdu.dataSn = loadWord(bhs, kRejectedNumberAt);
  return pdu;
}

void Reject::encode(BhsSpan bhs) const {
  BasicHeader{static_cast<std::uint8_t>(Opcode::Reject), false, kFinalBit, 0, dataSegmentLength, kReservedTag}.store(
      bhs);
  bhs[2] = static_cast<std::uint8_t>(reason);
  storeNumbers(bhs, *this);
  storeWord(bhs, kRejectedNumberAt, dataSn);
}

}  // namespace iscsi

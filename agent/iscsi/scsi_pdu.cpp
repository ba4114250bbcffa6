#include "agent/iscsi/scsi_pdu.h"

#include <algorithm>

namespace iscsi {
namespace {

// Byte 1 of a SCSI Command.
constexpr std::uint8_t kRead = 0x40;
constexpr std::uint8_t kWrite = 0x20;
constexpr std::uint8_t kAttributeMask = 0x07;

// Byte 1 of a SCSI Response.
constexpr std::uint8_t kReadOverflow = 0x10;
constexpr std::uint8_t kReadUnderflow = 0x08;
constexpr std::uint8_t kOverflow = 0x04;
constexpr std::uint8_t kUnderflow = 0x02;

constexpr std::uint8_t kFunctionMask = 0x7f;

// Offsets of fields that no other PDU has.
constexpr std::size_t kExpectedLengthAt = 20;
constexpr std::size_t kCdbAt = 32;
constexpr std::size_t kQualifierAt = 8;
constexpr std::size_t kSnackTagAt = 20;
constexpr std::size_t kExpDataSnAt = 36;
constexpr std::size_t kReadResidualAt = 40;
constexpr std::size_t kResidualAt = 44;
constexpr std::size_t kReferencedTagAt = 20;
constexpr std::size_t kRefCmdSnAt = 32;
constexpr std::size_t kInformationAt = 8;

std::optional<FormatFault> check(const ScsiCommand& command) {
  if (command.initiatorTaskTag == kReservedTag) return FormatFault::ReservedTaskTag;
  if (command.attribute > TaskAttribute::Aca) return FormatFault::ReservedTaskAttribute;
  if (!command.final && !command.write) return FormatFault::NeitherFinalNorWrite;
  if (!command.read && !command.write && command.expectedDataTransferLength != 0) return FormatFault::NoDirection;
  if (command.dataSegmentLength == 0) return std::nullopt;
  if (!command.write) return FormatFault::DataWithoutWrite;
  if (command.dataSegmentLength > command.expectedDataTransferLength) return FormatFault::DataBeyondTransfer;
  if (command.dataSegmentLength == command.expectedDataTransferLength && !command.final) return FormatFault::NotFinal;
  return std::nullopt;
}

bool reserved(ServiceResponse response) {
  return response > ServiceResponse::TargetFailure && !isVendorSpecific(response);
}

Residual residualFrom(bool overflow, bool underflow, std::uint32_t count) {
  return {overflow, underflow, overflow || underflow ? count : 0};
}

unsigned flagsOf(const Residual& residual, std::uint8_t overflow, std::uint8_t underflow) {
  return (residual.overflow ? overflow : 0U) | (residual.underflow ? underflow : 0U);
}

std::uint32_t countOf(const Residual& residual) { return residual.overflow || residual.underflow ? residual.count : 0; }

bool contradicts(const Residual& residual) { return residual.overflow && residual.underflow; }

}  // namespace

base::Result<ScsiCommand, FormatFault> ScsiCommand::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::ScsiCommand)) return base::fail(*fault);
  ScsiCommand command;
  command.immediate = header.immediate;
  command.final = (header.flags & kFinalBit) != 0;
  command.read = (header.flags & kRead) != 0;
  command.write = (header.flags & kWrite) != 0;
  command.attribute = static_cast<TaskAttribute>(header.flags & kAttributeMask);
  command.priority = static_cast<std::uint8_t>(bhs[2] >> 4);
  command.totalAhsLength = header.totalAhsLength;
  command.dataSegmentLength = header.dataSegmentLength;
  command.lun = loadLun(bhs);
  command.initiatorTaskTag = header.initiatorTaskTag;
  command.expectedDataTransferLength = loadWord(bhs, kExpectedLengthAt);
  command.cmdSn = loadWord(bhs, at::kCmdSn);
  command.expStatSn = loadWord(bhs, at::kExpStatSn);
  std::copy_n(bhs.begin() + kCdbAt, command.cdb.size(), command.cdb.begin());
  if (const auto fault = check(command)) return base::fail(*fault);
  return command;
}

void ScsiCommand::encode(BhsSpan bhs) const {
  const auto flags = static_cast<std::uint8_t>((final ? kFinalBit : 0U) | (read ? kRead : 0U) | (write ? kWrite : 0U) |
                                               static_cast<std::uint8_t>(attribute));
  BasicHeader{static_cast<std::uint8_t>(Opcode::ScsiCommand),
              immediate,
              flags,
              totalAhsLength,
              dataSegmentLength,
              initiatorTaskTag}
      .store(bhs);
  bhs[2] = static_cast<std::uint8_t>(priority << 4);
  storeLun(bhs, lun);
  storeWord(bhs, kExpectedLengthAt, expectedDataTransferLength);
  storeWord(bhs, at::kCmdSn, cmdSn);
  storeWord(bhs, at::kExpStatSn, expStatSn);
  std::copy(cdb.begin(), cdb.end(), bhs.begin() + kCdbAt);
}

base::Result<ScsiResponse, FormatFault> ScsiResponse::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::ScsiResponse)) return base::fail(*fault);
  if (header.initiatorTaskTag == kReservedTag) return base::fail(FormatFault::ReservedTaskTag);
  ScsiResponse pdu;
  pdu.response = static_cast<ServiceResponse>(bhs[2]);
  if (reserved(pdu.response)) return base::fail(FormatFault::ReservedResponse);
  pdu.dataSegmentLength = header.dataSegmentLength;
  pdu.initiatorTaskTag = header.initiatorTaskTag;
  pdu.snackTag = loadWord(bhs, kSnackTagAt);
  pdu.statSn = loadWord(bhs, at::kStatSn);
  pdu.expCmdSn = loadWord(bhs, at::kExpCmdSn);
  pdu.maxCmdSn = loadWord(bhs, at::kMaxCmdSn);
  if (pdu.response != ServiceResponse::CommandCompleted) return pdu;  // 11.4.3: the rest is undefined then

  pdu.status = bhs[3];
  pdu.statusQualifier = base::loadU16(bhs.data() + kQualifierAt);
  pdu.expDataSn = loadWord(bhs, kExpDataSnAt);
  pdu.residual =
      residualFrom((header.flags & kOverflow) != 0, (header.flags & kUnderflow) != 0, loadWord(bhs, kResidualAt));
  pdu.bidirectionalReadResidual = residualFrom((header.flags & kReadOverflow) != 0,
                                               (header.flags & kReadUnderflow) != 0, loadWord(bhs, kReadResidualAt));
  if (contradicts(pdu.residual) || contradicts(pdu.bidirectionalReadResidual)) {
    return base::fail(FormatFault::OverflowAndUnderflow);
  }
  if (pdu.status == kStatusCheckCondition && pdu.dataSegmentLength == 0) return base::fail(FormatFault::NoSense);
  return pdu;
}

void ScsiResponse::encode(BhsSpan bhs) const {
  const bool completed = response == ServiceResponse::CommandCompleted;
  const unsigned flags =
      flagsOf(bidirectionalReadResidual, kReadOverflow, kReadUnderflow) | flagsOf(residual, kOverflow, kUnderflow);
  BasicHeader{static_cast<std::uint8_t>(Opcode::ScsiResponse),
              false,
              static_cast<std::uint8_t>(kFinalBit | (completed ? flags : 0U)),
              0,
              dataSegmentLength,
              initiatorTaskTag}
      .store(bhs);
  bhs[2] = static_cast<std::uint8_t>(response);
  storeWord(bhs, kSnackTagAt, snackTag);
  storeWord(bhs, at::kStatSn, statSn);
  storeWord(bhs, at::kExpCmdSn, expCmdSn);
  storeWord(bhs, at::kMaxCmdSn, maxCmdSn);
  if (!completed) return;
  bhs[3] = status;
  base::storeU16(bhs.data() + kQualifierAt, statusQualifier);
  storeWord(bhs, kExpDataSnAt, expDataSn);
  storeWord(bhs, kReadResidualAt, countOf(bidirectionalReadResidual));
  storeWord(bhs, kResidualAt, countOf(residual));
}

base::Result<TaskManagementRequest, FormatFault> TaskManagementRequest::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::TaskManagementRequest)) return base::fail(*fault);
  if (header.initiatorTaskTag == kReservedTag) return base::fail(FormatFault::ReservedTaskTag);
  TaskManagementRequest pdu;
  pdu.immediate = header.immediate;
  pdu.function = static_cast<TaskManagementFunction>(header.flags & kFunctionMask);
  const TaskManagementFunctionRow* row = findRow(pdu.function);
  if (row != nullptr && row->immediateOnly && !pdu.immediate) return base::fail(FormatFault::NotImmediate);
  pdu.lun = loadLun(bhs);
  pdu.initiatorTaskTag = header.initiatorTaskTag;
  pdu.referencedTaskTag = loadWord(bhs, kReferencedTagAt);
  pdu.cmdSn = loadWord(bhs, at::kCmdSn);
  pdu.expStatSn = loadWord(bhs, at::kExpStatSn);
  pdu.refCmdSn = loadWord(bhs, kRefCmdSnAt);
  pdu.expDataSn = loadWord(bhs, kExpDataSnAt);
  return pdu;
}

void TaskManagementRequest::encode(BhsSpan bhs) const {
  const auto flags = static_cast<std::uint8_t>(kFinalBit | (static_cast<std::uint8_t>(function) & kFunctionMask));
  BasicHeader{static_cast<std::uint8_t>(Opcode::TaskManagementRequest), immediate, flags, 0, 0, initiatorTaskTag}.store(
      bhs);
  storeLun(bhs, lun);
  storeWord(bhs, kReferencedTagAt, referencedTaskTag);
  storeWord(bhs, at::kCmdSn, cmdSn);
  storeWord(bhs, at::kExpStatSn, expStatSn);
  storeWord(bhs, kRefCmdSnAt, refCmdSn);
  storeWord(bhs, kExpDataSnAt, expDataSn);
}

base::Result<TaskManagementResponse, FormatFault> TaskManagementResponse::decode(BhsView bhs) {
  const BasicHeader header = BasicHeader::load(bhs);
  if (const auto fault = checkBasicHeader(header, Opcode::TaskManagementResponse)) return base::fail(*fault);
  if (header.initiatorTaskTag == kReservedTag) return base::fail(FormatFault::ReservedTaskTag);
  TaskManagementResponse pdu;
  pdu.response = static_cast<TaskManagementResponseCode>(bhs[2]);
  if (isUnassigned(pdu.response)) return base::fail(FormatFault::ReservedResponse);
  if (pdu.response == TaskManagementResponseCode::FunctionSucceeded) {
    std::copy_n(bhs.begin() + kInformationAt, pdu.information.size(), pdu.information.begin());
  }
  pdu.initiatorTaskTag = header.initiatorTaskTag;
  pdu.statSn = loadWord(bhs, at::kStatSn);
  pdu.expCmdSn = loadWord(bhs, at::kExpCmdSn);
  pdu.maxCmdSn = loadWord(bhs, at::kMaxCmdSn);
  return pdu;
}

void TaskManagementResponse::encode(BhsSpan bhs) const {
  BasicHeader{static_cast<std::uint8_t>(Opcode::TaskManagementResponse), false, kFinalBit, 0, 0, initiatorTaskTag}
      .store(bhs);
  bhs[2] = static_cast<std::uint8_t>(response);
  if (response == TaskManagementResponseCode::FunctionSucceeded) {
    std::copy(information.begin(), information.end(), bhs.begin() + kInformationAt);
  }
  storeWord(bhs, at::kStatSn, statSn);
  storeWord(bhs, at::kExpCmdSn, expCmdSn);
  storeWord(bhs, at::kMaxCmdSn, maxCmdSn);
}

}  // namespace iscsi

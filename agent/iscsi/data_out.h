// Data-Out as numbers: the PDUs, what can be wrong with them, and what answers each fault.
//
// DataOutReceiver (target) and DataOutSender (initiator) share these. A fault is a value; its row says whether a Reject
// goes out and with which sense the write then ends. RFC 7143 4.2.5.2, 7.8, 7.9, 11.4.7.2, 11.7, 11.8, 11.17.1.
#pragma once

#include <cstdint>
#include <string_view>

#include "agent/iscsi/transfer_parameters.h"

namespace iscsi {

// One Data-Out PDU. Offsets and lengths are bytes.
struct DataOutPdu {
  std::uint32_t targetTransferTag = kReservedTag;  // kReservedTag: unsolicited
  std::uint32_t dataSn = 0;
  std::uint32_t bufferOffset = 0;
  std::uint32_t length = 0;
  bool final = false;

  friend bool operator==(const DataOutPdu&, const DataOutPdu&) = default;
};

struct ReadyToTransfer {
  std::uint32_t targetTransferTag = 0;
  std::uint32_t r2tSn = 0;
  std::uint32_t bufferOffset = 0;
  std::uint32_t length = 0;  // Desired Data Transfer Length

  friend bool operator==(const ReadyToTransfer&, const ReadyToTransfer&) = default;
};

enum class DataOutFault : std::uint8_t {
  None,
  UnexpectedUnsolicited,  // unsolicited data that was not negotiated, or after its F
  IncorrectAmount,        // more or less than FirstBurstLength or the R2T say
  Lost,                   // a hole in DataSN, a broken data digest, or silence, and no recovery
  DataSnRepeated,         // a DataSN that had its turn: the initiator never sends a Data-Out again by itself
  UnknownTransferTag,     // no R2T of this task has that tag
  OffsetInvalid,          // outside of the write or the R2T, or not where DataPDUInOrder wants it
  Overlap,                // bytes that have come already
  SequenceOrder,          // DataSequenceInOrder, and an earlier sequence is not at its end
  SegmentTooLong,         // above MaxRecvDataSegmentLength
  FinalMissing,           // the command holds all its data and F is 0 (RFC 7143 11.3.4)
  TooManyEmpty,           // a flood of PDUs without data
  TooFragmented,          // more holes at a time than are kept
};

// What answers a fault. The sense key is always ABORTED COMMAND (0b). Where asc is 0 the write goes on: the PDU was
// none of it.
struct DataOutFaultRow {
  DataOutFault fault;
  std::string_view name;
  std::uint8_t rejectReason;  // of a Reject PDU (RFC 7143 11.17.1); 0: none is sent
  std::uint8_t asc;           // with these the write ends once all F have come
  std::uint8_t ascq;
  std::string_view section;
};

[[nodiscard]] const DataOutFaultRow& dataOutFaultRow(DataOutFault fault);

}  // namespace iscsi

// The PDUs that move data and ask for it: SCSI Data-Out, SCSI Data-In, R2T, SNACK.
//
// decode() gives the struct or the fault that makes the header illegal; see bhs.h for the rules. Offsets count from
// the beginning of the command's whole transfer. RFC 7143 11.7, 11.8, 11.16.
#pragma once

#include "agent/iscsi/bhs.h"
#include "agent/iscsi/codes.h"
#include "agent/iscsi/residual.h"
#include "shared/base/result.h"

namespace iscsi {

struct DataOut {
  bool final = false;                   // last of the unsolicited data, or of what an R2T asked for
  std::uint32_t dataSegmentLength = 0;  // 0 is legal
  Lun lun{};                            // with a transfer tag
  std::uint32_t initiatorTaskTag = 0;
  std::uint32_t targetTransferTag = kReservedTag;  // of the R2T; reserved: unsolicited
  std::uint32_t expStatSn = 0;
  std::uint32_t dataSn = 0;  // counts within the sequence
  std::uint32_t bufferOffset = 0;

  static base::Result<DataOut, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const DataOut&, const DataOut&) = default;
};

// Status in Data-In: only what is no exception (11.7.3); anything else comes in a SCSI Response.
constexpr bool mayComeWithData(std::uint8_t status) {
  return status == 0x00 || status == 0x04 || status == 0x10 || status == 0x14;
}

struct DataIn {
  bool final = false;        // last of a sequence
  bool acknowledge = false;  // a SNACK of type DataACK is wanted; ignored at ErrorRecoveryLevel 0
  bool hasStatus = false;    // the S bit; without it status, residual and StatSN are 0
  std::uint8_t status = 0;
  Residual residual{};
  std::uint32_t dataSegmentLength = 0;  // 0 is legal
  Lun lun{};                            // with a transfer tag
  std::uint32_t initiatorTaskTag = 0;
  std::uint32_t targetTransferTag = kReservedTag;  // with `acknowledge`, for the SNACK
  std::uint32_t statSn = 0;
  std::uint32_t expCmdSn = 0;
  std::uint32_t maxCmdSn = 0;
  std::uint32_t dataSn = 0;  // counts within the command
  std::uint32_t bufferOffset = 0;

  static base::Result<DataIn, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const DataIn&, const DataIn&) = default;
};

struct R2t {
  Lun lun{};
  std::uint32_t initiatorTaskTag = 0;
  std::uint32_t targetTransferTag = 0;
  std::uint32_t statSn = 0;  // the next one; it is not advanced
  std::uint32_t expCmdSn = 0;
  std::uint32_t maxCmdSn = 0;
  std::uint32_t r2tSn = 0;
  std::uint32_t bufferOffset = 0;
  std::uint32_t desiredDataTransferLength = 0;  // never 0 on the wire

  static base::Result<R2t, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const R2t&, const R2t&) = default;
};

// What is asked for again, or acknowledged. A runLength of 0 means all from begRun on.
struct Snack {
  SnackType type = SnackType::DataOrR2t;
  Lun lun{};                                       // DataACK
  std::uint32_t initiatorTaskTag = kReservedTag;   // Data/R2T and R-Data
  std::uint32_t targetTransferTag = kReservedTag;  // DataACK: of the Data-In; R-Data: the SNACK Tag
  std::uint32_t expStatSn = 0;
  std::uint32_t begRun = 0;
  std::uint32_t runLength = 0;

  static base::Result<Snack, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const Snack&, const Snack&) = default;
};

}  // namespace iscsi

// The PDUs that keep, end and mend sessions: NOP-Out, NOP-In, Logout Request and Response, Asynchronous Message,
// Reject.
//
// decode() gives the struct or the fault that makes the header illegal; see bhs.h for the rules. Login and Text have
// headers of their own. RFC 7143 11.9, 11.14, 11.15, 11.17 to 11.19.
#pragma once

#include "agent/iscsi/bhs.h"
#include "agent/iscsi/codes.h"
#include "shared/base/result.h"

namespace iscsi {

// A ping of the initiator (with a task tag), or the answer to one of the target (with the target's transfer tag and
// LUN), or neither.
struct NopOut {
  bool immediate = true;  // must be, without a task tag
  std::uint32_t dataSegmentLength = 0;
  Lun lun{};
  std::uint32_t initiatorTaskTag = kReservedTag;
  std::uint32_t targetTransferTag = kReservedTag;
  std::uint32_t cmdSn = 0;
  std::uint32_t expStatSn = 0;

  [[nodiscard]] bool wantsAnswer() const { return initiatorTaskTag != kReservedTag; }

  static base::Result<NopOut, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const NopOut&, const NopOut&) = default;
};

// The answer to a ping (with its task tag), or a ping of the target (with a transfer tag and a LUN), or neither: new
// command numbers only. StatSN is advanced only by an answer.
struct NopIn {
  std::uint32_t dataSegmentLength = 0;  // 0 unless it is an answer
  Lun lun{};
  std::uint32_t initiatorTaskTag = kReservedTag;
  std::uint32_t targetTransferTag = kReservedTag;
  std::uint32_t statSn = 0;
  std::uint32_t expCmdSn = 0;
  std::uint32_t maxCmdSn = 0;

  [[nodiscard]] bool wantsAnswer() const { return targetTransferTag != kReservedTag; }

  static base::Result<NopIn, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const NopIn&, const NopIn&) = default;
};

struct LogoutRequest {
  bool immediate = true;
  LogoutReason reason = LogoutReason::CloseSession;
  std::uint32_t initiatorTaskTag = 0;
  std::uint16_t cid = 0;  // unless the session is closed
  std::uint32_t cmdSn = 0;
  std::uint32_t expStatSn = 0;

  static base::Result<LogoutRequest, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const LogoutRequest&, const LogoutRequest&) = default;
};

struct LogoutResponse {
  LogoutResponseCode response = LogoutResponseCode::Closed;  // may be one without a row
  std::uint32_t initiatorTaskTag = 0;
  std::uint32_t statSn = 0;
  std::uint32_t expCmdSn = 0;
  std::uint32_t maxCmdSn = 0;
  std::uint16_t time2Wait = 0;    // seconds
  std::uint16_t time2Retain = 0;  // seconds

  static base::Result<LogoutResponse, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const LogoutResponse&, const LogoutResponse&) = default;
};

struct AsyncMessage {
  AsyncEvent event = AsyncEvent::ScsiEvent;  // may be one without a row
  std::uint8_t vendorCode = 0;               // AsyncVCode, with a vendor-specific event
  std::uint32_t dataSegmentLength = 0;       // sense and event data: see sense_segment.h
  Lun lun{};                                 // ScsiEvent and TaskTermination
  std::uint32_t statSn = 0;
  std::uint32_t expCmdSn = 0;
  std::uint32_t maxCmdSn = 0;
  std::uint16_t parameter1 = 0;  // what they mean stands at AsyncEvent
  std::uint16_t parameter2 = 0;
  std::uint16_t parameter3 = 0;

  static base::Result<AsyncMessage, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const AsyncMessage&, const AsyncMessage&) = default;
};

// Its data segment is the header of the PDU that is rejected, BHS and AHS.
struct Reject {
  RejectReason reason = RejectReason::ProtocolError;  // may be one without a row
  std::uint32_t dataSegmentLength = 0;
  std::uint32_t statSn = 0;
  std::uint32_t expCmdSn = 0;
  std::uint32_t maxCmdSn = 0;
  std::uint32_t dataSn = 0;  // DataSN or R2TSN: ProtocolError to a Data/R2T SNACK

  static base::Result<Reject, FormatFault> decode(BhsView bhs);
  void encode(BhsSpan bhs) const;
  friend bool operator==(const Reject&, const Reject&) = default;
};

}  // namespace iscsi

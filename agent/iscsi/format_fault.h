// What makes a PDU's header illegal or inconsistent, as values that decoding gives in place of a PDU.
//
// Only what somebody would otherwise act on wrongly is a fault (RFC 7143 7.10). Reserved fields and bits, constant bits
// and constant tags are ignored on receipt. A fault says what its receiver does about it: a target answers reserved
// codes and bad task references by a Reject (11, 11.17.1); anything else is a format error, after which all connections
// of the session end (7.7). An initiator has no Reject: for it each fault is a format error.
// Pure data, safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "agent/iscsi/codes.h"

namespace iscsi {

enum class FormatFault : std::uint8_t {
  OtherOpcode,
  AhsNotAllowed,
  AhsLength,
  AhsType,
  AhsRepeated,
  DataNotAllowed,
  ReservedTaskTag,
  ReservedTransferTag,
  NotImmediate,
  ReservedTaskAttribute,
  NeitherFinalNorWrite,
  NoDirection,
  NoBidirectionalLength,
  DataWithoutWrite,
  DataBeyondTransfer,
  NotFinal,
  EmptyTransfer,
  ReservedResponse,
  OverflowAndUnderflow,
  NoSense,
  StatusNotFinal,
  StatusNotGood,
  BothTags,
  DataWithoutTaskTag,
  ReservedLogoutReason,
  ReservedSnackType,
  SnackFields,
  SenseLength,
};

struct FormatFaultRow {
  FormatFault fault;
  std::string_view text;
  std::optional<RejectReason> reject;  // how a target answers; nothing: it ends the session
  std::string_view section;            // of RFC 7143
};

// All rows, in the order of the enum.
std::span<const FormatFaultRow> formatFaultTable();
const FormatFaultRow& rowOf(FormatFault fault);

}  // namespace iscsi

// Headers as bytes and as structs: each row serves decoding and encoding.
//
// The bytes were written by hand from the drawings of RFC 7143 11 and RFC 7144 5 and 6; the first row is the RFC's own
// example (A.4).
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "agent/iscsi/control_pdu.h"
#include "agent/iscsi/data_pdu.h"
#include "agent/iscsi/scsi_pdu.h"

namespace iscsi_test {

using AnyPdu =
    std::variant<iscsi::ScsiCommand, iscsi::ScsiResponse, iscsi::TaskManagementRequest, iscsi::TaskManagementResponse,
                 iscsi::DataOut, iscsi::DataIn, iscsi::R2t, iscsi::Snack, iscsi::NopOut, iscsi::NopIn,
                 iscsi::LogoutRequest, iscsi::LogoutResponse, iscsi::AsyncMessage, iscsi::Reject>;

struct PduVector {
  std::string_view name;
  std::string_view hex;  // 48 bytes
  AnyPdu pdu;
};
std::span<const PduVector> pduVectors();
const PduVector& vectorNamed(std::string_view name);

// The bits that each PDU's drawing marks as reserved whatever else it says.
struct ReservedBits {
  iscsi::Opcode opcode;
  std::string_view mask;
};
std::span<const ReservedBits> reservedBits();

// One header made illegal: a row of pduVectors() with some bytes replaced.
struct FaultVector {
  std::string_view name;
  std::string_view base;
  std::size_t offset;
  std::string_view hex;
  iscsi::FormatFault fault;
};
std::span<const FaultVector> faultVectors();

}  // namespace iscsi_test

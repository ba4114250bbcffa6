// The opcodes of both ends as one table.
//
// The reader, the PDU structs, sessions and traces read these rows. Pure data, safe from any thread.
// RFC 7143 11.2.1.2.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace iscsi {

enum class Opcode : std::uint8_t {
  NopOut = 0x00,
  ScsiCommand = 0x01,
  TaskManagementRequest = 0x02,
  LoginRequest = 0x03,
  TextRequest = 0x04,
  DataOut = 0x05,
  LogoutRequest = 0x06,
  Snack = 0x10,
  NopIn = 0x20,
  ScsiResponse = 0x21,
  TaskManagementResponse = 0x22,
  LoginResponse = 0x23,
  TextResponse = 0x24,
  DataIn = 0x25,
  LogoutResponse = 0x26,
  R2t = 0x31,
  AsyncMessage = 0x32,
  Reject = 0x3f,
};

inline constexpr std::uint8_t kOpcodeMask = 0x3f;  // of byte 0

enum class Sender : std::uint8_t { Initiator, Target };

struct OpcodeRow {
  Opcode opcode;
  std::string_view name;  // as the RFC titles its section
  Sender sender;
  bool mayCarryAhs;
  bool mayBeImmediate;  // byte 0 has an I bit
  bool mayCarryData;    // where not, DataSegmentLength must be 0
  bool carriesCmdSn;
  std::string_view section;  // of RFC 7143
};

// All rows, ascending by opcode.
std::span<const OpcodeRow> opcodeTable();

// The row of the low six bits of byte 0; nullptr for vendor-specific and unassigned opcodes.
const OpcodeRow* findOpcode(std::uint8_t opcode);

// Never nullptr.
const OpcodeRow* rowOf(Opcode opcode);

// Whose opcode it would be: targets have bit 5.
constexpr Sender senderOf(std::uint8_t opcode) { return (opcode & 0x20U) != 0 ? Sender::Target : Sender::Initiator; }

constexpr bool isVendorSpecific(std::uint8_t opcode) {
  return (opcode >= 0x1c && opcode <= 0x1e) || (opcode >= 0x3c && opcode <= 0x3e);
}

}  // namespace iscsi

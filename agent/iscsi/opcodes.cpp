#include "agent/iscsi/opcodes.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace iscsi {
namespace {

using O = Opcode;
constexpr Sender I = Sender::Initiator;
constexpr Sender T = Sender::Target;
constexpr bool yes = true;
constexpr bool no = false;

// clang-format off
constexpr OpcodeRow kRows[] = {
  // opcode                 name                                sender AHS  imm. data CmdSN section
  {O::NopOut,                 "NOP-Out",                          I,   no,  yes, yes, yes,  "11.18"},
  {O::ScsiCommand,            "SCSI Command",                     I,   yes, yes, yes, yes,  "11.3"},
  {O::TaskManagementRequest,  "Task Management Function Request", I,   no,  yes, no,  yes,  "11.5"},
  {O::LoginRequest,           "Login Request",                    I,   no,  yes, yes, yes,  "11.12"},
  {O::TextRequest,            "Text Request",                     I,   no,  yes, yes, yes,  "11.10"},
  {O::DataOut,                "SCSI Data-Out",                    I,   no,  no,  yes, no,   "11.7"},
  {O::LogoutRequest,          "Logout Request",                   I,   no,  yes, no,  yes,  "11.14"},
  {O::Snack,                  "SNACK Request",                    I,   no,  no,  no,  no,   "11.16"},
  {O::NopIn,                  "NOP-In",                           T,   no,  no,  yes, no,   "11.19"},
  {O::ScsiResponse,           "SCSI Response",                    T,   no,  no,  yes, no,   "11.4"},
  {O::TaskManagementResponse, "Task Management Function Response", T,  no,  no,  no,  no,   "11.6"},
  {O::LoginResponse,          "Login Response",                   T,   no,  no,  yes, no,   "11.13"},
  {O::TextResponse,           "Text Response",                    T,   no,  no,  yes, no,   "11.11"},
  {O::DataIn,                 "SCSI Data-In",                     T,   no,  no,  yes, no,   "11.7"},
  {O::LogoutResponse,         "Logout Response",                  T,   no,  no,  no,  no,   "11.15"},
  {O::R2t,                    "Ready To Transfer (R2T)",          T,   no,  no,  no,  no,   "11.8"},
  {O::AsyncMessage,           "Asynchronous Message",             T,   no,  no,  yes, no,   "11.9"},
  {O::Reject,                 "Reject",                           T,   no,  no,  yes, no,   "11.17"},
};
// clang-format on

constexpr std::uint8_t codeOf(Opcode opcode) { return static_cast<std::uint8_t>(opcode); }

static_assert(std::is_sorted(std::begin(kRows), std::end(kRows),
                             [](const auto& a, const auto& b) { return a.opcode < b.opcode; }),
              "rows are ascending by opcode");
static_assert(std::all_of(std::begin(kRows), std::end(kRows),
                          [](const OpcodeRow& row) {
                            const std::uint8_t code = codeOf(row.opcode);
                            return code <= kOpcodeMask && !isVendorSpecific(code) && row.sender == senderOf(code);
                          }),
              "the sender of each row is the one that its bit 5 says");
static_assert(std::all_of(std::begin(kRows), std::end(kRows),
                          [](const OpcodeRow& row) {
                            return row.sender == I || (!row.mayCarryAhs && !row.mayBeImmediate && !row.carriesCmdSn);
                          }),
              "target PDUs have no AHS, no I bit and no CmdSN");
static_assert(std::all_of(std::begin(kRows), std::end(kRows),
                          [](const OpcodeRow& row) { return row.mayBeImmediate == row.carriesCmdSn; }),
              "what carries a CmdSN may be marked for immediate delivery, and nothing else");

// opcode -> row number + 1.
constexpr auto kIndex = [] {
  std::array<std::uint8_t, kOpcodeMask + 1> index{};
  for (std::size_t i = 0; i < std::size(kRows); ++i) index[codeOf(kRows[i].opcode)] = static_cast<std::uint8_t>(i + 1);
  return index;
}();

}  // namespace

std::span<const OpcodeRow> opcodeTable() { return kRows; }

const OpcodeRow* findOpcode(std::uint8_t opcode) {
  const std::uint8_t at = opcode <= kOpcodeMask ? kIndex[opcode] : std::uint8_t{0};
  return at == 0 ? nullptr : &kRows[at - 1];
}

const OpcodeRow* rowOf(Opcode opcode) { return findOpcode(codeOf(opcode)); }

}  // namespace iscsi

// The commands of a disk as one table (SPC-4 clause 6, SBC-3 clause 5).
//
// From the rows come: the search for a handler, the check of reserved CDB bits, how many bytes a CDB moves each way,
// what a reservation, a read-only map, an ALUA state, missing medium or a running SANITIZE lets through, and the
// answers of REPORT SUPPORTED OPERATION CODES. A new command is one row, one handler and its tests. Pure data, safe
// from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "agent/scsi/command.h"

namespace scsi {

using Handler = void (*)(Disk&, Command&);

inline constexpr std::uint16_t kNoServiceAction = 0xffff;
inline constexpr std::size_t kMaxUsage = 16;  // no row has a longer CDB

// How the CDB alone says how many bytes move.
enum class Moves : std::uint8_t {
  Nothing,
  In,            // up to the ALLOCATION LENGTH at `lengthAt`
  Out,           // the PARAMETER LIST LENGTH at `lengthAt`
  OutHeader,     // FORMAT UNIT: the length stands in the data; 4 or 8 bytes if FMTDATA is one
  BlocksIn,      // TRANSFER LENGTH blocks
  BlocksOut,
  BlocksTwice,   // COMPARE AND WRITE
  OneBlock,      // WRITE SAME: one block, none if NDOB is one
  ByteCheck,     // VERIFY: all blocks, one or none by BYTCHK
};

// What a persistent reservation must leave to a nexus so that the command runs (SPC-4 table 66, SBC-3 table 13).
enum class Needs : std::uint8_t {
  Nothing,
  Read,
  Write,
  StartStop,     // Write, but nothing where it only starts the unit
  Removal,       // Write, but nothing where it allows removal
  ByHandler,     // the handler knows: PERSISTENT RESERVE OUT, RESERVE, RELEASE
};

namespace flag {
inline constexpr std::uint16_t kIgnoresAttention = 0x0001;  // runs in spite of a unit attention
inline constexpr std::uint16_t kDespiteReserve = 0x0002;    // runs in spite of a RESERVE by another (SPC-2 table 10)
inline constexpr std::uint16_t kMedium = 0x0004;            // wants a medium
inline constexpr std::uint16_t kWrites = 0x0008;            // changes the medium
inline constexpr std::uint16_t kManages = 0x0010;           // changes what others see: not for a read-only map
inline constexpr std::uint16_t kStandby = 0x0020;           // runs in ALUA standby (SPC-4 5.15.2.4.4)
inline constexpr std::uint16_t kUnavailable = 0x0040;       // and where the group is unavailable or in transition
inline constexpr std::uint16_t kSanitizing = 0x0080;        // runs while SANITIZE or FORMAT UNIT does (SBC-3 4.11.2)
// Offered only where the unit has what it takes.
inline constexpr std::uint16_t kThin = 0x0100;
inline constexpr std::uint16_t kRemovable = 0x0200;
inline constexpr std::uint16_t kAlua = 0x0400;
inline constexpr std::uint16_t kExplicitAlua = 0x0800;
inline constexpr std::uint16_t kAtomic = 0x1000;
inline constexpr std::uint16_t kCopy = 0x4000;              // there is a copy domain
inline constexpr std::uint16_t kStore = 0x2000;             // must be persistent: there is a state store
}  // namespace flag

// Where a number stands in the CDB.
struct CdbField {
  std::uint8_t at = 0;
  std::uint8_t size = 0;  // bytes
};

struct OpcodeRow {
  std::uint8_t opcode;
  std::uint16_t serviceAction;
  std::string_view name;
  std::uint8_t length;                           // of the CDB
  std::array<std::uint8_t, kMaxUsage> usage;     // CDB usage data: a one where the bit is looked at (SPC-4 6.35.3)
  Moves moves;
  CdbField field;                                // ALLOCATION, PARAMETER LIST or TRANSFER LENGTH
  Needs needs;
  std::uint16_t flags;
  Handler handler;

  [[nodiscard]] bool has(std::uint16_t f) const { return (flags & f) != 0; }
  [[nodiscard]] bool hasServiceAction() const { return serviceAction != kNoServiceAction; }
};

std::span<const OpcodeRow> opcodeTable();

// The rows of an operation code: one, several by service action, or none.
std::span<const OpcodeRow> rowsOf(std::uint8_t opcode);
// The row of a CDB, or nullptr.
const OpcodeRow* findOpcode(base::ByteView cdb);

// Bytes from the initiator and to it, from the CDB alone. `in` is the most that the command may give: what it gave
// stands in Command::dataInLength().
struct Transfer {
  std::uint64_t out = 0;
  std::uint64_t in = 0;
};
Transfer transferOf(const OpcodeRow& row, base::ByteView cdb, std::uint32_t blockSize);

std::uint64_t loadField(base::ByteView cdb, CdbField field);
// LBA and number of blocks of READ, WRITE and their like, for 6, 10, 12 and 16 byte CDBs.
BlockRange blockRange(const OpcodeRow& row, base::ByteView cdb);

}  // namespace scsi

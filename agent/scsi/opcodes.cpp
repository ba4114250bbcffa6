#include "agent/scsi/opcodes.h"

#include "agent/scsi/handlers.h"
#include "shared/base/hex.h"

namespace scsi {
namespace {

namespace h = handlers;
using M = Moves;
using N = Needs;
using std::uint8_t;

// A row from its usage map in hexadecimal digits; the map's length is the CDB's.
constexpr OpcodeRow row(std::uint16_t serviceAction, std::string_view name, std::string_view usage, M moves,
                        CdbField field, N needs, int flags, Handler handler) {
  OpcodeRow r{0, serviceAction, name, 0, {}, moves, field, needs, static_cast<std::uint16_t>(flags), handler};
  std::size_t digits = 0;
  for (const char c : usage) {
    if (c == ' ') continue;
    const auto digit = static_cast<unsigned>(base::hexDigit(c));
    r.usage[digits / 2] = static_cast<uint8_t>(r.usage[digits / 2] * 16U + digit);
    ++digits;
  }
  r.opcode = r.usage[0];
  r.length = static_cast<uint8_t>(digits / 2);
  return r;
}

constexpr std::uint16_t kNone = kNoServiceAction;
constexpr CdbField kNo{};

// Flags that come together.
constexpr int kAttn = flag::kIgnoresAttention;
constexpr int kRsv = flag::kDespiteReserve;
constexpr int kSby = flag::kStandby;
constexpr int kAny = flag::kStandby | flag::kUnavailable;
constexpr int kSan = flag::kSanitizing;
constexpr int kMed = flag::kMedium;
constexpr int kWr = flag::kMedium | flag::kWrites;
constexpr int kMan = flag::kManages;
constexpr int kCpy = flag::kCopy;

// In the order of operation codes. GROUP NUMBER is taken and has no effect; FUA_NV and SYNC_NV (obsolete in SBC-3) too.
// SCOPE and TYPE of PERSISTENT RESERVE OUT are taken everywhere: where they mean nothing they are ignored
// (SPC-4 6.16.2).
// clang-format off
constexpr OpcodeRow kRows[] = {
  row(kNone, "TEST UNIT READY",       "00 00 00 00 00 00", M::Nothing, kNo, N::Nothing, kMed, h::testUnitReady),
  row(kNone, "REQUEST SENSE",         "03 01 00 00 ff 00", M::In, {4, 1}, N::Nothing, kAttn | kRsv | kAny | kSan, h::requestSense),
  row(kNone, "FORMAT UNIT",           "04 3f 00 00 00 00", M::OutHeader, kNo, N::Write, kWr, h::formatUnit),
  row(kNone, "READ(6)",               "08 1f ff ff ff 00", M::BlocksIn, {4, 1}, N::Read, kMed, h::read),
  row(kNone, "WRITE(6)",              "0a 1f ff ff ff 00", M::BlocksOut, {4, 1}, N::Write, kWr, h::write),
  row(kNone, "INQUIRY",               "12 01 ff ff ff 00", M::In, {3, 2}, N::Nothing, kAttn | kRsv | kAny | kSan, h::inquiry),
  row(kNone, "MODE SELECT(6)",        "15 11 00 00 ff 00", M::Out, {4, 1}, N::Write, kMan | kSby, h::modeSelect),
  row(kNone, "RESERVE(6)",            "16 00 00 00 00 00", M::Nothing, kNo, N::ByHandler, kMan, h::reserve),
  row(kNone, "RELEASE(6)",            "17 00 00 00 00 00", M::Nothing, kNo, N::ByHandler, kRsv, h::release),
  row(kNone, "MODE SENSE(6)",         "1a 08 ff ff ff 00", M::In, {4, 1}, N::Read, kSby | kSan, h::modeSense),
  row(kNone, "START STOP UNIT",       "1b 01 00 0f f7 00", M::Nothing, kNo, N::StartStop, 0, h::startStopUnit),
  row(kNone, "RECEIVE DIAGNOSTIC RESULTS", "1c 01 ff ff ff 00", M::In, {3, 2}, N::Read, kSby, h::receiveDiagnosticResults),
  row(kNone, "SEND DIAGNOSTIC",       "1d f7 00 ff ff 00", M::Out, {3, 2}, N::Write, kMan | kSby, h::sendDiagnostic),
  row(kNone, "PREVENT ALLOW MEDIUM REMOVAL", "1e 00 00 00 03 00", M::Nothing, kNo, N::Removal, flag::kRemovable, h::preventAllowMediumRemoval),
  row(kNone, "READ CAPACITY(10)",     "25 00 00000000 0000 00 00", M::In, {0, 0}, N::Nothing, kMed | kSan, h::readCapacity10),
  row(kNone, "READ(10)",              "28 1a ffffffff 1f ffff 00", M::BlocksIn, {7, 2}, N::Read, kMed, h::read),
  row(kNone, "WRITE(10)",             "2a 1a ffffffff 1f ffff 00", M::BlocksOut, {7, 2}, N::Write, kWr, h::write),
  row(kNone, "WRITE AND VERIFY(10)",  "2e 16 ffffffff 1f ffff 00", M::BlocksOut, {7, 2}, N::Write, kWr, h::writeAndVerify),
  row(kNone, "VERIFY(10)",            "2f 16 ffffffff 1f ffff 00", M::ByteCheck, {7, 2}, N::Read, kMed, h::verify),
  row(kNone, "PRE-FETCH(10)",         "34 02 ffffffff 1f ffff 00", M::Nothing, {7, 2}, N::Read, kMed, h::preFetch),
  row(kNone, "SYNCHRONIZE CACHE(10)", "35 06 ffffffff 1f ffff 00", M::Nothing, {7, 2}, N::Write, kMed, h::synchronizeCache),
  row(kNone, "READ DEFECT DATA(10)",  "37 00 1f 00000000 ffff 00", M::In, {7, 2}, N::Read, kMed, h::readDefectData10),
  row(kNone, "WRITE BUFFER",          "3b 1f ff ffffff ffffff 00", M::Out, {6, 3}, N::Write, kMan, h::writeBuffer),
  row(kNone, "READ BUFFER",           "3c 1f ff ffffff ffffff 00", M::In, {6, 3}, N::Read, 0, h::readBuffer),
  row(kNone, "WRITE SAME(10)",        "41 08 ffffffff 1f ffff 00", M::OneBlock, {7, 2}, N::Write, kWr, h::writeSame),
  row(kNone, "UNMAP",                 "42 00 00000000 1f ffff 00", M::Out, {7, 2}, N::Write, kWr | flag::kThin, h::unmap),
  row(0x01,  "SANITIZE, OVERWRITE",   "48 a1 0000000000 ffff 00", M::Out, {7, 2}, N::Write, kWr, h::sanitize),
  row(0x02,  "SANITIZE, BLOCK ERASE", "48 a2 0000000000 ffff 00", M::Out, {7, 2}, N::Write, kWr, h::sanitize),
  row(0x1f,  "SANITIZE, EXIT FAILURE MODE", "48 bf 0000000000 ffff 00", M::Out, {7, 2}, N::Write, kWr, h::sanitize),
  row(kNone, "LOG SELECT",            "4c 03 ff ff 000000 ffff 00", M::Out, {7, 2}, N::Write, kMan | kSby, h::logSelect),
  row(kNone, "LOG SENSE",             "4d 01 ff ff 00 ffff ffff 00", M::In, {7, 2}, N::Nothing, kRsv | kSby | kSan, h::logSense),
  row(kNone, "MODE SELECT(10)",       "55 11 0000000000 ffff 00", M::Out, {7, 2}, N::Write, kMan | kSby, h::modeSelect),
  row(kNone, "RESERVE(10)",           "56 00 0000000000 0000 00", M::Nothing, kNo, N::ByHandler, kMan, h::reserve),
  row(kNone, "RELEASE(10)",           "57 00 0000000000 0000 00", M::Nothing, kNo, N::ByHandler, kRsv, h::release),
  row(kNone, "MODE SENSE(10)",        "5a 18 ff ff 000000 ffff 00", M::In, {7, 2}, N::Read, kSby | kSan, h::modeSense),
  row(0x00,  "PERSISTENT RESERVE IN, READ KEYS",           "5e 00 0000000000 ffff 00", M::In, {7, 2}, N::Nothing, kSby | kSan, h::persistentReserveIn),
  row(0x01,  "PERSISTENT RESERVE IN, READ RESERVATION",    "5e 01 0000000000 ffff 00", M::In, {7, 2}, N::Nothing, kSby | kSan, h::persistentReserveIn),
  row(0x02,  "PERSISTENT RESERVE IN, REPORT CAPABILITIES", "5e 02 0000000000 ffff 00", M::In, {7, 2}, N::Nothing, kSby | kSan, h::persistentReserveIn),
  row(0x03,  "PERSISTENT RESERVE IN, READ FULL STATUS",    "5e 03 0000000000 ffff 00", M::In, {7, 2}, N::Nothing, kSby | kSan, h::persistentReserveIn),
  row(0x00,  "PERSISTENT RESERVE OUT, REGISTER",           "5f 00 ff 0000 ffffffff 00", M::Out, {5, 4}, N::ByHandler, kMan | kSby, h::persistentReserveOut),
  row(0x01,  "PERSISTENT RESERVE OUT, RESERVE",            "5f 01 ff 0000 ffffffff 00", M::Out, {5, 4}, N::ByHandler, kMan | kSby, h::persistentReserveOut),
  row(0x02,  "PERSISTENT RESERVE OUT, RELEASE",            "5f 02 ff 0000 ffffffff 00", M::Out, {5, 4}, N::ByHandler, kMan | kSby, h::persistentReserveOut),
  row(0x03,  "PERSISTENT RESERVE OUT, CLEAR",              "5f 03 ff 0000 ffffffff 00", M::Out, {5, 4}, N::ByHandler, kMan | kSby, h::persistentReserveOut),
  row(0x04,  "PERSISTENT RESERVE OUT, PREEMPT",            "5f 04 ff 0000 ffffffff 00", M::Out, {5, 4}, N::ByHandler, kMan | kSby, h::persistentReserveOut),
  row(0x05,  "PERSISTENT RESERVE OUT, PREEMPT AND ABORT",  "5f 05 ff 0000 ffffffff 00", M::Out, {5, 4}, N::ByHandler, kMan | kSby, h::persistentReserveOut),
  row(0x06,  "PERSISTENT RESERVE OUT, REGISTER AND IGNORE EXISTING KEY", "5f 06 ff 0000 ffffffff 00", M::Out, {5, 4}, N::ByHandler, kMan | kSby, h::persistentReserveOut),
  row(0x07,  "PERSISTENT RESERVE OUT, REGISTER AND MOVE",  "5f 07 ff 0000 ffffffff 00", M::Out, {5, 4}, N::ByHandler, kMan | kSby, h::persistentReserveOut),
  row(0x00,  "EXTENDED COPY(LID1)",   "83 00 0000000000000000 ffffffff 00 00", M::Out, {10, 4}, N::Write, kCpy, h::extendedCopy),
  row(0x01,  "EXTENDED COPY(LID4)",   "83 01 0000000000000000 ffffffff 00 00", M::Out, {10, 4}, N::Write, kCpy, h::extendedCopy),
  row(0x10,  "POPULATE TOKEN",        "83 10 00000000 ffffffff ffffffff 1f 00", M::Out, {10, 4}, N::Read, kCpy | kMed, h::populateToken),
  row(0x11,  "WRITE USING TOKEN",     "83 11 00000000 ffffffff ffffffff 1f 00", M::Out, {10, 4}, N::Write, kCpy | kWr, h::writeUsingToken),
  row(0x1c,  "COPY OPERATION ABORT",  "83 1c ffffffff 0000000000000000 00 00", M::Nothing, kNo, N::Nothing, kCpy, h::copyOperationAbort),
  row(0x00,  "RECEIVE COPY STATUS(LID1)", "84 00 ff 00000000000000 ffffffff 00 00", M::In, {10, 4}, N::Read, kCpy, h::receiveCopyStatus1),
  row(0x01,  "RECEIVE COPY DATA(LID1)", "84 01 ff 00000000000000 ffffffff 00 00", M::In, {10, 4}, N::Read, kCpy, h::receiveCopyData1),
  row(0x03,  "RECEIVE COPY OPERATING PARAMETERS", "84 03 ff 00000000000000 ffffffff 00 00", M::In, {10, 4}, N::Read, kCpy, h::receiveCopyOperatingParameters),
  row(0x04,  "RECEIVE COPY FAILURE DETAILS(LID1)", "84 04 ff 00000000000000 ffffffff 00 00", M::In, {10, 4}, N::Read, kCpy, h::receiveCopyFailureDetails),
  row(0x05,  "RECEIVE COPY STATUS(LID4)", "84 05 ffffffff 00000000 ffffffff 00 00", M::In, {10, 4}, N::Read, kCpy, h::receiveCopyStatus4),
  row(0x06,  "RECEIVE COPY DATA(LID4)", "84 06 ffffffff 00000000 ffffffff 00 00", M::In, {10, 4}, N::Read, kCpy, h::receiveCopyData4),
  row(0x07,  "RECEIVE ROD TOKEN INFORMATION", "84 07 ffffffff 00000000 ffffffff 00 00", M::In, {10, 4}, N::Read, kCpy, h::receiveRodTokenInformation),
  row(0x08,  "REPORT ALL ROD TOKENS", "84 08 0000000000000000 ffffffff 00 00", M::In, {10, 4}, N::Read, kCpy, h::reportAllRodTokens),
  row(kNone, "READ(16)",              "88 1a ffffffffffffffff ffffffff 1f 00", M::BlocksIn, {10, 4}, N::Read, kMed, h::read),
  row(kNone, "COMPARE AND WRITE",     "89 1a ffffffffffffffff 000000ff 1f 00", M::BlocksTwice, {13, 1}, N::Write, kWr, h::compareAndWrite),
  row(kNone, "WRITE(16)",             "8a 1a ffffffffffffffff ffffffff 1f 00", M::BlocksOut, {10, 4}, N::Write, kWr, h::write),
  row(kNone, "ORWRITE(16)",           "8b 1a ffffffffffffffff ffffffff 1f 00", M::BlocksOut, {10, 4}, N::Write, kWr, h::orWrite),
  row(kNone, "WRITE AND VERIFY(16)",  "8e 16 ffffffffffffffff ffffffff 1f 00", M::BlocksOut, {10, 4}, N::Write, kWr, h::writeAndVerify),
  row(kNone, "VERIFY(16)",            "8f 16 ffffffffffffffff ffffffff 1f 00", M::ByteCheck, {10, 4}, N::Read, kMed, h::verify),
  row(kNone, "PRE-FETCH(16)",         "90 02 ffffffffffffffff ffffffff 1f 00", M::Nothing, {10, 4}, N::Read, kMed, h::preFetch),
  row(kNone, "SYNCHRONIZE CACHE(16)", "91 06 ffffffffffffffff ffffffff 1f 00", M::Nothing, {10, 4}, N::Write, kMed, h::synchronizeCache),
  row(kNone, "WRITE SAME(16)",        "93 09 ffffffffffffffff ffffffff 1f 00", M::OneBlock, {10, 4}, N::Write, kWr, h::writeSame),
  row(kNone, "WRITE ATOMIC(16)",      "9c 18 ffffffffffffffff 0000ffff 1f 00", M::BlocksOut, {12, 2}, N::Write, kWr | flag::kAtomic, h::writeAtomic),
  row(0x10,  "READ CAPACITY(16)",     "9e 10 0000000000000000 ffffffff 00 00", M::In, {10, 4}, N::Nothing, kMed | kSan, h::readCapacity16),
  row(0x12,  "GET LBA STATUS",        "9e 12 ffffffffffffffff ffffffff 00 00", M::In, {10, 4}, N::Read, kMed, h::getLbaStatus),
  row(kNone, "REPORT LUNS",           "a0 00 ff 000000 ffffffff 00 00", M::In, {6, 4}, N::Nothing, kAttn | kRsv | kAny | kSan, h::reportLuns),
  row(0x05,  "REPORT IDENTIFYING INFORMATION", "a3 05 00000000 ffffffff fe 00", M::In, {6, 4}, N::Nothing, kSby, h::reportIdentifyingInformation),
  row(0x0a,  "REPORT TARGET PORT GROUPS", "a3 ea 00000000 ffffffff 00 00", M::In, {6, 4}, N::Nothing, kAny | kSan | flag::kAlua, h::reportTargetPortGroups),
  row(0x0c,  "REPORT SUPPORTED OPERATION CODES", "a3 0c 87 ff ffff ffffffff 00 00", M::In, {6, 4}, N::Read, kSby | kSan, h::reportSupportedOperationCodes),
  row(0x0d,  "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", "a3 0d 80 000000 ffffffff 00 00", M::In, {6, 4}, N::Read, kSby | kSan, h::reportSupportedTaskManagementFunctions),
  row(0x0f,  "REPORT TIMESTAMP",      "a3 0f 00000000 ffffffff 00 00", M::In, {6, 4}, N::Nothing, kSby | kSan, h::reportTimestamp),
  row(0x06,  "SET IDENTIFYING INFORMATION", "a4 06 00000000 ffffffff fe 00", M::Out, {6, 4}, N::Write, kMan | flag::kStore, h::setIdentifyingInformation),
  row(0x0a,  "SET TARGET PORT GROUPS", "a4 0a 00000000 ffffffff 00 00", M::Out, {6, 4}, N::Write, kMan | kAny | flag::kExplicitAlua, h::setTargetPortGroups),
  row(0x0f,  "SET TIMESTAMP",         "a4 0f 00000000 ffffffff 00 00", M::Out, {6, 4}, N::Write, kMan, h::setTimestamp),
  row(kNone, "READ(12)",              "a8 1a ffffffff ffffffff 1f 00", M::BlocksIn, {6, 4}, N::Read, kMed, h::read),
  row(kNone, "WRITE(12)",             "aa 1a ffffffff ffffffff 1f 00", M::BlocksOut, {6, 4}, N::Write, kWr, h::write),
  row(kNone, "WRITE AND VERIFY(12)",  "ae 16 ffffffff ffffffff 1f 00", M::BlocksOut, {6, 4}, N::Write, kWr, h::writeAndVerify),
  row(kNone, "VERIFY(12)",            "af 16 ffffffff ffffffff 1f 00", M::ByteCheck, {6, 4}, N::Read, kMed, h::verify),
  row(kNone, "READ DEFECT DATA(12)",  "b7 1f 00000000 ffffffff 00 00", M::In, {6, 4}, N::Read, kMed, h::readDefectData12),
};
// clang-format on

// The CDB length of an operation code is said by its group (SPC-4 4.2.5.1).
constexpr uint8_t lengthOfGroup(uint8_t opcode) {
  constexpr uint8_t kLengths[] = {6, 10, 10, 0, 16, 12, 0, 0};
  return kLengths[opcode >> 5];
}

constexpr bool rowsHold() {
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    const OpcodeRow& r = kRows[i];
    if (r.length != lengthOfGroup(r.opcode)) return false;
    if (r.field.size != 0 && r.field.at + r.field.size > r.length) return false;
    if (r.serviceAction != kNone && (r.usage[1] & 0x1f) != r.serviceAction) return false;
    if (r.usage[r.length - 1U] != 0) return false;  // CONTROL: NACA is not supported
    for (std::size_t b = 0; b < r.field.size; ++b) {
      if (r.usage[r.field.at + b] == 0) return false;
    }
    if (i == 0) continue;
    const OpcodeRow& before = kRows[i - 1];
    if (before.opcode > r.opcode) return false;
    if (before.opcode == r.opcode && before.serviceAction >= r.serviceAction) return false;
  }
  return true;
}
static_assert(rowsHold(), "rows in order; lengths, fields and service actions agree");

struct Index {
  std::array<uint8_t, 256> first{};
  std::array<uint8_t, 256> count{};
};
constexpr Index makeIndex() {
  Index index;
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    const uint8_t opcode = kRows[i].opcode;
    if (index.count[opcode]++ == 0) index.first[opcode] = static_cast<uint8_t>(i);
  }
  return index;
}
constexpr Index kIndex = makeIndex();
static_assert(std::size(kRows) < 256);

}  // namespace

std::span<const OpcodeRow> opcodeTable() { return kRows; }

std::span<const OpcodeRow> rowsOf(std::uint8_t opcode) {
  return std::span(kRows).subspan(kIndex.first[opcode], kIndex.count[opcode]);
}

const OpcodeRow* findOpcode(base::ByteView cdb) {
  if (cdb.size() < 2) return nullptr;
  for (const OpcodeRow& r : rowsOf(cdb[0])) {
    if (!r.hasServiceAction() || (cdb[1] & 0x1f) == r.serviceAction) return &r;
  }
  return nullptr;
}

std::uint64_t loadField(base::ByteView cdb, CdbField field) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < field.size; ++i) value = value << 8 | cdb[field.at + i];
  return value;
}

BlockRange blockRange(const OpcodeRow& row, base::ByteView cdb) {
  BlockRange range;
  switch (row.length) {
    case 6:
      range.lba = (std::uint64_t{cdb[1]} & 0x1f) << 16 | base::loadU16(&cdb[2]);
      range.blocks = cdb[4] == 0 ? 256 : cdb[4];
      return range;
    case 16:
      range.lba = base::loadU64(&cdb[2]);
      break;
    default:
      range.lba = base::loadU32(&cdb[2]);
      break;
  }
  range.blocks = loadField(cdb, row.field);
  return range;
}

Transfer transferOf(const OpcodeRow& row, base::ByteView cdb, std::uint32_t blockSize) {
  if (cdb.size() < row.length) return {};
  constexpr unsigned kByteCheck = 0x06;
  constexpr std::uint64_t kReadCapacity10 = 8;
  const auto blocks = [&] { return blockRange(row, cdb).blocks * blockSize; };
  switch (row.moves) {
    case Moves::Nothing: return {};
    case Moves::In: return {0, row.field.size == 0 ? kReadCapacity10 : loadField(cdb, row.field)};
    case Moves::Out: return {loadField(cdb, row.field), 0};
    case Moves::OutHeader: return {(cdb[1] & 0x10) == 0 ? 0U : (cdb[1] & 0x20) == 0 ? 4U : 8U, 0};
    case Moves::BlocksIn: return {0, blocks()};
    case Moves::BlocksOut: return {blocks(), 0};
    case Moves::BlocksTwice: return {2 * blocks(), 0};
    case Moves::OneBlock: return {row.length == 16 && (cdb[1] & 0x01) != 0 ? 0U : blockSize, 0};
    case Moves::ByteCheck: break;
  }
  switch (cdb[1] & kByteCheck) {
    case 0x02: return {blocks(), 0};
    case 0x06: return {blockRange(row, cdb).blocks == 0 ? 0U : blockSize, 0};
    default: return {};
  }
}

}  // namespace scsi

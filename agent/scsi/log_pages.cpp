// LOG SENSE and LOG SELECT (SPC-4 6.8, 6.9, 7.3): what the unit counts. Nothing is saved, no threshold is kept.
#include <algorithm>
#include <tuple>
#include <utility>

#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi::handlers {
namespace {

constexpr std::uint8_t kBoundedCounter = 0x02;  // FORMAT AND LINKING 10b: binary list
constexpr std::uint8_t kBinaryList = 0x03;

void counter(base::Bytes& out, std::uint16_t code, std::uint64_t value, std::uint8_t format = kBoundedCounter) {
  base::ByteWriter writer(out);
  writer.u16(code);
  writer.u8(format);
  writer.u8(8);
  writer.u64(value);
}

// SPC-4 7.3.6, 7.3.7, 7.3.20: total errors corrected, bytes processed, errors not corrected.
void errors(base::Bytes& out, std::uint64_t bytes, std::uint64_t uncorrected) {
  counter(out, 0x0003, 0);
  counter(out, 0x0005, bytes);
  counter(out, 0x0006, uncorrected);
}

void writeErrors(Disk& disk, base::Bytes& out) {
  errors(out, disk.counters().blocksWritten * disk.device().geometry().blockSize, disk.counters().writeErrors);
}
void readErrors(Disk& disk, base::Bytes& out) {
  errors(out, disk.counters().blocksRead * disk.device().geometry().blockSize, disk.counters().readErrors);
}
void verifyErrors(Disk& disk, base::Bytes& out) {
  errors(out, disk.counters().blocksVerified * disk.device().geometry().blockSize, disk.counters().verifyErrors);
}

// SPC-4 7.3.9, general access statistics; intervals and times are not kept.
void statistics(Disk& disk, base::Bytes& out) {
  const DiskCounters& counters = disk.counters();
  base::ByteWriter writer(out);
  writer.u16(0x0001);
  writer.u8(kBinaryList);
  writer.u8(0x40);
  writer.u64(counters.reads);
  writer.u64(counters.writes);
  writer.u64(counters.blocksWritten);  // logical blocks received
  writer.u64(counters.blocksRead);     // logical blocks transmitted
  writer.zeros(4 * 8);
}

// SBC-3 6.4.4: what is available to all units on the same store, and what this one uses.
void provisioning(Disk& disk, base::Bytes& out) {
  constexpr std::uint8_t kDedicated = 0x01;
  constexpr std::uint8_t kShared = 0x02;
  const Resources resources = disk.device().resources().value_or(Resources{});
  base::ByteWriter writer(out);
  for (const auto& [code, blocks, scope] : {std::tuple{1, resources.available, kShared},
                                            std::tuple{2, resources.used, kDedicated}}) {
    writer.u16(static_cast<std::uint16_t>(code));
    writer.u8(kBinaryList);
    writer.u8(8);
    writer.u32(static_cast<std::uint32_t>(std::min<std::uint64_t>(blocks >> kThresholdExponent, 0xffffffffU)));
    writer.u8(scope);
    writer.zeros(3);
  }
}

// SPC-4 7.3.21: there is nothing that could be warm.
void temperature(Disk&, base::Bytes& out) {
  base::ByteWriter writer(out);
  for (const std::uint16_t code : {std::uint16_t{0}, std::uint16_t{1}}) {
    writer.u16(code);
    writer.u8(kBinaryList);
    writer.u8(2);
    writer.u16(0x00ff);  // not known
  }
}

// SPC-4 7.3.20: how often since the unit exists; its dates and what it is made for are not known.
void startStopCycles(Disk& disk, base::Bytes& out) {
  base::ByteWriter writer(out);
  for (const auto& [code, count] : {std::pair{4, disk.counters().startStops}, std::pair{6, disk.counters().loads}}) {
    writer.u16(static_cast<std::uint16_t>(code));
    writer.u8(kBinaryList);
    writer.u8(4);
    writer.u32(static_cast<std::uint32_t>(std::min<std::uint64_t>(count, 0xffffffffU)));
  }
}

// SPC-4 7.3.18: room for twenty results, none of which there is: the default self-test leaves none.
void selfTestResults(Disk&, base::Bytes& out) {
  constexpr std::uint16_t kResults = 20;
  base::ByteWriter writer(out);
  for (std::uint16_t code = 1; code <= kResults; ++code) {
    writer.u16(code);
    writer.u8(kBinaryList);
    writer.u8(0x10);
    writer.zeros(0x10);
  }
}

// SBC-3 6.4.5: PERCENTAGE USED ENDURANCE INDICATOR; nothing here wears.
void solidState(Disk&, base::Bytes& out) {
  base::ByteWriter writer(out);
  writer.u16(0x0001);
  writer.u8(kBinaryList);
  writer.u8(4);
  writer.u32(0);
}

bool hasThresholds(Disk& disk) { return disk.modePages().hasThresholds(); }
bool isSolidState(Disk& disk) { return !disk.device().geometry().rotating; }

// SPC-4 7.3.11: no exception, no temperature known.
void informationalExceptions(Disk&, base::Bytes& out) {
  base::ByteWriter writer(out);
  writer.u16(0x0000);
  writer.u8(kBinaryList);
  writer.u8(0x04);
  writer.u16(0);
  writer.u8(0xff);
  writer.u8(0);
}

void supportedPages(Disk&, base::Bytes& out);

struct LogPageRow {
  std::uint8_t page;
  std::string_view name;
  void (*parameters)(Disk&, base::Bytes&);
  bool (*offered)(Disk&) = nullptr;  // nullptr: always
};
// clang-format off
constexpr LogPageRow kRows[] = {
  {0x00, "Supported Log Pages",                supportedPages},
  {0x02, "Write Error Counters",               writeErrors},
  {0x03, "Read Error Counters",                readErrors},
  {0x05, "Verify Error Counters",              verifyErrors},
  {0x0c, "Logical Block Provisioning",         provisioning, hasThresholds},
  {0x0d, "Temperature",                        temperature},
  {0x0e, "Start-Stop Cycle Counter",           startStopCycles},
  {0x10, "Self-Test Results",                  selfTestResults},
  {0x11, "Solid State Media",                  solidState, isSolidState},
  {0x19, "General Statistics and Performance", statistics},
  {0x2f, "Informational Exceptions",           informationalExceptions},
};
// clang-format on

bool offered(Disk& disk, const LogPageRow& row) { return row.offered == nullptr || row.offered(disk); }

void supportedPages(Disk& disk, base::Bytes& out) {
  for (const LogPageRow& row : kRows) {
    if (offered(disk, row)) out.push_back(row.page);
  }
}

// Page 00h subpage ffh: page and subpage codes of all.
void supportedSubpages(Disk& disk, base::Bytes& out) {
  for (const LogPageRow& row : kRows) {
    if (!offered(disk, row)) continue;
    out.push_back(row.page);
    out.push_back(0);
    if (row.page == 0) {
      out.push_back(0);
      out.push_back(0xff);
    }
  }
}

// Drops the parameters below `from`, whose codes ascend.
void dropBelow(base::Bytes& parameters, std::uint16_t from) {
  std::size_t at = 0;
  while (at + 4 <= parameters.size() && base::loadU16(&parameters[at]) < from) at += 4U + parameters[at + 3];
  const auto gone = static_cast<std::ptrdiff_t>(std::min(at, parameters.size()));
  parameters.erase(parameters.begin(), parameters.begin() + gone);
}

}  // namespace

void logSense(Disk& disk, Command& command) {
  constexpr std::uint8_t kSaveParameters = 0x01;
  constexpr std::uint8_t kCumulative = 0x01;
  constexpr std::uint8_t kSubpageFormat = 0x40;
  const base::ByteView cdb = command.cdb;
  const std::uint8_t page = cdb[2] & 0x3f;
  const std::uint8_t subpage = cdb[3];
  if ((cdb[1] & kSaveParameters) != 0) return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{0}));
  if (cdb[2] >> 6 != kCumulative) return disk.complete(command, invalidFieldInCdb(2, std::uint8_t{7}));
  const auto isPage = [&](const LogPageRow& r) { return r.page == page && offered(disk, r); };
  const auto row = std::find_if(std::begin(kRows), std::end(kRows), isPage);
  if (row == std::end(kRows)) return disk.complete(command, invalidFieldInCdb(2, std::uint8_t{5}));
  const bool all = page == 0 && subpage == 0xff;
  if (subpage != 0 && !all) return disk.complete(command, invalidFieldInCdb(3));
  base::Bytes& parameters = command.work().parameters;
  all ? supportedSubpages(disk, parameters) : row->parameters(disk, parameters);
  const std::uint16_t from = base::loadU16(&cdb[5]);
  if (page != 0 && from != 0) {
    dropBelow(parameters, from);
    if (parameters.empty()) return disk.complete(command, invalidFieldInCdb(5));
  }
  base::ByteWriter writer(command.work().response);
  writer.u8(all ? kSubpageFormat : page);
  writer.u8(subpage);
  writer.u16(static_cast<std::uint16_t>(parameters.size()));
  writer.bytes(parameters);
  disk.respond(command, base::loadU16(&cdb[7]));
}

// PCR sets all counters to zero; parameters of their own are not taken.
void logSelect(Disk& disk, Command& command) {
  constexpr std::uint8_t kParameterCodeReset = 0x02;
  constexpr std::uint8_t kSaveParameters = 0x01;
  const base::ByteView cdb = command.cdb;
  if ((cdb[1] & kSaveParameters) != 0) return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{0}));
  if (base::loadU16(&cdb[7]) != 0) return disk.complete(command, invalidFieldInCdb(7));
  if ((cdb[1] & kParameterCodeReset) != 0) {
    disk.counters() = {};
    disk.establishAll(UnitAttention::LogParametersChanged, command.nexus);
  }
  disk.complete(command);
}

}  // namespace scsi::handlers

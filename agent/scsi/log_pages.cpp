// LOG SENSE and LOG SELECT (SPC-4 6.8, 6.9, 7.3): what the unit counts. Nothing is saved, no threshold is kept.
#include <algorithm>

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
};
// clang-format off
constexpr LogPageRow kRows[] = {
  {0x00, "Supported Log Pages",                supportedPages},
  {0x02, "Write Error Counters",               writeErrors},
  {0x03, "Read Error Counters",                readErrors},
  {0x05, "Verify Error Counters",              verifyErrors},
  {0x19, "General Statistics and Performance", statistics},
  {0x2f, "Informational Exceptions",           informationalExceptions},
};
// clang-format on

void supportedPages(Disk&, base::Bytes& out) {
  for (const LogPageRow& row : kRows) out.push_back(row.page);
}

// Page 00h subpage ffh: page and subpage codes of all.
void supportedSubpages(base::Bytes& out) {
  for (const LogPageRow& row : kRows) {
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
  const auto isPage = [page](const LogPageRow& r) { return r.page == page; };
  const auto row = std::find_if(std::begin(kRows), std::end(kRows), isPage);
  if (row == std::end(kRows)) return disk.complete(command, invalidFieldInCdb(2, std::uint8_t{5}));
  const bool all = page == 0 && subpage == 0xff;
  if (subpage != 0 && !all) return disk.complete(command, invalidFieldInCdb(3));
  base::Bytes& parameters = command.work().parameters;
  all ? supportedSubpages(parameters) : row->parameters(disk, parameters);
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

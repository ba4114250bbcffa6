#include "agent/scsi/no_logical_unit.h"

#include <algorithm>

#include "agent/scsi/opcodes.h"
#include "agent/scsi/report_luns.h"

namespace scsi {
namespace {

constexpr std::uint8_t kTestUnitReady = 0x00;
constexpr std::uint8_t kRequestSense = 0x03;
constexpr std::uint8_t kInquiry = 0x12;
constexpr std::uint8_t kReportLuns = 0xa0;

Sense notSupported() { return {SenseKey::IllegalRequest, Asc::LogicalUnitNotSupported}; }

void answer(Command& command, std::uint64_t allocation) {
  CommandWork& work = command.work();
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(allocation, work.response.size()));
  if (size != 0) work.dataIn.push_back(base::ByteView(work.response).first(size));
}

enum class Kind : std::uint8_t { None, ReportLuns };

// No unit: qualifier 011b, device type 1fh. EVPD asks for what there is not; of the well-known unit there is the list
// of pages, which names itself.
void inquiry(Command& command, Kind kind) {
  constexpr std::size_t kSize = 36;
  constexpr std::uint8_t kNotCapable = 0x7f;
  constexpr std::uint8_t kWellKnown = 0x1e;
  const bool vital = (command.cdb[1] & 0x01) != 0;
  if ((vital && kind == Kind::None) || command.cdb[2] != 0) return command.setSense(invalidFieldInCdb(2), false);
  base::Bytes& out = command.work().response;
  if (vital) {
    out.assign({kWellKnown, 0x00, 0x00, 0x01, 0x00});
  } else {
    out.assign(kSize, ' ');
    std::fill(out.begin(), out.begin() + 8, std::uint8_t{0});
    out[0] = kind == Kind::None ? kNotCapable : kWellKnown;
    out[2] = 0x06;
    out[3] = 0x12;
    out[4] = kSize - 5;
  }
  answer(command, base::loadU16(&command.cdb[3]));
}

void requestSense(Command& command, const Sense& sense) {
  SenseBuffer buffer;
  const std::size_t size = encode(sense, (command.cdb[1] & 0x01) != 0, buffer);
  command.work().response.assign(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
  answer(command, command.cdb[4]);
}

void execute(Command& command, const std::vector<Lun>& luns, Kind kind, bool wellKnown) {
  command.recycle();
  const bool none = kind == Kind::None;
  const OpcodeRow* row = findOpcode(command.cdb);
  const bool known = row != nullptr && command.cdb.size() >= row->length;
  if (known && row->opcode == kInquiry) {
    inquiry(command, kind);
  } else if (known && row->opcode == kRequestSense) {
    requestSense(command, none ? notSupported() : Sense{});
  } else if (known && row->opcode == kReportLuns) {
    if (const auto wrong = reportLuns(command.cdb, &luns, wellKnown, command.work().response)) {
      command.setSense(*wrong, false);
    } else {
      answer(command, base::loadU32(&command.cdb[6]));
    }
  } else if (none) {
    command.setSense(notSupported(), false);
  } else if (!known || row->opcode != kTestUnitReady) {
    command.setSense({SenseKey::IllegalRequest, Asc::InvalidCommandOperationCode}, false);
  }
  command.finished();
}

}  // namespace

void executeWithoutLogicalUnit(Command& command, const std::vector<Lun>& luns, bool wellKnown) {
  execute(command, luns, Kind::None, wellKnown);
}

void executeReportLunsUnit(Command& command, const std::vector<Lun>& luns) {
  execute(command, luns, Kind::ReportLuns, true);
}

}  // namespace scsi

#include "agent/scsi/no_logical_unit.h"

#include <algorithm>

#include "agent/scsi/opcodes.h"
#include "agent/scsi/report_luns.h"

namespace scsi {
namespace {

constexpr std::uint8_t kRequestSense = 0x03;
constexpr std::uint8_t kInquiry = 0x12;
constexpr std::uint8_t kReportLuns = 0xa0;

Sense notSupported() { return {SenseKey::IllegalRequest, Asc::LogicalUnitNotSupported}; }

void answer(Command& command, std::uint64_t allocation) {
  CommandWork& work = command.work();
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(allocation, work.response.size()));
  if (size != 0) work.dataIn.push_back(base::ByteView(work.response).first(size));
}

// Qualifier 011b, device type 1fh; EVPD asks for what there is not.
void inquiry(Command& command) {
  constexpr std::size_t kSize = 36;
  constexpr std::uint8_t kNotCapable = 0x7f;
  if ((command.cdb[1] & 0x01) != 0 || command.cdb[2] != 0) return command.setSense(invalidFieldInCdb(2), false);
  base::Bytes& out = command.work().response;
  out.assign(kSize, ' ');
  std::fill(out.begin(), out.begin() + 8, std::uint8_t{0});
  out[0] = kNotCapable;
  out[2] = 0x06;
  out[3] = 0x12;
  out[4] = kSize - 5;
  answer(command, base::loadU16(&command.cdb[3]));
}

void requestSense(Command& command) {
  SenseBuffer buffer;
  const std::size_t size = encode(notSupported(), (command.cdb[1] & 0x01) != 0, buffer);
  command.work().response.assign(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
  answer(command, command.cdb[4]);
}

}  // namespace

void executeWithoutLogicalUnit(Command& command, const std::vector<Lun>& luns) {
  command.recycle();
  const OpcodeRow* row = findOpcode(command.cdb);
  const std::uint8_t opcode = row != nullptr && command.cdb.size() >= row->length ? row->opcode : std::uint8_t{0};
  if (opcode == kInquiry) {
    inquiry(command);
  } else if (opcode == kRequestSense) {
    requestSense(command);
  } else if (opcode == kReportLuns) {
    if (const auto wrong = reportLuns(command.cdb, &luns, command.work().response)) {
      command.setSense(*wrong, false);
    } else {
      answer(command, base::loadU32(&command.cdb[6]));
    }
  } else {
    command.setSense(notSupported(), false);
  }
  command.finished();
}

}  // namespace scsi

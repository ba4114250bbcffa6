// REPORT LUNS, supported commands and task management functions, identifying information, timestamp (SPC-4 6).
#include <algorithm>
#include <chrono>

#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"
#include "agent/scsi/report_luns.h"

namespace scsi {

std::optional<Sense> reportLuns(base::ByteView cdb, const std::vector<Lun>* luns, bool wellKnown, base::Bytes& out) {
  constexpr std::uint8_t kAddressable = 0x00;
  constexpr std::uint8_t kOnlyWellKnown = 0x01;
  constexpr std::uint8_t kLastSelect = 0x02;
  constexpr std::uint32_t kLeastAllocation = 16;
  if (cdb[2] > kLastSelect) return invalidFieldInCdb(2);
  if (base::loadU32(&cdb[6]) < kLeastAllocation) return invalidFieldInCdb(6);
  base::ByteWriter writer(out);
  writer.zeros(8);
  if (cdb[2] != kOnlyWellKnown) {
    if (luns == nullptr) writer.zeros(8);
    if (luns != nullptr) {
      for (const Lun& lun : *luns) writer.bytes(lun.bytes);
    }
  }
  if (cdb[2] != kAddressable && wellKnown) writer.bytes(Lun::reportLunsWellKnown().bytes);
  base::storeU32(out.data(), static_cast<std::uint32_t>(out.size() - 8));
  return std::nullopt;
}

namespace handlers {

void reportLuns(Disk& disk, Command& command) {
  base::Bytes& out = command.work().response;
  const Nexus& nexus = *command.nexus;
  if (const auto wrong = scsi::reportLuns(command.cdb, nexus.luns, nexus.reportLunsUnit, out)) {
    return disk.complete(command, *wrong);
  }
  command.nexus->attentions.clear(UnitAttention::ReportedLunsChanged);
  disk.respond(command, base::loadU32(&command.cdb[6]));
}

namespace {

constexpr std::uint8_t kTimeouts = 0x80;  // RCTD
constexpr std::uint8_t kServiceActionValid = 0x01;
constexpr std::uint8_t kTimeoutsPresent = 0x02;

// No timeouts are known: all zero (SPC-4 6.35.4).
void timeouts(base::ByteWriter& writer) {
  writer.u16(0x000a);
  writer.zeros(10);
}

void allCommands(const Disk& disk, bool withTimeouts, base::Bytes& out) {
  base::ByteWriter writer(out);
  writer.u32(0);
  for (const OpcodeRow& row : opcodeTable()) {
    if (!disk.offers(row)) continue;
    writer.u8(row.opcode);
    writer.u8(0);
    writer.u16(row.hasServiceAction() ? row.serviceAction : std::uint16_t{0});
    writer.u8(0);
    writer.u8(static_cast<std::uint8_t>((row.hasServiceAction() ? kServiceActionValid : 0) |
                                        (withTimeouts ? kTimeoutsPresent : 0)));
    writer.u16(row.length);
    if (withTimeouts) timeouts(writer);
  }
  base::storeU32(out.data(), static_cast<std::uint32_t>(out.size() - 4));
}

void oneCommand(const OpcodeRow* row, bool withTimeouts, base::Bytes& out) {
  constexpr std::uint8_t kTimeoutDescriptor = 0x80;  // CTDP
  constexpr std::uint8_t kNotSupported = 0x01;
  constexpr std::uint8_t kSupported = 0x03;
  base::ByteWriter writer(out);
  writer.u8(0);
  if (row == nullptr) {
    writer.u8(kNotSupported);
    writer.u16(0);
    return;
  }
  writer.u8(static_cast<std::uint8_t>(kSupported | (withTimeouts ? kTimeoutDescriptor : 0)));
  writer.u16(row->length);
  writer.bytes(base::ByteView(row->usage).first(row->length));
  if (withTimeouts) timeouts(writer);
}

}  // namespace

void reportSupportedOperationCodes(Disk& disk, Command& command) {
  const base::ByteView cdb = command.cdb;
  const std::uint8_t options = cdb[2] & 0x07;
  const std::uint16_t action = base::loadU16(&cdb[4]);
  const bool withTimeouts = (cdb[2] & kTimeouts) != 0;
  base::Bytes& out = command.work().response;
  if (options > 3) return disk.complete(command, invalidFieldInCdb(2, std::uint8_t{2}));
  if (options == 0) {
    allCommands(disk, withTimeouts, out);
    return disk.respond(command, base::loadU32(&cdb[6]));
  }
  const OpcodeRow* found = nullptr;
  bool known = false;
  bool byAction = false;
  for (const OpcodeRow& row : rowsOf(cdb[3])) {
    if (!disk.offers(row)) continue;
    known = true;
    byAction = row.hasServiceAction();
    if (row.hasServiceAction() ? row.serviceAction == action : options != 3 || action == 0) found = &row;
  }
  // 001b is for commands without service actions, 010b for those with; 011b takes both.
  if (known && options == 1 && byAction) return disk.complete(command, invalidFieldInCdb(2, std::uint8_t{2}));
  if (known && options == 2 && !byAction) return disk.complete(command, invalidFieldInCdb(2, std::uint8_t{2}));
  oneCommand(found, withTimeouts, out);
  disk.respond(command, base::loadU32(&cdb[6]));
}

void reportSupportedTaskManagementFunctions(Disk& disk, Command& command) {
  constexpr std::uint8_t kExtended = 0x80;  // REPD
  const bool extended = (command.cdb[2] & kExtended) != 0;
  const std::uint32_t allocation = base::loadU32(&command.cdb[6]);
  if (allocation < 4) return disk.complete(command, invalidFieldInCdb(6));
  base::ByteWriter writer(command.work().response);
  writer.u16(disk.settings().taskManagementFunctions);
  writer.u8(0);
  writer.u8(extended ? 12 : 0);
  if (extended) writer.zeros(12);
  disk.respond(command, allocation);
}

namespace {

// INFORMATION TYPE: 0000000b peripheral device identifying information, 0000010b its text, 1111111b the list of both.
struct InformationType {
  std::uint8_t type;
  std::uint16_t most;  // bytes
};
constexpr InformationType kInformation[] = {{0x00, 64}, {0x02, 256}};
constexpr std::uint8_t kListOfTypes = 0x7f;

int informationIndex(base::ByteView cdb) {
  const std::uint8_t type = cdb[10] >> 1;
  return type == kInformation[0].type ? 0 : type == kInformation[1].type ? 1 : -1;
}

void informationSaved(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) return disk.complete(command, {SenseKey::HardwareError, Asc::InternalTargetFailure});
  disk.identifyingInformation[informationIndex(command.cdb)] = command.work().parameters;
  disk.establishAll(UnitAttention::DeviceIdentifierChanged, command.nexus);
  disk.complete(command);
}

void setInformation(Disk& disk, Command& command, IoResult) {
  if (disk.saving()) return disk.waitForSave(command, setInformation);
  const auto index = static_cast<std::size_t>(informationIndex(command.cdb));
  base::Bytes image;
  base::ByteWriter writer(image);
  for (std::size_t i = 0; i < 2; ++i) {
    const base::Bytes& text = i == index ? command.work().parameters : disk.identifyingInformation[i];
    writer.u16(static_cast<std::uint16_t>(text.size()));
    writer.bytes(text);
  }
  disk.save(command, StateKind::IdentifyingInformation, image, informationSaved);
}

}  // namespace

void reportIdentifyingInformation(Disk& disk, Command& command) {
  const base::ByteView cdb = command.cdb;
  base::ByteWriter writer(command.work().response);
  const int index = informationIndex(cdb);
  if (cdb[10] >> 1 == kListOfTypes) {
    writer.u32(8);
    for (const InformationType& known : kInformation) {
      writer.u8(static_cast<std::uint8_t>(known.type << 1));
      writer.u8(0);
      writer.u16(known.most);
    }
  } else if (index >= 0) {
    const base::Bytes& text = disk.identifyingInformation[index];
    writer.u32(static_cast<std::uint32_t>(text.size()));
    writer.bytes(text);
  } else {
    return disk.complete(command, invalidFieldInCdb(10, std::uint8_t{7}));
  }
  disk.respond(command, base::loadU32(&cdb[6]));
}

void setIdentifyingInformation(Disk& disk, Command& command) {
  const base::ByteView cdb = command.cdb;
  const int index = informationIndex(cdb);
  if (index < 0) return disk.complete(command, invalidFieldInCdb(10, std::uint8_t{7}));
  const std::uint32_t length = base::loadU32(&cdb[6]);
  if (length > kInformation[index].most) return disk.complete(command, invalidFieldInCdb(6));
  if (!disk.parameterList(command, length)) return;
  const base::Bytes& text = command.work().parameters;
  if (index == 1 && !text.empty() && text.back() != 0) return disk.complete(command, invalidFieldInParameterList(0));
  setInformation(disk, command, IoResult::Ok);
}

namespace {

std::int64_t wallMilliseconds(const Disk& disk) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(disk.now().wall.time_since_epoch()).count();
}

}  // namespace

// SPC-4 5.2: milliseconds since 1970 UTC, from the owner's clock or as SET TIMESTAMP moved it.
void reportTimestamp(Disk& disk, Command& command) {
  constexpr std::uint8_t kBySetTimestamp = 0x02;
  constexpr std::uint8_t kByOtherMeans = 0x03;
  const auto stamp = static_cast<std::uint64_t>(wallMilliseconds(disk) + disk.timestampOffset) & 0xffffffffffffU;
  base::ByteWriter writer(command.work().response);
  writer.u16(10);
  writer.u8(disk.timestampSet ? kBySetTimestamp : kByOtherMeans);
  writer.u8(0);
  writer.u64(stamp << 16);  // six bytes, two reserved
  disk.respond(command, base::loadU32(&command.cdb[6]));
}

void setTimestamp(Disk& disk, Command& command) {
  constexpr std::uint32_t kListSize = 12;
  const std::uint32_t length = base::loadU32(&command.cdb[6]);
  if (length == 0) return disk.complete(command);
  if (length != kListSize) return disk.complete(command, parameterListLengthError());
  if (!disk.parameterList(command, length)) return;
  const std::uint64_t stamp = base::loadU64(&command.work().parameters[4]) >> 16;
  disk.timestampOffset = static_cast<std::int64_t>(stamp) - wallMilliseconds(disk);
  disk.timestampSet = true;
  disk.establishAll(UnitAttention::TimestampChanged, command.nexus);
  disk.complete(command);
}

}  // namespace handlers
}  // namespace scsi

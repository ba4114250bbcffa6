// Commands about the unit as a whole: readiness, pending sense, medium, capacity, defects (SPC-4 6, SBC-3 5).
#include <algorithm>

#include "agent/scsi/block_io.h"
#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi::handlers {
namespace {

constexpr std::uint8_t kDescriptorFormat = 0x01;  // DESC

// What REQUEST SENSE has to say beside unit attentions (SPC-4 6.39): why the unit is not ready, how far it is.
Sense pollableSense(Disk& disk) {
  if (disk.awaited()) return {SenseKey::NotReady, Asc::BecomingReady};
  const Background& background = disk.background();
  if (background.running()) return background.inProgress();
  if (background.failed() != Background::Kind::None) return background.failure();
  if (!disk.mediumPresent()) return {SenseKey::NotReady, Asc::MediumNotPresent};
  return {};
}

}  // namespace

void testUnitReady(Disk& disk, Command& command) { disk.complete(command); }

void requestSense(Disk& disk, Command& command) {
  const auto attention = command.nexus->attentions.take();
  const Sense sense = attention ? Sense{SenseKey::UnitAttention, ascOf(*attention)} : pollableSense(disk);
  SenseBuffer buffer;
  const std::size_t size = encode(sense, (command.cdb[1] & kDescriptorFormat) != 0, buffer);
  command.work().response.assign(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
  disk.respond(command, command.cdb[4]);
}

namespace {

void startStopFlushed(Disk& disk, Command& command, IoResult result) {
  constexpr std::uint8_t kLoadEject = 0x02;
  if (result != IoResult::Ok) return disk.completeIo(command, result, IoKind::Flush);
  if ((command.cdb[4] & kLoadEject) != 0) {
    if (disk.removalPrevented()) {
      return disk.complete(command, {SenseKey::IllegalRequest, Asc::MediumRemovalPrevented});
    }
    disk.ejectMedium();
  }
  disk.complete(command);
}

}  // namespace

// There is nothing that turns, so a stopped unit stays ready; stopping flushes, unless NO_FLUSH is one. POWER
// CONDITION is taken, reserved values too, and changes nothing: it never ejects. IMMED makes no difference.
void startStopUnit(Disk& disk, Command& command) {
  constexpr std::uint8_t kStart = 0x01;
  constexpr std::uint8_t kLoadEject = 0x02;
  constexpr std::uint8_t kNoFlush = 0x04;
  const std::uint8_t flags = command.cdb[4];
  const bool start = (flags & kStart) != 0;
  const bool loadEject = (flags & kLoadEject) != 0;
  const auto counted = [&] { ++(loadEject ? disk.counters().loads : disk.counters().startStops); };
  if ((flags & 0xf0) != 0) return disk.complete(command);
  if (loadEject && !disk.settings().removable) return disk.complete(command, invalidFieldInCdb(4, std::uint8_t{1}));
  if (!start && command.nexus->readOnly) {
    return disk.complete(command, {SenseKey::DataProtect, Asc::WriteProtected});
  }
  // While removal is prevented the medium stays as it is, which includes that none is loaded.
  if (loadEject && disk.removalPrevented()) {
    return disk.complete(command, {SenseKey::IllegalRequest, Asc::MediumRemovalPrevented});
  }
  if (start) {
    counted();
    if (loadEject) {
      disk.loadMedium();
      command.nexus->attentions.clear(UnitAttention::MediumMayHaveChanged);  // who loads it knows
    }
    return disk.complete(command);
  }
  counted();
  if ((flags & kNoFlush) != 0 || !disk.mediumPresent()) return startStopFlushed(disk, command, IoResult::Ok);
  submitFlush(disk, command, startStopFlushed);
}

void preventAllowMediumRemoval(Disk& disk, Command& command) {
  const std::uint8_t prevent = command.cdb[4] & 0x03;
  if (prevent > 1) return disk.complete(command, invalidFieldInCdb(4, std::uint8_t{1}));
  command.nexus->preventsRemoval = prevent == 1;
  disk.complete(command);
}

void readCapacity10(Disk& disk, Command& command) {
  const Geometry geometry = disk.device().geometry();
  base::ByteWriter writer(command.work().response);
  writer.u32(static_cast<std::uint32_t>(std::min<std::uint64_t>(geometry.blocks - 1, 0xffffffffU)));
  writer.u32(geometry.blockSize);
  disk.respond(command, 8);
}

void readCapacity16(Disk& disk, Command& command) {
  constexpr std::uint8_t kLbpme = 0x80;
  constexpr std::uint8_t kLbprz = 0x40;
  const Geometry geometry = disk.device().geometry();
  base::ByteWriter writer(command.work().response);
  writer.u64(geometry.blocks - 1);
  writer.u32(geometry.blockSize);
  writer.u8(0);  // no protection information
  writer.u8(geometry.physicalExponent & 0x0f);
  writer.u8(geometry.thin ? kLbpme | kLbprz : 0);
  writer.zeros(32 - writer.size());
  disk.respond(command, base::loadU32(&command.cdb[10]));
}

// No defects are known, in whatever format they are asked for.
void readDefectData10(Disk& disk, Command& command) {
  base::ByteWriter writer(command.work().response);
  writer.u8(0);
  writer.u8(command.cdb[2] & 0x1f);
  writer.u16(0);
  disk.respond(command, base::loadU16(&command.cdb[7]));
}

void readDefectData12(Disk& disk, Command& command) {
  base::ByteWriter writer(command.work().response);
  writer.u8(0);
  writer.u8(command.cdb[1] & 0x1f);
  writer.zeros(6);
  disk.respond(command, base::loadU32(&command.cdb[6]));
}

}  // namespace scsi::handlers

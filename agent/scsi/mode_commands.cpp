// MODE SENSE and MODE SELECT, 6 and 10 (SPC-4 6.11 to 6.14): header, block descriptor, pages.
#include <algorithm>

#include "agent/scsi/block_io.h"
#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi::handlers {
namespace {

constexpr std::uint8_t kWriteProtect = 0x80;
constexpr std::uint8_t kDpoFua = 0x10;
constexpr std::uint8_t kDisableBlockDescriptors = 0x08;
constexpr std::uint8_t kLongLbaAccepted = 0x10;  // LLBAA, MODE SENSE(10)
constexpr std::uint8_t kLongLba = 0x01;          // LONGLBA in the header
constexpr std::size_t kShortDescriptor = 8;
constexpr std::size_t kLongDescriptor = 16;

bool isTen(const Command& command) { return command.work().row->length == 10; }
std::size_t headerSize(bool ten) { return ten ? 8 : 4; }

void blockDescriptor(base::Bytes& out, const Geometry& geometry, std::size_t size) {
  base::ByteWriter writer(out);
  if (size == kLongDescriptor) {
    writer.u64(geometry.blocks);
    writer.u32(0);
    writer.u32(geometry.blockSize);
  } else if (size == kShortDescriptor) {
    writer.u32(static_cast<std::uint32_t>(std::min<std::uint64_t>(geometry.blocks, 0xffffffffU)));
    writer.u32(geometry.blockSize & 0xffffff);
  }
}

}  // namespace

void modeSense(Disk& disk, Command& command) {
  const base::ByteView cdb = command.cdb;
  const bool ten = isTen(command);
  const auto control = static_cast<PageControl>(cdb[2] >> 6);
  if (control == PageControl::Saved && !disk.modePages().saves()) {
    return disk.complete(command, {SenseKey::IllegalRequest, Asc::SavingParametersNotSupported});
  }
  const bool longLba = ten && (cdb[1] & kLongLbaAccepted) != 0;
  const std::size_t descriptor = (cdb[1] & kDisableBlockDescriptors) != 0 ? 0
                                 : longLba                                ? kLongDescriptor
                                                                          : kShortDescriptor;
  base::Bytes& out = command.work().response;
  out.assign(headerSize(ten), 0);
  blockDescriptor(out, disk.device().geometry(), descriptor);
  if (!disk.modePages().append(out, control, cdb[2] & 0x3f, cdb[3])) {
    return disk.complete(command, invalidFieldInCdb(2, std::uint8_t{5}));
  }
  const std::uint8_t specific = kDpoFua | (disk.writeProtected(*command.nexus) ? kWriteProtect : 0);
  if (ten) {
    base::storeU16(out.data(), static_cast<std::uint16_t>(out.size() - 2));
    out[3] = specific;
    out[4] = longLba && descriptor != 0 ? kLongLba : 0;
    base::storeU16(&out[6], static_cast<std::uint16_t>(descriptor));
    return disk.respond(command, base::loadU16(&cdb[7]));
  }
  out[0] = static_cast<std::uint8_t>(std::min<std::size_t>(out.size() - 1, 0xff));
  out[2] = specific;
  out[3] = static_cast<std::uint8_t>(descriptor);
  disk.respond(command, cdb[4]);
}

namespace {

// A descriptor may say what is there; blocks may also be 0 or all ones (SBC-3 6.5.2).
std::optional<Sense> checkDescriptor(base::ByteView list, std::size_t at, std::size_t size, const Geometry& geometry) {
  const auto pointer = static_cast<std::uint16_t>(at);
  const bool isLong = size == kLongDescriptor;
  const std::uint64_t blocks = isLong ? base::loadU64(&list[at]) : base::loadU32(&list[at]);
  const std::uint64_t all = isLong ? ~std::uint64_t{0} : 0xffffffffU;
  const std::uint32_t blockSize = base::loadU32(&list[at + size - 4]) & (isLong ? 0xffffffffU : 0xffffffU);
  if (blocks != 0 && blocks != all && blocks != geometry.blocks) return invalidFieldInParameterList(pointer);
  if (blockSize != geometry.blockSize) {
    return invalidFieldInParameterList(static_cast<std::uint16_t>(at + size - 3));
  }
  return std::nullopt;
}

constexpr std::uint8_t kSavePages = 0x01;  // SP

bool saves(const Command& command) { return (command.cdb[1] & kSavePages) != 0; }

std::optional<Sense> checkPages(Disk& disk, const Command& command, ModePages::Change& change) {
  const base::Bytes& list = command.work().parameters;
  const bool ten = isTen(command);
  const std::size_t header = headerSize(ten);
  if (list.size() < header) return parameterListLengthError();
  const std::size_t descriptor = ten ? base::loadU16(&list[6]) : list[3];
  const std::size_t expected = ten && (list[4] & kLongLba) != 0 ? kLongDescriptor : kShortDescriptor;
  if (descriptor != 0 && descriptor != expected) return invalidFieldInParameterList(ten ? 6 : 3);
  if (list.size() < header + descriptor) return parameterListLengthError();
  if (descriptor != 0) {
    if (auto wrong = checkDescriptor(list, header, descriptor, disk.device().geometry())) return wrong;
  }
  const std::size_t pages = header + descriptor;
  return disk.modePages().check(base::ByteView(list).subspan(pages), pages, saves(command), change);
}

void takePages(Disk& disk, Command& command, const ModePages::Change& change) {
  disk.modePages().take(change);
  if (change.changed) disk.establishAll(UnitAttention::ModeParametersChanged, command.nexus);
  disk.complete(command);
}

// What may change does not change, so the list is as right as it was when the image was made of it.
void pagesSaved(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) return disk.complete(command, {SenseKey::HardwareError, Asc::InternalTargetFailure});
  ModePages::Change change;
  if (auto wrong = checkPages(disk, command, change)) return disk.complete(command, *wrong);
  takePages(disk, command, change);
}

void selectPages(Disk& disk, Command& command, IoResult);

void selectFlushed(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) return disk.completeIo(command, result, IoKind::Flush);
  selectPages(disk, command, IoResult::Ok);
}

void flushBeforeSelect(Disk& disk, Command& command, IoResult) { submitFlush(disk, command, selectFlushed); }

// Whether WCE goes from one to zero, or may: others may turn it on while this command saves.
bool turnsCacheOff(Disk& disk, const Command& command, const ModePages::Change& change) {
  if (!disk.device().geometry().volatileCache || ModePages::writeCacheAfter(change)) return false;
  return disk.modePages().writeCache() || saves(command);
}

// Before WCE goes from one to zero, what lies in the cache is written; so is what is still on its way there, and nobody
// puts more there meanwhile. A command that ends before that, by an abort or since the flush failed, changes nothing.
void selectPages(Disk& disk, Command& command, IoResult) {
  ModePages::Change change;
  if (auto wrong = checkPages(disk, command, change)) return disk.complete(command, *wrong);
  const bool flushed = command.work().lock == CommandWork::Lock::Held;
  if (!flushed && turnsCacheOff(disk, command, change)) return disk.lockAll(command, flushBeforeSelect);
  if (!saves(command)) return takePages(disk, command, change);
  if (disk.saving()) return disk.waitForSave(command, selectPages);
  disk.save(command, StateKind::ModePages, disk.modePages().image(change), pagesSaved);
}

}  // namespace

void modeSelect(Disk& disk, Command& command) {
  constexpr std::uint8_t kPageFormat = 0x10;
  const base::ByteView cdb = command.cdb;
  if (saves(command) && !disk.modePages().saves()) return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{0}));
  const std::uint16_t length = isTen(command) ? base::loadU16(&cdb[7]) : cdb[4];
  if (length == 0) return disk.complete(command);
  if ((cdb[1] & kPageFormat) == 0) return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{4}));
  if (!disk.parameterList(command, length)) return;
  selectPages(disk, command, IoResult::Ok);
}

}  // namespace scsi::handlers

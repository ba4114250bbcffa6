// WRITE SAME, UNMAP and GET LBA STATUS (SBC-3 5.48, 5.35, 5.6; 4.7 logical block provisioning).
//
// Zeroes are written by the device's own means; another pattern piece by piece, in turns where the device answers at
// once. With UNMAP one, the range reads as zeroes first, by a hole where the device can, and is given back then:
// unmapping is a hint, reading zeroes is not.
#include <algorithm>
#include <cstring>

#include "agent/scsi/block_io.h"
#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi::handlers {
namespace {

constexpr std::uint64_t kPieceBytes = 1U << 18;
constexpr std::uint8_t kUnmapBit = 0x08;
constexpr std::uint8_t kNoDataOut = 0x01;  // NDOB, WRITE SAME(16)

bool unmaps(const Command& command) { return (command.cdb[1] & kUnmapBit) != 0; }

bool allZero(base::ByteView bytes) {
  return bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

void discarded(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) return disk.completeIo(command, result, IoKind::Discard);
  disk.complete(command);
}

void zeroed(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) return disk.completeIo(command, result, IoKind::WriteZeroes);
  if (!unmaps(command)) return disk.complete(command);
  command.work().io.kind = IoKind::Discard;
  command.work().io.forceUnitAccess = false;
  command.work().io.mayUnmap = false;
  disk.submit(command, discarded);
}

void pieceWritten(Disk& disk, Command& command, IoResult result) {
  CommandWork& work = command.work();
  if (result != IoResult::Ok) return disk.completeIo(command, result, IoKind::Write);
  work.cursor += work.io.blocks;
  if (work.cursor == work.end) return disk.complete(command);
  const std::uint64_t blocks = std::min(work.io.blocks, work.end - work.cursor);
  if (blocks != work.io.blocks) {
    work.slices.clear();
    slice(work.memory, 0, blocks * disk.device().geometry().blockSize, work.slices);
    work.io.memory = work.slices;
  }
  work.io.lba = work.cursor;
  work.io.blocks = blocks;
  disk.submit(command, pieceWritten);
}

void writeSameRange(Disk& disk, Command& command, IoResult) {
  CommandWork& work = command.work();
  const Geometry geometry = disk.device().geometry();
  const BlockRange range = work.range;
  ++disk.counters().writes;
  disk.counters().blocksWritten += range.blocks;
  work.io.lba = range.lba;
  work.io.forceUnitAccess = cacheIsOff(disk);
  if (work.parameters.empty() || allZero(work.parameters)) {
    work.io.kind = IoKind::WriteZeroes;
    work.io.mayUnmap = unmaps(command);
    work.io.blocks = range.blocks;
    work.io.memory = {};
    return disk.submit(command, zeroed);
  }
  // Whole blocks in each chunk of memory, so that every chunk is the pattern.
  const std::uint64_t piece = std::min(range.blocks, std::max<std::uint64_t>(1, kPieceBytes / geometry.blockSize));
  if (!disk.takeMemory(command, piece * geometry.blockSize)) return;
  std::size_t at = 0;
  for (const std::span<std::uint8_t> part : work.memory) {
    for (std::uint8_t& byte : part) {
      byte = work.parameters[at];
      if (++at == work.parameters.size()) at = 0;
    }
  }
  work.cursor = range.lba;
  work.end = range.lba + range.blocks;
  work.io.kind = IoKind::Write;
  work.io.blocks = piece;
  work.io.memory = work.memory;
  disk.submit(command, pieceWritten);
}

}  // namespace

void writeSame(Disk& disk, Command& command) {
  const OpcodeRow& row = *command.work().row;
  const BlockRange range = blockRange(row, command.cdb);
  const Geometry geometry = disk.device().geometry();
  const bool noData = row.length == 16 && (command.cdb[1] & kNoDataOut) != 0;
  if (unmaps(command) && !geometry.thin) return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{3}));
  if (!checkRange(disk, command, range)) return;
  // WSNZ is one: no blocks does not mean all.
  if (range.blocks == 0 || range.blocks > disk.maxWriteSameBlocks()) {
    return disk.complete(command, invalidFieldInCdb(row.field.at));
  }
  const std::uint64_t bytes = noData ? 0 : geometry.blockSize;
  if (command.announcedDataOut.value_or(bytes) != bytes || command.dataOutLength() < bytes) {
    return disk.complete(command, wrongDataLength());
  }
  if (!disk.parameterList(command, bytes)) return;
  disk.lockRange(command, range, false, writeSameRange);
}

namespace {

constexpr std::size_t kUnmapHeader = 8;
constexpr std::size_t kUnmapDescriptor = 16;

BlockRange unmapDescriptor(const base::Bytes& list, std::size_t index) {
  const std::uint8_t* const at = &list[kUnmapHeader + index * kUnmapDescriptor];
  return {base::loadU64(at), base::loadU32(at + 8)};
}

void unmapNext(Disk& disk, Command& command, IoResult result) {
  CommandWork& work = command.work();
  if (result != IoResult::Ok) return disk.completeIo(command, result, IoKind::Discard);
  while (work.index < work.end) {
    const BlockRange range = unmapDescriptor(work.parameters, work.index++);
    if (range.blocks == 0) continue;
    work.io.kind = IoKind::Discard;
    // It reads as zeroes from now on, also after a loss of power.
    work.io.forceUnitAccess = cacheIsOff(disk);
    work.io.lba = range.lba;
    work.io.blocks = range.blocks;
    work.io.memory = {};
    return disk.submit(command, unmapNext);
  }
  disk.complete(command);
}

}  // namespace

// The descriptors are checked before the first block is unmapped.
void unmap(Disk& disk, Command& command) {
  CommandWork& work = command.work();
  const std::uint16_t length = base::loadU16(&command.cdb[7]);
  if (length == 0) return disk.complete(command);
  if (!disk.parameterList(command, length)) return;
  if (length < kUnmapHeader) return disk.complete(command, parameterListLengthError());
  const std::size_t said = base::loadU16(&work.parameters[2]);
  if (said > length - kUnmapHeader) return disk.complete(command, invalidFieldInParameterList(2));
  const std::size_t descriptors = said / kUnmapDescriptor;
  if (descriptors > disk.settings().maxUnmapDescriptors) {
    return disk.complete(command, invalidFieldInParameterList(2));
  }
  const std::uint64_t capacity = disk.device().geometry().blocks;
  std::uint64_t blocks = 0;
  BlockRange all;
  for (std::size_t i = 0; i < descriptors; ++i) {
    const BlockRange range = unmapDescriptor(work.parameters, i);
    if (range.lba > capacity || range.blocks > capacity - range.lba) return disk.complete(command, lbaOutOfRange());
    blocks += range.blocks;
    if (range.blocks == 0) continue;
    const std::uint64_t end = std::max(all.lba + all.blocks, range.lba + range.blocks);
    all.lba = all.blocks == 0 ? range.lba : std::min(all.lba, range.lba);
    all.blocks = end - all.lba;
  }
  if (blocks > disk.settings().maxUnmapBlocks) return disk.complete(command, invalidFieldInParameterList(8));
  if (blocks == 0) return disk.complete(command);
  work.index = 0;
  work.end = descriptors;
  disk.lockRange(command, all, false, unmapNext);
}

void getLbaStatus(Disk& disk, Command& command) {
  constexpr std::size_t kHeader = 8;
  constexpr std::size_t kDescriptor = 16;
  constexpr std::size_t kMaxDescriptors = 256;
  std::uint64_t lba = base::loadU64(&command.cdb[2]);
  const std::uint32_t allocation = base::loadU32(&command.cdb[10]);
  if (!checkRange(disk, command, {lba, 0})) return;
  const std::uint64_t capacity = disk.device().geometry().blocks;
  const std::size_t room = allocation <= kHeader + kDescriptor ? 1 : (allocation - kHeader) / kDescriptor;
  base::Bytes& out = command.work().response;
  base::ByteWriter writer(out);
  writer.zeros(kHeader);
  for (std::size_t i = 0; i < std::min(room, kMaxDescriptors) && lba < capacity; ++i) {
    const Extent extent = disk.device().extentAt(lba);
    const std::uint64_t blocks = std::min({std::max<std::uint64_t>(extent.blocks, 1), capacity - lba,
                                           std::uint64_t{0xffffffff}});
    writer.u64(lba);
    writer.u32(static_cast<std::uint32_t>(blocks));
    writer.u8(extent.state == Provisioning::Mapped ? 0 : 1);
    writer.zeros(3);
    lba += blocks;
  }
  base::storeU32(out.data(), static_cast<std::uint32_t>(out.size() - 4));
  disk.respond(command, allocation);
}

}  // namespace scsi::handlers

// COMPARE AND WRITE and ORWRITE (SBC-3 5.2, 5.7): they read, decide, and write, with the range for themselves.
#include "agent/scsi/block_io.h"
#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi::handlers {
namespace {

void written(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) return disk.completeIo(command, result, IoKind::Write);
  ++disk.counters().writes;
  disk.counters().blocksWritten += command.work().range.blocks;
  disk.complete(command);
}

// The first half of the data-out is compared with `data`, the second is written.
void decide(Disk& disk, Command& command, Spans data) {
  const BlockRange range = command.work().range;
  const std::uint64_t bytes = range.blocks * disk.device().geometry().blockSize;
  if (const auto at = firstDifference(data, 0, command.dataOut, 0, bytes)) {
    return disk.complete(command, miscompare(*at));
  }
  submitWrite(disk, command, range, bytes, written);
}

void compareRead(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) return disk.completeIo(command, result, IoKind::Read);
  decide(disk, command, command.work().memory);
}

void compareRange(Disk& disk, Command& command, IoResult) {
  const BlockRange range = command.work().range;
  if (const std::optional<base::ByteView> view = disk.device().view(range.lba, range.blocks)) {
    const std::span<std::uint8_t> data = readOnly(*view);
    return decide(disk, command, {&data, 1});
  }
  submitRead(disk, command, range, compareRead);
}

}  // namespace

void compareAndWrite(Disk& disk, Command& command) {
  constexpr std::uint16_t kBlocksAt = 13;
  const BlockRange range = blockRange(*command.work().row, command.cdb);
  if (!checkRange(disk, command, range)) return;
  if (range.blocks > disk.settings().maxCompareAndWriteBlocks || 2 * range.blocks > disk.maxTransferBlocks()) {
    return disk.complete(command, invalidFieldInCdb(kBlocksAt));
  }
  const std::uint64_t bytes = 2 * range.blocks * disk.device().geometry().blockSize;
  // Data for no blocks: the field holds eight bits, so 256 blocks come as 0.
  if (range.blocks == 0 && command.announcedDataOut.value_or(0) != 0) {
    return disk.complete(command, invalidFieldInCdb(kBlocksAt));
  }
  if (command.announcedDataOut.value_or(bytes) != bytes || command.dataOutLength() < bytes) {
    return disk.complete(command, wrongDataLength());
  }
  if (range.blocks == 0) return disk.complete(command);
  disk.lockRange(command, range, true, compareRange);
}

namespace {

void orRead(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) return disk.completeIo(command, result, IoKind::Read);
  CommandWork& work = command.work();
  // work().slices is what was read, and is what is written.
  std::size_t part = 0;
  std::size_t at = 0;
  for (const std::span<std::uint8_t> from : command.dataOut) {
    for (const std::uint8_t byte : from) {
      while (part < work.slices.size() && at == work.slices[part].size()) {
        ++part;
        at = 0;
      }
      if (part == work.slices.size()) break;
      work.slices[part][at++] |= byte;
    }
  }
  work.io.kind = IoKind::Write;
  work.io.forceUnitAccess = writesThrough(disk, command);
  disk.submit(command, written);
}

void orRange(Disk& disk, Command& command, IoResult) { submitRead(disk, command, command.work().range, orRead); }

}  // namespace

void orWrite(Disk& disk, Command& command) {
  BlockRange range = blockRange(*command.work().row, command.cdb);
  if (!checkTransfer(disk, command, range)) return;
  range.blocks = blocksSent(disk, command, range.blocks);
  if (range.blocks == 0) return disk.complete(command);
  disk.lockRange(command, range, true, orRange);
}

}  // namespace scsi::handlers

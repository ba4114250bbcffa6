// READ, WRITE, WRITE ATOMIC, SYNCHRONIZE CACHE and PRE-FETCH (SBC-3 5).
//
// A write takes as many whole blocks as the initiator sent, where it announced less than the CDB says (RFC 7143 11.4.5:
// the residual tells). FUA, or a write cache that is off, makes the device write through.
#include <algorithm>

#include "agent/scsi/block_io.h"
#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi {

bool checkRange(Disk& disk, Command& command, const BlockRange& range) {
  const std::uint64_t capacity = disk.device().geometry().blocks;
  const bool inside = range.blocks == 0 ? range.lba < capacity
                                        : range.lba < capacity && range.blocks <= capacity - range.lba;
  if (!inside) disk.complete(command, lbaOutOfRange());
  return inside;
}

bool checkTransfer(Disk& disk, Command& command, const BlockRange& range) {
  if (!checkRange(disk, command, range)) return false;
  if (range.blocks <= disk.maxTransferBlocks()) return true;
  const OpcodeRow& row = *command.work().row;
  disk.complete(command, invalidFieldInCdb(row.field.at));
  return false;
}

std::uint64_t blocksSent(Disk& disk, const Command& command, std::uint64_t blocks) {
  return std::min(blocks, command.dataOutLength() / disk.device().geometry().blockSize);
}

bool cacheIsOff(Disk& disk) { return disk.device().geometry().volatileCache && !disk.modePages().writeCache(); }

bool writesThrough(Disk& disk, const Command& command) {
  constexpr std::uint8_t kFua = 0x08;
  const OpcodeRow& row = *command.work().row;
  if (row.length != 6 && (command.cdb[1] & row.usage[1] & kFua) != 0) return true;
  return cacheIsOff(disk);
}

void submitWrite(Disk& disk, Command& command, const BlockRange& range, std::uint64_t offset, Step step) {
  CommandWork& work = command.work();
  const std::uint64_t bytes = range.blocks * disk.device().geometry().blockSize;
  BlockRequest& io = work.io;
  io.kind = IoKind::Write;
  io.forceUnitAccess = writesThrough(disk, command);
  io.lba = range.lba;
  io.blocks = range.blocks;
  if (offset == 0 && command.dataOutLength() == bytes) {
    io.memory = command.dataOut;
  } else {
    work.slices.clear();
    slice(command.dataOut, offset, bytes, work.slices);
    io.memory = work.slices;
  }
  disk.submit(command, step);
}

bool submitRead(Disk& disk, Command& command, const BlockRange& range, Step step) {
  CommandWork& work = command.work();
  const std::uint64_t bytes = range.blocks * disk.device().geometry().blockSize;
  if (work.memory.empty() && !disk.takeMemory(command, bytes)) return false;
  work.slices.clear();
  slice(work.memory, 0, bytes, work.slices);
  work.io.kind = IoKind::Read;
  work.io.forceUnitAccess = false;
  work.io.lba = range.lba;
  work.io.blocks = range.blocks;
  work.io.memory = work.slices;
  disk.submit(command, step);
  return true;
}

void submitFlush(Disk& disk, Command& command, Step step) {
  BlockRequest& io = command.work().io;
  io.kind = IoKind::Flush;
  io.forceUnitAccess = false;
  io.lba = io.blocks = 0;
  io.memory = {};
  disk.submit(command, step);
}

namespace handlers {
namespace {

void readDone(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) return disk.completeIo(command, result, IoKind::Read);
  CommandWork& work = command.work();
  for (const std::span<std::uint8_t> part : work.memory) work.dataIn.emplace_back(part.data(), part.size());
  disk.complete(command);
}

// Reads up to here are copied where a change that is seen half would matter: until it is sent, what is shown changes.
// Locks of cluster file systems are shorter, and longer reads are dear to copy.
constexpr std::uint64_t kWholeBytes = 65536;

void readRange(Disk& disk, Command& command, IoResult) {
  CommandWork& work = command.work();
  DiskCounters& counters = disk.counters();
  ++counters.reads;
  counters.blocksRead += work.range.blocks;
  const std::uint64_t bytes = work.range.blocks * disk.device().geometry().blockSize;
  const bool copies = command.ownDataIn || (disk.changesWholly() && bytes <= kWholeBytes);
  const auto view = copies ? std::nullopt : disk.device().view(work.range.lba, work.range.blocks);
  if (view) {
    disk.show(command, *view);
    return disk.complete(command);
  }
  submitRead(disk, command, work.range, readDone);
}

void writeDone(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) return disk.completeIo(command, result, IoKind::Write);
  disk.complete(command);
}

void writeRange(Disk& disk, Command& command, IoResult) {
  const BlockRange range = command.work().range;
  DiskCounters& counters = disk.counters();
  ++counters.writes;
  counters.blocksWritten += range.blocks;
  submitWrite(disk, command, range, 0, writeDone);
}

}  // namespace

void read(Disk& disk, Command& command) {
  const BlockRange range = blockRange(*command.work().row, command.cdb);
  if (!checkTransfer(disk, command, range)) return;
  if (range.blocks == 0) return disk.complete(command);
  disk.lockRange(command, range, false, readRange);
}

void write(Disk& disk, Command& command) {
  BlockRange range = blockRange(*command.work().row, command.cdb);
  if (!checkTransfer(disk, command, range)) return;
  range.blocks = blocksSent(disk, command, range.blocks);
  if (range.blocks == 0) return disk.complete(command);
  disk.lockRange(command, range, false, writeRange);
}

// SBC-4 4.30, 5.51. All or nothing: less data than blocks is refused.
void writeAtomic(Disk& disk, Command& command) {
  constexpr std::uint16_t kLengthAt = 12;
  const BlockRange range = blockRange(*command.work().row, command.cdb);
  if (!checkTransfer(disk, command, range)) return;
  if (range.blocks > disk.settings().maxAtomicBlocks) return disk.complete(command, invalidFieldInCdb(kLengthAt));
  if (blocksSent(disk, command, range.blocks) != range.blocks) return disk.complete(command, wrongDataLength());
  if (range.blocks == 0) return disk.complete(command);
  disk.lockRange(command, range, true, writeRange);
}

namespace {

void flushDone(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) return disk.completeIo(command, result, IoKind::Flush);
  disk.complete(command);
}

}  // namespace

// The whole cache is flushed, whatever the range; it must lie on the medium. IMMED makes no difference.
void synchronizeCache(Disk& disk, Command& command) {
  const BlockRange range = blockRange(*command.work().row, command.cdb);
  if (!checkRange(disk, command, range)) return;
  submitFlush(disk, command, flushDone);
}

// Nothing is fetched, and the status is GOOD. SBC-3 5.9 has CONDITION MET where the cache has room for all of the
// blocks, and GOOD where it has not: this device server has no cache of its own, and what the page cache or the RAM
// behind the device keeps is nothing that it could promise. Initiators take both as success; libiscsi's tests ask for
// GOOD.
void preFetch(Disk& disk, Command& command) {
  if (checkRange(disk, command, blockRange(*command.work().row, command.cdb))) disk.complete(command);
}

}  // namespace handlers
}  // namespace scsi

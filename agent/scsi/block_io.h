// What the handlers of reads and writes share: checks of ranges, requests to the device.
//
// Each check ends the command itself and gives false. One owner, the unit's thread.
#pragma once

#include "agent/scsi/command.h"

namespace scsi {

// The range lies on the medium (05 21/00). A range of no blocks must begin on it.
bool checkRange(Disk& disk, Command& command, const BlockRange& range);
// And is no longer than MAXIMUM TRANSFER LENGTH (05 24/00).
bool checkTransfer(Disk& disk, Command& command, const BlockRange& range);
// How many whole blocks of `blocks` the data-out holds.
std::uint64_t blocksSent(Disk& disk, const Command& command, std::uint64_t blocks);
// The device has a cache that it may lose, and the initiator has turned it off.
bool cacheIsOff(Disk& disk);
// FUA is one, or the write cache is off.
bool writesThrough(Disk& disk, const Command& command);

// Writes `range` from the data-out, from byte `offset` on.
void submitWrite(Disk& disk, Command& command, const BlockRange& range, std::uint64_t offset, Step step);
// Reads `range` into the front of work().memory, which is taken from the pool if the command has none; then it must be
// the longest range that the command reads. False after it ended the command for want of memory.
bool submitRead(Disk& disk, Command& command, const BlockRange& range, Step step);

// Flushes the whole cache.
void submitFlush(Disk& disk, Command& command, Step step);

using Spans = std::span<const std::span<std::uint8_t>>;
// The offset of the first byte in which `length` bytes of `a`, from `aOffset` on, differ from those of `b`.
std::optional<std::uint64_t> firstDifference(Spans a, std::uint64_t aOffset, Spans b, std::uint64_t bOffset,
                                             std::uint64_t length);
// A view as a span, for functions that only read.
inline std::span<std::uint8_t> readOnly(base::ByteView view) {
  return {const_cast<std::uint8_t*>(view.data()), view.size()};
}
Sense miscompare(std::uint64_t offset);

}  // namespace scsi

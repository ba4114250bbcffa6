// What a file that is a device makes of a request to it: whether it fits, and as what the device sees it. Pure
// functions.
//
// Offsets and lengths are bytes and must be multiples of the block size: a loop device whose sector size is that of the
// device sends no others, so anything else is EINVAL instead of a read, a change and a write that others could come
// between. Reads end at the end of the device; what changes it must lie within, else ENOSPC, as block devices say.
//
// fallocate(2): the loop driver of Linux sends PUNCH_HOLE for a discard and also for "write zeroes, and unmap if you
// like", after which it counts on zeroes; ZERO_RANGE for "write zeroes, and keep them mapped" (drivers/block/loop.c).
// So a hole is zeroes first, which may unmap, then a hint that they may go for devices that write them all the same. A
// device that is not thin makes no holes: EOPNOTSUPP, upon which the driver offers discard no longer and the block
// layer writes zeroes itself.
#pragma once

#include <cstdint>

#include "agent/scsi/block_device.h"

namespace attach {

struct FileVerdict {
  int error = 0;  // errno; then the rest means nothing
  std::uint64_t lba = 0;
  std::uint64_t blocks = 0;  // of a read: 0 where the device has ended
};

FileVerdict readVerdict(std::uint64_t offset, std::uint64_t length, const scsi::Geometry& geometry);
FileVerdict changeVerdict(std::uint64_t offset, std::uint64_t length, const scsi::Geometry& geometry);

enum class FileZeroing : std::uint8_t { Refused, Zeroes, Hole };
// What fallocate(2) with `mode` asks for; Refused is EOPNOTSUPP.
FileZeroing zeroingOf(int mode, const scsi::Geometry& geometry);

// `changes`: of what is no read. 0 with Ok.
int fileErrorOf(scsi::IoResult result, bool changes);

inline std::uint64_t bytesOf(const scsi::Geometry& geometry) { return geometry.blocks * geometry.blockSize; }

}  // namespace attach

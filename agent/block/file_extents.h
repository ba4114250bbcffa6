// Holes of a file, as extents of blocks (SEEK_HOLE and SEEK_DATA of lseek(2)).
#pragma once

#include "agent/block/open_file.h"
#include "agent/scsi/block_device.h"

namespace block {

// How the blocks from `lba` on are held; `blocks` is how many the device has, `lba` one of them. A block that is partly
// a hole is mapped. Where the file system tells nothing all is mapped. Reads metadata, so it may wait for the disk.
scsi::Extent fileExtentAt(const OpenFile& file, std::uint64_t lba, std::uint64_t blocks);

}  // namespace block

// What an NBD export is as a disk: its geometry, or why it cannot be one.
//
// Pure. Promised and not promised by what the server offers:
//  - Thin needs NBD_FLAG_SEND_TRIM and NBD_FLAG_SEND_WRITE_ZEROES. NBD_CMD_TRIM itself is never sent, since what was
//    trimmed may read as anything: Discard is NBD_CMD_WRITE_ZEROES without NBD_CMD_FLAG_NO_HOLE, which reads as zeroes
//    and may or may not give space back. With TRIM alone the device is thick.
//  - A server with NBD_FLAG_SEND_FLUSH has a volatile cache, unless every write is forced (writeThrough); one without
//    is taken at its word: nothing could be asked of it.
//  - Extents are not asked for (metadata contexts): all blocks are told as mapped.
#pragma once

#include "agent/block/nbd_handshake.h"

namespace block {

// Blocks of 512 bytes, or of 4096 where the server's minimum is above 512; a larger minimum is refused.
base::Result<scsi::Geometry> nbdGeometry(const NbdExport& exported, bool readOnly, bool writeThrough);

}  // namespace block

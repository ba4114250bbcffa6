#include "agent/block/io_error.h"

#include <cerrno>

namespace block {
namespace {

using scsi::IoResult;

struct Row {
  int error;
  IoResult result;
};
constexpr Row kRows[] = {
    {EIO, IoResult::MediumError},
    {ENODATA, IoResult::MediumError},   // blk_status MEDIUM
    {EILSEQ, IoResult::MediumError},    // blk_status PROTECTION
    {EREMOTEIO, IoResult::MediumError}, // blk_status TARGET
    {ENOSPC, IoResult::NoSpace},
    {EDQUOT, IoResult::NoSpace},
    {EFBIG, IoResult::NoSpace},         // the file system has no larger files
    {EROFS, IoResult::WriteProtected},
    {EPERM, IoResult::WriteProtected},  // immutable, sealed, or a swap file
    {ENODEV, IoResult::Gone},
    {ENXIO, IoResult::Gone},
    {ENOMEDIUM, IoResult::Gone},
    {ESHUTDOWN, IoResult::Gone},        // ext4 and XFS after a forced shutdown
    {ESTALE, IoResult::Gone},           // NFS: the file is no longer there
    {EBADF, IoResult::Gone},
};

}  // namespace

IoResult resultOf(int error) {
  for (const Row& row : kRows) {
    if (row.error == error) return row.result;
  }
  return IoResult::MediumError;
}

}  // namespace block

#include "agent/attach/file_rules.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

namespace attach {
namespace {

bool isWhole(std::uint64_t offset, std::uint64_t length, const scsi::Geometry& geometry) {
  return offset % geometry.blockSize == 0 && length % geometry.blockSize == 0;
}

}  // namespace

FileVerdict readVerdict(std::uint64_t offset, std::uint64_t length, const scsi::Geometry& geometry) {
  if (!isWhole(offset, length, geometry)) return {EINVAL};
  const std::uint64_t lba = std::min(offset / geometry.blockSize, geometry.blocks);
  return {0, lba, std::min(length / geometry.blockSize, geometry.blocks - lba)};
}

FileVerdict changeVerdict(std::uint64_t offset, std::uint64_t length, const scsi::Geometry& geometry) {
  if (geometry.readOnly) return {EROFS};
  if (!isWhole(offset, length, geometry)) return {EINVAL};
  const FileVerdict verdict{0, offset / geometry.blockSize, length / geometry.blockSize};
  if (verdict.lba > geometry.blocks || verdict.blocks > geometry.blocks - verdict.lba) return {ENOSPC};
  return verdict;
}

FileZeroing zeroingOf(int mode, const scsi::Geometry& geometry) {
  switch (mode & ~FALLOC_FL_KEEP_SIZE) {  // what lies within changes no size
    case FALLOC_FL_ZERO_RANGE:
      return FileZeroing::Zeroes;
    case FALLOC_FL_PUNCH_HOLE:
      return geometry.thin ? FileZeroing::Hole : FileZeroing::Refused;
    default:
      return FileZeroing::Refused;
  }
}

int fileErrorOf(scsi::IoResult result, bool changes) {
  switch (result) {
    case scsi::IoResult::Ok:
      return 0;
    case scsi::IoResult::NoSpace:
      return ENOSPC;
    case scsi::IoResult::WriteProtected:
      return EROFS;
    case scsi::IoResult::OutOfRange:
      return changes ? ENOSPC : EIO;
    case scsi::IoResult::MediumError:
    case scsi::IoResult::Gone:
      break;
  }
  return EIO;
}

}  // namespace attach

#include "agent/block/file_extents.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace block {
namespace {

// Where the next data, or hole, from `from` on begins; `end` where there is none.
std::uint64_t seek(int fd, std::uint64_t from, int whence, std::uint64_t end) {
  const off_t found = ::lseek(fd, static_cast<off_t>(from), whence);
  return found < 0 ? end : std::min(static_cast<std::uint64_t>(found), end);
}

}  // namespace

scsi::Extent fileExtentAt(const OpenFile& file, std::uint64_t lba, std::uint64_t blocks) {
  assert(lba < blocks);
  const std::uint64_t size = file.blockSize;
  const std::uint64_t end = blocks * size;
  const std::uint64_t from = lba * size;
  const int fd = file.fd.get();
  const off_t data = ::lseek(fd, static_cast<off_t>(from), SEEK_DATA);
  if (data < 0 && errno != ENXIO) return {blocks - lba, scsi::Provisioning::Mapped};
  // ENXIO: behind `from` there are only holes.
  const std::uint64_t firstData = data < 0 ? end : std::min(static_cast<std::uint64_t>(data), end);
  const std::uint64_t hole = (firstData == end ? end : firstData / size * size) - from;
  if (hole >= size) return {hole / size, scsi::Provisioning::Deallocated};
  // Data begins in this block. It goes on until a hole that is at least a block.
  for (std::uint64_t at = firstData; at < end;) {
    const std::uint64_t holeBegins = seek(fd, at, SEEK_HOLE, end);
    if (holeBegins >= end) break;
    const std::uint64_t holeEnds = seek(fd, holeBegins, SEEK_DATA, end);
    const std::uint64_t whole = (holeBegins + size - 1) / size * size;
    if (whole + size <= holeEnds || (holeEnds == end && whole < end))
      return {whole / size - lba, scsi::Provisioning::Mapped};
    at = holeEnds;
  }
  return {blocks - lba, scsi::Provisioning::Mapped};
}

}  // namespace block

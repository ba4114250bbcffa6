#include "agent/block/nbd_layout.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace block {

base::Result<scsi::Geometry> nbdGeometry(const NbdExport& exported, bool readOnly, bool writeThrough) {
  if (exported.minimum > 4096) {
    return base::fail("the server takes no less than " + std::to_string(exported.minimum) +
                      " bytes at a time, and disks have blocks of 512 or 4096: let it take 4096");
  }
  scsi::Geometry geometry;
  geometry.blockSize = exported.minimum > 512 ? 4096 : 512;
  if (exported.maximum < geometry.blockSize) {
    return base::fail("the server takes no more than " + std::to_string(exported.maximum) +
                      " bytes at a time, which is less than a block of " + std::to_string(geometry.blockSize));
  }
  if (exported.size == 0 || exported.size % geometry.blockSize != 0 ||
      exported.size > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return base::fail("the export has " + std::to_string(exported.size) + " bytes, which is not some blocks of " +
                      std::to_string(geometry.blockSize) + " bytes");
  }
  geometry.blocks = exported.size / geometry.blockSize;
  // 64 KiB at most: some servers prefer whole megabytes, which is no physical block.
  const std::uint32_t physical = std::clamp(exported.preferred, geometry.blockSize, 65'536U);
  geometry.physicalExponent = static_cast<std::uint8_t>(std::countr_zero(physical / geometry.blockSize));
  geometry.readOnly = readOnly || exported.has(nbd::kReadOnly);
  geometry.thin = exported.has(nbd::kSendTrim) && exported.has(nbd::kSendWriteZeroes);
  geometry.rotating = exported.has(nbd::kRotational);
  geometry.volatileCache = !geometry.readOnly && !writeThrough && exported.has(nbd::kSendFlush);
  return geometry;
}

}  // namespace block

// MemoryDevice: blocks in the memory of this process. All requests end inside submit(); the contents go with it.
//
// Always thin: memory is taken when a page is first written, and Discard gives whole pages of 4 KiB back (of a range's
// edges the bytes are zeroed), so a page is told as the physical block. More may be promised than the machine has;
// whoever configures it does that sum. Memory comes in huge pages where the kernel has them, so a lone write may take 2
// MiB: speed was preferred, since a store in memory is there for speed. There is no volatile cache: a flush could add
// nothing to what memory is.
//
// Its blocks keep their addresses whatever its size becomes, so that views stay good: at the start address space is
// reserved for all that the machine could hold, or twice the size where that is more, and resize() refuses what is
// beyond. Where the process has a limit on its address space, or there is none left, it cannot grow.
#pragma once

#include <memory>

#include "agent/block/device.h"
#include "agent/block/page_map.h"

namespace block {

class MemoryDevice final : public Device {
 public:
  // `size` is bytes and a multiple of `blockSize`.
  static base::Result<std::unique_ptr<MemoryDevice>> make(std::uint64_t size, std::uint32_t blockSize, bool readOnly);

  [[nodiscard]] scsi::Geometry geometry() const override { return geometry_; }
  void submit(scsi::BlockRequest& request) override;
  [[nodiscard]] std::optional<base::ByteView> view(std::uint64_t lba, std::uint64_t blocks) override;
  [[nodiscard]] scsi::Extent extentAt(std::uint64_t lba) override;
  [[nodiscard]] std::string description() const override;
  base::Status resize(std::uint64_t blocks, Shrink shrink) override;

 private:
  MemoryDevice(Mapping memory, PageMap written, const scsi::Geometry& geometry);

  void read(const scsi::BlockRequest& request) const;
  void write(const scsi::BlockRequest& request);
  void writeZeroes(std::size_t offset, std::size_t length);
  void discard(std::size_t offset, std::size_t length);
  void zeroWithin(std::size_t offset, std::size_t length);
  void markWritten(std::size_t offset, std::size_t length);

  scsi::Geometry geometry_;
  Mapping memory_;
  PageMap written_;
};

}  // namespace block

// NullDevice: reads as zeroes, forgets what is written. For measuring what is above the store.
//
// All requests end inside submit(). Mapped everywhere and not thin, so that an initiator leaves no read out.
#pragma once

#include <memory>

#include "agent/block/device.h"
#include "agent/block/mapping.h"

namespace block {

class NullDevice final : public Device {
 public:
  // `size` is bytes and a multiple of `blockSize`; any size costs the same.
  static base::Result<std::unique_ptr<NullDevice>> make(std::uint64_t size, std::uint32_t blockSize, bool readOnly);

  [[nodiscard]] scsi::Geometry geometry() const override { return geometry_; }
  void submit(scsi::BlockRequest& request) override;
  // Of up to 2 MiB.
  [[nodiscard]] std::optional<base::ByteView> view(std::uint64_t lba, std::uint64_t blocks) override;
  [[nodiscard]] std::string description() const override;
  base::Status resize(std::uint64_t blocks, Shrink shrink) override;

 private:
  NullDevice(Mapping zeroes, const scsi::Geometry& geometry) : geometry_(geometry), zeroes_(std::move(zeroes)) {}

  scsi::Geometry geometry_;
  Mapping zeroes_;  // only read, so all of it is the kernel's page of zeroes
};

}  // namespace block

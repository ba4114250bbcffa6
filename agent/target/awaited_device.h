// AwaitedDevice: stands for a store that is not open yet, so that its unit has a place in the LUN maps. It has no
// blocks and takes no requests: its disk lets none through (Disk::setAwaited). One thread, the owner's.
#pragma once

#include "agent/block/device.h"

namespace target {

class AwaitedDevice final : public block::Device {
 public:
  [[nodiscard]] scsi::Geometry geometry() const override { return {}; }
  void submit(scsi::BlockRequest& request) override { request.done(scsi::IoResult::Gone); }
  [[nodiscard]] std::string description() const override { return "not open yet"; }
  base::Status resize(std::uint64_t, block::Shrink) override { return base::fail("it is not open yet"); }
};

}  // namespace target

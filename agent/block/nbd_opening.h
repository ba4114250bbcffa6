// NbdOpening: an NBD export that is not connected yet, and becomes an NbdDevice.
//
// opening.h says what holds. An export that cannot be a disk (its block sizes) counts as a failed attempt: it is tried
// again, since whoever runs the server may mend it.
#pragma once

#include "agent/block/nbd_device.h"
#include "agent/block/opening.h"

namespace block {

class NbdOpening final : public Opening, private NbdConnectionOwner {
 public:
  // The loop outlives it, and the device.
  NbdOpening(net::Loop& loop, const NbdTarget& target, const NbdOptions& options, OpeningOwner& owner);

  base::Result<std::unique_ptr<Device>> take() override;

 private:
  void onNbdReady(const NbdExport& exported) override;
  void onNbdLost(const std::string& why) override;

  net::Loop& loop_;
  const NbdOptions options_;
  OpeningOwner& owner_;
  std::string why_;  // there is no device
  base::Duration pause_;
  net::Timer retry_;
  std::unique_ptr<NbdConnection> connection_;
  std::unique_ptr<NbdDevice> device_;
};

std::unique_ptr<Opening> openNbd(net::Loop& loop, const NbdTarget& target, const NbdOptions& options,
                                 OpeningOwner& owner);

}  // namespace block

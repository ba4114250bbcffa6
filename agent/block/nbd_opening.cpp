#include "agent/block/nbd_opening.h"

#include <algorithm>
#include <string>
#include <utility>

namespace block {

NbdOpening::NbdOpening(net::Loop& loop, const NbdTarget& target, const NbdOptions& options, OpeningOwner& owner)
    : loop_(loop),
      options_(options),
      owner_(owner),
      why_("connecting"),
      pause_(options.times.firstPause),
      retry_(loop.timers(), [this] { connection_->connect(); }),
      connection_(std::make_unique<NbdConnection>(loop, target, options.times.connectLimit, options.depth + 1)) {
  connection_->setOwner(*this);
  connection_->connect();
}

base::Result<std::unique_ptr<Device>> NbdOpening::take() {
  if (device_ == nullptr) return base::fail(why_);
  why_ = "the device was taken already";
  return std::unique_ptr<Device>(std::move(device_));
}

void NbdOpening::onNbdReady(const NbdExport& exported) {
  const auto geometry = nbdGeometry(exported, options_.readOnly, options_.writeThrough);
  if (!geometry) {
    connection_->close();
    return onNbdLost(geometry.error().text);
  }
  if (options_.blockSize != 0 && options_.blockSize != geometry->blockSize) {
    connection_->close();
    return onNbdLost("the export has blocks of " + std::to_string(geometry->blockSize) + " bytes, not of " +
                     std::to_string(options_.blockSize));
  }
  device_ = std::make_unique<NbdDevice>(loop_, options_, std::move(connection_), exported, *geometry);
  owner_.onOpeningChanged();
}

void NbdOpening::onNbdLost(const std::string& why) {
  retry_.startAt(loop_.now() + pause_);
  pause_ = std::min(pause_ * 2, options_.times.longestPause);
  if (std::exchange(why_, why) != why) owner_.onOpeningChanged();
}

std::unique_ptr<Opening> openNbd(net::Loop& loop, const NbdTarget& target, const NbdOptions& options,
                                 OpeningOwner& owner) {
  return std::make_unique<NbdOpening>(loop, target, options, owner);
}

}  // namespace block

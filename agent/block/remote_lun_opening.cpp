#include "agent/block/remote_lun_opening.h"

#include "agent/block/remote_lun_device.h"

namespace block {

RemoteLunOpening::RemoteLunOpening(net::Loop& loop, RemoteLunParameters parameters, OpeningOwner& owner)
    : changed_(loop.timers(), [&owner] { owner.onOpeningChanged(); }) {
  RemoteLunPathsOwner& self = *this;
  paths_ = std::make_unique<RemoteLunPaths>(loop, std::move(parameters), std::vector<std::string>{}, self);
}

void RemoteLunOpening::tell() { changed_.startAt(paths_->loop().now()); }

bool RemoteLunOpening::onPathDown(RemoteLunPath&) {
  tell();
  return false;
}

base::Result<std::unique_ptr<Device>> RemoteLunOpening::take() {
  if (paths_ == nullptr) return base::fail("it was taken already");
  if (!paths_->usable()) return base::fail(paths_->parameters().url.text() + ": " + paths_->state());
  return std::unique_ptr<Device>(std::make_unique<RemoteLunDevice>(std::move(paths_)));
}

}  // namespace block

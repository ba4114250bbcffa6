#include "agent/block/remote_lun_opening.h"

#include "agent/block/remote_lun_device.h"

namespace block {

RemoteLunOpening::RemoteLunOpening(net::Loop& loop, RemoteLunParameters parameters, OpeningOwner& owner)
    : changed_(loop.timers(), [&owner] { owner.onOpeningChanged(); }) {
  RemoteLunLinkOwner& self = *this;
  link_ = std::make_unique<RemoteLunLink>(loop, std::move(parameters), self);
}

void RemoteLunOpening::tell() { changed_.startAt(link_->loop().now()); }

base::Result<std::unique_ptr<Device>> RemoteLunOpening::take() {
  if (link_ == nullptr) return base::fail("it was taken already");
  if (!link_->up()) return base::fail(link_->parameters().url.text() + ": " + link_->state());
  return std::unique_ptr<Device>(std::make_unique<RemoteLunDevice>(std::move(link_)));
}

}  // namespace block

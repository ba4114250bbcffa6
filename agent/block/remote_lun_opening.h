// RemoteLunOpening: a logical unit of another target on its way to become a device (opening.h).
#pragma once

#include "agent/block/opening.h"
#include "agent/block/remote_lun_paths.h"

namespace block {

class RemoteLunOpening final : public Opening, private RemoteLunPathsOwner {
 public:
  RemoteLunOpening(net::Loop& loop, RemoteLunParameters parameters, OpeningOwner& owner);

  base::Result<std::unique_ptr<Device>> take() override;

 private:
  void onPathUp(RemoteLunPath&) override { tell(); }
  bool onPathDown(RemoteLunPath&) override;
  void onPathCleared(RemoteLunPath&) override {}
  void onFenceFailed(RemoteLunPath&) override {}
  void onPathsChanged() override {}
  // Later: this may be inside of a call of the session.
  void tell();

  net::Timer changed_;
  std::unique_ptr<RemoteLunPaths> paths_;
};

}  // namespace block

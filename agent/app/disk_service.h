// DiskService: a store, local or remote, as an NBD export on a unix socket, and perhaps as the file of a FUSE file
// system; what `san-agent disk --store` does.
//
// It waits until the store can be opened, however long that takes, and then listens. After that it depends on nothing
// but the store. One thread, the loop's. Errors of the start are sentences.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "agent/app/disk_arguments.h"
#include "agent/app/disk_export.h"
#include "agent/block/device_opener.h"
#include "agent/block/engine_choice.h"
#include "shared/net/loop.h"
#include "shared/net/timer.h"

namespace agent {

// What the process around a disk hears of it, from the loop.
struct DiskHears {
  std::function<void()> ready;                         // clients are served
  std::function<void(const base::Error& why)> failed;  // it cannot begin
  std::function<void(bool flushed)> ended;             // after stop()
};

class DiskService final {
 public:
  // Loop and log are borrowed. `initiator`: normal spelling.
  DiskService(net::Loop& loop, ops::Log& log, DiskArguments arguments, std::string initiator, DiskHears hears);
  ~DiskService();
  DiskService(const DiskService&) = delete;
  DiskService& operator=(const DiskService&) = delete;

  // What goes wrong later is told by DiskHears::failed, from the loop.
  base::Status start();
  void stop(std::string_view reason);

 private:
  void open();

  net::Loop& loop_;
  ops::Log& log_;
  const DiskArguments arguments_;
  const std::string name_;  // of the store, for log lines
  const std::string initiator_;
  DiskHears hears_;
  std::unique_ptr<block::Engine> engine_;
  std::unique_ptr<block::DeviceOpener> stores_;
  std::unique_ptr<DiskExport> export_;
  net::Timer open_;
  std::string waitingFor_;  // as it was logged last
};

}  // namespace agent

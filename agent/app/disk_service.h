// DiskService: a store, local or remote, as an NBD export on a unix socket, and perhaps as the file of a FUSE file
// system; what `san-agent disk` does.
//
// It waits until the store can be opened, however long that takes, and then listens. After that it depends on nothing
// but the store. One thread, the loop's. Errors of the start are sentences.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "agent/app/disk_arguments.h"
#include "agent/app/log_events.h"
#include "agent/attach/fuse_file.h"
#include "agent/attach/nbd_server.h"
#include "agent/block/device_opener.h"
#include "agent/block/engine_choice.h"
#include "shared/net/loop.h"
#include "shared/net/timer.h"

namespace agent {

class DiskService final : private attach::NbdServerObserver, private attach::FuseFileObserver {
 public:
  struct Hears {
    std::function<void()> ready;                         // clients are served
    std::function<void(const base::Error& why)> failed;  // it cannot begin
    std::function<void(bool flushed)> ended;             // after stop()
  };
  // Loop and log are borrowed. `initiator`: normal spelling.
  DiskService(net::Loop& loop, ops::Log& log, DiskArguments arguments, std::string initiator, Hears hears);
  ~DiskService();
  DiskService(const DiskService&) = delete;
  DiskService& operator=(const DiskService&) = delete;

  // What goes wrong later is told by Hears::failed, from the loop.
  base::Status start();
  void stop(std::string_view reason);

 private:
  void open();
  base::Status serve();
  base::Status serveFile();
  void stopExport(scsi::IoResult file);
  void takeSize();
  void onReach(const std::string& lostBecause);
  [[nodiscard]] std::uint64_t bytes() const;

  void onClientCame(const attach::NbdPeer& client) override;
  void onClientLeft(const attach::NbdPeer& client) override;
  void onClientRefused(const net::UnixPeer& who, const std::string& why) override;
  void onFileEnded(const std::string& why) override;

  net::Loop& loop_;
  ops::Log& log_;
  const DiskArguments arguments_;
  const std::string name_;  // of the store, for log lines
  const std::string initiator_;
  Hears hears_;
  std::unique_ptr<block::Engine> engine_;
  std::unique_ptr<block::DeviceOpener> stores_;
  std::unique_ptr<attach::NbdServer> server_;
  std::unique_ptr<attach::FuseFile> file_;
  std::unique_ptr<block::Device> device_;  // after those who serve it: what is open ends with it
  net::Timer open_;
  net::Timer size_;
  std::string waitingFor_;   // as it was logged last
  std::uint64_t bytes_ = 0;  // the same
};

}  // namespace agent

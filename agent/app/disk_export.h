// DiskExport: a device as an NBD export on a unix socket, and perhaps as the file of a FUSE file system, with what the
// log tells of it; what both forms of `san-agent disk` serve.
//
// One thread, the loop's. Loop and log are borrowed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/app/log_events.h"
#include "agent/attach/fuse_file.h"
#include "agent/attach/nbd_server.h"
#include "agent/block/device.h"
#include "agent/scsi/flush_news.h"
#include "shared/net/loop.h"
#include "shared/net/timer.h"

namespace agent {

class DiskExport final : private attach::NbdServerObserver, private attach::FuseFileObserver {
 public:
  // `name` is the store's, for log lines and clients.
  DiskExport(net::Loop& loop, ops::Log& log, std::string name, std::unique_ptr<block::Device> device);
  ~DiskExport();
  DiskExport(const DiskExport&) = delete;
  DiskExport& operator=(const DiskExport&) = delete;

  // Clients, size or reach are others. Perhaps inside of a call of the device or the server: it is only noted there.
  void setChanged(std::function<void()> changed) { changed_ = std::move(changed); }

  // `file`: a descriptor of /dev/fuse on which a file system was mounted; it is taken over. `writtenLater`: FuseFile.
  base::Status listen(const std::string& socket, std::optional<int> file, bool writtenLater = false);
  // Whether it can be one.
  static base::Status check(std::optional<int> file);
  // `ended` is called once, from the loop: whether the device was flushed.
  void stop(std::string_view reason, std::function<void(bool flushed)> ended);

  [[nodiscard]] std::size_t clients() const { return server_->clients(); }
  [[nodiscard]] scsi::Geometry geometry() const { return device_->geometry(); }

 private:
  void takeSize();
  void onReach(const std::string& lostBecause);
  [[nodiscard]] std::uint64_t bytes() const;
  void changed() const {
    if (changed_) changed_();
  }

  void onClientCame(const attach::NbdPeer& client) override;
  void onClientLeft(const attach::NbdPeer& client) override;
  void onClientRefused(const net::UnixPeer& who, const std::string& why) override;
  void onFileEnded(const std::string& why) override;
  void stopServer(scsi::IoResult file, std::function<void(bool flushed)> ended);

  net::Loop& loop_;
  ops::Log& log_;
  const std::string name_;
  std::function<void()> changed_;
  scsi::FlushNews flushes_{0};  // of processes, and of the file; who has gone is not known again
  std::unique_ptr<attach::NbdServer> server_;
  std::unique_ptr<attach::FuseFile> file_;
  std::unique_ptr<block::Device> device_;  // after those who serve it: what is open ends with it
  net::Timer size_;
  std::uint64_t bytes_ = 0;  // as it was logged last
};

}  // namespace agent

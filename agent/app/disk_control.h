// DiskControl: the control socket of a disk process: what its commands (agent/control/commands.h, those of a disk) do.
//
// One thread, the loop's; all that is given is borrowed. Answers to disk.status that wait are at most as many as there
// are connections, and wait at most kMaxWait.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/app/control_server.h"
#include "agent/app/directed_disk.h"

namespace agent {

class DiskControl {
 public:
  static constexpr std::chrono::seconds kMaxWait{60};

  // `stop` as SIGTERM; called from the loop.
  DiskControl(net::Loop& loop, ops::Log& log, DirectedDisk& disk, std::function<void()> stop);

  base::Status listen(const std::string& path) { return server_.listenPrivately(path); }

 private:
  struct Waiting {
    std::uint64_t id;
    std::uint64_t since;
    base::TimePoint deadline;
    ControlServer::Respond respond;
  };

  void onLine(std::string_view line, const ControlPeer& peer, ControlServer::Respond respond);
  void status(const control::Request& request, ControlServer::Respond respond);
  void answerWaiting();

  net::Loop& loop_;
  DirectedDisk& disk_;
  std::vector<Waiting> waiting_;
  net::Timer due_;
  net::Timer stop_;
  ControlServer server_;
};

}  // namespace agent

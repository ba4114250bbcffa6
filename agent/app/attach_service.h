// AttachService: the root helper of an agent, `san-agent attach`: a socket at which the agent asks, and what makes
// devices (attach/host_devices.h).
//
// The loop's thread; what waits for the system is done by the worker, one thing after the other in the order in which
// it was asked. Errors of the start are sentences.
#pragma once

#include <memory>

#include "agent/app/attach_arguments.h"
#include "agent/app/control_server.h"
#include "agent/app/disk_worker.h"
#include "agent/app/log_events.h"
#include "agent/control/message.h"
#include "shared/net/loop.h"

namespace agent {

class AttachService {
 public:
  // Loop and log are borrowed.
  AttachService(net::Loop& loop, ops::Log& log, AttachArguments arguments, std::string program);

  base::Status start();

 private:
  void onLine(std::string_view line, const ControlPeer& peer, ControlServer::Respond respond);
  // On the worker.
  control::Result carryOut(const control::Request& request);
  control::Result list() const;

  net::Loop& loop_;
  ops::Log& log_;
  const AttachArguments arguments_;
  const std::string program_;
  std::unique_ptr<attach::HostDevices> devices_;
  DiskWorker worker_;
  std::unique_ptr<ControlServer> server_;
};

}  // namespace agent

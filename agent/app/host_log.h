// What the log tells of a host's disks: an event for each piece of news. The loop's thread.
#pragma once

#include "agent/app/log_events.h"
#include "agent/attach/disk_plan.h"

namespace agent {

void logDisk(ops::Log& log, const attach::DiskEvent& event);

}  // namespace agent

#include "agent/app/host_log.h"

#include "agent/app/control_views.h"

namespace agent {

void logDisk(ops::Log& log, const attach::DiskEvent& event) {
  const attach::Disk& disk = event.disk;
  const base::Now now = base::now();
  const attach::DiskKey& key = disk.key;
  using attach::DiskNews;
  switch (event.news) {
    case DiskNews::Came:
      return log.write<Event::HostDiskCame>(now, {{"target", key.target},
                                                  {"lun", key.lun},
                                                  {"unit", key.designator},
                                                  {"device", disk.device},
                                                  {"bytes", disk.bytes}});
    case DiskNews::Failed:
      return log.write<Event::HostDiskFailed>(now, {{"target", key.target}, {"lun", key.lun}, {"why", disk.why}});
    case DiskNews::Withdrawn:
      return log.write<Event::HostDiskWithdrawn>(now,
                                                 {{"target", key.target}, {"lun", key.lun}, {"device", disk.device}});
    case DiskNews::InUse:
      return log.write<Event::HostDiskInUse>(
          now, {{"target", key.target}, {"lun", key.lun}, {"device", disk.device}, {"why", disk.why}});
    case DiskNews::Gone:
      return log.write<Event::HostDiskGone>(now, {{"target", key.target}, {"lun", key.lun}, {"device", disk.device}});
    case DiskNews::Lost:
      return log.write<Event::HostDiskLost>(
          now, {{"target", key.target}, {"lun", key.lun}, {"device", disk.device}, {"why", disk.why}});
    case DiskNews::Resized:
      return log.write<Event::HostDiskResized>(
          now, {{"target", key.target}, {"lun", key.lun}, {"device", disk.device}, {"bytes", disk.bytes}});
    case DiskNews::Leaves:
      return log.write<Event::HostDiskLeaves>(
          now,
          {{"target", key.target}, {"lun", key.lun}, {"device", disk.device}, {"leaves_at", timeText(disk.leavesAt)}});
    case DiskNews::Stays:
      return log.write<Event::HostDiskStays>(now, {{"target", key.target}, {"lun", key.lun}, {"device", disk.device}});
    case DiskNews::Protected:
      return log.write<Event::HostDiskProtected>(now,
                                                 {{"target", key.target}, {"lun", key.lun}, {"device", disk.device}});
    case DiskNews::Unprotected:
      return log.write<Event::HostDiskUnprotected>(now,
                                                   {{"target", key.target}, {"lun", key.lun}, {"device", disk.device}});
    case DiskNews::Shadowed:
    case DiskNews::TooMany:
      return log.write<Event::HostDiskLeftOut>(
          now, {{"target", key.target},
                {"lun", key.lun},
                {"why", disk.why.empty() ? "a host has at most 1024 disks" : disk.why}});
  }
}

}  // namespace agent

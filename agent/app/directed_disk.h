// DirectedDisk: a disk that is told while it runs what it is and over which paths it is reached; what `san-agent disk
// --control` does.
//
// Once it has been told it depends on nobody but the target: whoever directs it may go. The export opens when the unit
// is there and has proven to be the one that is wanted. One thread, the loop's; loop, log and memory are borrowed.
// Bounds: RemoteLunPaths::kMaxPaths; those of the export.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>

#include "agent/app/disk_export.h"
#include "agent/app/disk_service.h"
#include "agent/app/disk_setting.h"
#include "agent/block/remote_lun_device.h"

namespace agent {

enum class DiskState : std::uint8_t { Unconfigured, Connecting, Ready, Lost, Refused, AnotherUnit };
inline constexpr std::string_view kDiskStateWords[] = {"unconfigured", "connecting", "ready",
                                                       "lost",         "refused",    "another-unit"};

class DirectedDisk final : private block::RemoteLunPathsOwner {
 public:
  // `initiator`: normal spelling. Secrets come into `memory`.
  // `file`: a descriptor of /dev/fuse, taken over.
  DirectedDisk(net::Loop& loop, ops::Log& log, std::string socket, std::optional<int> file, std::string initiator,
               std::pmr::memory_resource& memory, DiskHears hears);
  ~DirectedDisk();
  DirectedDisk(const DirectedDisk&) = delete;
  DirectedDisk& operator=(const DirectedDisk&) = delete;

  // disk.configure, as often as wanted; the texts of the arguments are wiped. `pid`: who says it.
  control::Result configure(control::Arguments& arguments, pid_t pid);
  // disk.status
  [[nodiscard]] base::Json status() const;
  // Another number after each change but of counters, and setChanged()'s call, from the loop, never inside a call.
  [[nodiscard]] std::uint64_t change() const { return change_; }
  void setChanged(std::function<void()> changed) { told_ = std::move(changed); }

  void stop(std::string_view reason);

 private:
  void onPathUp(block::RemoteLunPath&) override {}
  bool onPathDown(block::RemoteLunPath&) override { return false; }
  void onPathCleared(block::RemoteLunPath&) override {}
  void onFenceFailed(block::RemoteLunPath&) override {}
  void onPathsChanged() override {}

  control::Result change(DiskSetting next, pid_t pid);
  void logSetting(std::string_view credentials, pid_t pid);
  void look();
  void open();
  void note();
  void logPaths();
  void logPath(const block::PathFacts& path);
  [[nodiscard]] DiskState stateNow() const;
  [[nodiscard]] std::string whyNow() const;

  net::Loop& loop_;
  ops::Log& log_;
  const std::string socket_;
  const std::optional<int> file_;
  const std::string initiator_;
  std::pmr::memory_resource& memory_;
  DiskHears hears_;
  std::function<void()> told_;
  std::optional<DiskSetting> setting_;
  std::string name_;
  DiskState state_ = DiskState::Unconfigured;
  std::string why_;
  base::WallTime since_;
  std::uint64_t change_ = 1;
  std::map<std::string, block::LinkState, std::less<>> logged_;  // by portal
  bool stopping_ = false;
  net::Timer look_;
  std::unique_ptr<block::RemoteLunPaths> opening_;  // until it is a device
  block::RemoteLunPaths* paths_ = nullptr;          // of either
  block::RemoteLunDevice* device_ = nullptr;        // the export's
  std::unique_ptr<DiskExport> export_;
};

}  // namespace agent

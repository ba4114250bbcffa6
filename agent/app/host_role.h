// HostRole: what an agent does for the host that it runs on: the units that targets show the host become its disks.
//
//   name server --peers of the initiator--> one TargetWatch each --units--> DiskPlan --orders--> the attach helper
//   (root), which starts processes and makes devices, and the processes themselves (DiskProcess), which are told what
//   they are
//
// Disks do not need it: it may end, and takes hold of them again. The loop's thread. Errors: log events. Bounds:
// those of WatchedTargets and DiskPlan.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "agent/app/control_link.h"
#include "agent/app/disk_process.h"
#include "agent/app/log_events.h"
#include "agent/app/metrics_table.h"
#include "agent/app/path_latency.h"
#include "agent/app/path_samples.h"
#include "agent/app/watched_targets.h"
#include "agent/attach/disk_plan.h"
#include "agent/attach/host_devices.h"
#include "agent/management/desired_state.h"
#include "agent/management/report.h"

namespace agent {

class HostRole {
 public:
  static constexpr std::chrono::seconds kHelperRetry{1};
  static constexpr std::chrono::seconds kLeftoverRetry{10};
  // The kernel's own initiator logs in to portals that are there again, and multipathd may have taken its paths since.
  static constexpr std::chrono::seconds kKernelAgain{60};

  // Borrowed. `proofsFor` gives how to log in to a target; `changed` hears that truth() is another,
  // `unproven` that a target does not take the proof with which a login is awaited.
  struct Parts {
    net::Loop& loop;
    ops::Log& log;
    ops::Metrics& metrics;
    std::function<std::vector<attach::LoginProof>(std::string_view target)> proofsFor;
    std::function<void()> changed;
    std::function<void(const std::string& target, const attach::LoginProof& proof, const std::string& why)> unproven;
  };
  struct Settings {
    std::string initiator;  // normal spelling
    std::string helper;     // socket of `san-agent attach`
    std::string policy;     // of paths
  };
  HostRole(Parts parts, Settings settings);
  ~HostRole();
  HostRole(const HostRole&) = delete;
  HostRole& operator=(const HostRole&) = delete;

  void start();

  [[nodiscard]] const std::string& initiator() const { return settings_.initiator; }
  // Whom a name server shows this host's initiator.
  void see(const registrar::Peers& peers);
  // What the management server is about to take from this host, all of it.
  void leaves(const std::vector<management::DesiredLeaving>& leaving);
  // proofsFor() may say something else now.
  void proofsChanged();

  // Also as long as the helper has not been heard in this life: disks go on without it, and without this process.
  [[nodiscard]] bool mayHaveDisks() const { return !heard_ || !plan_.disks().empty() || !adopting_.empty(); }
  // Its disks, and the targets that it knows, for people and programs.
  [[nodiscard]] base::Json view() const;
  // The paths of its disks that have a process of ours.
  [[nodiscard]] std::vector<PathSample> paths() const;
  // The sessions of this host, for the management server.
  [[nodiscard]] std::vector<management::SeenSession> sessions();
  // Its disks that it is shown no more and that are in use, for the management server. Nothing: not known yet, for
  // of those that an earlier life has left behind it is still to be found out.
  [[nodiscard]] std::optional<std::vector<management::HeldDisk>> heldDisks();

 private:
  void connectHelper();
  void helperLost(const std::string& why);
  void listed(const control::Result& answer);
  void adopt(const std::string& id, std::string device);
  void adoptOfKernel(const std::string& id, const base::Json& noted);
  void leftover(const std::string& id);

  void pump();
  void carryOut(const attach::DiskOrder& order);
  void startDisk(const attach::Disk& disk);
  void configure(const std::string& id);
  void configureAll(const std::string& target);
  void attachAgain(const std::string& id);
  void attachDisk(const attach::Disk& disk);
  void checkDisk(const std::string& id);
  void resizeDisk(const std::string& id);
  void protectDisk(const attach::Disk& disk);
  void detachDisk(const std::string& id);
  void stopDisk(const std::string& id);
  void clear(const std::string& id);

  void show(std::set<std::string> visible);
  // Those of which there are disks.
  [[nodiscard]] std::set<std::string> diskTargets() const;
  static void addMeasured(std::vector<management::SeenSession>& sessions, const PathLatency::Path& path);
  void processNews(const std::string& id);
  void processLost(const std::string& id, const std::string& why);
  DiskProcess& process(const std::string& id);
  [[nodiscard]] DiskOrders ordersFor(const attach::DiskKey& key) const;
  // The kernel's own initiator has the disk, and there is no process.
  [[nodiscard]] bool byKernel(const std::string& id) const { return madeBy(id, attach::Means::Kernel); }
  [[nodiscard]] bool madeBy(const std::string& id, attach::Means means) const {
    const auto at = means_.find(id);
    return at != means_.end() && at->second == attach::wordOf(means);
  }
  [[nodiscard]] base::TimePoint now() const { return parts_.loop.now(); }

  Parts parts_;
  const Settings settings_;
  attach::DiskPlan plan_;
  WatchedTargets targets_;
  PathLatency latency_;
  bool heard_ = false;  // the helper, in this life
  ControlLink helper_;
  std::string helperWhy_;  // it is away
  std::string newMeans_;   // of disks that are begun now; of the helper
  std::string reason_;
  std::string folder_;
  std::map<std::string, std::unique_ptr<DiskProcess>> processes_;  // by id
  std::map<std::string, std::string> adopting_;                    // id to device; not yet known to the plan
  std::map<std::string, std::string> means_;                       // by id, the word: how each was begun
  std::set<std::string> leftovers_;                                // whose processes are gone
  bool useKnown_ = false;                                          // DiskPlan::knowsUse(), once in this life
  std::map<std::string, std::int64_t> heldSince_;                  // by id, as it is told
  std::vector<std::unique_ptr<DiskProcess>> deadProcesses_;
  bool pumping_ = false;
  net::Timer deadline_;
  net::Timer retry_;
  net::Timer cleaning_;
  net::Timer kernelAgain_;
  net::Timer funeral_;
};

}  // namespace agent

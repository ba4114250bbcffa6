#include "agent/app/host_role.h"

#include <algorithm>
#include <utility>

#include "agent/app/host_log.h"
#include "agent/app/host_targets.h"
#include "shared/base/hex.h"
#include "shared/base/json_members.h"
#include "shared/base/overloaded.h"
#include "shared/mgmt/fingerprint.h"

namespace agent {

using attach::Disk;
using attach::DiskKey;
using base::Json;
using control::Command;

namespace {

std::string diskId(const DiskKey& key) {
  constexpr std::size_t kDigits = 16;
  const std::string text = key.target + '\n' + std::to_string(key.lun) + '\n' + key.designator;
  return base::hexText(mgmt::sha256(base::asBytes(text)).view()).substr(0, kDigits);
}

control::Arguments naming(const std::string& disk) {
  control::Arguments arguments;
  arguments.set("disk", Json(disk));
  return arguments;
}

std::string whyOf(const control::Result& result) { return result ? std::string() : result.error().text; }

}  // namespace

HostRole::HostRole(Parts parts, Settings settings)
    : parts_(std::move(parts)),
      settings_(std::move(settings)),
      plan_(diskId),
      targets_(
          {parts_.loop, parts_.log, parts_.proofsFor}, settings_.initiator,
          {[this](const std::string& target, std::vector<attach::UnitSeen> units) {
             plan_.setUnits(target, std::move(units), now());
             pump();
             parts_.changed();
           },
           [this](const std::string& target) { configureAll(target); }, [this] { parts_.changed(); }, parts_.unproven}),
      helper_(parts_.loop, settings_.helper, [this](const std::string& why) { helperLost(why); }),
      deadline_(parts_.loop.timers(),
                [this] {
                  plan_.onTimer(now());
                  pump();
                }),
      retry_(parts_.loop.timers(), [this] { connectHelper(); }),
      cleaning_(parts_.loop.timers(),
                [this] {
                  for (const std::string& id : std::set<std::string>(leftovers_)) leftover(id);
                }),
      kernelAgain_(parts_.loop.timers(),
                   [this] {
                     kernelAgain_.startAt(now() + kKernelAgain);
                     for (const auto& [id, means] : std::map<std::string, std::string>(means_)) attachAgain(id);
                   }),
      funeral_(parts_.loop.timers(), [this] { deadProcesses_.clear(); }) {}

HostRole::~HostRole() = default;

void HostRole::start() {
  connectHelper();
  kernelAgain_.startAt(now() + kKernelAgain);
}

// ---- the helper ----------------------------------------------------------------------------------------------------

void HostRole::connectHelper() {
  if (auto connected = helper_.connect(); !connected) {
    if (connected.error().text != std::exchange(helperWhy_, connected.error().text)) {
      parts_.log.write<Event::HelperAway>(base::now(), {{"why", helperWhy_}});
    }
    return retry_.startAt(now() + kHelperRetry);
  }
  helper_.ask(Command::AttachList, {}, [this](const control::Result& answer) { listed(answer); });
}

void HostRole::helperLost(const std::string& why) {
  helperWhy_ = why;
  parts_.log.write<Event::HelperAway>(base::now(), {{"why", why}});
  plan_.setHelper(false, now());
  pump();
  retry_.startAt(now() + kHelperRetry);
}

void HostRole::listed(const control::Result& answer) {
  if (!answer) return;  // the link is lost, which tells itself
  heard_ = true;
  helperWhy_.clear();
  newMeans_ = textOf(*answer, "means");
  reason_ = textOf(*answer, "reason");
  folder_ = textOf(*answer, "folder");
  parts_.log.write<Event::HelperThere>(base::now(), {{"means", newMeans_}, {"reason", reason_}});
  for (const Json& one : listOf(*answer, "disks")) {
    const std::string id = textOf(one, "disk");
    // A helper that was killed may have done what it has not answered any more.
    if (id.empty() || processes_.contains(id) || byKernel(id)) continue;
    const std::string device = textOf(one, "device");
    const std::string unit = textOf(one, "unit");  // noted before there is a device
    plan_.expect(id, unit.empty() && device.empty() ? std::string(attach::kUnnamed) : unit);
    if (leftovers_.contains(id)) {
      leftover(id);
      continue;
    }
    means_[id] = textOf(one, "means");
    if (byKernel(id)) {
      adoptOfKernel(id, one);
    } else {
      adopt(id, device);
    }
  }
  plan_.setHelper(true, now());
  pump();
}

// One of the kernel's own initiator: the helper has noted which it is.
void HostRole::adoptOfKernel(const std::string& id, const Json& noted) {
  DiskKey key{textOf(noted, "target"), static_cast<std::uint32_t>(numberOf(noted, "lun")), textOf(noted, "unit")};
  if (textOf(noted, "device").empty() || diskId(key) != id) {
    means_.erase(id);
    return leftover(id);
  }
  plan_.adopt(id, std::move(key), 0, false, textOf(noted, "device"), now());
}

// A disk of an earlier life: its process says which it is.
void HostRole::adopt(const std::string& id, std::string device) {
  adopting_.insert_or_assign(id, std::move(device));
  process(id).begin(DiskProcess::kTakeHold);
}

// What is left of a disk whose process is gone.
void HostRole::leftover(const std::string& id) {
  leftovers_.insert(id);
  if (!helper_.open()) return cleaning_.startAt(now() + kLeftoverRetry);
  helper_.ask(Command::AttachRemove, naming(id), [this, id](const control::Result& removed) {
    if (!removed) return cleaning_.startAt(now() + kLeftoverRetry);
    clear(id);
  });
}

// ---- what is seen --------------------------------------------------------------------------------------------------

void HostRole::see(const registrar::Peers& peers) { show(targets_.see(peers, diskTargets())); }

void HostRole::show(std::set<std::string> visible) {
  plan_.setVisible(std::move(visible), now());
  pump();
  parts_.changed();
}

std::set<std::string> HostRole::diskTargets() const {
  std::set<std::string> targets;
  for (const auto& [id, disk] : plan_.disks()) targets.insert(disk.key.target);
  return targets;
}

void HostRole::leaves(const std::vector<management::DesiredLeaving>& leaving) {
  std::map<DiskKey, std::int64_t> all;
  for (const management::DesiredLeaving& one : leaving) {
    if (one.initiator == settings_.initiator) all[{one.target, one.lun, one.unit}] = one.leavesAt;
  }
  plan_.setLeaving(all, now());
  pump();
}

void HostRole::proofsChanged() { targets_.proofsChanged(); }

void HostRole::configureAll(const std::string& target) {
  std::vector<std::string> ids;  // an answer that comes at once may change the plan
  for (const auto& [id, disk] : plan_.disks()) {
    if (disk.key.target == target) ids.push_back(id);
  }
  for (const std::string& id : ids) {
    if (processes_.contains(id)) configure(id);
    attachAgain(id);
  }
}

void HostRole::attachAgain(const std::string& id) {
  const Disk* disk = plan_.find(id);
  if (disk == nullptr || !byKernel(id) || targets_.find(disk->key.target) == nullptr) return;
  if (disk->phase == attach::DiskPhase::Attached && !disk->withdrawn && !disk->broken) attachDisk(*disk);
}

// ---- what is done --------------------------------------------------------------------------------------------------

void HostRole::pump() {
  if (pumping_) return;
  pumping_ = true;
  for (auto orders = plan_.takeOrders(); !orders.empty(); orders = plan_.takeOrders()) {
    for (const attach::DiskOrder& order : orders) carryOut(order);
  }
  pumping_ = false;
  const auto events = plan_.takeEvents();
  for (const attach::DiskEvent& event : events) logDisk(parts_.log, event);
  deadline_.startAt(plan_.nextDeadline());
  if (!events.empty()) parts_.changed();
}

void HostRole::carryOut(const attach::DiskOrder& order) {
  std::visit(base::Overloaded{
                 [this](const attach::StartDisk& one) { startDisk(*plan_.find(one.id)); },
                 [this](const attach::ConfigureDisk& one) { configure(one.id); },
                 [this](const attach::AttachDisk& one) { attachDisk(*plan_.find(one.id)); },
                 [this](const attach::ResizeDisk& one) { resizeDisk(one.id); },
                 [this](const attach::ProtectDisk& one) { protectDisk(*plan_.find(one.id)); },
                 [this](const attach::DetachDisk& one) { detachDisk(one.id); },
                 [this](const attach::StopDisk& one) { stopDisk(one.id); },
                 [this](const attach::CheckDisk& one) { checkDisk(one.id); },
             },
             order);
}

void HostRole::startDisk(const Disk& disk) {
  control::Arguments arguments = naming(disk.id);
  arguments.set("initiator", Json(settings_.initiator));
  // What was left may be gone, though the helper has not said so: then it is a new disk, which must not be cleaned
  // away.
  const bool left = leftovers_.erase(disk.id) > 0;
  helper_.ask(Command::AttachStart, std::move(arguments), [this, id = disk.id, left](const control::Result& started) {
    if (started) {
      means_[id] = newMeans_;
      if (!byKernel(id)) process(id).begin();
    } else if (left) {
      leftover(id);
    }
    plan_.onStarted(id, whyOf(started), now());
    pump();
  });
}

DiskProcess& HostRole::process(const std::string& id) {
  auto& one = processes_[id];
  if (one != nullptr) return *one;
  DiskProcess::Hears hears;
  hears.news = [this, id] { processNews(id); };
  hears.lost = [this, id](const std::string& why) { processLost(id, why); };
  hears.refused = [this, id](const std::string& why) {
    plan_.onConfigured(id, why, now());
    pump();
  };
  one = std::make_unique<DiskProcess>(parts_.loop, folder_ + "/disks/" + id + "/control", std::move(hears));
  return *one;
}

DiskOrders HostRole::ordersFor(const DiskKey& key) const {
  DiskOrders orders;
  orders.key = key;
  orders.policy = settings_.policy;
  const WatchedTargets::Watched* const watched = targets_.find(key.target);
  if (watched == nullptr) return orders;
  orders.portals = textsOf(watched->paths());
  // The one by which the target has let this host in.
  if (const attach::LoginProof* proof = watched->watch->proof()) orders.proof = proof->copy();
  return orders;
}

void HostRole::configure(const std::string& id) {
  const Disk* disk = plan_.find(id);
  if (disk != nullptr && byKernel(id)) {  // which is told with the device
    plan_.onConfigured(id, "", now());
    return;
  }
  const auto at = processes_.find(id);
  if (disk == nullptr || at == processes_.end()) return;
  DiskOrders orders = ordersFor(disk->key);
  // A disk of an earlier life is told when its target is known again.
  if (!orders.portals.empty()) at->second->direct(std::move(orders));
}

void HostRole::attachDisk(const Disk& disk) {
  control::Arguments arguments = naming(disk.id);
  arguments.set("target", Json(disk.key.target));
  arguments.set("lun", Json(std::uint64_t{disk.key.lun}));
  arguments.set("unit", Json(disk.key.designator));
  if (byKernel(disk.id)) {
    arguments.set("block_size", Json(std::uint64_t{DiskStatus{}.blockSize}));
    arguments.set("initiator", Json(settings_.initiator));
    DiskOrders orders = ordersFor(disk.key);
    if (const auto* watched = targets_.find(disk.key.target)) orders.portals = taggedTextsOf(watched->paths());
    setLogin(arguments, orders);
  } else {
    const DiskStatus& status = process(disk.id).status();
    arguments.set("block_size", Json(std::uint64_t{status.blockSize}));
    arguments.set("read_only", Json(status.readOnly));
  }
  helper_.ask(Command::AttachDevice, std::move(arguments), [this, id = disk.id](const control::Result& made) {
    const std::string lost = made ? textOf(*made, "lost") : std::string();
    if (lost.empty()) {
      plan_.onAttached(id, made ? textOf(*made, "device") : std::string(), whyOf(made), now());
    } else {
      plan_.onSpoiled(id, lost, now());
    }
    pump();
  });
}

// Its paths, too: one that led to another unit meanwhile is begun anew.
void HostRole::checkDisk(const std::string& id) {
  if (processes_.contains(id)) configure(id);
  const Disk* disk = plan_.find(id);
  if (disk != nullptr && (byKernel(id) || processes_.contains(id))) attachDisk(*disk);
}

void HostRole::resizeDisk(const std::string& id) {
  helper_.ask(Command::AttachResize, naming(id), [this, id](const control::Result& done) {
    if (done) return;
    parts_.log.write<Event::HostDiskNotResized>(base::now(), {{"disk", id}, {"why", whyOf(done)}});
    plan_.onNotResized(id, now());
    pump();
  });
}

void HostRole::protectDisk(const Disk& disk) {
  control::Arguments arguments = naming(disk.id);
  arguments.set("read_only", Json(disk.readOnly));
  helper_.ask(Command::AttachProtect, std::move(arguments), [this, id = disk.id](const control::Result& done) {
    if (done && textOf(*done, "stuck").empty()) return;
    const std::string why = done ? textOf(*done, "stuck") : whyOf(done);
    parts_.log.write<Event::HostDiskNotProtected>(base::now(), {{"disk", id}, {"why", why}});
    if (!done) return;
    plan_.onOutdated(id, why, now());
    pump();
  });
}

void HostRole::detachDisk(const std::string& id) {
  const auto at = processes_.find(id);
  // The kernel's client is one of them.
  const std::uint64_t own = madeBy(id, attach::Means::Nbd) ? 1 : 0;
  if (at != processes_.end() && at->second->status().clients > own) {
    const std::uint64_t clients = at->second->status().clients - own;
    plan_.onDetached(id, "open in " + std::to_string(clients) + " NBD " + (clients == 1 ? "client" : "clients"), true,
                     now());
    return;
  }
  helper_.ask(Command::AttachRemove, naming(id), [this, id](const control::Result& removed) {
    plan_.onDetached(id, whyOf(removed), !removed && removed.error().code == control::Code::InUse, now());
    pump();
  });
}

void HostRole::stopDisk(const std::string& id) {
  const auto at = processes_.find(id);
  if (at == processes_.end()) return clear(id);
  at->second->stop();
}

void HostRole::clear(const std::string& id) {
  helper_.ask(Command::AttachClear, naming(id), [this, id](const control::Result& cleared) {
    if (cleared) {
      means_.erase(id);
      leftovers_.erase(id);
      plan_.settled(id, now());
    } else {
      leftovers_.insert(id);
      cleaning_.startAt(now() + kLeftoverRetry);
    }
    plan_.onStopped(id, now());
    pump();
  });
}

void HostRole::processNews(const std::string& id) {
  const DiskStatus& status = processes_.at(id)->status();
  if (const auto at = adopting_.find(id); at != adopting_.end()) {
    std::string device = std::move(at->second);
    adopting_.erase(at);
    DiskKey key = status.key;
    if (key.designator.empty()) key.designator = attach::kUnnamed;
    // One that was never told which disk it is, or whose id is another's.
    if (status.state == "unconfigured" || diskId(key) != id) {
      processes_.at(id)->stop();
      return;
    }
    std::set<std::string> disks = diskTargets();
    disks.insert(key.target);
    if (auto visible = targets_.seeAgain(key.target, disks)) show(std::move(*visible));
    plan_.adopt(id, std::move(key), status.bytes, status.readOnly, std::move(device), now());
  }
  const Disk* disk = plan_.find(id);
  if (disk != nullptr && disk->phase == attach::DiskPhase::Configuring) {
    // Without a size it has never seen its unit, and has nothing to show yet.
    if (status.ready() && status.bytes != 0) plan_.onConfigured(id, "", now(), status.bytes);
    const bool refused = status.state == "refused" && status.bytes == 0;
    if (refused || status.state == "another-unit") plan_.onConfigured(id, status.why, now());
  }
  if (status.state == "another-unit") plan_.onSpoiled(id, status.why, now());
  if (disk != nullptr && disk->phase == attach::DiskPhase::Attached && disk->bytes != status.bytes) resizeDisk(id);
  pump();
  parts_.changed();
}

void HostRole::processLost(const std::string& id, const std::string& why) {
  const auto at = processes_.find(id);
  if (at == processes_.end()) return;
  deadProcesses_.push_back(std::move(at->second));
  processes_.erase(at);
  funeral_.startAt(now());
  const Disk* disk = plan_.find(id);
  const bool asked = disk != nullptr && disk->phase == attach::DiskPhase::Stopping;
  if (asked) return clear(id);
  const bool begun = disk != nullptr && disk->phase != attach::DiskPhase::Waiting;
  if (adopting_.erase(id) > 0 || !begun) return leftover(id);
  plan_.onLost(id, why, now());
  pump();
}

}  // namespace agent

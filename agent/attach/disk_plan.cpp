#include "agent/attach/disk_plan.h"

#include <algorithm>

namespace attach {
namespace {

// Its process runs, as far as is known.
bool runs(DiskPhase phase) { return phase != DiskPhase::Waiting && phase != DiskPhase::Starting; }

bool sameUnit(const std::string& designator, const std::string& other) {
  return designator == other && designator != kUnnamed;
}

std::string alreadyThe(const DiskKey& key) {
  return "it is the disk of LUN " + std::to_string(key.lun) + " of " + key.target + " already";
}

}  // namespace

// ---- what is seen

void DiskPlan::setVisible(std::set<std::string> targets, base::TimePoint now) {
  visible_ = std::move(targets);
  std::erase_if(units_, [this](const auto& one) { return !visible_->contains(one.first); });
  settle(now);
}

void DiskPlan::setUnits(const std::string& target, std::vector<UnitSeen> units, base::TimePoint now) {
  if (!visible_ || !visible_->contains(target)) return;
  std::map<std::string, UnitSeen>& shown = units_[target];
  shown.clear();
  for (UnitSeen& unit : units) {
    std::string id = idOf_({target, unit.lun, unit.designator});
    shown.emplace(std::move(id), std::move(unit));
  }
  settle(now);
}

void DiskPlan::setHelper(bool there, base::TimePoint now) {
  if (helper_ == there) return;
  helper_ = there;
  // What the one before was told last it may not have done.
  for (auto& [id, disk] : disks_) disk.doubted = disk.doubted || disk.phase == DiskPhase::Attached;
  settle(now);
}

void DiskPlan::adopt(std::string id, DiskKey key, std::uint64_t bytes, bool readOnly, std::string device,
                     base::TimePoint now) {
  expected_.erase(id);
  if (const Disk* there = find(id); there != nullptr && there->phase != DiskPhase::Waiting) return;
  Disk disk;
  disk.id = id;
  disk.key = std::move(key);
  disk.bytes = disk.deviceBytes = bytes;
  disk.readOnly = readOnly;
  disk.deviceReadOnly = readOnly;
  disk.device = std::move(device);
  // What its last director told it may be old.
  disk.phase = disk.device.empty() ? DiskPhase::Configuring : DiskPhase::Attached;
  disk.doubted = !disk.device.empty();
  disk.pause = kFirstPause;
  leftOut_.erase(id);
  if (const Disk* twin = twinOf(disk); twin != nullptr && twin->phase == DiskPhase::Waiting) {
    disks_.erase(twin->id);
  } else if (twin != nullptr) {  // begun before anybody knew of this one
    disk.broken = true;
    disk.why = alreadyThe(twin->key);
    tell(DiskNews::Shadowed, disk);
  }
  disks_.insert_or_assign(id, std::move(disk));
  orders_.emplace_back(ConfigureDisk{std::move(id)});
  settle(now);
}

const Disk* DiskPlan::twinOf(const Disk& disk) const {
  const auto at = std::ranges::find_if(disks_, [&](const auto& one) {
    return one.first != disk.id && sameUnit(one.second.key.designator, disk.key.designator);
  });
  return at == disks_.end() ? nullptr : &at->second;
}

void DiskPlan::setLeaving(const std::map<DiskKey, std::int64_t>& leaving, base::TimePoint now) {
  leaving_.clear();
  for (const auto& [key, at] : leaving) leaving_.emplace(idOf_(key), at);
  settle(now);
}

// Told once, and once more where the time is another. Of one that is on its way out nobody says so any more, too: that
// it stays is told when it is shown a while later.
void DiskPlan::leave(Disk& disk, base::TimePoint now) {
  if (disk.phase != DiskPhase::Attached && disk.phase != DiskPhase::Detaching) return;
  const auto found = leaving_.find(disk.id);
  const std::int64_t at = found == leaving_.end() ? 0 : found->second;
  const std::int64_t before = std::exchange(disk.leavesAt, at);
  if (at != before) disk.staysAt = at == 0 ? now + kStaysPause : base::kNever;
  if (at != before && at != 0) tell(DiskNews::Leaves, disk);
  if (now < disk.staysAt) return;
  disk.staysAt = base::kNever;
  if (!disk.withdrawn) tell(DiskNews::Stays, disk);
}

void DiskPlan::settled(const std::string& id, base::TimePoint now) {
  if (expected_.erase(id) > 0) settle(now);
}

DiskPlan::Shown DiskPlan::shown(const std::string& id, const std::string& target) const {
  if (!visible_) return Shown::Unknown;
  if (!visible_->contains(target)) return Shown::No;
  const auto units = units_.find(target);
  if (units == units_.end()) return Shown::Unknown;
  return units->second.contains(id) ? Shown::Yes : Shown::No;
}

bool DiskPlan::knowsUse() const {
  return expected_.empty() && std::ranges::all_of(disks_, [this](const auto& one) {
           return one.second.tried || shown(one.first, one.second.key.target) == Shown::Yes;
         });
}

// Brings the disks in line with what is seen, as far as nothing is under way with them.
void DiskPlan::settle(base::TimePoint now) {
  do {
    for (const auto& [target, units] : units_) {
      for (const auto& [id, unit] : units) plan(id, target, unit);
    }
    std::erase_if(leftOut_, [this](const auto& one) { return shown(one.first, one.second) == Shown::No; });
  } while (settleDisks(now));  // the place of one that has gone may be wanted
}

bool DiskPlan::settleDisks(base::TimePoint now) {
  const std::size_t before = disks_.size();
  for (auto at = disks_.begin(); at != disks_.end();) {
    Disk& disk = at->second;
    const bool gone = shown(disk.id, disk.key.target) == Shown::No;
    if (gone && !disk.withdrawn && disk.phase != DiskPhase::Waiting) tell(DiskNews::Withdrawn, disk);
    disk.withdrawn = gone;
    disk.inUse = disk.inUse && gone;
    disk.tried = disk.tried && gone;
    leave(disk, now);
    if (gone && disk.phase == DiskPhase::Waiting) {
      at = disks_.erase(at);
      continue;
    }
    advance(disk, now);
    ++at;
  }
  return disks_.size() != before;
}

void DiskPlan::plan(const std::string& id, const std::string& target, const UnitSeen& unit) {
  if (const auto at = disks_.find(id); at != disks_.end()) {
    Disk& disk = at->second;
    disk.readOnly = unit.readOnly;
    disk.bytes = unit.bytes;
    return;
  }
  Disk disk;
  disk.id = id;
  disk.key = {target, unit.lun, unit.designator};
  disk.bytes = unit.bytes;
  disk.readOnly = unit.readOnly;
  disk.pause = kFirstPause;
  const Disk* const twin = twinOf(disk);
  if (twin != nullptr || disks_.size() >= kMaxDisks) {
    if (!leftOut_.emplace(id, target).second) return;
    if (twin == nullptr) return tell(DiskNews::TooMany, disk);
    disk.why = alreadyThe(twin->key);
    return tell(DiskNews::Shadowed, disk);
  }
  leftOut_.erase(id);
  disks_.emplace(id, std::move(disk));
}

// One of an earlier life, too, only when a name server has named its target in this one.
bool DiskPlan::mayBegin(const Disk& disk) const {
  return visible_ && !disk.withdrawn && std::ranges::none_of(expected_, [&](const auto& one) {
           return one.first == disk.id || one.second.empty() || sameUnit(one.second, disk.key.designator);
         });
}

void DiskPlan::advance(Disk& disk, base::TimePoint now) {
  if (!helper_) return;
  switch (disk.phase) {
    case DiskPhase::Waiting:
      if (disk.until > now || !mayBegin(disk)) return;
      disk.phase = DiskPhase::Starting;
      orders_.emplace_back(StartDisk{disk.id});
      return;
    case DiskPhase::Configuring:
    case DiskPhase::Attached:
      if (!leaving(disk)) {
        disk.why.clear();
        disk.until = {};
        tellDevice(disk, now);
      } else if (disk.until <= now) {
        detach(disk);
      }
      return;
    case DiskPhase::Starting:
    case DiskPhase::Attaching:
    case DiskPhase::Detaching:
    case DiskPhase::Stopping:
      return;
  }
}

// The unit may have changed at any time since the device was made or begun. A device is told of what is shown alone: to
// find out it asks the unit, which would wait for a target that is silent.
void DiskPlan::tellDevice(Disk& disk, base::TimePoint now) {
  if (disk.phase != DiskPhase::Attached || shown(disk.id, disk.key.target) != Shown::Yes) return;
  const bool doubted = std::exchange(disk.doubted, false);
  const std::uint64_t bytes = std::exchange(disk.deviceBytes, disk.bytes);
  const bool otherSize = bytes != 0 && bytes != disk.bytes;
  const bool again = now >= disk.resizeAt;
  if (otherSize || doubted || again) {
    disk.resizeAt = base::kNever;
    orders_.emplace_back(ResizeDisk{disk.id});
  }
  if (otherSize) tell(DiskNews::Resized, disk);
  if (std::exchange(disk.doubtedName, false)) orders_.emplace_back(CheckDisk{disk.id});
  const auto readOnly = std::exchange(disk.deviceReadOnly, disk.readOnly);
  const bool otherUse = readOnly && *readOnly != disk.readOnly;
  if (otherUse || doubted) orders_.emplace_back(ProtectDisk{disk.id});
  if (otherUse) tell(disk.readOnly ? DiskNews::Protected : DiskNews::Unprotected, disk);
}

void DiskPlan::detach(Disk& disk) {
  disk.phase = DiskPhase::Detaching;
  orders_.emplace_back(DetachDisk{disk.id});
}

// ---- what has ended

Disk* DiskPlan::known(const std::string& id, DiskPhase phase) {
  const auto at = disks_.find(id);
  return at == disks_.end() || at->second.phase != phase ? nullptr : &at->second;
}

void DiskPlan::fail(Disk& disk, std::string why, base::TimePoint now) {
  disk.why = std::move(why);
  disk.until = now + disk.pause;
  disk.pause = std::min(disk.pause * 2, kLongestPause);
  tell(DiskNews::Failed, disk);
}

// What could not be made is taken down, and made anew later.
void DiskPlan::discard(Disk& disk, std::string why, base::TimePoint now) {
  disk.broken = true;
  fail(disk, std::move(why), now);
  detach(disk);
}

void DiskPlan::onStarted(const std::string& id, std::string why, base::TimePoint now) {
  Disk* disk = known(id, DiskPhase::Starting);
  if (disk == nullptr) return;
  if (why.empty()) {
    disk->phase = DiskPhase::Configuring;
    orders_.emplace_back(ConfigureDisk{id});
  } else {
    disk->phase = DiskPhase::Waiting;
    fail(*disk, std::move(why), now);
  }
  settle(now);
}

void DiskPlan::onConfigured(const std::string& id, std::string why, base::TimePoint now, std::uint64_t served) {
  Disk* disk = known(id, DiskPhase::Configuring);
  if (disk == nullptr) return;
  if (why.empty()) {
    disk->phase = DiskPhase::Attaching;
    disk->deviceBytes = served == 0 ? disk->bytes : served;
    disk->deviceReadOnly = disk->readOnly;
    orders_.emplace_back(AttachDisk{id});
  } else {
    discard(*disk, std::move(why), now);
  }
  settle(now);
}

void DiskPlan::onAttached(const std::string& id, std::string device, std::string why, base::TimePoint now) {
  if (Disk* again = known(id, DiskPhase::Attached); again != nullptr && why.empty()) again->device = device;
  Disk* disk = known(id, DiskPhase::Attaching);
  if (disk == nullptr) return;
  if (why.empty()) {
    disk->phase = DiskPhase::Attached;
    disk->device = std::move(device);
    disk->pause = kFirstPause;
    if (!disk->broken) {
      disk->why.clear();
      disk->until = {};
    }
    tell(DiskNews::Came, *disk);
  } else {
    discard(*disk, std::move(why), now);
  }
  settle(now);
}

void DiskPlan::onDetached(const std::string& id, std::string why, bool inUse, base::TimePoint now) {
  Disk* disk = known(id, DiskPhase::Detaching);
  if (disk == nullptr) return;
  disk->inUse = inUse && disk->withdrawn;
  disk->tried = disk->withdrawn;
  if (why.empty()) {
    disk->phase = DiskPhase::Stopping;
    orders_.emplace_back(StopDisk{id});
    return settle(now);
  }
  disk->phase = disk->device.empty() ? DiskPhase::Configuring : DiskPhase::Attached;
  disk->doubtedName = true;
  disk->until = now + kInUsePause;
  if (disk->why != why) {
    disk->why = std::move(why);
    tell(inUse ? DiskNews::InUse : DiskNews::Failed, *disk);
  }
  settle(now);
}

void DiskPlan::onNotResized(const std::string& id, base::TimePoint now) {
  if (Disk* disk = known(id, DiskPhase::Attached)) disk->resizeAt = now + kLongestPause;
}

void DiskPlan::onStopped(const std::string& id, base::TimePoint now) {
  Disk* disk = known(id, DiskPhase::Stopping);
  if (disk == nullptr) return;
  if (!disk->device.empty()) tell(DiskNews::Gone, *disk);
  disk->device.clear();
  disk->leavesAt = 0;
  disk->staysAt = disk->resizeAt = base::kNever;
  disk->broken = disk->lost = disk->doubtedName = false;
  disk->phase = DiskPhase::Waiting;
  // By the kernel's own initiator the next unit behind its LUN was refused until now.
  for (auto& [other, one] : disks_) {
    const bool same = other != id && one.key.target == disk->key.target && one.key.lun == disk->key.lun;
    if (same && one.phase == DiskPhase::Waiting) one.until = now;
  }
  if (twinOf(*disk) != nullptr) disks_.erase(id);
  settle(now);
}

void DiskPlan::onLost(const std::string& id, std::string why, base::TimePoint now) {
  const auto at = disks_.find(id);
  if (at == disks_.end() || !runs(at->second.phase)) return;
  Disk& disk = at->second;
  if (disk.phase == DiskPhase::Stopping) return onStopped(id, now);
  lose(disk, std::move(why), now);
  settle(now);
}

void DiskPlan::onSpoiled(const std::string& id, std::string why, base::TimePoint now) {
  const auto at = disks_.find(id);
  if (at == disks_.end() || at->second.broken) return;
  const DiskPhase phase = at->second.phase;
  if (phase != DiskPhase::Attaching && phase != DiskPhase::Attached && phase != DiskPhase::Detaching) return;
  // By then the target has been asked whether it shows the unit at all.
  lose(at->second, std::move(why), now + kInUsePause);
  settle(now);
}

void DiskPlan::onOutdated(const std::string& id, std::string why, base::TimePoint now) {
  Disk* disk = known(id, DiskPhase::Attached);
  if (disk == nullptr || disk->broken) return;
  disk->why = std::move(why);
  disk->broken = true;
  disk->until = now;
  settle(now);
}

// What of it the kernel still has must go before there is another one.
void DiskPlan::lose(Disk& disk, std::string why, base::TimePoint again) {
  disk.why = std::move(why);
  disk.broken = disk.lost = true;
  disk.until = again;
  tell(DiskNews::Lost, disk);
}

void DiskPlan::onTimer(base::TimePoint now) { settle(now); }

base::TimePoint DiskPlan::nextDeadline() const {
  base::TimePoint next = base::kNever;
  if (!helper_) return next;
  for (const auto& [id, disk] : disks_) {
    next = std::min(next, disk.staysAt);
    // One that leaves is told no size: its date, once past, would be a deadline for as long as it is in use.
    const bool stays = disk.phase == DiskPhase::Attached && !leaving(disk);
    if (stays && shown(id, disk.key.target) == Shown::Yes) next = std::min(next, disk.resizeAt);
    const bool held = disk.phase == DiskPhase::Attached || disk.phase == DiskPhase::Configuring;
    const bool waiting = disk.phase == DiskPhase::Waiting && mayBegin(disk);
    const bool waits = waiting || (held && leaving(disk));
    if (waits) next = std::min(next, disk.until);
  }
  return next;
}

const Disk* DiskPlan::find(std::string_view id) const {
  const auto at = disks_.find(std::string(id));
  return at == disks_.end() ? nullptr : &at->second;
}

}  // namespace attach

// DiskPlan: which logical units a host has as disks, and what is to be done so that it has them.
//
// Pure: what is seen, what has ended and the time go in; what to do and what to tell come out, and the owner takes both
// after each call. A disk is a unit behind a LUN of a target: another unit behind the same LUN is another disk. It is
// made because a target shows it, and taken away on evidence alone: a name server that no longer names the target, or a
// target that no longer lists the unit. Where either is silent, what there is stays.
//
//   Waiting -> Starting -> Configuring -> Attaching -> Attached        a process, its orders, the block device
//   Attached -> Detaching -> Stopping -> (gone, or Waiting)            Detaching is asked again while the disk is in
//   use
//
// What fails is tried again after a pause that doubles up to kLongestPause. One unit that two targets show becomes one
// disk, that of the first, or of the one of which there is a device: two block devices of one unit would not know of
// each other's caches. Units without a designator are told apart by target and LUN. One owner, no locks.
// Bound: kMaxDisks; beyond, units are left out, and it is told.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "agent/attach/unit_seen.h"
#include "shared/base/clock.h"

namespace attach {

// What names a disk on this host.
struct DiskKey {
  std::string target;
  std::uint32_t lun = 0;
  std::string designator;

  friend auto operator<=>(const DiskKey&, const DiskKey&) = default;
};

enum class DiskPhase : std::uint8_t {
  Waiting,
  Starting,
  Configuring,
  Attaching,
  Attached,
  Detaching,
  Stopping,
};
inline constexpr std::string_view kDiskPhaseWords[] = {"waiting",  "starting",  "connecting", "attaching",
                                                       "attached", "detaching", "stopping"};
constexpr std::string_view wordOf(DiskPhase phase) { return kDiskPhaseWords[static_cast<std::size_t>(phase)]; }

struct Disk {
  std::string id;  // of its process and folder
  DiskKey key;
  std::uint64_t bytes = 0;        // as it is shown
  std::uint64_t deviceBytes = 0;  // as its device was told last; 0: not known
  bool readOnly = false;
  std::optional<bool> deviceReadOnly;  // as its device was told last
  bool doubted = false;       // while nobody directed it, its process may have heard what its device has not been told
  std::int64_t leavesAt = 0;  // when it is taken away, or later, in seconds since 1970 UTC; 0: nobody has said so
  DiskPhase phase = DiskPhase::Waiting;
  std::string device;       // while Attached or Detaching: "/dev/loop0", or the path of a socket
  std::string why;          // it waits, or cannot be detached
  bool withdrawn = false;   // it is no longer shown
  bool inUse = false;       // ... and could not be taken away for that; `why` says who uses it
  bool tried = false;       // ... and it has been tried to take it away, in this life
  base::TimePoint staysAt =
      base::kNever;         // nobody says any more that it leaves: then it stays, where it is still shown
  bool broken = false;      // it is lost, outdated, or could not be made: to be taken away and made anew
  bool lost = false;        // ... as its process has ended, or its device will not reach the unit again
  bool doubtedName = false;  // it could not be taken away: its name, and what its device reaches, may be others by now
  base::TimePoint until{};  // with Waiting, and with Detaching that was refused: when to try again
  base::Duration pause{};
  base::TimePoint resizeAt = base::kNever;  // its device did not take its size, and is told again
};

// To be done; each has one answer (onStarted() and so on).
struct StartDisk {
  std::string id;
};
struct ConfigureDisk {  // and answer when the unit is there
  std::string id;
};
struct AttachDisk {
  std::string id;
};
struct ResizeDisk {  // has no answer
  std::string id;
};
struct ProtectDisk {  // the device may be read alone, or written again; has no answer
  std::string id;
};
struct CheckDisk {  // its name leads to its device, and that one reaches the unit; has no answer but for onSpoiled()
  std::string id;
};
struct DetachDisk {
  std::string id;
};
struct StopDisk {
  std::string id;
};
using DiskOrder =
    std::variant<StartDisk, ConfigureDisk, AttachDisk, ResizeDisk, ProtectDisk, DetachDisk, StopDisk, CheckDisk>;

// To be told.
enum class DiskNews : std::uint8_t {
  Came,       // it is there; `device`
  Failed,     // it could not be made, and is tried again; `why`
  Withdrawn,  // it is no longer shown
  InUse,      // ... and cannot be taken away; `why`
  Gone,       // it is not there any more
  Lost,       // its process has ended by itself, or its device does not reach the unit any more; `why`
  Resized,
  Leaves,     // it will be taken away; `leavesAt`
  Stays,      // it will not, after all
  Protected,  // it may be read alone; `readOnly`
  Unprotected,
  Shadowed,  // not made: the unit is a disk already; `why`
  TooMany,   // not made: kMaxDisks
};
struct DiskEvent {
  DiskNews news;
  Disk disk;
};

class DiskPlan {
 public:
  static constexpr std::size_t kMaxDisks = 1024;
  static constexpr base::Duration kFirstPause = std::chrono::seconds(1);
  static constexpr base::Duration kLongestPause = std::chrono::seconds(60);
  static constexpr base::Duration kInUsePause = std::chrono::seconds(2);
  static constexpr base::Duration kStaysPause = std::chrono::seconds(10);

  // The id of a disk, the same for the same key in every life of the process.
  using IdOf = std::string (*)(const DiskKey& key);
  explicit DiskPlan(IdOf idOf) : idOf_(idOf) {}

  // ---- what is seen
  // All targets that name servers show this host.
  void setVisible(std::set<std::string> targets, base::TimePoint now);
  // What a visible target shows.
  void setUnits(const std::string& target, std::vector<UnitSeen> units, base::TimePoint now);
  // Disks that are about to be taken away, and when (seconds since 1970 UTC); all of them.
  void setLeaving(const std::map<DiskKey, std::int64_t>& leaving, base::TimePoint now);
  // Whoever carries out orders is there; without, nothing is begun, and what was asked has failed.
  void setHelper(bool there, base::TimePoint now);
  // Something of a disk of this id is there, and it is being found out what: none of its id, nor of its unit, is begun
  // until adopt() or settled() says so. `designator`: empty where the unit is not known; then none is begun at all.
  void expect(std::string id, std::string designator) {
    expected_.insert_or_assign(std::move(id), std::move(designator));
  }
  void settled(const std::string& id, base::TimePoint now);  // nothing is left of it
  // A disk that an earlier life of this process has left behind, and still runs; also one of which nobody has heard
  // that its process was started. One that is further than Waiting stays as it is. `bytes`: 0 where it
  // is not known. Another one of its unit that waits gives way to it; where that one runs, this one is taken away.
  void adopt(std::string id, DiskKey key, std::uint64_t bytes, bool readOnly, std::string device, base::TimePoint now);

  // ---- what has ended; an empty `why`: well
  void onStarted(const std::string& id, std::string why, base::TimePoint now);
  // `served`: its size as its process knows it, of which the device is made; 0: as it is shown.
  void onConfigured(const std::string& id, std::string why, base::TimePoint now, std::uint64_t served = 0);
  // Of one that is Attached: its device is another one by now, as where multipathd has taken it.
  void onAttached(const std::string& id, std::string device, std::string why, base::TimePoint now);
  void onDetached(const std::string& id, std::string why, bool inUse, base::TimePoint now);
  // Its device was not told its size.
  void onNotResized(const std::string& id, base::TimePoint now);
  void onStopped(const std::string& id, base::TimePoint now);
  // The process has ended without being asked to.
  void onLost(const std::string& id, std::string why, base::TimePoint now);
  // Its device cannot become what the unit is by now: it serves as it is, and is made anew when nobody uses it.
  void onOutdated(const std::string& id, std::string why, base::TimePoint now);
  // Its process or its device is there, and reaches its unit no more, nor will it again: another one stood behind the
  // LUN. It is taken away when nobody uses it, and made anew: nothing of it may go to a unit that may be another one.
  void onSpoiled(const std::string& id, std::string why, base::TimePoint now);

  void onTimer(base::TimePoint now);
  [[nodiscard]] base::TimePoint nextDeadline() const;
  [[nodiscard]] std::vector<DiskOrder> takeOrders() { return std::exchange(orders_, {}); }
  [[nodiscard]] std::vector<DiskEvent> takeEvents() { return std::exchange(events_, {}); }

  [[nodiscard]] const std::map<std::string, Disk>& disks() const { return disks_; }
  [[nodiscard]] const Disk* find(std::string_view id) const;
  // Whether it is known, of all that an earlier life of this process has left behind, what is wanted no more and yet in
  // use. Once it is, `inUse` says it.
  [[nodiscard]] bool knowsUse() const;

 private:
  enum class Shown : std::uint8_t { Unknown, Yes, No };

  static bool leaving(const Disk& disk) { return disk.withdrawn || disk.broken; }
  [[nodiscard]] Shown shown(const std::string& id, const std::string& target) const;
  void settle(base::TimePoint now);
  bool settleDisks(base::TimePoint now);  // true: one has gone
  void plan(const std::string& id, const std::string& target, const UnitSeen& unit);
  // Another one of the same unit.
  [[nodiscard]] const Disk* twinOf(const Disk& disk) const;
  void leave(Disk& disk, base::TimePoint now);
  [[nodiscard]] bool mayBegin(const Disk& disk) const;
  void advance(Disk& disk, base::TimePoint now);
  void tellDevice(Disk& disk, base::TimePoint now);
  void detach(Disk& disk);
  void fail(Disk& disk, std::string why, base::TimePoint now);
  void lose(Disk& disk, std::string why, base::TimePoint again);
  void discard(Disk& disk, std::string why, base::TimePoint now);
  void tell(DiskNews news, const Disk& disk) { events_.push_back({news, disk}); }
  Disk* known(const std::string& id, DiskPhase phase);

  IdOf idOf_;
  std::optional<std::set<std::string>> visible_;  // nothing: no name server has said anything yet
  std::map<std::string, std::map<std::string, UnitSeen>> units_;  // by target, then by the id of their disks
  std::map<std::string, std::int64_t> leaving_;                   // by id
  bool helper_ = false;
  std::map<std::string, Disk> disks_;  // by id
  std::map<std::string, std::string> leftOut_;  // by id, the target; told of
  std::map<std::string, std::string> expected_;  // by id, the designator
  std::vector<DiskOrder> orders_;
  std::vector<DiskEvent> events_;
};

}  // namespace attach

// RemoteLunDevice: a logical unit of another iSCSI target as a store.
//
// It may be reached over several paths (remote_lun_paths.h); a lost one is not seen above, nor are all: requests go
// on over another at once, and where there is none they wait for the next, together at most times.patience from the
// loss on, and then end with Gone, as do later ones until the unit is back. Each waits as long for a unit that is busy,
// asking over another path after kBusyOfAPath; and no longer for both (request_wait.h), the time included that it
// stands behind kDepth others which wait. A write that its lost session may still execute waits for the fence instead
// (remote_lun_fence.h), which has a patience of its own: sooner an error could be followed by a newer write, and that
// by the old one. Where the target refuses all paths by authorization they wait times.refusedPatience only. Behind
// every path another unit than before: Gone for good, and
// description() says so. What the unit keeps in a volatile cache and loses with its own power is lost, as for every
// initiator, unless it was flushed or forced; and the next flush does not say so: what a new session is told is the
// same after a loss of power, a restart of the target and a loss of the network (docs/design/agent.md).
//
// Which blocks are mapped would have to be asked of the unit (GET LBA STATUS), and extentAt() cannot wait: it says that
// all are. Its size is the unit's: resize() refuses, and another one is found by UNIT ATTENTION or after a new login.
// Bounds: kDepth requests are with the unit at a time; those beyond wait in order. One thread, the loop's. SBC-3.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "agent/block/device.h"
#include "agent/block/intrusive_queue.h"
#include "agent/block/reach.h"
#include "agent/block/remote_lun_paths.h"
#include "agent/block/remote_lun_transfer.h"

namespace block {

class RemoteLunDevice final : public Device, private RemoteLunPathsOwner, private RemoteLunTransferOwner {
 public:
  static constexpr unsigned kDepth = 64;
  static constexpr std::chrono::seconds kBusyOfAPath{1};
  static constexpr std::uint32_t kMaxLosses = 8;  // sessions that end while a request is sent: perhaps because of it

  struct Counters {
    std::uint64_t requests = 0;
    std::uint64_t bytesRead = 0;
    std::uint64_t bytesWritten = 0;
    std::uint64_t errors = 0;  // requests that did not end with Ok
  };

  // One of the paths was usable; the loop outlives the device.
  explicit RemoteLunDevice(std::unique_ptr<RemoteLunPaths> paths);
  ~RemoteLunDevice() override;

  [[nodiscard]] scsi::Geometry geometry() const override { return geometry_; }
  void submit(scsi::BlockRequest& request) override;
  [[nodiscard]] std::string description() const override;
  base::Status resize(std::uint64_t blocks, Shrink shrink) override;
  base::Result<bool> refresh() override;
  void setSizeAttention(std::function<void()> attention) override { attention_ = std::move(attention); }
  [[nodiscard]] RemoteLunPaths& paths() { return *paths_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }
  void setReachAttention(std::function<void(const std::string&)> attention) override {
    reach_.hear(std::move(attention));
  }

 private:
  void onPathUp(RemoteLunPath& path) override;
  bool onPathDown(RemoteLunPath& path) override;
  void onPathCleared(RemoteLunPath& path) override;
  void onFenceFailed(RemoteLunPath& path) override;
  void onPathsChanged() override;
  void stepEnded(RemoteLunTransfer& transfer) override;

  // Of a request that needs no work.
  [[nodiscard]] std::optional<scsi::IoResult> knownResult(const scsi::BlockRequest& request) const;
  void startStep(RemoteLunTransfer& transfer);
  void park(RemoteLunTransfer& transfer);
  void resume();
  void lostWith(RemoteLunTransfer& transfer);
  void finish(RemoteLunTransfer& transfer, scsi::IoResult result);
  void beginWaiting();
  void begin(scsi::BlockRequest& request);
  void noteAway();
  void awaitPath();
  [[nodiscard]] base::TimePoint patienceEnd() const;
  void startPatience();
  void onPatience();
  void giveUp();
  void takeDoubted(const RemoteLunPath& path, IntrusiveQueue<RemoteLunTransfer>& to);
  void tellRefused();
  [[nodiscard]] bool hopeless() const { return closing_ || expired_ || paths_->dead(); }
  // Of an answer that is not GOOD: nothing where the command is to be sent again in another way.
  std::optional<scsi::IoResult> judge(RemoteLunTransfer& transfer);
  void beginWait(RemoteLunTransfer& transfer, base::TimePoint since);
  void noteBusy(RemoteLunTransfer& transfer);
  [[nodiscard]] base::Duration patience() const { return paths_->parameters().times.patience; }
  [[nodiscard]] base::TimePoint waitsSince(const scsi::BlockRequest& request) const;

  std::unique_ptr<RemoteLunPaths> paths_;
  scsi::Geometry geometry_;
  bool closing_ = false;
  bool expired_ = false;  // the unit is away for longer than the patience
  std::optional<base::TimePoint> away_;     // since when no path is usable
  std::optional<base::TimePoint> refused_;  // since when it is so because all are refused
  std::optional<base::TimePoint> stalled_;  // since when the unit was away or busy, and carried nothing out
  Counters counters_;
  std::function<void()> attention_;
  Reach reach_;
  net::Timer patience_;

  RemoteLunHabits habits_;
  BouncePool bounces_;
  std::vector<std::unique_ptr<RemoteLunTransfer>> transfers_;
  IntrusiveQueue<RemoteLunTransfer> idle_;    // carry no request
  IntrusiveQueue<RemoteLunTransfer> parked_;  // wait for a path, or for a bounce buffer
  IntrusiveQueue<RemoteLunTransfer> doubted_;  // changes of which the session of their path may still do something
  IntrusiveQueue<scsi::BlockRequest> waiting_;
};

}  // namespace block

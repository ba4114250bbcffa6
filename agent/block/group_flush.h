// GroupFlush: one fdatasync for all flushes that wait when it begins.
//
// It begins at the end of the turn, so what comes in one turn shares one; what comes while it runs gets the next, since
// that one cannot know of writes that ended after it began. One file, one sync at a time.
//
// A sync that failed stays failed: the kernel drops the pages that it could not write and reports that once, so a later
// sync would say that data is safe which is lost. From then on every flush ends with that result, until the device is
// opened anew. It reports to each open file description, and to whatever call waits for the disk there: a write with
// RWF_DSYNC, on a network file system a plain one too. So the descriptor is used for nothing else. One thread. Bound:
// the flushes that their submitters have open.
#pragma once

#include "agent/block/engine.h"
#include "agent/scsi/block_device.h"

namespace block {

class GroupFlush final : private Operation, private TurnEndCall {
 public:
  // Borrows the engine and the count of the device; the file is the device's (OpenFile::syncFd).
  GroupFlush(Engine& engine, int file, OpenCount& count);
  ~GroupFlush() { engine_.cancelTurnEnd(*this); }
  GroupFlush(const GroupFlush&) = delete;
  GroupFlush& operator=(const GroupFlush&) = delete;

  // Ends the request when all that was done before is durable: a Flush, or a write that asked for it.
  void add(scsi::BlockRequest& request);
  // Ends those that no sync has begun for.
  void abandon(scsi::IoResult outcome);
  [[nodiscard]] bool idle() const { return waiting_.empty() && running_.empty(); }

 private:
  void atTurnEnd() override;
  void ended(int outcome) override;

  Engine& engine_;
  IntrusiveQueue<scsi::BlockRequest> waiting_;
  IntrusiveQueue<scsi::BlockRequest> running_;
  scsi::IoResult state_ = scsi::IoResult::Ok;  // of the last sync; once it is not Ok it stays
};

}  // namespace block

// FileDevice: blocks in a regular file or on a block device, reached through an Engine.
//
// What waits for no disk is done inside submit(): in a file in memory, and what the page cache takes at once (ADR
// 0012). Else the engine moves data through the page cache, or past it (direct); then memory that is not aligned as the
// disk wants it is copied through a bounce buffer. Discard makes a hole where the device is thin, and is no work where
// it is not. On a block device too it is fallocate(PUNCH_HOLE), not BLKDISCARD: only the former promises that the range
// reads as zeroes. Write zeroes is fallocate(ZERO_RANGE), which on a block device is BLKZEROOUT; where the file system
// lacks it, or where zeroes may unmap, a hole, else zeroes are written. Flush and FUA: GroupFlush, RWF_DSYNC. A write
// is not durable before that unless the device writes through.
//
// One thread, that of the engine's loop. Bound: `depth` requests are with the engine at a time, the rest wait in order
// in a list through the requests themselves, as many as their submitters have open.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "agent/block/bounce_pool.h"
#include "agent/block/device.h"
#include "agent/block/engine.h"
#include "agent/block/group_flush.h"
#include "agent/block/open_file.h"
#include "agent/block/transfer.h"

namespace block {

struct FileOptions {
  // Reads and writes of up to so many bytes that wait for no disk are done inside submit(): those of a file in memory,
  // those that the page cache takes at once (RWF_NOWAIT). 0: all by the engine.
  std::size_t inlineMax = 256 * 1024;
  unsigned depth = 64;        // 1 to 1024
  bool writeThrough = false;  // every write is durable when it is done
};

class FileDevice final : public Device, private TransferOwner {
 public:
  // The engine lives longer.
  FileDevice(OpenFile file, Engine& engine, const FileOptions& options = {});
  ~FileDevice() override;

  [[nodiscard]] scsi::Geometry geometry() const override { return geometry_; }
  void submit(scsi::BlockRequest& request) override;
  // Asks the file system, which may wait for its disk.
  [[nodiscard]] scsi::Extent extentAt(std::uint64_t lba) override;
  [[nodiscard]] std::string description() const override;
  base::Status resize(std::uint64_t blocks, Shrink shrink) override;
  base::Result<bool> refresh() override;

 private:
  bool doneAtOnce(scsi::BlockRequest& request);
  [[nodiscard]] std::optional<int> inlineFlags(const scsi::BlockRequest& request) const;
  [[nodiscard]] bool needsBounce(const scsi::BlockRequest& request) const;
  [[nodiscard]] bool canBegin(const scsi::BlockRequest& request) const;
  void begin(scsi::BlockRequest& request);
  void startStep(Transfer& transfer);
  void stepEnded(Transfer& transfer, int result) override;
  [[nodiscard]] bool doWithout(Transfer& transfer, int error);
  void finish(Transfer& transfer, scsi::IoResult result);
  void beginWaiting();
  [[nodiscard]] scsi::IoResult resultOfError(const Transfer& transfer, int error) const;
  [[nodiscard]] scsi::IoResult resultAtEnd(const Transfer& transfer) const;
  [[nodiscard]] bool durable(const scsi::BlockRequest& request) const;

  OpenFile file_;
  Engine& engine_;
  FileOptions options_;
  scsi::Geometry geometry_;
  bool closing_ = false;
  // What turned out to be missing below, and is not tried again.
  bool dsyncWorks_ = true;
  bool inlineReads_ = true;  // RWF_NOWAIT
  bool inlineWrites_ = true;
  Zeroing zeroing_ = Zeroing::ZeroRange;
  bool holesWork_ = true;  // as a way to write zeroes

  OpenCount open_;
  GroupFlush flushes_;
  BouncePool bounces_;
  std::vector<std::unique_ptr<Transfer>> transfers_;
  IntrusiveQueue<Operation> idle_;  // transfers that carry no request
  IntrusiveQueue<scsi::BlockRequest> waiting_;
};

}  // namespace block

// RemoteLunTransfer: one request to a remote logical unit on its way, as SCSI commands one after the other.
//
// Data goes right to and from the request's memory where a piece of it is large enough or holds the whole of what is
// left; else through a bounce buffer, since a command of the initiator has its data in one piece. What a unit refuses
// it is not asked again (RemoteLunHabits). Each step may take another path. One thread. Sizes are blocks where not said
// otherwise.
//
// What a step was made for holds until it has ended, whatever the unit says of itself meanwhile: so nothing that a path
// tells is asked again when it ends.
#pragma once

#include <array>

#include "agent/block/bounce_pool.h"
#include "agent/block/remote_lun.h"
#include "agent/block/request_wait.h"
#include "agent/block/segments.h"
#include "agent/initiator/logical_unit.h"

namespace block {

class RemoteLunPath;
class RemoteLunTransfer;

class RemoteLunTransferOwner {
 public:
  // A command of the transfer has ended.
  virtual void stepEnded(RemoteLunTransfer& transfer) = 0;

 protected:
  ~RemoteLunTransferOwner() = default;
};

// What turned out about a unit by trying.
struct RemoteLunHabits {
  bool writeSame = true;
  bool synchronizeCache = true;  // false: it has no cache, and had not said so
};

class RemoteLunTransfer final : public initiator::ScsiRequest {
 public:
  static constexpr std::size_t kMaxStep = std::size_t{1} << 20;  // bytes of one command

  explicit RemoteLunTransfer(RemoteLunTransferOwner& owner) : owner_(owner) {}

  void begin(scsi::BlockRequest& request);
  // All of the request once more.
  void restart();
  [[nodiscard]] scsi::BlockRequest& request() const { return *request_; }
  void free() { request_ = nullptr; }
  [[nodiscard]] bool busy() const { return request_ != nullptr; }

  // Makes the next command. False: it needs a bounce buffer and there is none.
  [[nodiscard]] bool prepare(const RemoteLunFacts& facts, const RemoteLunHabits& habits, BouncePool& bounces);
  // Gives back what prepare() took; with `arrived`, after what was read is in its place.
  void release(BouncePool& bounces, bool arrived);
  // The command was done: true when that was all of the request.
  [[nodiscard]] bool advance();
  // GOOD, but less was moved than asked for.
  [[nodiscard]] bool fellShort() const;

  // What it does to the unit matters when it is done later than told.
  [[nodiscard]] bool changes() const { return !flushing_ && request_->kind != scsi::IoKind::Read; }
  [[nodiscard]] bool sameZeroes() const { return sameZeroes_; }
  // It flushes a cache that the unit has not told of.
  [[nodiscard]] bool flushesAssumed() const { return flushing_ && cacheAssumed_; }

  bool sent = false;                  // is with the session of `path`
  RemoteLunPath* path = nullptr;      // of the step
  base::TimePoint began{};            // the step
  std::uint32_t losses = 0;           // sessions that ended with it
  RequestWait wait;                   // for a path, or for a unit that is busy
  bool foundBusy = false;             // by the last command that has ended
  RemoteLunTransfer* next = nullptr;  // of the queue that it is in

 private:
  void onEnd() override { owner_.stepEnded(*this); }
  bool prepareData(const RemoteLunFacts& facts, const RemoteLunHabits& habits, BouncePool& bounces);
  void prepareZeroes(const RemoteLunFacts& facts, const RemoteLunHabits& habits);
  void prepareDiscard(const RemoteLunFacts& facts, const RemoteLunHabits& habits);

  RemoteLunTransferOwner& owner_;
  scsi::BlockRequest* request_ = nullptr;
  SegmentCursor cursor_;
  std::uint64_t done_ = 0;
  std::uint32_t step_ = 0;
  std::size_t stepBytes_ = 0;  // of the request's memory
  std::uint8_t* bounce_ = nullptr;
  bool flushing_ = false;                // the data is written and not durable yet
  bool needsFlush_ = false;              // a step left in a volatile cache what is to be durable
  bool sameZeroes_ = false;              // the step is a WRITE SAME of zeroes
  bool cacheAssumed_ = false;            // the unit did not say whether it has one
  std::array<std::uint8_t, 24> list_{};  // of UNMAP
};

}  // namespace block

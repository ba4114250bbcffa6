#include "agent/block/group_flush.h"

#include "agent/block/io_error.h"

namespace block {

GroupFlush::GroupFlush(Engine& engine, int file, OpenCount& count) : engine_(engine) {
  action = Action::Sync;
  fd = file;
  open = &count;
}

void GroupFlush::add(scsi::BlockRequest& request) {
  if (state_ != scsi::IoResult::Ok) return request.done(state_);
  waiting_.push(request);
  engine_.callAtTurnEnd(*this);
}

void GroupFlush::atTurnEnd() {
  if (!running_.empty() || waiting_.empty()) return;
  running_.take(waiting_);
  engine_.start(*this);
}

void GroupFlush::ended(int outcome) {
  if (outcome < 0) state_ = resultOf(-outcome);
  IntrusiveQueue<scsi::BlockRequest> answered;
  answered.take(running_);
  // Those that wait were promised a sync of their own; where none can help any more they end as well.
  if (state_ != scsi::IoResult::Ok) answered.take(waiting_);
  if (!waiting_.empty()) engine_.callAtTurnEnd(*this);
  while (scsi::BlockRequest* request = answered.pop()) request->done(state_);
}

void GroupFlush::abandon(scsi::IoResult outcome) {
  while (scsi::BlockRequest* request = waiting_.pop()) request->done(outcome);
}

}  // namespace block

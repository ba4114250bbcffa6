#include "agent/scsi/range_locks.h"

namespace scsi {

using Lock = CommandWork::Lock;

bool RangeLocks::free(const Command& command) const {
  const CommandWork& mine = command.work();
  return tasks_.find([&](Command& other) {
           const CommandWork& work = other.work();
           if (&other == &command || work.lock == Lock::None) return false;
           if (!mine.exclusive && !work.exclusive) return false;
           if (work.lock == Lock::Waiting && work.serial > mine.serial) return false;
           return mine.range.overlaps(work.range);
         }) == nullptr;
}

bool RangeLocks::acquire(Command& command, BlockRange range, bool exclusive) {
  CommandWork& work = command.work();
  work.range = range;
  work.exclusive = exclusive;
  if (exclusive) ++exclusive_;
  if (exclusive_ == 0 || free(command)) {
    work.lock = Lock::Held;
    return true;
  }
  work.lock = Lock::Waiting;
  ++waiting_;
  return false;
}

void RangeLocks::closeBehind(Command& command) {
  CommandWork& work = command.work();
  if (work.lock != Lock::Held || work.exclusive) return;
  work.exclusive = true;
  ++exclusive_;
}

void RangeLocks::release(Command& command) {
  CommandWork& work = command.work();
  if (work.lock == Lock::None) return;
  if (work.lock == Lock::Waiting) --waiting_;
  if (work.exclusive) --exclusive_;
  work.lock = Lock::None;
  work.exclusive = false;
}

Command* RangeLocks::nextGranted() {
  if (waiting_ == 0) return nullptr;
  Command* const command = tasks_.find(
      [this](Command& c) { return c.work().lock == Lock::Waiting && !c.work().aborted && free(c); });
  if (command != nullptr) {
    command->work().lock = Lock::Held;
    --waiting_;
  }
  return command;
}

}  // namespace scsi

// RangeLocks: ranges of blocks that one command has for itself (COMPARE AND WRITE, ORWRITE, WRITE ATOMIC, SANITIZE,
// FORMAT UNIT, POPULATE TOKEN, a MODE SELECT that turns the write cache off, and writes that were aborted while the
// store has them).
//
// Commands that read or write take their range shared, the others exclusive. While nobody wants a range exclusive, a
// shared one costs a comparison. Who must wait is granted in the order of arrival: a later command never passes an
// older one that waits for an overlapping range, so nobody starves. A command has one range. No memory of its own; the
// task set is searched. One owner, the unit's thread. SBC-3 5.2 (COMPARE AND WRITE is uninterrupted).
#pragma once

#include "agent/scsi/task_set.h"

namespace scsi {

class RangeLocks {
 public:
  explicit RangeLocks(const TaskSet& tasks) : tasks_(tasks) {}

  // True: the command has the range. False: it waits, and nextGranted() will give it.
  [[nodiscard]] bool acquire(Command& command, BlockRange range, bool exclusive);
  // A command that holds its range has it for itself from now on, until it is released: nobody else comes in. Those who
  // are in stay.
  void closeBehind(Command& command);
  void release(Command& command);
  // A command that waited and now has its range, or nullptr.
  [[nodiscard]] Command* nextGranted();

 private:
  [[nodiscard]] bool free(const Command& command) const;

  const TaskSet& tasks_;
  std::uint32_t exclusive_ = 0;  // held or waited for
  std::uint32_t waiting_ = 0;
};

}  // namespace scsi

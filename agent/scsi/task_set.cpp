#include "agent/scsi/task_set.h"

namespace scsi {
namespace {

bool restricts(const Command& command) {
  if (command.work().ofCopy) return false;
  return command.attribute == TaskAttribute::Ordered || command.attribute == TaskAttribute::HeadOfQueue;
}

}  // namespace

void TaskSet::add(Command& command) {
  CommandWork& work = command.work();
  work.serial = ++serial_;
  work.state = CommandWork::State::Dormant;
  const bool inFront = command.attribute == TaskAttribute::HeadOfQueue;
  work.previous = inFront ? nullptr : tail_;
  work.next = inFront ? head_ : nullptr;
  (work.previous != nullptr ? work.previous->work().next : head_) = &command;
  (work.next != nullptr ? work.next->work().previous : tail_) = &command;
  ++size_;
  ++dormant_;
  if (restricts(command)) ++restricting_;
}

void TaskSet::remove(Command& command) {
  CommandWork& work = command.work();
  (work.previous != nullptr ? work.previous->work().next : head_) = work.next;
  (work.next != nullptr ? work.next->work().previous : tail_) = work.previous;
  work.previous = work.next = nullptr;
  if (work.state == CommandWork::State::Dormant) --dormant_;
  if (restricts(command)) --restricting_;
  --size_;
  work.state = CommandWork::State::Idle;
}

void TaskSet::setRunning(Command& command) {
  command.work().state = CommandWork::State::Running;
  --dormant_;
}

Command* TaskSet::nextToStart() const {
  if (dormant_ == 0) return nullptr;
  bool older = false;
  bool restricted = false;
  for (Command* c = head_; c != nullptr; c = c->work().next) {
    const CommandWork& work = c->work();
    if (work.ofCopy) continue;
    if (work.state == CommandWork::State::Dormant && !work.aborted) {
      const bool ordered = c->attribute == TaskAttribute::Ordered;
      if (c->attribute == TaskAttribute::HeadOfQueue || (ordered ? !older : !restricted)) return c;
      if (ordered) return nullptr;  // all that follow wait for it
    }
    older = true;
    restricted = restricted || restricts(*c);
  }
  return nullptr;
}

}  // namespace scsi

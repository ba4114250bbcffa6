// The task manager of a disk: how commands start, step and end, and how they are aborted.
#include <algorithm>
#include <utility>

#include "agent/scsi/disk.h"

namespace scsi {

class Disk::Saving final : public SaveRequest {
 public:
  explicit Saving(Disk& disk) : disk_(disk) {}
  void done(bool saved) override {
    disk_.answer(*disk_.saver_, saved ? IoResult::Ok : IoResult::MediumError);
  }

 private:
  Disk& disk_;
};

Disk::SavingPointer Disk::makeSaving() {
  return {new Saving(*this), [](SaveRequest* request) { delete static_cast<Saving*>(request); }};
}

void CommandWork::Io::done(IoResult ended) { disk->ioEnded(*command, ended); }

void Disk::execute(Command& command, base::Now now) {
  now_ = now;
  command.recycle();
  CommandWork& work = command.work();
  work.pumping = work.requested = work.inFlight = work.answered = work.yielded = work.completed = false;
  work.io.command = &command;
  work.io.disk = this;
  work.pool = &pool_;
  work.row = findOpcode(command.cdb);
  ++command.nexus->commands;
  command.nexus->flushes->heard();  // it goes on
  tasks_.add(command);
  if (tasks_.size() > settings_.maxCommands) {
    complete(command, Status::TaskSetFull);
    return finish(command);
  }
  if (tasks_.mayStartAtOnce(command)) return start(command);
  settle();
}

void Disk::start(Command& command) {
  tasks_.setRunning(command);
  command.work().pumping = true;
  if (mayRun(command)) command.work().row->handler(*this, command);
  pump(command);
}

// Runs what is due of a command. Steps and inline answers of the device come back here and never nest, so that a
// command of many steps takes no stack. Where the device answers at once, it ends with the turn's share.
void Disk::pump(Command& command) {
  CommandWork& work = command.work();
  std::uint64_t moved = 0;  // blocks
  while (!work.completed && !work.yielded && (!work.aborted || saver_ == &command)) {
    if (work.answered) {
      work.answered = false;
      work.step(*this, command, work.result);
    } else if (work.requested) {
      if (moved != 0 && (moved + work.io.blocks) * device_.geometry().blockSize > kTurnBytes) {
        yieldTurn(command);
        break;
      }
      moved += work.io.blocks;
      work.requested = false;
      work.inFlight = true;
      if (tokens != 0) noteWrite(work.io);
      device_.submit(work.io);
    } else {
      break;
    }
  }
  work.pumping = false;
  if ((work.completed || work.aborted) && !work.inFlight) finish(command);
}

void Disk::answer(Command& command, IoResult result) {
  CommandWork& work = command.work();
  work.result = result;
  work.inFlight = false;
  work.answered = true;
  if (work.pumping) return;
  work.pumping = true;
  pump(command);
}

void Disk::submit(Command& command, Step step) {
  command.work().step = step;
  command.work().requested = true;
}

void Disk::lockRange(Command& command, BlockRange range, bool exclusive, Step step) {
  command.work().step = step;
  changesWholly_ = changesWholly_ || exclusive;
  if (ranges_.acquire(command, range, exclusive)) answer(command, IoResult::Ok);
}

void Disk::lockAll(Command& command, Step step) {
  command.work().step = step;
  if (ranges_.acquire(command, {0, device_.geometry().blocks}, true)) answer(command, IoResult::Ok);
}

void Disk::yield(Command& command, Step step) {
  CommandWork& work = command.work();
  work.step = step;
  work.result = IoResult::Ok;
  work.answered = true;
  yieldTurn(command);
}

void Disk::yieldTurn(Command& command) {
  command.work().yielded = true;
  yielded_.push_back(&command);
  wantAttention();
}

// Each has one turn, however soon it wants the next.
void Disk::resumeYielded() {
  for (std::size_t left = yielded_.size(); left != 0 && !yielded_.empty(); --left) {
    Command& command = *yielded_.front();
    yielded_.pop_front();
    command.work().yielded = false;
    command.work().pumping = true;
    pump(command);
  }
}

void Disk::park(Command& command, Step step) { command.work().step = step; }

void Disk::resume(Command& command, IoResult result) { answer(command, result); }

void Disk::save(Command& command, StateKind kind, base::ByteView image, Step step) {
  saver_ = &command;
  command.work().step = step;
  command.work().inFlight = true;
  store_->save(kind, image, *saving_);
}

void Disk::waitForSave(Command& command, Step step) {
  command.work().step = step;
  savers_.push_back(&command);
}

bool Disk::wakeSaver() {
  if (saver_ != nullptr || savers_.empty()) return false;
  Command& next = *savers_.front();
  savers_.pop_front();
  answer(next, IoResult::Ok);
  return true;
}

// The end of a command, whatever it was. What is done after done() sees no more of it.
void Disk::finish(Command& command) {
  CommandWork& work = command.work();
  background_.forget(command);
  copies_.forget(command);
  if (saver_ == &command) saver_ = nullptr;
  std::erase(savers_, &command);
  if (work.yielded) std::erase(yielded_, &command);
  ranges_.release(command);
  tasks_.remove(command);
  const bool wasAborted = work.aborted;
  if (wasAborted) sayAborted(command);
  Nexus& nexus = *command.nexus;
  command.finished();
  if (--nexus.commands == 0 && nexus.leaving) erase(nexus);
  settle();
  if (wasAborted) checkManagement();
}

// What its initiator hears of it, if anything.
void Disk::sayAborted(Command& command) {
  command.work().dataIn.clear();
  switch (command.work().told) {
    case Told::Nothing:
      return command.setStatus(Status::Good);
    case Told::TaskAborted:
      return command.setStatus(Status::TaskAborted);
    case Told::NoUnit:
      return command.setSense({SenseKey::IllegalRequest, Asc::LogicalUnitNotSupported}, modes_.descriptorSense());
    case Told::NotReady:
      return command.setSense({SenseKey::NotReady, Asc::BecomingReady}, modes_.descriptorSense());
  }
}

// Wakes what may go on now. A command that ends at once comes back here by its end: the outermost call goes on, so that
// thousands that waited for one take no more stack than one.
void Disk::settle() {
  if (settling_) return;
  settling_ = true;
  while (wakeSaver() || grantRange() || startReady()) {
  }
  settling_ = false;
}

// What waited while SANITIZE or FORMAT UNIT began may not run into it.
bool Disk::grantRange() {
  Command* const granted = ranges_.nextGranted();
  if (granted == nullptr) return false;
  if (background_.running()) {
    complete(*granted, background_.inProgress());
    finish(*granted);
  } else {
    answer(*granted, IoResult::Ok);
  }
  return true;
}

bool Disk::startReady() {
  Command* const next = tasks_.nextToStart();
  if (next == nullptr) return false;
  start(*next);
  return true;
}

// What the store has already it writes all the same, at a time of its own: who is told that the command is gone may not
// be overtaken by it.
void Disk::markAborted(Command& command, Told told) {
  CommandWork& work = command.work();
  work.aborted = true;
  work.told = told;
  if (work.inFlight && work.io.kind != IoKind::Read) ranges_.closeBehind(command);
}

void Disk::abortOne(Command& command, Told told) {
  CommandWork& work = command.work();
  if (work.state == CommandWork::State::Idle || work.completed) return;
  markAborted(command, told);
  if (!work.inFlight && !work.pumping) finish(command);
}

// Marks first and ends then, so that no command that is to be aborted starts in between.
template <class F>
void Disk::abortAll(F&& matches, const Nexus* by, Told others) {
  tasks_.forEach([&](Command& c) {
    CommandWork& work = c.work();
    if (work.completed || work.aborted || !matches(c)) return;
    markAborted(c, c.nexus == by ? Told::Nothing : others);
  });
  endAborted();
}

void Disk::endAborted() {
  while (Command* const ended = tasks_.find([](const Command& c) {
    const CommandWork& work = c.work();
    return work.aborted && !work.inFlight && !work.pumping;
  })) {
    finish(*ended);
  }
}

void Disk::abortNexuses(const std::vector<NexusIdentity>& identities) {
  if (identities.empty()) return;
  abortAll(
      [&](const Command& c) {
        return std::find(identities.begin(), identities.end(), c.nexus->identity()) != identities.end();
      },
      nullptr, toldByTas());
}

void Disk::abortForLeaving(Nexus& nexus, Told told) {
  abortAll([&](const Command& c) { return c.nexus == &nexus; }, nullptr, told);
}

// SAM-5 6.3.3. What runs in the background goes on (SBC-3 4.11.2).
void Disk::logicalUnitReset(const Nexus* by) {
  reservedBy = nullptr;
  for (const auto& nexus : nexuses_) nexus->preventsRemoval = false;
  establishAll(UnitAttention::BusDeviceReset);  // who asked for it hears of it too (SAM-5 6.3.3)
  copies_.reset();
  abortAll([](const Command&) { return true; }, by, toldByTas());
  const bool cached = modes_.writeCache();
  modes_.reset();
  if (cached && !modes_.writeCache()) flushCache();
}

// Who is told that nothing is cached flushes no more, also not what was written before.
void Disk::flushCache() {
  flushOwed_ = base::kNever;
  flushAgain_ = flushing_;
  if (std::exchange(flushing_, true)) return;
  device_.submit(cacheFlush_);
}

// A device that is gone has flushed nothing, and has it all still when it is back. The reset does not wait for that: no
// initiator would.
void Disk::cacheFlushed(IoResult result) {
  flushNews_.ended(result);
  flushing_ = false;
  if (result == IoResult::Gone) flushOwed_ = now_.mono + kFlushAgain;
  if (std::exchange(flushAgain_, false)) return flushCache();
  checkManagement();
  wantAttention();
}

// The flush of an aborted command tells its initiator nothing.
void Disk::ioEnded(Command& command, IoResult result) {
  if (command.work().io.kind == IoKind::Flush) {
    if (result == IoResult::Ok) flushOwed_ = base::kNever;
    if (command.work().aborted) {
      flushNews_.ended(result);
    } else {
      result = command.nexus->flushes->asked(result);
    }
  }
  answer(command, result);
}

void Disk::manage(TaskManagementRequest& request) {
  using T = TaskManagement;
  using R = TaskManagementResponse;
  request.before = tasks_.lastSerial();
  const auto alive = [](const Command* c) {
    return c != nullptr && c->work().state != CommandWork::State::Idle && !c->work().aborted;
  };
  const auto ofNexus = [&](const Command& c) { return c.nexus == request.nexus; };
  switch (request.function) {
    case T::ClearAca:
      return request.done(R::NotSupported);
    case T::QueryTask:
      return request.done(alive(request.task) ? R::Succeeded : R::Complete);
    case T::QueryTaskSet:
      return request.done(tasks_.find([&](const Command& c) { return ofNexus(c) && alive(&c); }) != nullptr
                              ? R::Succeeded
                              : R::Complete);
    case T::QueryAsynchronousEvent:
      return request.done(request.nexus->attentions.any() ? R::Succeeded : R::Complete);
    case T::AbortTask:
      if (request.task != nullptr) abortOne(*request.task, Told::Nothing);
      break;
    case T::AbortTaskSet:
      abortAll(ofNexus, request.nexus, Told::Nothing);
      break;
    case T::ClearTaskSet:
      if (!modes_.taskAbortedStatus()) {
        tasks_.forEach([&](const Command& c) {
          if (!ofNexus(c) && alive(&c)) c.nexus->attentions.establish(UnitAttention::CommandsCleared);
        });
      }
      abortAll([](const Command&) { return true; }, request.nexus, toldByTas());
      break;
    case T::LogicalUnitReset:
      logicalUnitReset(request.nexus);
      break;
  }
  management_.push_back(&request);
  checkManagement();
}

// Answers each function none of whose commands is on its way any more.
void Disk::checkManagement() {
  using T = TaskManagement;
  const auto affects = [](const TaskManagementRequest& r, const Command& c) {
    if (!c.work().aborted || c.work().serial > r.before) return false;
    if (r.function == T::AbortTask) return &c == r.task;
    return r.function != T::AbortTaskSet || c.nexus == r.nexus;
  };
  for (;;) {
    const auto ready = std::find_if(management_.begin(), management_.end(), [&](const TaskManagementRequest* r) {
      if (flushing_ && r->function == T::LogicalUnitReset) return false;
      return tasks_.find([&](const Command& c) { return affects(*r, c); }) == nullptr;
    });
    if (ready == management_.end()) return;
    TaskManagementRequest& request = **ready;
    management_.erase(ready);
    request.done(TaskManagementResponse::Complete);
  }
}

}  // namespace scsi

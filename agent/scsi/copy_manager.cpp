#include "agent/scsi/copy_manager.h"

#include <algorithm>

#include "agent/scsi/disk.h"

namespace scsi {
namespace {

// The command has the status and the sense of its copy already.
void endAsSet(Disk&, Command& command, IoResult) { command.work().completed = true; }

void endGood(Disk& disk, Command& command, IoResult) { disk.complete(command); }

void waitFor(Command& command, Step step) {
  command.work().step = step;
  command.work().inFlight = true;
}

}  // namespace

CopyManager::~CopyManager() = default;

// Also by what happened at the other unit: its device has answered.
void CopyManager::deadlineChanged() { disk_.wantAttention(); }

CopyOperation* CopyManager::find(const Nexus& nexus, std::uint32_t listId) {
  const auto at = std::find_if(copies_.begin(), copies_.end(), [&](const auto& c) {
    return c->nexus() == &nexus && c->order().identified && c->order().listId == listId;
  });
  return at == copies_.end() ? nullptr : at->get();
}

void CopyManager::drop(CopyOperation& ended) {
  std::erase_if(copies_, [&](const auto& c) { return c.get() == &ended; });
}

void CopyManager::makeRoom() {
  const auto hasEnded = [](const auto& c) { return c->ended(); };
  if (static_cast<std::size_t>(std::count_if(copies_.begin(), copies_.end(), hasEnded)) < kMaxHeld) return;
  copies_.erase(std::find_if(copies_.begin(), copies_.end(), hasEnded));
}

CopyOperation* CopyManager::admit(Command& command, CopyOrder order) {
  if (CopyOperation* const same = order.identified ? find(*command.nexus, order.listId) : nullptr) {
    if (!same->ended()) {
      disk_.complete(command, {SenseKey::IllegalRequest, Asc::OperationInProgress});
      return nullptr;
    }
    drop(*same);
  }
  if (running() >= kMaxCopies) {
    disk_.complete(command, Status::TaskSetFull);
    return nullptr;
  }
  makeRoom();
  copies_.push_back(std::make_unique<CopyOperation>(*this, *command.nexus, std::move(order)));
  return copies_.back().get();
}

void CopyManager::start(Command& command, CopyOrder order) {
  const bool immediate = order.immediate;
  CopyOperation* const copy = admit(command, std::move(order));
  if (copy == nullptr) return;
  if (copy->order().token != nullptr) domain_->tokens().use(*copy->order().token);
  if (immediate) {
    copy->runLater();
    return disk_.complete(command);
  }
  copy->waiter = &command;
  waitFor(command, endAsSet);
  copy->run();
}

CopyOperation* CopyManager::record(Command& command, CopyOrder order, std::uint64_t bytes) {
  CopyOperation* const copy = admit(command, std::move(order));
  if (copy != nullptr) copy->endGood(bytes);
  return copy;
}

// Who waits is told last: what it does then may change the list.
void CopyManager::ended(CopyOperation& copy) {
  Command* const waiter = copy.waiter;
  const std::vector<Command*> aborters = std::move(copy.aborters);
  copy.waiter = nullptr;
  copy.aborters.clear();
  if (RodToken* const token = copy.order().token) {
    domain_->tokens().leave(*token, disk_.now().mono);
    if (copy.order().deletesToken) domain_->tokens().kill(*token, RodToken::State::Deleted);
  }
  if (waiter != nullptr) waiter->setEncoded(copy.status(), copy.sense());
  if (copy.nexus() == nullptr || !copy.order().identified || !copy.order().hold) drop(copy);
  for (Command* const aborter : aborters) disk_.resume(*aborter, IoResult::Ok);
  if (waiter != nullptr) disk_.resume(*waiter, IoResult::Ok);
}

void CopyManager::abort(CopyOperation& copy, Command& command) {
  if (copy.ended()) return disk_.complete(command);
  copy.abort();
  copy.aborters.push_back(&command);
  disk_.park(command, endGood);
  copy.run();  // where nothing is under way, it ends here
}

void CopyManager::forget(const Nexus& nexus) {
  std::erase_if(copies_, [&](const auto& c) { return c->nexus() == &nexus && c->ended(); });
  for (const auto& copy : copies_) {
    if (copy->nexus() == &nexus) copy->orphan();
  }
}

void CopyManager::forget(const Command& command) {
  for (const auto& copy : copies_) std::erase(copy->aborters, &command);
}

void CopyManager::reset() {
  std::erase_if(copies_, [](const auto& c) { return c->ended(); });
  for (const auto& copy : copies_) copy->abort();
}

std::size_t CopyManager::running() const {
  const auto runs = [](const auto& copy) { return !copy->ended(); };
  return static_cast<std::size_t>(std::count_if(copies_.begin(), copies_.end(), runs));
}

base::TimePoint CopyManager::nextDeadline() const {
  base::TimePoint next = base::kNever;
  for (const auto& copy : copies_) next = std::min(next, copy->dueAt());
  return next;
}

// Each copy has one turn, however soon it wants the next.
void CopyManager::onTimer(base::Now now) {
  std::vector<CopyOperation*> due;
  for (const auto& copy : copies_) {
    if (copy->dueAt() <= now.mono) due.push_back(copy.get());
  }
  for (CopyOperation* const copy : due) {
    const bool there = std::any_of(copies_.begin(), copies_.end(), [&](const auto& c) { return c.get() == copy; });
    if (there && copy->dueAt() <= now.mono) copy->run();
  }
}

}  // namespace scsi

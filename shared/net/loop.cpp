#include "shared/net/loop.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <limits>
#include <system_error>

#include "shared/net/os_error.h"

namespace net {
namespace {

constexpr std::uint64_t idOf(std::size_t slot, std::uint32_t generation) {
  return (std::uint64_t{generation} << 32) | slot;
}
constexpr std::size_t slotOf(std::uint64_t id) { return id & 0xFFFF'FFFFU; }
constexpr std::uint32_t generationOf(std::uint64_t id) { return static_cast<std::uint32_t>(id >> 32); }

}  // namespace

Loop::Loop(std::size_t maxPosted)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      now_(base::MonotonicClock::now()),
      mailbox_(maxPosted),
      scratch_(std::make_unique_for_overwrite<std::uint8_t[]>(kScratchHeadroom + kScratch)) {
  if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  const auto added = add(mailbox_.fd(), EPOLLIN, mailbox_);
  if (!added) throw std::runtime_error(added.error().text);
}

void Loop::run() {
  while (!stop_.exchange(false)) runTurn(base::Duration::max());
}

void Loop::stop() {
  stop_.store(true);
  mailbox_.wake();
}

std::size_t Loop::runTurn(base::Duration maxWait, std::size_t maxEvents) {
  assert(!turning_ && "a callback must not turn the loop");
  turning_ = true;
  const int most = static_cast<int>(std::clamp(maxEvents, std::size_t{1}, kMaxEvents));
  const int count = ::epoll_wait(epoll_.get(), events_.data(), most, waitMillis(maxWait));
  now_ = base::MonotonicClock::now();
  dispatchRaised();
  if (count > 0) dispatch(static_cast<std::size_t>(count));
  timers_.runDue(now_);
  endTurn();
  turning_ = false;
  return static_cast<std::size_t>(std::max(count, 0));
}

// Rounded up, so that a timer is due when the loop wakes up for it. -1 waits for ever.
int Loop::waitMillis(base::Duration maxWait) const {
  if (mustTurn()) return 0;
  base::Duration wait = maxWait;
  if (const base::TimePoint next = timers_.next(); next != base::kNever) {
    wait = std::clamp(next - base::MonotonicClock::now(), base::Duration::zero(), maxWait);
  }
  if (wait == base::Duration::max()) return -1;
  constexpr std::chrono::milliseconds kLongest(std::numeric_limits<int>::max());
  return static_cast<int>(std::min(std::chrono::ceil<std::chrono::milliseconds>(wait), kLongest).count());
}

void Loop::dispatchRaised() {
  raisedNow_.swap(raised_);
  for (const Id id : raisedNow_) {
    if (Slot* slot = find(id); slot != nullptr) slot->handler->onEvents(std::exchange(slot->raised, 0));
  }
  raisedNow_.clear();
}

void Loop::dispatch(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (Slot* slot = find(events_[i].data.u64); slot != nullptr) slot->handler->onEvents(events_[i].events);
  }
}

void Loop::endTurn() {
  if (turnEnd_) turnEnd_();
  turnEndsNow_.swap(turnEnds_);
  for (const Id id : turnEndsNow_) {
    if (Slot* slot = find(id); slot != nullptr) {
      slot->turnEndAsked = false;
      slot->handler->onTurnEnd();
    }
  }
  turnEndsNow_.clear();
}

Loop::Slot* Loop::find(Id id) {
  Slot& slot = slots_[slotOf(id)];
  return slot.generation == generationOf(id) ? &slot : nullptr;
}

base::Result<Loop::Id> Loop::add(int fd, std::uint32_t interest, Handler& handler) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::size_t index = free_.back();
  Slot& slot = slots_[index];
  const Id id = idOf(index, slot.generation);
  epoll_event event{};
  event.events = interest;
  event.data.u64 = id;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return osFailure("cannot watch a descriptor");
  free_.pop_back();
  slot.handler = &handler;
  slot.fd = fd;
  slot.interest = interest;
  return id;
}

void Loop::remove(Id id) {
  Slot* slot = find(id);
  assert(slot != nullptr);
  [[maybe_unused]] const int done = ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, slot->fd, nullptr);
  assert(done == 0 && "the watch must be closed before its descriptor");
  const std::uint32_t generation = slot->generation + 1;
  *slot = Slot{};
  slot->generation = generation;
  free_.push_back(static_cast<std::uint32_t>(slotOf(id)));
}

void Loop::setInterest(Id id, std::uint32_t interest) {
  Slot* slot = find(id);
  assert(slot != nullptr);
  if (slot->interest == interest) return;
  slot->interest = interest;
  epoll_event event{};
  event.events = interest;
  event.data.u64 = id;
  [[maybe_unused]] const int done = ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, slot->fd, &event);
  assert(done == 0);
}

void Loop::raise(Id id, std::uint32_t events) {
  Slot* slot = find(id);
  assert(slot != nullptr && events != 0);
  if (slot->raised == 0) raised_.push_back(id);
  slot->raised |= events;
}

void Loop::requestTurnEnd(Id id) {
  Slot* slot = find(id);
  assert(slot != nullptr);
  if (slot->turnEndAsked) return;
  slot->turnEndAsked = true;
  turnEnds_.push_back(id);
}

}  // namespace net

#include "isns-server/core/timer_wheel.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace core {

std::uint32_t TimerWheel::tickOf(base::TimePoint time, bool roundUp) const {
  constexpr std::int64_t kLast = 0xfffffffe;
  if (time <= start_) return 0;
  if (time == base::kNever) return kLast;
  const base::Duration since = time - start_;
  const std::int64_t ticks = since / tick_ + (roundUp && since % tick_ != base::Duration::zero() ? 1 : 0);
  return static_cast<std::uint32_t>(std::min(ticks, kLast));
}

void TimerWheel::schedule(Slot slot, base::TimePoint deadline) {
  if (slot >= timers_.size()) timers_.resize(std::size_t{slot} + 1);
  if (scheduled(slot)) unlink(slot);
  timers_[slot].tick = std::max(tickOf(deadline, true), target_ + 1);
  link(slot);
}

bool TimerWheel::cancel(Slot slot) {
  if (!scheduled(slot)) return false;
  unlink(slot);
  return true;
}

// The level is that of the highest digit (of six bits) in which the deadline differs from the current tick. So all of a
// level expires before anything of the level above, and a timer's list stays right while the digits above it stay.
void TimerWheel::link(Slot slot) {
  Timer& timer = timers_[slot];
  std::uint32_t list = kDue;
  if (timer.tick > current_) {
    const unsigned level = (31U - static_cast<unsigned>(std::countl_zero(timer.tick ^ current_))) / kBits;
    const std::uint32_t way = (timer.tick >> (level * kBits)) & (kWays - 1);
    occupied_[level] |= std::uint64_t{1} << way;
    list = level * kWays + way;
  }
  timer.next = lists_[list];
  timer.before = kFirst | list;
  if (timer.next != kNone) timers_[timer.next].before = slot;
  lists_[list] = slot;
  ++scheduled_;
}

void TimerWheel::unlink(Slot slot) {
  const Timer timer = std::exchange(timers_[slot], {});
  --scheduled_;
  if (timer.next != kNone) timers_[timer.next].before = timer.before;
  if ((timer.before & kFirst) == 0) {
    timers_[timer.before].next = timer.next;
    return;
  }
  const std::uint32_t list = timer.before & ~kFirst;
  lists_[list] = timer.next;
  if (timer.next == kNone && list != kDue) occupied_[list / kWays] &= ~(std::uint64_t{1} << (list % kWays));
}

bool TimerWheel::nextTick(std::uint32_t& tick) const {
  for (unsigned level = 0; level < kLevels; ++level) {
    if (occupied_[level] == 0) continue;
    const auto way = static_cast<std::uint64_t>(std::countr_zero(occupied_[level]));
    const unsigned shift = level * kBits;
    const std::uint64_t above = (std::uint64_t{current_} >> (shift + kBits)) << (shift + kBits);
    tick = static_cast<std::uint32_t>(above | (way << shift));
    return true;
  }
  return false;
}

base::TimePoint TimerWheel::nextDeadline() const {
  std::uint32_t tick = 0;
  return nextTick(tick) ? start_ + tick_ * std::int64_t{tick} : base::kNever;
}

void TimerWheel::setTarget(base::TimePoint now) { target_ = std::max(target_, tickOf(now, false)); }

// Moves to the next tick that holds anything and spreads its list over the levels below; false when that tick is still
// to come.
bool TimerWheel::step() {
  std::uint32_t tick = 0;
  if (!nextTick(tick) || tick > target_) {
    current_ = target_;
    return false;
  }
  const unsigned level = (31U - static_cast<unsigned>(std::countl_zero(tick ^ current_))) / kBits;
  const std::uint32_t way = (tick >> (level * kBits)) & (kWays - 1);
  current_ = tick;
  Slot slot = std::exchange(lists_[level * kWays + way], kNone);
  occupied_[level] &= ~(std::uint64_t{1} << way);
  while (slot != kNone) {
    const Slot next = timers_[slot].next;
    --scheduled_;
    link(slot);
    slot = next;
  }
  return true;
}

TimerWheel::Slot TimerWheel::takeDue() {
  const Slot slot = lists_[kDue];
  unlink(slot);
  return slot;
}

}  // namespace core

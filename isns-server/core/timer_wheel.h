// TimerWheel: one deadline a slot, for 100,000 slots that almost never expire.
//
// A hierarchical wheel: six levels of 64 lists, each level 64 times as coarse as the one below, with a bit a list that
// says whether it holds anything. schedule() and cancel() are O(1); a timer moves at most five times towards its end; a
// stretch of time without a deadline is skipped in one step, however long. Slots are the numbers of the owner's SlotTable:
// dense, so that a timer is found without looking for it; whoever erases a slot cancels its timer. 12 bytes up to the
// highest slot. Deadlines are rounded up to the tick: nothing expires early, nor more than a tick late. The wheel counts
// ticks in 32 bits: 136 years at one second a tick, 13 at a tenth. One thread. No errors.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "shared/base/clock.h"

namespace core {

class TimerWheel {
 public:
  using Slot = std::uint32_t;  // of 31 bits

  explicit TimerWheel(base::TimePoint start, base::Duration tick = std::chrono::seconds(1))
      : start_(start), tick_(tick) {
    lists_.fill(kNone);
  }

  // Sets the deadline of a slot, in place of the one that it had. A deadline that has passed expires with the next tick.
  void schedule(Slot slot, base::TimePoint deadline);
  bool cancel(Slot slot);  // true when it was scheduled
  [[nodiscard]] bool scheduled(Slot slot) const { return slot < timers_.size() && timers_[slot].before != kNone; }
  [[nodiscard]] std::size_t size() const { return scheduled_; }
  [[nodiscard]] std::size_t bytes() const { return timers_.capacity() * sizeof(Timer) + sizeof *this; }

  // Calls onExpired(slot) for each slot whose deadline is not after `now`; it is no longer scheduled then. The call may
  // schedule and cancel any slot; what it schedules expires in a later advance().
  template <class OnExpired>
  void advance(base::TimePoint now, OnExpired&& onExpired) {
    setTarget(now);
    do {
      while (lists_[kDue] != kNone) onExpired(takeDue());
    } while (step());
  }

  // When advance() has work next: never after the earliest deadline, and kNever without one. It may be before it, when
  // timers have to move to a finer level.
  [[nodiscard]] base::TimePoint nextDeadline() const;

 private:
  static constexpr Slot kNone = 0xffffffff;
  static constexpr unsigned kBits = 6;
  static constexpr unsigned kLevels = 6;
  static constexpr std::uint32_t kWays = 1U << kBits;
  static constexpr std::uint32_t kDue = kLevels * kWays;  // the list of those that expire now
  static constexpr Slot kFirst = 0x80000000;              // with a list's number: what stands before its first timer

  struct Timer {
    Slot next = kNone;
    Slot before = kNone;  // stays so while it is not scheduled
    std::uint32_t tick = 0;
  };

  [[nodiscard]] std::uint32_t tickOf(base::TimePoint time, bool roundUp) const;
  [[nodiscard]] bool nextTick(std::uint32_t& tick) const;
  void setTarget(base::TimePoint now);
  bool step();
  Slot takeDue();
  void link(Slot slot);
  void unlink(Slot slot);

  base::TimePoint start_;
  base::Duration tick_;
  std::uint32_t current_ = 0;  // ticks worked off
  std::uint32_t target_ = 0;   // of the advance() under way, or the last
  std::vector<Timer> timers_;
  std::size_t scheduled_ = 0;
  std::array<Slot, kDue + 1> lists_;
  std::array<std::uint64_t, kLevels> occupied_{};
};

}  // namespace core

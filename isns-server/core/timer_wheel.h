// TimerWheel: one deadline an id, for 100,000 ids that almost never expire.
//
// A hierarchical wheel: six levels of 64 lists, each level 64 times as coarse as the one below, with a bit a list that
// says whether it holds anything. schedule() and cancel() are O(1); a timer moves at most five times towards its end; a
// stretch of time without a deadline is skipped in one step, however long. About 24 bytes a scheduled id, nothing else.
// Deadlines are rounded up to the tick: nothing expires early, nor more than a tick late. Ids are the owner's numbers,
// all 32 bits. The wheel counts ticks in 32 bits: 136 years at one second a tick, 13 at a tenth. One thread. No errors.
#pragma once

#include <array>
#include <cstdint>

#include "isns-server/core/slot_table.h"
#include "shared/base/clock.h"

namespace core {

class TimerWheel {
 public:
  using Id = std::uint32_t;

  explicit TimerWheel(base::TimePoint start, base::Duration tick = std::chrono::seconds(1))
      : start_(start), tick_(tick) {
    lists_.fill(kNone);
  }

  // Sets the deadline of an id, in place of the one that it had. A deadline that has passed expires with the next tick.
  void schedule(Id id, base::TimePoint deadline);
  bool cancel(Id id);  // true when it was scheduled
  [[nodiscard]] bool scheduled(Id id) const { return timers_.find(id) != kNone; }
  [[nodiscard]] std::size_t size() const { return timers_.size(); }
  [[nodiscard]] std::size_t bytes() const { return timers_.bytes() + sizeof *this; }

  // Calls onExpired(id) for each id whose deadline is not after `now`; the id is no longer scheduled then. The call may
  // schedule and cancel any id; what it schedules expires in a later advance().
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
  using Slot = SlotTable<Id, int>::Slot;
  static constexpr Slot kNone = SlotTable<Id, int>::kNone;
  static constexpr unsigned kBits = 6;
  static constexpr unsigned kLevels = 6;
  static constexpr std::uint32_t kWays = 1U << kBits;
  static constexpr std::uint32_t kDue = kLevels * kWays;  // the list of those that expire now
  static constexpr Slot kFirst = 0x80000000;              // with a list's number: what stands before its first timer

  struct Timer {
    Slot next = kNone;
    Slot before = kNone;
    std::uint32_t tick = 0;
  };

  [[nodiscard]] std::uint32_t tickOf(base::TimePoint time, bool roundUp) const;
  [[nodiscard]] bool nextTick(std::uint32_t& tick) const;
  void setTarget(base::TimePoint now);
  bool step();
  Id takeDue();
  void link(Slot slot);
  void unlink(Slot slot);

  base::TimePoint start_;
  base::Duration tick_;
  std::uint32_t current_ = 0;  // ticks worked off
  std::uint32_t target_ = 0;   // of the advance() under way, or the last
  SlotTable<Id, Timer> timers_;
  std::array<Slot, kDue + 1> lists_;
  std::array<std::uint64_t, kLevels> occupied_{};
};

}  // namespace core

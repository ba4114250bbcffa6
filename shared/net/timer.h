// Timer: calls a function once, at a time.
//
// A Timer is its own entry in the queue: starting, moving and stopping cost O(log n) and no allocation beyond the
// growth of the queue, and a Timer that is destroyed cannot fire. One thread. Deadlines are monotonic; the queue asks
// no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "shared/base/clock.h"

namespace net {

class Timer;

class TimerQueue {
 public:
  TimerQueue() = default;
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;

  // When the first timer is due; base::kNever without timers.
  [[nodiscard]] base::TimePoint next() const { return heap_.empty() ? base::kNever : heap_.front().deadline; }

  // Calls what is due at `now`, by deadline, equal ones in the order of their start. What the callbacks start waits for
  // the next call, even if already due, so that no timer can keep the loop busy.
  void runDue(base::TimePoint now);

  [[nodiscard]] std::size_t size() const { return heap_.size(); }

 private:
  friend class Timer;
  struct Entry {
    base::TimePoint deadline;
    std::uint64_t order;
    Timer* timer;
  };
  static bool before(const Entry& a, const Entry& b);
  void insert(Timer& timer, base::TimePoint deadline);
  void erase(std::size_t place);
  void siftUp(std::size_t place, Entry entry);
  void siftDown(std::size_t place, Entry entry);
  void put(std::size_t place, Entry entry);

  std::vector<Entry> heap_;
  std::vector<Timer*> due_;  // taken out of the heap, not yet called; nullptr once cancelled
  std::uint64_t started_ = 0;
};

class Timer {
 public:
  // The queue outlives the timer. The callback may start, cancel or, as its last act, destroy its timer.
  Timer(TimerQueue& queue, std::function<void()> callback) : queue_(queue), callback_(std::move(callback)) {}
  ~Timer() { cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Starts it, or moves the deadline of a started one. base::kNever cancels.
  void startAt(base::TimePoint deadline);
  void cancel();
  [[nodiscard]] bool started() const { return state_ != State::Idle; }

 private:
  friend class TimerQueue;
  enum class State : std::uint8_t { Idle, Waiting, Due };
  TimerQueue& queue_;
  std::function<void()> callback_;
  std::size_t place_ = 0;  // in the heap or among the due ones
  State state_ = State::Idle;
};

}  // namespace net

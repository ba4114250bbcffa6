#include "shared/net/timer.h"

#include <tuple>

namespace net {

bool TimerQueue::before(const Entry& a, const Entry& b) {
  return std::tie(a.deadline, a.order) < std::tie(b.deadline, b.order);
}

void TimerQueue::put(std::size_t place, Entry entry) {
  entry.timer->place_ = place;
  heap_[place] = entry;
}

void TimerQueue::siftUp(std::size_t place, Entry entry) {
  while (place > 0) {
    const std::size_t parent = (place - 1) / 2;
    if (!before(entry, heap_[parent])) break;
    put(place, heap_[parent]);
    place = parent;
  }
  put(place, entry);
}

void TimerQueue::siftDown(std::size_t place, Entry entry) {
  for (;;) {
    std::size_t child = place * 2 + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
    if (!before(heap_[child], entry)) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, entry);
}

void TimerQueue::insert(Timer& timer, base::TimePoint deadline) {
  const Entry entry{deadline, started_++, &timer};
  heap_.push_back(entry);
  siftUp(heap_.size() - 1, entry);
}

void TimerQueue::erase(std::size_t place) {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (place == heap_.size()) return;
  if (place > 0 && before(last, heap_[(place - 1) / 2])) {
    siftUp(place, last);
  } else {
    siftDown(place, last);
  }
}

void TimerQueue::runDue(base::TimePoint now) {
  while (!heap_.empty() && heap_.front().deadline <= now) {
    Timer* timer = heap_.front().timer;
    erase(0);
    timer->state_ = Timer::State::Due;
    timer->place_ = due_.size();
    due_.push_back(timer);
  }
  for (std::size_t i = 0; i < due_.size(); ++i) {
    Timer* timer = due_[i];
    if (timer == nullptr) continue;
    timer->state_ = Timer::State::Idle;
    timer->callback_();
  }
  due_.clear();
}

void Timer::startAt(base::TimePoint deadline) {
  if (state_ == State::Waiting && queue_.heap_[place_].deadline == deadline) return;
  cancel();
  if (deadline == base::kNever) return;
  state_ = State::Waiting;
  queue_.insert(*this, deadline);
}

void Timer::cancel() {
  if (state_ == State::Waiting) queue_.erase(place_);
  if (state_ == State::Due) queue_.due_[place_] = nullptr;
  state_ = State::Idle;
}

}  // namespace net

#include "isns-server/api/event_loop.h"

#include <event2/event.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <limits>

namespace api {

base::Result<std::unique_ptr<EventLoop>> EventLoop::make() {
  std::unique_ptr<EventLoop> loop(new EventLoop);
  loop->base_ = event_base_new();
  loop->wakeFd_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (loop->base_ == nullptr || loop->wakeFd_ < 0) return base::fail("no event loop can be made for the management API");
  loop->wake_ = event_new(
      loop->base_, loop->wakeFd_, EV_READ | EV_PERSIST,
      [](evutil_socket_t, short, void* self) { static_cast<EventLoop*>(self)->drain(); }, loop.get());
  if (loop->wake_ == nullptr || event_add(loop->wake_, nullptr) != 0) {
    return base::fail("the event loop of the management API cannot be woken");
  }
  return loop;
}

EventLoop::~EventLoop() {
  if (wake_ != nullptr) event_free(wake_);
  if (base_ != nullptr) event_base_free(base_);
  if (wakeFd_ >= 0) ::close(wakeFd_);
}

void EventLoop::run(std::function<base::TimePoint()> onTurn) {
  event* const timer = event_new(base_, -1, 0, [](evutil_socket_t, short, void*) {}, nullptr);
  for (;;) {
    const base::TimePoint deadline = onTurn();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) break;
    }
    if (deadline != base::kNever) {
      const auto left = std::max(base::Duration::zero(), deadline - base::MonotonicClock::now());
      const auto micros = std::chrono::ceil<std::chrono::microseconds>(left).count();
      const timeval wait{micros / 1'000'000, micros % 1'000'000};
      event_add(timer, &wait);
    } else {
      event_del(timer);
    }
    event_base_loop(base_, EVLOOP_ONCE);
  }
  drain();  // what was asked for before the stop is done
  event_free(timer);
}

void EventLoop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  const std::uint64_t one = 1;
  (void)!::write(wakeFd_, &one, sizeof one);
}

bool EventLoop::post(Work work) { return put(std::move(work), kMaxPosted); }

void EventLoop::deliver(Work work) { (void)put(std::move(work), std::numeric_limits<std::size_t>::max()); }

bool EventLoop::put(Work work, std::size_t capacity) {
  {
    const std::lock_guard lock(mutex_);
    if (posted_.size() >= capacity) return false;
    posted_.push_back(std::move(work));
  }
  const std::uint64_t one = 1;
  (void)!::write(wakeFd_, &one, sizeof one);
  return true;
}

void EventLoop::drain() {
  std::uint64_t count = 0;
  (void)!::read(wakeFd_, &count, sizeof count);
  std::deque<Work> work;
  {
    const std::lock_guard lock(mutex_);
    work.swap(posted_);
  }
  for (Work& one : work) one();
}

}  // namespace api

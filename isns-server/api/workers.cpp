#include "isns-server/api/workers.h"

#include <algorithm>

#include "shared/net/thread_priority.h"

namespace api {

Workers::Workers(EventLoop& loop) : loop_(loop) {
  for (std::size_t i = 0; i < kThreads; ++i) threads_.emplace_back([this] { serve(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    waiting_.clear();
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Workers::run(Work work, std::string_view user) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= kMaxWaiting) return false;
    const auto his = std::ranges::count(waiting_, user, &Waiting::user);
    if (!user.empty() && his >= static_cast<std::ptrdiff_t>(kMaxOfOne)) return false;
    waiting_.push_back({std::move(work), std::string(user)});
  }
  wake_.notify_one();
  return true;
}

void Workers::serve() {
  net::runBehind();
  for (;;) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      work = std::move(waiting_.front().work);
      waiting_.pop_front();
    }
    Then then = work();
    // What the work refers to, such as a request, belongs to the loop's thread, and must not end on this one.
    loop_.deliver([work = std::move(work), then = std::move(then)] {
      if (then) then();
    });
  }
}

}  // namespace api

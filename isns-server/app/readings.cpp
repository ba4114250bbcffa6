#include "isns-server/app/readings.h"

#include <utility>

namespace app {

bool Readings::read(store::StoreThread::Reading reading) {
  {
    const std::lock_guard lock(queue_->mutex);
    if (queue_->ended) return false;
    queue_->waiting.push_back(std::move(reading));
  }
  const bool taken = protocol_.read([queue = queue_, this](store::HistoryReader& reader) {
    const std::lock_guard running(queue->running);
    auto next = queue->take();
    if (!next) return;  // it has ended, and `this` with it
    next(reader);
    post_([next = std::move(next)] {});
  });
  if (!taken) {
    const std::lock_guard lock(queue_->mutex);
    queue_->waiting.pop_back();
  }
  return taken;
}

void Readings::end() {
  std::deque<store::StoreThread::Reading> dropped;
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->ended = true;
    dropped.swap(queue_->waiting);
  }
  const std::lock_guard running(queue_->running);
}

store::StoreThread::Reading Readings::Queue::take() {
  const std::lock_guard lock(mutex);
  if (waiting.empty()) return {};
  auto next = std::move(waiting.front());
  waiting.pop_front();
  return next;
}

}  // namespace app

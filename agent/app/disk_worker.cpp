#include "agent/app/disk_worker.h"

#include <pthread.h>

namespace agent {

DiskWorker::DiskWorker(net::Loop& loop) : loop_(loop), finished_(std::make_shared<Finished>()) {
  thread_ = std::thread([this] { run(); });
  ::pthread_setname_np(thread_.native_handle(), "disk-worker");
}

DiskWorker::~DiskWorker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
  finished_->alive = false;
}

void DiskWorker::submit(Job job, Done done) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({std::move(job), std::move(done)});
  }
  wake_.notify_one();
}

void DiskWorker::flush() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return queue_.empty() && !working_; });
}

void DiskWorker::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Entry entry = std::move(queue_.front());
    queue_.pop_front();
    working_ = true;
    lock.unlock();
    base::Status status = entry.job();
    {
      const std::lock_guard finished(finished_->mutex);
      finished_->list.emplace_back(std::move(entry.done), std::move(status));
    }
    loop_.deliver([finished = finished_] { finished->tellAll(); });
    lock.lock();
    working_ = false;
    if (queue_.empty()) idle_.notify_all();
  }
}

void DiskWorker::settle() {
  flush();
  finished_->tellAll();
}

void DiskWorker::Finished::tellAll() {
  while (alive) {
    std::unique_lock lock(mutex);
    if (list.empty()) return;
    auto [done, status] = std::move(list.front());
    list.pop_front();
    lock.unlock();
    done(status);
  }
}

}  // namespace agent

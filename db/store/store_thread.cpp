#include "db/store/store_thread.h"

namespace store {

StoreThread::StoreThread(Store& store, std::function<void(Completion)> onCompletion)
    : store_(store),
      onCompletion_(std::move(onCompletion)),
      storeThread_([this] { runStore(); }),
      readThread_([this] { runReads(); }) {}

StoreThread::~StoreThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  storeWork_.notify_one();
  readWork_.notify_one();
  storeThread_.join();
  readThread_.join();
}

bool StoreThread::submit(Batch&& batch, std::uint64_t expectedEpoch, Ticket ticket) {
  {
    const std::lock_guard lock(mutex_);
    if (queued_ || stopping_) return false;
    queued_.emplace(Submitted{std::move(batch), expectedEpoch, ticket});
  }
  storeWork_.notify_one();
  return true;
}

bool StoreThread::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (tasks_.size() >= kMaxTasks || stopping_) return false;
    tasks_.push_back(std::move(task));
  }
  storeWork_.notify_one();
  return true;
}

bool StoreThread::read(Reading reading) {
  {
    const std::lock_guard lock(mutex_);
    if (reads_.size() >= kMaxReads || stopping_) return false;
    reads_.push_back(std::move(reading));
  }
  readWork_.notify_one();
  return true;
}

void StoreThread::commit(Submitted submitted) {
  Outcome<std::uint64_t> result = store_.commit(submitted.batch, submitted.expectedEpoch);
  onCompletion_(Completion{submitted.ticket, std::move(result), std::move(submitted.batch)});
}

void StoreThread::runStore() {
  bool rested = true;  // nothing was done since the last idle()
  std::unique_lock lock(mutex_);
  for (;;) {
    if (queued_) {
      Submitted submitted = std::move(*queued_);
      queued_.reset();
      lock.unlock();
      commit(std::move(submitted));
      lock.lock();
      rested = false;
    } else if (!tasks_.empty()) {
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task(store_);
      lock.lock();
      rested = false;
    } else if (!rested) {
      lock.unlock();
      store_.idle();
      lock.lock();
      rested = true;
    } else if (stopping_) {
      return;
    } else {
      storeWork_.wait(lock);
    }
  }
}

void StoreThread::runReads() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!reads_.empty()) {
      Reading reading = std::move(reads_.front());
      reads_.pop_front();
      lock.unlock();
      reading(store_);
      lock.lock();
    } else if (stopping_) {
      return;
    } else {
      readWork_.wait(lock);
    }
  }
}

}  // namespace store

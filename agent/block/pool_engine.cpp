#include "agent/block/pool_engine.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cassert>
#include <system_error>

#include "agent/block/perform.h"
#include "shared/net/os_error.h"

namespace block {

base::Result<std::unique_ptr<PoolEngine>> PoolEngine::make(net::Loop& loop, unsigned threads) {
  assert(threads >= 1 && threads <= 64);
  net::UniqueFd event(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!event) return net::osFailure("cannot make an eventfd for the block pool");
  std::unique_ptr<PoolEngine> pool(new PoolEngine(loop, std::move(event)));
  if (auto begun = pool->begin(threads); !begun) return base::fail(begun.error());
  return pool;
}

base::Status PoolEngine::begin(unsigned threads) {
  if (auto watched = watchEnds(event_.get()); !watched) return watched;
  try {
    while (threads_.size() < threads) threads_.emplace_back([this] { work(); });
  } catch (const std::system_error& error) {
    return base::fail("cannot start thread " + std::to_string(threads_.size() + 1) + " of " + std::to_string(threads) +
                      " of the block pool: " + error.code().message());
  }
  return {};
}

PoolEngine::~PoolEngine() {
  assert(waiting_.empty() && ended_.empty() && "devices go before their engine");
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  workCame_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  unwatchEnds();
}

std::string PoolEngine::description() const {
  return "a pool of " + std::to_string(threads_.size()) + (threads_.size() == 1 ? " thread" : " threads");
}

void PoolEngine::launch() {
  if (waiting_.empty()) return;
  std::size_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    while (Operation* operation = waiting_.pop()) {
      work_.push(*operation);
      ++count;
    }
  }
  if (count >= threads_.size()) return workCame_.notify_all();
  while (count-- > 0) workCame_.notify_one();
}

void PoolEngine::collect(bool wait) {
  std::uint64_t ignored = 0;
  std::unique_lock lock(mutex_);
  if (wait) workEnded_.wait(lock, [this] { return !finished_.empty(); });
  // Under the lock, so that the eventfd is readable exactly while something is there.
  [[maybe_unused]] const ssize_t got = ::read(event_.get(), &ignored, sizeof ignored);
  ended_.take(finished_);
}

void PoolEngine::work() {
  becomeWorker("block-pool");
  std::unique_lock lock(mutex_);
  for (;;) {
    Operation* operation = work_.pop();
    if (operation == nullptr) {
      if (stopping_) return;
      workCame_.wait(lock);
      continue;
    }
    lock.unlock();
    operation->result = perform(*operation);
    lock.lock();
    if (finished_.empty()) {
      const std::uint64_t one = 1;
      [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof one);
      workEnded_.notify_one();
    }
    finished_.push(*operation);
  }
}

}  // namespace block

// PoolEngine: an Engine of threads that make the blocking calls, for where io_uring is not allowed.
//
// Operations go to the threads in order, one at a time each; so as many are with the kernel as there are threads. What
// has ended comes back through a list and an eventfd, not through the loop's mailbox: that one allocates a task and may
// be full, and an end that is lost would leave a request open for ever.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "agent/block/engine.h"
#include "shared/net/unique_fd.h"

namespace block {

class PoolEngine final : public Engine {
 public:
  // 1 to 64 threads. Fails when the kernel gives no eventfd or no thread.
  static base::Result<std::unique_ptr<PoolEngine>> make(net::Loop& loop, unsigned threads);
  // Its owners are gone, and so nothing is open.
  ~PoolEngine() override;

  [[nodiscard]] EngineKind kind() const override { return EngineKind::Pool; }
  [[nodiscard]] std::string description() const override;

 private:
  PoolEngine(net::Loop& loop, net::UniqueFd event) : Engine(loop), event_(std::move(event)) {}
  base::Status begin(unsigned threads);
  void launch() override;
  void collect(bool wait) override;
  void work();

  net::UniqueFd event_;  // readable while finished_ holds something
  // Guards what stands up to the threads; held to move operations in and out, never during one.
  std::mutex mutex_;
  std::condition_variable workCame_;
  std::condition_variable workEnded_;
  IntrusiveQueue<Operation> work_;
  IntrusiveQueue<Operation> finished_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace block

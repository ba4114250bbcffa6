// WriteLanes: threads that put buffered writes into the page cache, many at a wake-up.
//
// A buffered write is a copy of a microsecond, but it may wait for the disk, so a loop must not make it. An io_uring
// hands each to a worker of the kernel and each comes back alone; that costs several times the copy (ADR 0012). Here a
// lane takes all that one owner has waiting, makes the calls in order, and gives them back together.
//
// An owner (a device) is served by one lane at a time, so a disk that is slow keeps one lane and no more; where all are
// kept, the others wait. Threads begin when they are needed. All but work() runs on the loop's thread. Bound: the
// operations that their owners have open.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "agent/block/intrusive_queue.h"
#include "agent/block/operation.h"
#include "shared/net/loop.h"
#include "shared/net/unique_fd.h"

namespace block {

class WriteLanes final : private net::Handler {
 public:
  using Tell = void (*)(Operation& operation);

  // 1 to 64 lanes; `tell` is called on the loop's thread for each that has ended, its result set. Fails when the kernel
  // gives no eventfd.
  static base::Result<std::unique_ptr<WriteLanes>> make(net::Loop& loop, unsigned lanes, Tell tell);
  // Its owners are gone, and so nothing is open.
  ~WriteLanes();

  [[nodiscard]] static bool takes(const Operation& operation) {
    return operation.action == Action::Write && operation.buffered && !operation.durable;
  }

  // Goes to a lane with the next launch().
  void add(Operation& operation);
  void launch();
  // Waits until an operation of this owner has ended, and tells it; false when there is none here.
  bool tellOneOf(const OpenCount& owner);

 private:
  WriteLanes(unsigned lanes, Tell tell, net::UniqueFd event);
  void onEvents(std::uint32_t events) override;
  void takeFinished();
  void tell(Operation& operation);
  bool startThread();
  void work();

  const unsigned lanes_;
  const Tell tell_;
  net::UniqueFd event_;  // readable while finished_ holds something
  net::Watch watch_;
  IntrusiveQueue<Operation> waiting_;  // for launch()
  IntrusiveQueue<Operation> ended_;    // not yet told

  // Guards what stands up to the threads, and the `lane` of all owners; never held during a write.
  std::mutex mutex_;
  std::condition_variable workCame_;
  std::condition_variable workEnded_;
  IntrusiveQueue<LaneQueue> ready_;  // those of owners with work that no lane does
  IntrusiveQueue<Operation> finished_;
  unsigned idle_ = 0;  // threads that wait
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace block

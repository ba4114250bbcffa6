#include "agent/block/write_lanes.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cassert>
#include <system_error>

#include "agent/block/perform.h"
#include "shared/net/os_error.h"

namespace block {
namespace {

// What a lane takes of one owner before it gives back: enough for a wake-up to cost little, few enough that the first
// does not wait long for the last.
constexpr unsigned kBatch = 32;

}  // namespace

base::Result<std::unique_ptr<WriteLanes>> WriteLanes::make(net::Loop& loop, unsigned lanes, Tell tell) {
  assert(lanes >= 1 && lanes <= 64);
  net::UniqueFd event(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!event) return net::osFailure("cannot make an eventfd for the write lanes");
  std::unique_ptr<WriteLanes> made(new WriteLanes(lanes, tell, std::move(event)));
  if (auto watched = made->watch_.open(loop, made->event_.get(), EPOLLIN, *made); !watched) {
    return base::fail(watched.error());
  }
  // One at least there must be; what more are wanted later may be refused.
  if (!made->startThread()) return base::fail("cannot start a thread for the write lanes");
  return made;
}

WriteLanes::WriteLanes(unsigned lanes, Tell whom, net::UniqueFd event)
    : lanes_(lanes), tell_(whom), event_(std::move(event)) {}

WriteLanes::~WriteLanes() {
  assert(waiting_.empty() && ended_.empty() && "devices go before their engine");
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  workCame_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WriteLanes::startThread() {
  try {
    threads_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

void WriteLanes::add(Operation& operation) {
  ++operation.open->lane.open;
  waiting_.push(operation);
}

void WriteLanes::launch() {
  if (waiting_.empty()) return;
  unsigned came = 0;
  unsigned idle = 0;
  {
    const std::lock_guard lock(mutex_);
    while (Operation* operation = waiting_.pop()) {
      LaneQueue& queue = operation->open->lane;
      queue.waiting.push(*operation);
      if (queue.served) continue;
      queue.served = true;
      ready_.push(queue);
      ++came;
    }
    idle = idle_;
  }
  for (unsigned i = 0; i < came && i < idle; ++i) workCame_.notify_one();
  if (came > idle && threads_.size() < lanes_) (void)startThread();  // refused: those that there are do it
}

void WriteLanes::onEvents(std::uint32_t) {
  {
    const std::lock_guard lock(mutex_);
    takeFinished();
  }
  // One at a time from the member: what is told may drain another owner, which takes its own out of the middle.
  while (Operation* operation = ended_.pop()) tell(*operation);
}

// Under the lock, so that the eventfd is readable exactly while something is there.
void WriteLanes::takeFinished() {
  std::uint64_t ignored = 0;
  if (!finished_.empty()) {
    [[maybe_unused]] const ssize_t got = ::read(event_.get(), &ignored, sizeof ignored);
  }
  ended_.take(finished_);
}

void WriteLanes::tell(Operation& operation) {
  --operation.open->lane.open;
  tell_(operation);
}

bool WriteLanes::tellOneOf(const OpenCount& owner) {
  if (owner.lane.open == 0) return false;
  launch();
  const auto isMine = [&](const Operation& other) { return other.open == &owner; };
  Operation* mine = ended_.popIf(isMine);
  while (mine == nullptr) {
    std::unique_lock lock(mutex_);
    workEnded_.wait(lock, [this] { return !finished_.empty(); });
    takeFinished();
    mine = ended_.popIf(isMine);
  }
  if (!ended_.empty()) watch_.raise(EPOLLIN);  // those of others, in the next turn
  tell(*mine);
  return true;
}

void WriteLanes::work() {
  becomeWorker("write-lane");
  std::unique_lock lock(mutex_);
  for (;;) {
    LaneQueue* owner = ready_.pop();
    if (owner == nullptr) {
      if (stopping_) return;
      ++idle_;
      workCame_.wait(lock);
      --idle_;
      continue;
    }
    IntrusiveQueue<Operation> batch;
    for (unsigned i = 0; i < kBatch && !owner->waiting.empty(); ++i) batch.push(*owner->waiting.pop());
    lock.unlock();
    for (Operation* operation = batch.front(); operation != nullptr; operation = operation->next) {
      operation->result = perform(*operation);
    }
    lock.lock();
    // In one piece: once the last is given back and the lock is free, the owner may go.
    if (owner->waiting.empty()) {
      owner->served = false;
    } else {
      ready_.push(*owner);
    }
    if (finished_.empty()) {
      const std::uint64_t one = 1;
      [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof one);
      workEnded_.notify_one();
    }
    finished_.take(batch);
  }
}

}  // namespace block

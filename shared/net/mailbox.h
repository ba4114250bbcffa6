// Mailbox: tasks that other threads hand to a loop.
//
// post() and deliver() from any thread; everything else by the loop. Bound: the capacity given; overflow policy: post()
// drops the task and says so. deliver() drops nothing: it is for answers, of which there are no more than were asked for.
// What is left when the mailbox goes is destroyed without a call.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

#include "shared/net/handler.h"
#include "shared/net/unique_fd.h"

namespace net {

class Mailbox final : public Handler {
 public:
  using Task = std::function<void()>;

  explicit Mailbox(std::size_t capacity);  // throws std::system_error when the kernel gives no eventfd

  [[nodiscard]] bool post(Task task);  // false when full: the task was dropped
  void deliver(Task task);
  void wake();                         // makes the loop turn; also from a signal handler
  [[nodiscard]] int fd() const { return event_.get(); }

  // Runs what is queued now; what the tasks post waits for the next turn.
  void onEvents(std::uint32_t events) override;

 private:
  bool put(Task task, std::size_t capacity);

  const std::size_t capacity_;
  UniqueFd event_;
  // Guards queue_ alone: the hand-over between threads is the one place where a message cannot replace a lock.
  std::mutex mutex_;
  std::vector<Task> queue_;
  std::vector<Task> running_;  // of the loop's thread; keeps its capacity between turns
};

}  // namespace net

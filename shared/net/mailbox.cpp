#include "shared/net/mailbox.h"

#include <sys/eventfd.h>

#include <cstdint>
#include <limits>
#include <system_error>

namespace net {

Mailbox::Mailbox(std::size_t capacity) : capacity_(capacity), event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!event_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

bool Mailbox::post(Task task) { return put(std::move(task), capacity_); }

void Mailbox::deliver(Task task) { (void)put(std::move(task), std::numeric_limits<std::size_t>::max()); }

bool Mailbox::put(Task task, std::size_t capacity) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= capacity) return false;
    queue_.push_back(std::move(task));
    // Whoever put in the first has woken the loop, or is about to.
    if (queue_.size() > 1) return true;
  }
  wake();
  return true;
}

void Mailbox::wake() {
  // Fails only when 2^64 - 2 wake-ups are pending: the loop wakes up then too.
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof one);
}

void Mailbox::onEvents(std::uint32_t) {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(event_.get(), &count, sizeof count);
  {
    const std::lock_guard lock(mutex_);
    running_.swap(queue_);
  }
  for (Task& task : running_) {
    task();
    task = nullptr;
  }
  running_.clear();
}

}  // namespace net

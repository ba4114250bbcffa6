// Loop: one thread that waits on many descriptors (epoll, level triggered), on timers and on other threads.
//
// One turn: (1) wait; (2) raised events, then what the kernel reported (kMaxEvents at most; posted tasks run here), each by
// one virtual call; (3) due timers; (4) the turn-end hook; (5) the handlers that asked for requestTurnEnd(). So answers
// that the hook writes still leave in this turn. Only post(), deliver() and stop() may be called from other threads. No
// allocation an event, no lock but the mailbox's. Everything that uses the loop is destroyed before it.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "shared/base/clock.h"
#include "shared/base/result.h"
#include "shared/net/buffer_pool.h"
#include "shared/net/handler.h"
#include "shared/net/mailbox.h"
#include "shared/net/timer.h"
#include "shared/net/unique_fd.h"

namespace net {

class Watch;

class Loop {
 public:
  static constexpr std::size_t kMaxEvents = 64;  // a turn; few, so that what one turn found waits for no long other
  static constexpr std::size_t kScratch = 64 * 1024;
  static constexpr std::size_t kScratchHeadroom = 16 * 1024;
  static constexpr std::size_t kDefaultMaxPosted = 65'536;

  // Throws std::system_error when the kernel gives no epoll or eventfd: loops are made at the start of a process.
  explicit Loop(std::size_t maxPosted = kDefaultMaxPosted);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Turns until stop(). A stop() before run() makes it return at once. Not from inside a callback.
  void run();
  // One turn that waits at most `maxWait` for something to happen, and takes at most `maxEvents` of what did.
  // Returns how many it took.
  std::size_t runTurn(base::Duration maxWait, std::size_t maxEvents = kMaxEvents);

  // For a loop that is turned inside another one: fd() is readable when the kernel has events for it, and mustTurn()
  // tells whether something in it is due that the kernel does not know of. Neither speaks of its timers.
  [[nodiscard]] int fd() const { return epoll_.get(); }
  [[nodiscard]] bool mustTurn() const { return !raised_.empty() || !turnEnds_.empty(); }

  // Lets run() return after the current turn. Any thread; also from a signal handler.
  void stop();

  // Runs the task on the loop's thread in a later turn, in order of posting. Any thread. False when `maxPosted` tasks
  // wait already: the task was dropped, the caller says what that means.
  [[nodiscard]] bool post(Mailbox::Task task) { return mailbox_.post(std::move(task)); }
  // The same for the end of what the loop's thread has asked for and waits for: never dropped. It is for who asks to bound
  // how much he asks at once.
  void deliver(Mailbox::Task task) { mailbox_.deliver(std::move(task)); }

  // Called in every turn after its events and timers; one hook a loop, set before run().
  void setTurnEnd(std::function<void()> hook) { turnEnd_ = std::move(hook); }

  // The time at which the current turn woke up. Cheap: no clock is asked.
  [[nodiscard]] base::TimePoint now() const { return now_; }

  [[nodiscard]] TimerQueue& timers() { return timers_; }

  // Memory that all receivers of the loop share, valid until the callback returns: kScratch bytes, and before them
  // kScratchHeadroom bytes for what was left over from the last time.
  [[nodiscard]] std::span<std::uint8_t> scratch() { return {scratch_.get() + kScratchHeadroom, kScratch}; }
  [[nodiscard]] BufferPool& buffers() { return buffers_; }

 private:
  friend class Watch;
  // A place in the table of descriptors. An id names place and generation, so an event fetched for a handler that has
  // gone since finds a newer generation and is dropped.
  struct Slot {
    Handler* handler = nullptr;
    int fd = -1;
    std::uint32_t generation = 1;
    std::uint32_t interest = 0;
    std::uint32_t raised = 0;
    bool turnEndAsked = false;
  };
  using Id = std::uint64_t;

  base::Result<Id> add(int fd, std::uint32_t interest, Handler& handler);
  void remove(Id id);
  Slot* find(Id id);
  void setInterest(Id id, std::uint32_t interest);
  void raise(Id id, std::uint32_t events);
  void requestTurnEnd(Id id);

  [[nodiscard]] int waitMillis(base::Duration maxWait) const;
  void dispatchRaised();
  void dispatch(std::size_t count);
  void endTurn();

  UniqueFd epoll_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<Id> raised_, raisedNow_;  // the second of each pair is what the current turn works through
  std::vector<Id> turnEnds_, turnEndsNow_;
  TimerQueue timers_;
  BufferPool buffers_;
  std::function<void()> turnEnd_;
  base::TimePoint now_;
  bool turning_ = false;
  std::atomic<bool> stop_{false};
  Mailbox mailbox_;
  std::unique_ptr<std::uint8_t[]> scratch_;
  std::array<epoll_event, kMaxEvents> events_;
};

// A descriptor's registration with a loop; ends when it is closed or destroyed. Close it before the descriptor.
class Watch {
 public:
  // For a handler that calls out: tells whether it was closed or destroyed meanwhile (and so must not touch itself).
  class Life {
   public:
    [[nodiscard]] bool ended() const { return loop_.find(id_) == nullptr; }

   private:
    friend class Watch;
    Life(Loop& loop, std::uint64_t id) : loop_(loop), id_(id) {}
    Loop& loop_;
    std::uint64_t id_;
  };

  Watch() = default;
  ~Watch() { close(); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Starts watching for `interest` (EPOLLIN, EPOLLOUT, or 0 for errors only). Fails when the kernel refuses.
  base::Status open(Loop& loop, int fd, std::uint32_t interest, Handler& handler);
  void close();
  [[nodiscard]] bool opened() const { return loop_ != nullptr; }
  [[nodiscard]] Life life() const { return {*loop_, id_}; }

  // No system call where nothing changes.
  void setInterest(std::uint32_t interest);
  // The handler gets these events in the next turn, which then does not wait.
  void raise(std::uint32_t events);
  // The handler's onTurnEnd() is called at the end of this turn; asked from an onTurnEnd(), of the next.
  void requestTurnEnd();

 private:
  Loop* loop_ = nullptr;
  std::uint64_t id_ = 0;
};

}  // namespace net

// EventLoop: the loop of the management server's thread (libevent), with work from other threads and one timer.
//
// run() on one thread, which owns everything; post(), deliver() and stop() may be called from any. Bounds: kMaxPosted pieces
// of work waiting; what is beyond is refused by false. deliver() refuses nothing: it is for answers, of which there are no
// more than were asked for. Errors: none after make().
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "shared/base/clock.h"
#include "shared/base/result.h"

struct event_base;
struct event;

namespace api {

class EventLoop {
 public:
  static constexpr std::size_t kMaxPosted = 65536;
  using Work = std::function<void()>;

  static base::Result<std::unique_ptr<EventLoop>> make();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Until stop(). `onTurn` is called after each turn in which something happened; it says when it wants to be called at
  // the latest.
  void run(std::function<base::TimePoint()> onTurn);
  // What was posted or delivered before is still done.
  void stop();
  // Runs the work on the loop's thread.
  [[nodiscard]] bool post(Work work);
  void deliver(Work work);

  [[nodiscard]] event_base* base() const { return base_; }

 private:
  EventLoop() = default;
  bool put(Work work, std::size_t capacity);
  void drain();

  event_base* base_ = nullptr;
  event* wake_ = nullptr;
  int wakeFd_ = -1;
  std::mutex mutex_;  // guards posted_, which other threads fill
  std::deque<Work> posted_;
  bool stopping_ = false;
};

}  // namespace api

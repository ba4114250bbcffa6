// Workers: a few threads for what would hold up the management server's loop: password hashes, evidence, old revisions.
//
// Work runs on a worker, behind threads of normal priority: the name server's loop goes first. What it gives is handled
// on the loop's thread, where the work itself ends, too, with all that it refers to. Bounds: kThreads at work,
// kMaxWaiting waiting, of one user kMaxOfOne, so that nobody alone takes all the room; beyond, false. The destructor
// waits for what is at work and drops what waits.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "isns-server/api/event_loop.h"

namespace api {

class Workers {
 public:
  static constexpr std::size_t kThreads = 2;
  static constexpr std::size_t kMaxWaiting = 256;
  static constexpr std::size_t kMaxOfOne = 16;
  using Then = std::function<void()>;
  using Work = std::function<Then()>;  // gives what is to be done on the loop's thread; may be empty

  explicit Workers(EventLoop& loop);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // `user`: for whom; empty: for nobody in particular, who has no bound of his own.
  [[nodiscard]] bool run(Work work, std::string_view user);

 private:
  struct Waiting {
    Work work;
    std::string user;
  };
  void serve();

  EventLoop& loop_;
  std::mutex mutex_;  // guards what follows: handed over between threads, never held during work
  std::condition_variable wake_;
  std::deque<Waiting> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace api

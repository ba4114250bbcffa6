// AccessTask<T>: works out a value off the UI thread and gives the newest alone.
//
// A new run() makes what is under way worthless: its answer does not come. What is asked anew only as the SAN moves is
// asked by follow(), which lets it end: a SAN may move faster than it can be answered. One thread of its own; done() is
// called on the thread that owns the task, through its event loop, and not after the task has gone.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <functional>
#include <memory>
#include <utility>

namespace console {

template <class T>
class AccessTask {
 public:
  AccessTask() { pool_.setMaxThreadCount(1); }
  ~AccessTask() {
    pool_.clear();
    pool_.waitForDone();
  }
  AccessTask(const AccessTask&) = delete;
  AccessTask& operator=(const AccessTask&) = delete;

  void run(std::function<T()> work, std::function<void(T)> done) {
    const auto generation = ++generation_;
    busy_ = true;
    waiting_ = nullptr;
    pool_.clear();  // what has not begun yet
    pool_.start([this, generation, work = std::move(work), done = std::move(done)]() mutable {
      auto value = std::make_shared<T>(work());
      QMetaObject::invokeMethod(&here_, [this, generation, value, done = std::move(done)] {
        if (generation != generation_) return;
        busy_ = false;
        if (const auto next = std::exchange(waiting_, nullptr)) next();
        done(std::move(*value));
      });
    });
  }
  // Once what is under way has given its answer; of several that wait the newest.
  void follow(std::function<T()> work, std::function<void(T)> done) {
    if (!busy_) return run(std::move(work), std::move(done));
    waiting_ = [this, work = std::move(work), done = std::move(done)] { run(work, done); };
  }
  void cancel() {
    ++generation_;
    busy_ = false;
    waiting_ = nullptr;
    pool_.clear();
  }
  [[nodiscard]] bool isBusy() const { return busy_; }

 private:
  QObject here_;
  QThreadPool pool_;
  std::function<void()> waiting_;
  std::uint64_t generation_ = 0;  // of the owner's thread
  bool busy_ = false;
};

}  // namespace console

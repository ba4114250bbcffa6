// AccessTask<T>: works out a value off the UI thread and gives the newest alone.
//
// A new run() makes what is under way worthless: its answer does not come. One thread of its own; done() is called on
// the thread that owns the task, through its event loop, and not after the task has gone.
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
    pool_.clear();  // what has not begun yet
    pool_.start([this, generation, work = std::move(work), done = std::move(done)]() mutable {
      auto value = std::make_shared<T>(work());
      QMetaObject::invokeMethod(&here_, [this, generation, value, done = std::move(done)] {
        if (generation != generation_) return;
        busy_ = false;
        done(std::move(*value));
      });
    });
  }
  void cancel() {
    ++generation_;
    busy_ = false;
    pool_.clear();
  }
  [[nodiscard]] bool isBusy() const { return busy_; }

 private:
  QObject here_;
  QThreadPool pool_;
  std::uint64_t generation_ = 0;  // of the owner's thread
  bool busy_ = false;
};

}  // namespace console

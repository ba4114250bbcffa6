// SaveQueue: writes files off the UI thread, one after another, in the order in which they were asked for; of each it
// is told how it went.
//
// One thread of its own; done() is called on the thread that owns the queue, through its event loop, and not after the
// queue has gone. Whoever goes waits until all are written: what somebody asked for is there. Bound: none but that each
// file is chosen by a person.
#pragma once

#include <QObject>
#include <QString>
#include <QThreadPool>
#include <functional>
#include <utility>

namespace console {

class SaveQueue {
 public:
  SaveQueue() { pool_.setMaxThreadCount(1); }
  ~SaveQueue() { pool_.waitForDone(); }
  SaveQueue(const SaveQueue&) = delete;
  SaveQueue& operator=(const SaveQueue&) = delete;

  // `write` returns why it was not written, a sentence; empty: it is there.
  void run(std::function<QString()> write, std::function<void(const QString& fault)> done) {
    ++waiting_;
    pool_.start([this, write = std::move(write), done = std::move(done)]() mutable {
      const QString fault = write();
      QMetaObject::invokeMethod(&here_, [this, fault, done = std::move(done)] {
        --waiting_;
        done(fault);
      });
    });
  }
  [[nodiscard]] bool isBusy() const { return waiting_ != 0; }

 private:
  QObject here_;
  QThreadPool pool_;
  std::size_t waiting_ = 0;  // of the owner's thread
};

}  // namespace console

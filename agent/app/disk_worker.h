// DiskWorker: one thread that does what may wait for a disk, in order, and tells the loop.
//
// submit() and flush() from the loop's thread; `job` runs on the worker, `done` on the loop. Bound: what its users have
// open (unit states: one save a unit and kind; the administrator: one). Its end waits for the jobs that were submitted,
// whose `done` is then not called any more.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "shared/base/result.h"
#include "shared/net/loop.h"

namespace agent {

class DiskWorker {
 public:
  using Job = std::function<base::Status()>;
  using Done = std::function<void(const base::Status&)>;

  explicit DiskWorker(net::Loop& loop);
  ~DiskWorker();
  DiskWorker(const DiskWorker&) = delete;
  DiskWorker& operator=(const DiskWorker&) = delete;

  void submit(Job job, Done done);
  // Waits until all jobs are done; their `done` is called later, by the loop. For starts and administrators.
  void flush();
  // The same, and calls their `done` at once: nobody is waiting for an answer any more when this returns.
  void settle();

 private:
  struct Entry {
    Job job;
    Done done;
  };
  // What a turn of the loop has to tell; shared with the posted task, which may come after this object.
  struct Finished {
    std::mutex mutex;
    std::deque<std::pair<Done, base::Status>> list;
    bool alive = true;  // the loop's thread alone

    void tellAll();
  };

  void run();

  net::Loop& loop_;
  std::shared_ptr<Finished> finished_;
  // Guards what the two threads hand over; held for moments.
  std::mutex mutex_;
  std::condition_variable wake_, idle_;
  std::deque<Entry> queue_;
  bool working_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace agent

// Readings: what the management server reads on the store's reading thread, such that none outlives the server.
//
// A reading may refer to whatever lives as long as the server does. After end() none runs, and what those refer to that
// waited has been let go on the thread that called end(). A reading that runs holds end() up until it is done; it is
// let go by `post`, since what it refers to belongs to the server's thread.
//
// read() and end(): the management server's thread; readings: the store's. Bound: that of the store's queue.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "isns-server/app/management_link.h"

namespace app {

class Readings {
 public:
  using Post = std::function<void(std::function<void()>)>;  // to the management server's thread; called from any
  Readings(ProtocolLink& protocol, Post post) : protocol_(protocol), post_(std::move(post)) {}
  ~Readings() { end(); }
  Readings(const Readings&) = delete;
  Readings& operator=(const Readings&) = delete;

  // False: too much waits there, or it has ended.
  [[nodiscard]] bool read(store::StoreThread::Reading reading);
  void end();

 private:
  // The store's queue holds it, too, and may hold it for longer.
  struct Queue {
    std::mutex running;  // held while a reading runs; taken before the other one
    std::mutex mutex;    // of what follows
    std::deque<store::StoreThread::Reading> waiting;
    bool ended = false;

    store::StoreThread::Reading take();  // empty: there is none
  };
  ProtocolLink& protocol_;
  const Post post_;
  std::shared_ptr<Queue> queue_ = std::make_shared<Queue>();
};

}  // namespace app

// Signals: signals as events of a loop (signalfd).
//
// Blocks the signals in the calling thread, so make it before any other thread starts: new threads inherit the block.
// The destructor restores the mask that it found. Throws std::system_error when the kernel refuses (start of process).
#pragma once

#include <csignal>
#include <functional>
#include <initializer_list>

#include "shared/net/loop.h"
#include "shared/net/unique_fd.h"

namespace net {

class Signals final : private Handler {
 public:
  // The callback gets the number: SIGTERM, SIGINT, SIGHUP ...
  Signals(Loop& loop, std::initializer_list<int> signals, std::function<void(int signal)> callback);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  void onEvents(std::uint32_t events) override;

  std::function<void(int)> callback_;
  sigset_t before_;
  UniqueFd fd_;
  Watch watch_;
};

}  // namespace net

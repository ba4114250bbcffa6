// Listener: a listening TCP socket on a loop.
//
// One thread: the loop's. Accepts at most kAcceptsATurn connections a turn, so that a storm of new ones does not starve
// the others. When descriptors or memory run out it stops accepting for kRetryAfter instead of spinning; the kernel's
// backlog holds the callers meanwhile. A peer that has vanished without a word is found by keep-alive: after
// kProbeAfter of silence it is probed, and when it answers none of kProbes the connection ends. The owner may close or
// destroy the listener in a callback.
#pragma once

#include <chrono>

#include "shared/base/result.h"
#include "shared/net/address.h"
#include "shared/net/loop.h"
#include "shared/net/timer.h"
#include "shared/net/unique_fd.h"

namespace net {

class Listener;

class ListenerOwner {
 public:
  // A connected, non-blocking socket with TCP_NODELAY and keep-alive, for Stream::accept().
  virtual void onAccepted(Listener& listener, UniqueFd fd, const Address& peer) = 0;
  // No descriptor or no memory for the next connection; tried again after kRetryAfter.
  virtual void onAcceptFailed(Listener& listener, const base::Error& why) = 0;

 protected:
  ~ListenerOwner() = default;
};

class Listener final : private Handler {
 public:
  static constexpr int kBacklog = 4096;
  static constexpr int kAcceptsATurn = 64;
  static constexpr std::chrono::milliseconds kRetryAfter{100};
  static constexpr std::chrono::seconds kProbeAfter{60};
  static constexpr std::chrono::seconds kProbeInterval{20};
  static constexpr int kProbes = 3;

  Listener(Loop& loop, ListenerOwner& owner);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // IPv6 addresses get IPv6 connections only; 0.0.0.0 and :: are two listeners. Port 0: any free one.
  base::Status listen(const Address& address);
  // Takes over a listening socket, as systemd passes it.
  base::Status adopt(UniqueFd fd);
  void close();

  // Leaves new connections in the backlog, for an owner that has its maximum.
  void pause();
  void resume();

  [[nodiscard]] const Address& local() const { return local_; }

 private:
  void onEvents(std::uint32_t events) override;
  base::Status open(UniqueFd fd);
  bool acceptOne();
  [[nodiscard]] std::uint32_t interest() const;
  void updateInterest();

  Loop& loop_;
  ListenerOwner& owner_;
  UniqueFd fd_;
  Watch watch_;
  Timer retry_;
  Address local_;
  bool paused_ = false;
};

}  // namespace net

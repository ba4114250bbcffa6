// UnixListener: a listening stream socket with a path, on a loop.
//
// One thread: the loop's. The file is there from listen() to close(); one that is left over from a process that is gone
// is replaced, one that somebody serves is not. Nobody beyond the mode can connect at any moment. Where descriptors or
// memory run out it rests for kRetryAfter; the kernel's backlog holds the callers meanwhile. The owner may close or
// destroy the listener in a callback.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

#include "shared/base/result.h"
#include "shared/net/loop.h"
#include "shared/net/timer.h"
#include "shared/net/unique_fd.h"

namespace net {

class UnixListener;

class UnixListenerOwner {
 public:
  // A connected, non-blocking socket.
  virtual void onUnixAccepted(UnixListener& listener, UniqueFd fd) = 0;

 protected:
  ~UnixListenerOwner() = default;
};

struct UnixPeer {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
};
// Who connected, by the kernel's word (SO_PEERCRED).
base::Result<UnixPeer> unixPeerOf(int fd);

class UnixListener final : private Handler {
 public:
  static constexpr int kBacklog = 64;
  static constexpr int kAcceptsATurn = 16;
  static constexpr std::chrono::milliseconds kRetryAfter{100};

  UnixListener(Loop& loop, UnixListenerOwner& owner);
  ~UnixListener();
  UnixListener(const UnixListener&) = delete;
  UnixListener& operator=(const UnixListener&) = delete;

  // A path that is longer than the kernel takes is an Error, as is one that somebody else serves.
  base::Status listen(const std::string& path, mode_t mode);
  // The file, once it is there, becomes this group's. Where that fails it serves on, as the process's own group's. Asks
  // the user database.
  base::Status giveTo(const std::string& group);
  void close();

 private:
  void onEvents(std::uint32_t events) override;

  Loop& loop_;
  UnixListenerOwner& owner_;
  std::string path_;  // of the file, once it is ours
  UniqueFd fd_;
  Watch watch_;
  Timer retry_;
};

}  // namespace net

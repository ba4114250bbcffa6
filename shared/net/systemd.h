// What a service says to systemd and gets from it: sd_notify(3), sd_listen_fds(3), sd_watchdog_enabled(3), without
// libsystemd. Without systemd everything here does nothing and succeeds.
//
// The environment is read at the start of the process, before other threads.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/clock.h"
#include "shared/base/result.h"
#include "shared/net/unique_fd.h"

namespace net {

class SystemdNotifier {
 public:
  // An absolute path, or "@name" for an abstract socket; empty: no systemd.
  explicit SystemdNotifier(std::string socket) : socket_(std::move(socket)) {}
  static SystemdNotifier fromEnvironment();  // $NOTIFY_SOCKET

  [[nodiscard]] base::Status ready() const { return send("READY=1"); }
  [[nodiscard]] base::Status stopping() const { return send("STOPPING=1"); }
  [[nodiscard]] base::Status reloading(base::TimePoint now) const;  // ready() tells the end of it
  [[nodiscard]] base::Status watchdog() const { return send("WATCHDOG=1"); }

 private:
  [[nodiscard]] base::Status send(std::string_view state) const;
  std::string socket_;
};

// Within what time watchdog() must be called again; send it at half of that. Nothing: no watchdog for this process.
std::optional<base::Duration> watchdogInterval();

struct PassedSocket {
  UniqueFd fd;
  std::string name;  // FileDescriptorName= of the socket unit; "unknown" if not told
};

// The sockets that systemd opened for this process, close-on-exec; none without socket activation. Takes the variables
// out of the environment, so that no child believes that they are its own. `firstFd` is 3 but in tests.
base::Result<std::vector<PassedSocket>> takePassedSockets(int firstFd = 3);

}  // namespace net

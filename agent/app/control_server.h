// ControlServer: the unix socket of `sanctl agent`. Lines come in, answers go out; what they mean is the owner's.
//
// The loop's thread. Root and the agent's own user may connect, and the members of a group where one is set: the
// socket's mode (0660) says so to the kernel, and SO_PEERCRED is looked at once more. One request of a connection is
// worked on at a time; reading is paused meanwhile. A line is wiped once it was worked on: it may hold secrets. Bounds:
// kMaxConnections (beyond: the one that was silent longest is closed), control::kMaxRequest bytes a line (beyond:
// closed), control::kMaxAnswer bytes of output.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shared/net/loop.h"
#include "shared/net/stream.h"
#include "shared/net/timer.h"
#include "shared/net/unix_listener.h"

namespace agent {

struct ControlPeer {
  uid_t uid = 0;
  pid_t pid = 0;
};

class ControlServer final : private net::UnixListenerOwner {
 public:
  static constexpr std::size_t kMaxConnections = 64;

  // Answers a line by one call, with a whole line; inside of the call or later. `Respond` may outlive the connection.
  using Respond = std::function<void(std::string answer)>;
  using OnLine = std::function<void(std::string_view line, const ControlPeer& peer, Respond respond)>;
  using OnRefused = std::function<void(const ControlPeer& peer, std::string_view why)>;

  ControlServer(net::Loop& loop, OnLine onLine, OnRefused onRefused);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  base::Status listen(const std::string& path);
  // Its members may use the socket, too. Where the file cannot be given to it, they may not, and it serves on.
  base::Status giveTo(const std::string& group);
  // For root and this process's own user alone: mode 0600.
  base::Status listenPrivately(const std::string& path);

 private:
  class Client;

  void onUnixAccepted(net::UnixListener& listener, net::UniqueFd fd) override;
  void removeEnded();
  [[nodiscard]] bool mayUse(const ControlPeer& peer, gid_t peerGroup) const;
  void ended(std::uint64_t id);
  void makeRoom();

  net::Loop& loop_;
  OnLine onLine_;
  OnRefused onRefused_;
  std::string group_;
  net::UnixListener listener_;
  net::Timer remove_;
  std::map<std::uint64_t, std::unique_ptr<Client>> clients_;
  std::vector<std::uint64_t> ended_;
  std::uint64_t nextClient_ = 1;
};

}  // namespace agent

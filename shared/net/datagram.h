// DatagramSocket: a UDP socket on a loop, IPv4 or IPv6.
//
// One thread: the loop's. Receives in batches by one system call. Says to which local address a message was sent, so
// that the answer can leave from it: a peer of a machine with several addresses expects that. Sending keeps no queue;
// overflow policy: a message for which the kernel has no room is dropped and send() says so. The owner may close or
// destroy the socket in a callback.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "shared/base/bytes.h"
#include "shared/base/result.h"
#include "shared/net/address.h"
#include "shared/net/loop.h"
#include "shared/net/unique_fd.h"

namespace net {

class DatagramSocket;

struct Received {
  base::ByteView bytes;  // valid in the callback
  Address peer;
  Address local;   // where to answer from: the address that the peer sent to; [::]:0 where not known
  bool truncated;  // the message was longer than maxMessage; its end is lost
};

class DatagramOwner {
 public:
  virtual void onReceived(DatagramSocket& socket, const Received& message) = 0;

 protected:
  ~DatagramOwner() = default;
};

struct DatagramOptions {
  std::size_t maxMessage = 65'535;  // bytes; longer ones arrive truncated
  std::size_t batch = 16;           // messages a system call; holds maxMessage bytes for each
  bool shared = false;              // other sockets may have the port, too: each gets what goes to groups or to all
};

class DatagramSocket final : private Handler {
 public:
  DatagramSocket(Loop& loop, DatagramOwner& owner, const DatagramOptions& options = {});
  ~DatagramSocket();
  DatagramSocket(const DatagramSocket&) = delete;
  DatagramSocket& operator=(const DatagramSocket&) = delete;

  // Binds to the address; port 0: any free one. IPv6 sockets carry IPv6 only.
  base::Status open(const Address& address);
  // Takes over a bound UDP socket, as systemd passes it.
  base::Status adopt(UniqueFd fd);
  void close();

  // One message. `from`: Received::local of the message that is answered; else the kernel chooses.
  base::Status send(const Address& to, base::ByteView bytes, const std::optional<Address>& from = std::nullopt);

  base::Status setBroadcast(bool on);
  base::Status joinGroup(const Address& group, unsigned interface = 0);

  [[nodiscard]] const Address& local() const { return local_; }

 private:
  struct Batch;

  void onEvents(std::uint32_t events) override;
  base::Status start(UniqueFd fd);
  base::Status setOption(int level, int name, const void* value, socklen_t size, const char* what);

  Loop& loop_;
  DatagramOwner& owner_;
  DatagramOptions options_;
  UniqueFd fd_;
  Watch watch_;
  Address local_;
  int family_ = AF_INET;  // of the socket: AF_INET6 may carry IPv4 too, if systemd made it so
  std::unique_ptr<Batch> batch_;
};

}  // namespace net

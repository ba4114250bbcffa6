// HeartbeatListener: hears Name Service Heartbeats on the loop (RFC 4171 2.9.3): broadcasts, and those of the multicast
// groups that it joins on every interface; IPv4 and IPv6. What they tell is a HeartbeatTable's business.
//
// Others of this machine may listen at the port as well, but a name server that has it takes it for itself. The loop's
// thread. Errors: a sentence of listen(), which may be called again, for an address that was not there, too.
#pragma once

#include <functional>
#include <set>
#include <utility>

#include "agent/registrar/heartbeat_table.h"
#include "shared/net/datagram.h"
#include "shared/net/timer.h"

namespace registrar {

class HeartbeatListener final : private net::DatagramOwner {
 public:
  static constexpr std::size_t kMaxMessage = 2048;  // bytes; a heartbeat is no fragment

  // `changed`: servers() or leftOut() may be another.
  HeartbeatListener(net::Loop& loop, std::function<void()> changed);

  // Goes on where it listens there already; interfaces that have come since join the groups.
  base::Status listen(std::uint16_t port, const std::vector<net::Address>& groups);
  // And forgets what it heard.
  void close();

  [[nodiscard]] std::vector<net::Address> servers() const { return table_.servers(); }
  [[nodiscard]] std::size_t leftOut() const { return table_.leftOut(); }

 private:
  void onReceived(net::DatagramSocket& socket, const net::Received& message) override;
  base::Status join(const net::Address& group);
  void rearm() { silence_.startAt(table_.nextDeadline()); }

  net::Loop& loop_;
  std::function<void()> changed_;
  HeartbeatTable table_;
  net::Timer silence_;
  net::DatagramSocket v4_;
  net::DatagramSocket v6_;
  std::uint16_t port_ = 0;  // 0: closed
  bool has6_ = false;
  std::set<std::pair<std::string, unsigned>> joined_;  // group and interface
};

}  // namespace registrar

// Carries out what core::Outbound decides: the connections and datagrams of SCNs and ESIs.
//
// One thread: the loop's. Each destination number has at most one Stream; closed ones are destroyed at the end of the
// turn, never inside their own callback. Work is taken in portions of kActionsATurn, so that a large fan-out does not
// keep clients waiting; runTurn() says whether there is more. UDP leaves from the server's own sockets, to which the
// answers come back.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "isns-server/core/outbound.h"
#include "shared/isns/assembler.h"
#include "shared/net/stream.h"

namespace app {

net::Address addressOf(const core::Endpoint& endpoint);
core::Endpoint endpointOf(const net::Address& address, bool udp);

class OutboundDriver {
 public:
  static constexpr std::size_t kActionsATurn = 16;
  using SendDatagram = std::function<void(const net::Address& to, base::ByteView bytes)>;
  OutboundDriver(net::Loop& loop, core::Outbound& outbound, SendDatagram sendDatagram);
  ~OutboundDriver();
  OutboundDriver(const OutboundDriver&) = delete;
  OutboundDriver& operator=(const OutboundDriver&) = delete;

  // Works off one portion of actions. True when there is more for the next turn.
  bool runTurn(base::Now now);
  // Something came back, so that Outbound may want to act.
  [[nodiscard]] bool moved() const { return moved_; }

 private:
  class Link;
  void connect(const core::OutboundAction& action, base::Now now);
  void close(std::uint32_t destination);
  [[nodiscard]] base::Now now() const;

  net::Loop& loop_;
  core::Outbound& outbound_;
  const SendDatagram sendDatagram_;
  std::vector<std::unique_ptr<Link>> links_;  // by destination number
  std::vector<std::unique_ptr<Link>> dead_;   // destroyed at the end of the turn
  core::OutboundActions actions_;
  bool moved_ = false;
};

}  // namespace app

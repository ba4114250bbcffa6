// Carries out what core::Outbound decides: the connections and datagrams of SCNs and ESIs.
//
// One thread: the loop's. Each destination number has at most one Stream; closed ones are destroyed at the end of a
// step, never inside their own callback. Ten thousand listeners must not keep clients waiting, so all of it is done in
// slices at the end of a turn, after the clients' answers have left, when core::OutboundPace allows one: steps of a few
// events and actions until its time is over. The connections have a loop of their own, inside the server's, which sees
// them as one descriptor; so what listeners answer waits with the rest. UDP leaves from the server's own sockets, to
// which the answers come back.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "isns-server/core/outbound.h"
#include "isns-server/core/outbound_pace.h"
#include "shared/isns/assembler.h"
#include "shared/net/stream.h"

namespace app {

net::Address addressOf(const core::Endpoint& endpoint);
core::Endpoint endpointOf(const net::Address& address, bool udp);

class OutboundDriver final : private net::Handler {
 public:
  static constexpr std::size_t kActionsAStep = 4;
  static constexpr std::size_t kEventsAStep = 4;
  using SendDatagram = std::function<void(const net::Address& to, base::ByteView bytes)>;
  // The message with the server's signature; used before the next call.
  using Sign = std::function<base::ByteView(base::ByteView message)>;
  // Hands more work to Outbound before each step of a slice; true when there is still more.
  using Feed = std::function<bool()>;
  OutboundDriver(net::Loop& loop, core::Outbound& outbound, SendDatagram sendDatagram, Sign sign, Feed feed);
  ~OutboundDriver();
  OutboundDriver(const OutboundDriver&) = delete;
  OutboundDriver& operator=(const OutboundDriver&) = delete;

  // Before the server's loop turns for the first time.
  base::Status start();
  // At the end of each turn of the server's loop. `fed`: Feed has work. With `clientsWait` there may be no slice.
  void turnEnd(bool fed, bool clientsWait);

 private:
  class Link;
  void onEvents(std::uint32_t events) override;
  void onTurnEnd() override;
  bool step();
  void act(const core::OutboundAction& action, base::Now now);
  void connect(const core::OutboundAction& action, base::Now now);
  void close(std::uint32_t destination);
  [[nodiscard]] base::ByteView messageOf(const core::OutboundAction& action) const;
  [[nodiscard]] base::Now now() const;

  net::Loop& loop_;
  core::Outbound& outbound_;
  const SendDatagram sendDatagram_;
  const Sign sign_;
  const Feed feed_;
  core::OutboundPace pace_;
  net::Timer holdEnds_;
  net::Loop inner_{1};                        // of the links; nobody posts to it
  net::Watch watch_;                          // of inner_, by loop_
  bool readable_ = false;                     // inner_ has events
  std::vector<std::unique_ptr<Link>> links_;  // by destination number
  std::vector<std::unique_ptr<Link>> dead_;   // destroyed at the end of the step
  core::OutboundActions actions_;
};

}  // namespace app

// NetConnection: the Connection over TCP or UDP, on a loop of its own (see Connection for what it promises).
//
// One thread. Connects when it is first asked, and again after the server has closed; the host name is looked up by the
// system's resolver. All its addresses are tried in turn, within the timeout. By UDP, one that is silent may have
// carried out what it has not answered: which of several answers is found by a question that changes nothing, before
// the first request. Accepts at most kMaxPeers connections for notifications; more are closed at once.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <ostream>
#include <vector>

#include "isns-server/ctl/connection.h"
#include "isns-server/ctl/message_trace.h"
#include "shared/isns/client_session.h"
#include "shared/net/datagram.h"
#include "shared/net/host_lookup.h"
#include "shared/net/listener.h"
#include "shared/net/loop.h"
#include "shared/net/signals.h"
#include "shared/net/stream.h"

namespace ctl {

class NetConnection final : public Connection {
 public:
  static constexpr std::size_t kMaxPeers = 64;

  using LookUp = std::function<base::Result<std::vector<net::Address>>(const std::string& host, std::uint16_t port)>;

  // `trace`: where the messages are printed; nullptr: nowhere. `signer` may be empty.
  NetConnection(ServerSettings settings, isns::MessageSigner signer, std::ostream* trace,
                LookUp lookUp = net::lookUpHost);
  ~NetConnection() override;

  Asked<isns::Response> ask(const isns::Request& request) override;
  [[nodiscard]] std::string server() const override;
  Asked<isns::IpAddress> localAddress() override;
  Asked<std::uint32_t> listen(const isns::PortalAddress& address) override;
  std::optional<Notice> nextNotice(base::TimePoint until) override;
  [[nodiscard]] bool interrupted() const override { return interrupted_; }

 private:
  class Peer;       // a TCP connection, made or accepted, with its session
  class Datagrams;  // a UDP socket with its session
  class Port;       // a listening socket

  [[nodiscard]] isns::ClientSettings sessionSettings(isns::Transport transport) const;
  Outcome resolve();
  Outcome connect();
  Outcome connectTo(const net::Address& address, base::TimePoint deadline);
  // Of UDP what connect() and connectTo() are of TCP.
  Outcome reach();
  Outcome greet(base::TimePoint deadline);
  Outcome openDatagrams(const net::Address& address);
  // tryOne(address, deadline) for one after the other until it succeeds: reached_ is that address then.
  template <class TryOne>
  Outcome tryAddresses(const TryOne& tryOne);
  // Turns the loop once, at most until `until`, and hands out what came.
  void turn(base::TimePoint until);
  // Keeps what a session has heard; the reason, where its stream cannot be read any further.
  std::optional<std::string> take(isns::ClientSession& session, const std::string& peer);
  [[nodiscard]] Failure cannotReach(const std::string& why) const;
  [[nodiscard]] Failure silent(const isns::NoAnswer& answer) const;

  ServerSettings settings_;
  isns::MessageSigner signer_;
  std::ostream* trace_;
  LookUp lookUp_;
  std::vector<net::Address> addresses_;
  std::optional<net::Address> reached_;
  net::Loop loop_;
  std::unique_ptr<net::Signals> signals_;
  std::unique_ptr<Peer> server_;
  std::unique_ptr<Datagrams> datagrams_;
  std::unique_ptr<Port> port_;
  std::unique_ptr<Datagrams> datagramPort_;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::deque<Notice> notices_;
  std::vector<isns::ClientEvent> answers_;  // of the request that is being asked
  bool interrupted_ = false;
};

}  // namespace ctl

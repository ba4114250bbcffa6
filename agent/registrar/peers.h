// Peers: whom a node sees at the name server: an initiator its targets, a target its initiators (RFC 4171 5.6.5.2).
//
// The server answers with nodes that share an active discovery domain with the source. A portal without a portal group,
// or with a tag of none, is no way to a target. Pure values and functions. Bound: kMaxPeers; an answer with more is cut
// and says so.
#pragma once

#include "agent/registrar/presence.h"

namespace registrar {

struct PeerPortal {
  net::Address address;
  std::uint16_t group = 0;

  friend bool operator==(const PeerPortal&, const PeerPortal&) = default;
};

struct Peer {
  std::string name;
  std::string alias;
  std::vector<PeerPortal> portals;  // of a target: the ways to it, in the order of the answer

  friend bool operator==(const Peer&, const Peer&) = default;
};

struct Peers {
  static constexpr std::size_t kMaxPeers = 65536;

  std::vector<Peer> list;  // by name
  bool cut = false;
};

isns::Request peersQuery(const NodePresence& node);
Peers peersOf(const NodePresence& node, const isns::Response& answer);

}  // namespace registrar

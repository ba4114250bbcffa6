// Presence: what an agent wants a name server to know of it, and the iSNS messages that say so (RFC 4171 5.6.5.1, 6).
//
// One Network Entity with its portals and nodes. Registered with the replace bit, so that what an earlier life of the
// agent left behind is gone; each portal once, and none with a wildcard address: the server would give it to
// initiators. Names are in their normal spelling. Pure values and functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "shared/base/result.h"
#include "shared/isns/request_builders.h"
#include "shared/isns/response_reader.h"
#include "shared/net/address.h"

namespace registrar {

enum class Role : std::uint8_t { Initiator, Target };

struct PortalPresence {
  net::Address address;
  std::uint16_t group = isns::kDefaultPgTag;  // the portal group tag by which targets are reached through it

  friend bool operator==(const PortalPresence&, const PortalPresence&) = default;
};

struct NodePresence {
  std::string name;
  Role role = Role::Initiator;
  std::string alias;                  // empty: none
  std::vector<std::uint16_t> groups;  // of a target: the tags through which it is reached; none: all

  friend bool operator==(const NodePresence&, const NodePresence&) = default;
};

struct Presence {
  static constexpr std::size_t kMaxPortals = 256;
  static constexpr std::size_t kMaxNodes = 1024;

  std::string eid;
  std::vector<PortalPresence> portals;
  std::vector<NodePresence> nodes;
  std::chrono::seconds period{0};       // how long a registration holds without a message; 0: as the server says
  std::chrono::seconds esiInterval{0};  // how often the server asks whether we are there; 0: it does not
  std::uint16_t noticePort = 0;         // TCP, on all portals: where SCN and ESI messages are taken; 0: nowhere

  [[nodiscard]] const NodePresence* find(std::string_view name) const;
  friend bool operator==(const Presence&, const Presence&) = default;
};

// A sentence about what cannot be registered.
base::Status check(const Presence& presence);

isns::Request registration(const Presence& presence);
isns::Request deregistration(const Presence& presence);
// Of changes of what the node may see, and of itself.
isns::Request noticesFor(const NodePresence& node);
// Whether the server still has the node with its portals; any message from a node keeps the registration, too (6.2.6).
isns::Request stillThere(const NodePresence& node);
// What the answer to that says.
enum class Standing : std::uint8_t {
  Ours,     // the node is there with its portals
  Missing,  // it is not, or not with all of them
  Others,   // it is, and its portals are all another machine's: somebody has the same names
};
// The portals that the node should have, and has not by that answer.
std::vector<isns::PortalAddress> missingPortals(const Presence& presence, const NodePresence& node,
                                                const isns::Response& answer);
Standing standingOf(const Presence& presence, const NodePresence& node, const isns::Response& answer);
// Whether notices for one of its portals go to another port than the present one, as the server has an older
// registration of it.
bool isHeardElsewhere(const Presence& presence, const isns::Response& answer);

isns::PortalAddress isnsPortal(const net::Address& address);

}  // namespace registrar

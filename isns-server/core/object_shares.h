// ObjectShares: how much of the registry each source has made, so that none fills it for the others.
//
// An entity counts for the source that first added to it since the start, with its nodes, portals, FC ports, portal
// groups and FC_DOMAIN_IDs, whoever adds to it later. A source is an IPv4 address, or an IPv6 network of 64 bits, for a
// host has as many addresses there as it likes (RFC 8981). What comes by UDP is one source together, since anybody can
// forge the address of a datagram and would use up another's share. What was loaded from the store, and what comes from
// who is exempt (a control node, a verified signature), is not counted: it is never refused, and never removed. Beyond
// its share a source may change and remove, and add nothing.
//
// Counts follow the working state; after a commit that failed they begin anew, as after a start: a source may then have
// more than its share, never less. Bound: a record for each entity of the registry. One thread.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "isns-server/core/request.h"
#include "isns-server/core/slot_table.h"
#include "isns-server/core/transaction.h"

namespace core {

class ObjectShares {
 public:
  // What the transaction adds and removes is counted; false, and nothing is, where it adds more than there is room for:
  // the source of the entity would have more than `most` objects. Without a peer (who asks is exempt, or the server
  // does it) what is added is not counted.
  [[nodiscard]] bool take(const Transaction& transaction, const Peer* peer, std::uint32_t most);
  void clear();

  [[nodiscard]] std::uint32_t objectsOf(const Peer& peer) const;

 private:
  struct Account {
    std::uint32_t objects = 0;
    std::uint32_t entities = 0;
  };
  using Accounts = std::map<isns::IpAddress, Account>;  // by order: no source chooses where in a table it comes
  struct Share {
    Accounts::iterator account{};
    std::uint32_t objects = 0;
  };

  static isns::IpAddress sourceOf(const Peer& peer);
  // What becomes more and less of each entity.
  void measure(const Transaction& transaction);
  void follow(Index entity, std::int64_t more, const std::optional<isns::IpAddress>& source);

  Accounts accounts_;
  SlotTable<Index, Share> shares_;  // by entity
  struct Change {
    Index entity;
    std::int64_t objects;
  };
  std::vector<Change> changes_;  // of the transaction that is counted, one an entity
};

}  // namespace core

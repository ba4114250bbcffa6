// SanIndex: what follows from the facts of a snapshot: who belongs to whom, as arrays for quick walks.
//
// Built in one pass over a snapshot, then immutable: readers on any thread share it. It keeps its snapshot. Hosts and
// logical units get dense numbers here (rows and columns of a reach matrix), ascending by reference; they mean nothing
// in another index. Ids that are not there give empty spans. Errors: none.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "shared/san/snapshot.h"

namespace san {

// A list of lists of ids in two arrays.
class IdLists {
 public:
  // Pairs of (owner, item), in any order; `owners`: the highest owner.
  void build(std::vector<std::pair<Id, Id>> pairs, Id owners);
  [[nodiscard]] std::span<const Id> of(Id owner) const {
    if (owner + std::size_t{1} >= starts_.size()) return {};
    return std::span(items_).subspan(starts_[owner], starts_[owner + 1] - starts_[owner]);
  }

 private:
  std::vector<std::uint32_t> starts_;
  std::vector<Id> items_;  // of each owner ascending
};

class SanIndex {
 public:
  explicit SanIndex(Snapshot snapshot);

  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }

  // Hosts: Host objects, and entities and nodes with an initiator that no Host names (DESIGN section 5).
  [[nodiscard]] std::span<const ObjectRef> hosts() const { return hosts_; }
  [[nodiscard]] std::span<const Id> units() const { return units_; }
  // The number of a host or a unit; nothing when it is none.
  [[nodiscard]] std::optional<std::size_t> hostNumber(ObjectRef host) const;
  [[nodiscard]] std::optional<std::size_t> unitNumber(Id unit) const;
  // The host that a node belongs to: the Host that names it, else the Host that names its entity, else its entity,
  // else the node itself.
  [[nodiscard]] ObjectRef hostOf(Id node) const;
  [[nodiscard]] std::span<const Id> initiatorsOf(std::size_t host) const { return hostInitiators_.of(static_cast<Id>(host)); }

  [[nodiscard]] std::span<const Id> nodesOf(Id entity) const { return entityNodes_.of(entity); }
  [[nodiscard]] std::span<const Id> portalsOf(Id entity) const { return entityPortals_.of(entity); }
  [[nodiscard]] std::span<const Id> groupsOf(Id node) const { return nodeGroups_.of(node); }
  [[nodiscard]] std::span<const Id> domainsOf(Id node) const { return nodeDomains_.of(node); }
  [[nodiscard]] std::span<const Id> setsOf(Id domain) const { return domainSets_.of(domain); }
  [[nodiscard]] std::span<const Id> unitsOf(Id target) const { return targetUnits_.of(target); }
  [[nodiscard]] std::span<const Id> mapsOf(Id target) const { return targetMaps_.of(target); }
  [[nodiscard]] std::span<const Id> mapsOfUnit(Id unit) const { return unitMaps_.of(unit); }
  [[nodiscard]] std::span<const Id> sessionsOf(Id initiator) const { return initiatorSessions_.of(initiator); }
  [[nodiscard]] std::span<const Id> credentialsOf(Id initiator) const { return initiatorCredentials_.of(initiator); }
  [[nodiscard]] std::span<const Id> agentsOf(Id entity) const { return entityAgents_.of(entity); }
  // What is applied at a target, as its agent reported; nullptr for a foreign one.
  [[nodiscard]] const AppliedTarget* appliedAt(Id target) const;

  // In an enabled set; or the default domain where that is on; or in no set where such are active (DESIGN section 5).
  [[nodiscard]] bool isActive(Id domain) const { return domain < active_.size() && active_[domain]; }
  // The declared networks that hold the portal's address.
  [[nodiscard]] std::span<const Id> networksOf(Id portal) const { return portalNetworks_.of(portal); }

 private:
  void indexHosts();

  Snapshot snapshot_;
  std::vector<ObjectRef> hosts_;
  std::vector<Id> units_;
  std::vector<ObjectRef> nodeHosts_;  // by node
  std::vector<bool> active_;          // by domain
  std::vector<Id> applied_;           // by target
  IdLists hostInitiators_;            // by number of the host
  IdLists entityNodes_, entityPortals_, entityAgents_;
  IdLists nodeGroups_, nodeDomains_, domainSets_;
  IdLists targetUnits_, targetMaps_, unitMaps_;
  IdLists initiatorSessions_, initiatorCredentials_, portalNetworks_;
};

}  // namespace san

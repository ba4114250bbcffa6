// SanIndex: what follows from the facts of a snapshot: who belongs to whom, as arrays for quick walks.
//
// Built in one pass over a snapshot, then immutable: readers on any thread share it. It keeps its snapshot. Hosts and
// logical units get dense numbers here (rows and columns of a reach matrix), ascending by reference; they mean nothing
// in another index. Ids that are not there give empty spans. Errors: none.
#pragma once

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "shared/san/id_table.h"
#include "shared/san/snapshot.h"

namespace san {

// A logical unit that somebody is to have of a target: what a Map says, and no more than reading where it is about to
// go.
struct Grant {
  static constexpr std::uint32_t kNoColumn = 0xffffffff;
  Id target = 0;
  Id unit = 0;
  std::uint32_t lun = 0;
  Right right = Right::ReadOnly;
  Id map = 0;
  std::uint32_t column = 0;  // the number of the unit; kNoColumn: it does not stand behind the target
  friend auto operator<=>(const Grant&, const Grant&) = default;
};

// For whom a Map goes, and when: what a Departure says.
struct Leaver {
  Id initiator = 0;  // 0: everybody
  Seconds leavesAt = 0;
  Revision changed = 0;  // of the Departure
  friend auto operator<=>(const Leaver&, const Leaver&) = default;
};

struct AppliedCell {
  std::uint32_t column = 0;  // the number of a unit that stands behind the target
  Right right = Right::ReadOnly;
};

// What an applied target gives to one initiator, or to each that it admits: a part of appliedCells().
struct AppliedRun {
  Id target = 0;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  friend auto operator<=>(const AppliedRun&, const AppliedRun&) = default;
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
  // else the node itself. Where two name it, the one with the lower id. None: there is no such node.
  [[nodiscard]] ObjectRef hostOf(Id node) const;
  // The cluster of that host; 0: none.
  [[nodiscard]] Id clusterOf(Id node) const;
  [[nodiscard]] std::span<const Id> initiatorsOf(std::size_t host) const {
    return hostInitiators_.of(static_cast<Id>(host));
  }

  [[nodiscard]] std::span<const Id> initiatorsIn(Id cluster) const { return clusterInitiators_.of(cluster); }
  // Initiators that are control nodes, ascending.
  [[nodiscard]] std::span<const Id> controls() const { return controls_; }

  [[nodiscard]] std::span<const Id> nodesOf(Id entity) const { return entityNodes_.of(entity); }
  [[nodiscard]] std::span<const Id> portalsOf(Id entity) const { return entityPortals_.of(entity); }
  [[nodiscard]] std::span<const Id> groupsOf(Id node) const { return nodeGroups_.of(node); }
  [[nodiscard]] std::span<const Id> domainsOf(Id node) const { return nodeDomains_.of(node); }
  [[nodiscard]] std::span<const Id> setsOf(Id domain) const { return domainSets_.of(domain); }
  [[nodiscard]] std::span<const Id> unitsOf(Id target) const { return targetUnits_.of(target); }
  [[nodiscard]] std::span<const Id> mapsOf(Id target) const { return targetMaps_.of(target); }
  [[nodiscard]] std::span<const Id> mapsOfUnit(Id unit) const { return unitMaps_.of(unit); }
  [[nodiscard]] std::span<const Id> sessionsOf(Id initiator) const { return initiatorSessions_.of(initiator); }
  [[nodiscard]] std::span<const Id> probesOf(Id initiator) const { return initiatorProbes_.of(initiator); }
  [[nodiscard]] std::span<const Id> credentialsOf(Id initiator) const { return initiatorCredentials_.of(initiator); }
  [[nodiscard]] std::span<const Id> agentsOf(Id entity) const { return entityAgents_.of(entity); }
  // What is applied at a target, as its agent reported; nullptr for a foreign one.
  [[nodiscard]] const AppliedTarget* appliedAt(Id target) const;
  // Whether an agent answers for the target: something is applied at it, or an agent that is not revoked has its entity
  // or itself. The others are foreign.
  [[nodiscard]] bool isManaged(Id target) const;

  // In an enabled set; or the default domain where that is on; or in no set where such are active (DESIGN section 5).
  [[nodiscard]] bool isActive(Id domain) const;
  // A domain that names portals of a node's entity excludes those of it that it does not name (RFC 4171 2.2.2).
  [[nodiscard]] bool excludes(const Domain& domain, Id node, Id portal) const;
  // The declared networks that hold the portal's address.
  [[nodiscard]] std::span<const Id> networksOf(Id portal) const { return portalNetworks_.of(portal); }

  // The same objects as in the snapshot, nearer. nullptr when there is none.
  [[nodiscard]] const Node* node(Id id) const {
    const auto* facts = nodes_.find(id);
    return facts == nullptr ? nullptr : facts->node;
  }
  [[nodiscard]] const Portal* portal(Id id) const {
    const auto* facts = portals_.find(id);
    return facts == nullptr ? nullptr : facts->portal;
  }
  [[nodiscard]] const Domain* domain(Id id) const {
    const auto* facts = domains_.find(id);
    return facts == nullptr ? nullptr : facts->domain;
  }

  // --- for reach, whose matrices need them by the thousand ---

  // The Maps that name a node, a host or a cluster, ascending by target.
  [[nodiscard]] std::span<const Grant> grantsTo(ObjectRef who) const;
  // Whether Maps may give one initiator two units at this LUN of the target. No change set makes them so; a
  // registration does, which brings an initiator into a host.
  [[nodiscard]] bool isLunContested(Id target, std::uint32_t lun) const {
    return std::ranges::binary_search(contestedLuns_, std::pair(target, lun));
  }
  [[nodiscard]] std::span<const std::pair<Id, std::uint32_t>> contestedLuns() const { return contestedLuns_; }
  // Everybody comes first.
  [[nodiscard]] std::span<const Leaver> leaversOf(Id map) const { return mapLeavers_.of(map); }
  // When the Map goes for the initiator; 0: it stays.
  [[nodiscard]] Seconds leavesAt(Id map, Id initiator) const;
  // What applied targets give to an initiator by name, and what such as give to all whom they admit give to it by its
  // admission. Ascending by target.
  [[nodiscard]] std::span<const AppliedRun> appliedTo(Id initiator) const { return initiatorRuns_.of(initiator); }
  // What applied targets that decide by no list (Enforcement::Open, Unknown) give to everybody.
  [[nodiscard]] std::span<const AppliedRun> appliedToAll() const { return openRuns_; }
  // The portals of its entity that a portal group with a tag that is not NULL joins with the node.
  [[nodiscard]] std::span<const Id> grantedPortalsOf(Id node) const { return nodeGranted_.of(node); }
  [[nodiscard]] std::span<const AppliedCell> appliedCells(const AppliedRun& run) const {
    return std::span(appliedCells_).subspan(run.first, run.count);
  }
  // The numbers of the units that stand behind the target, ascending.
  [[nodiscard]] std::span<const std::uint32_t> columnsOf(Id target) const { return targetColumns_.of(target); }
  [[nodiscard]] std::span<const Id> targetsWithUnits() const { return unitTargets_; }
  // Portals with the same address family, the same declared networks and the same subnet and VLAN by their agents are
  // of one class; 0: there is no such portal.
  [[nodiscard]] std::uint32_t networkClassOf(Id portal) const;
  // Of the portals of an entity, ascending.
  [[nodiscard]] std::span<const std::uint32_t> networkClassesOf(Id entity) const { return entityClasses_.of(entity); }
  // What is known of the network between two classes, neither of them 0. What administrators declared decides; else two
  // portals that agents see in one subnet and VLAN share it. Agents never show that portals are apart: there are
  // routers.
  [[nodiscard]] Truth networkBetween(std::uint32_t a, std::uint32_t b) const;

 private:
  struct NodeFacts {
    const Node* node;
    ObjectRef host;
    Id cluster;
    const AppliedTarget* applied;
    bool managed;
  };
  struct DomainFacts {
    const Domain* domain;
    bool active;
  };
  struct PortalFacts {
    const Portal* portal;
    std::uint32_t networkClass;
  };
  // A subnet as agents see it: prefix, zeros behind it, bits and VLAN; no bits: none has said.
  struct SeenSubnet {
    isns::IpAddress prefix{};
    std::uint32_t bits = 0;
    std::uint32_t vlan = 0;
    friend auto operator<=>(const SeenSubnet&, const SeenSubnet&) = default;
  };
  static SeenSubnet seenSubnetOf(const Portal& portal);
  struct NetworkClass {
    bool ipv4 = false;
    std::vector<Id> networks;  // ascending
    SeenSubnet seen;
    friend auto operator<=>(const NetworkClass&, const NetworkClass&) = default;
  };
  void indexNodes();
  void indexPortals();
  void indexDomains();
  void indexHosts();
  void indexUnits();
  void indexMaps();
  void indexContestedLuns();
  void indexApplied();
  void indexRest();
  // The number of a unit that stands behind the target, else kNoColumn.
  [[nodiscard]] std::uint32_t columnOf(Id target, Id unit) const;
  void indexRuns(const AppliedTarget& applied, std::vector<std::pair<Id, AppliedRun>>& runs);

  Snapshot snapshot_;
  std::vector<ObjectRef> hosts_;
  std::vector<Id> units_;
  IdTable<std::uint32_t> unitNumbers_;
  IdTable<NodeFacts> nodes_;
  IdTable<DomainFacts> domains_;
  IdTable<PortalFacts> portals_;
  std::vector<NetworkClass> classes_;  // [0] stands for none
  std::vector<Truth> classPairs_;      // by class and class
  IdLists hostInitiators_;             // by number of the host
  IdLists clusterInitiators_;
  std::vector<Id> controls_;
  IdLists entityNodes_, entityPortals_, entityClasses_, entityAgents_;
  IdLists nodeGroups_, nodeGranted_, nodeDomains_, domainSets_;
  IdLists targetUnits_, targetColumns_, targetMaps_, unitMaps_;
  std::vector<Id> unitTargets_;
  IdLists initiatorSessions_, initiatorProbes_, initiatorCredentials_, portalNetworks_;
  Lists<Grant> nodeGrants_, hostGrants_, clusterGrants_;
  std::vector<std::pair<Id, std::uint32_t>> contestedLuns_;  // ascending by target
  Lists<Leaver> mapLeavers_;
  Lists<AppliedRun> initiatorRuns_;
  std::vector<AppliedRun> openRuns_;
  std::vector<AppliedCell> appliedCells_;
};

}  // namespace san

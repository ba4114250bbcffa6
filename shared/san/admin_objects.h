// What administrators keep: places, networks, hosts, maps, labels, rules, windows, waivers, settings.
//
// Immutable once a Snapshot holds them; made and changed by change sets alone (DESIGN seam 5).
#pragma once

#include <vector>

#include "shared/isns/address_prefix.h"
#include "shared/san/registry_objects.h"

namespace san {

struct Site : Object {
  static constexpr Kind kKind = Kind::Site;
  std::string name;
};

struct Cluster : Object {
  static constexpr Kind kKind = Kind::Cluster;
  std::string name;
  Links<Kind::Label> labels;
};

struct Fabric : Object {
  static constexpr Kind kKind = Kind::Fabric;
  std::string name;
};

struct Network : Object {
  static constexpr Kind kKind = Kind::Network;
  std::string name;
  std::uint32_t vlan = 0;  // 0: none
  std::vector<isns::AddressPrefix> subnets;
  Link<Kind::Fabric> fabric;
  bool storage = true;  // meant for storage (rule R21)
};

struct Label : Object {
  static constexpr Kind kKind = Kind::Label;
  std::string name;
  std::string regime;  // PCI DSS, HIPAA, SOX, or own words
};

// OnlyWith: a logical unit with label `subject` may be reached only by hosts with label `other`. NeverWith: by none with it.
struct SeparationRule : Object {
  static constexpr Kind kKind = Kind::SeparationRule;
  std::string name;
  Link<Kind::Label> subject;
  SeparationMode mode = SeparationMode::OnlyWith;
  Link<Kind::Label> other;
};

// What a host consists of: whole entities, and single nodes. An entity or a node that no host names is a host by itself.
struct Host : Object {
  static constexpr Kind kKind = Kind::Host;
  std::string name;
  Link<Kind::Site> site;
  Link<Kind::Cluster> cluster;
  Members<Kind::Entity> entities;
  Members<Kind::Node> nodes;
  Links<Kind::Label> labels;
  Dated<Id> clusterDate;
  [[nodiscard]] Id clusterId() const { return cluster.id; }
  [[nodiscard]] Revision clusterSince() const { return clusterDate.of(cluster.id, changed); }
  // Of an entry of its lists. Rows of an older version do not say: then it is as old as the last change.
  [[nodiscard]] Revision since(const Member& member) const { return member.since != 0 ? member.since : changed; }
  void settle();
};

// Where a logical unit stands: behind a target, under a LUN of that target's own numbering.
struct UnitPath {
  Id target = 0;
  std::uint32_t lun = 0;
  friend auto operator<=>(const UnitPath&, const UnitPath&) = default;
};

struct LogicalUnit : Object {
  static constexpr Kind kKind = Kind::LogicalUnit;
  std::string designator;  // "naa.600...", "eui....", "t10.VENDOR:..."; empty: known by target and LUN alone
  std::string name;        // the administrator's
  std::uint64_t bytes = 0;
  base::SharedArray<UnitPath> paths;  // ascending
  Link<Kind::Site> site;
  Links<Kind::Label> labels;
};

struct Map : Object {
  static constexpr Kind kKind = Kind::Map;
  ObjectRef who;  // Node, Host or Cluster
  Link<Kind::Node> target;
  Link<Kind::LogicalUnit> unit;
  std::uint32_t lun = 0;  // as the initiator sees it
  Right right = Right::ReadWrite;
};

struct Cable : Object {
  static constexpr Kind kKind = Kind::Cable;
  std::string name;   // what its label says
  std::string color;  // a word, never only a value
  Link<Kind::Portal> from;
  Link<Kind::Portal> to;
  std::string farEnd;  // where it does not end at a portal: a switch and its port
  CableStatus status = CableStatus::Connected;
};

struct Window : Object {
  static constexpr Kind kKind = Kind::Window;
  std::string name;
  WindowKind kind = WindowKind::Change;
  Seconds starts = 0;
  Seconds ends = 0;
  bool weekly = false;  // again each week
  [[nodiscard]] bool holds(Seconds time) const {
    constexpr Seconds kWeek = 7 * 86400;
    if (!weekly) return time >= starts && time < ends;
    return time >= starts && (time - starts) % kWeek < ends - starts;
  }
};

struct SavedQuestion : Object {
  static constexpr Kind kKind = Kind::SavedQuestion;
  std::string name;
  std::string question;  // in the grammar of filter.h
};

// Accepts findings of one rule about one object until a date.
struct Waiver : Object {
  static constexpr Kind kKind = Kind::Waiver;
  std::string rule;   // "R11"
  ObjectRef subject;  // none: all findings of the rule
  std::string reason;
  Seconds expires = 0;
};

// Limits and habits. A snapshot without the object has these defaults.
struct Settings : Object {
  static constexpr Kind kKind = Kind::Settings;
  static constexpr Id kId = 1;
  bool defaultDomain = false;            // as the server's configuration says: domain 1 counts as enabled
  bool unassignedDomainsActive = false;  // likewise: domains in no set
  Revision defaultDomainSince = 0;       // since when each of the two is as it is; 0: not known
  Revision unassignedDomainsSince = 0;
  std::uint32_t maxInitiatorsPerDomain = 1;
  std::uint32_t offlineDays = 30;        // a member that is not registered for longer is stale (R06)
  std::uint32_t secretDays = 365;        // a secret older than this is old (R14)
  std::uint32_t rotateDays = 0;          // a secret older than this the server changes by itself; 0: none
  Seconds agentSilent = 180;             // an agent that reported nothing for longer is silent (R22)
  std::string namePattern;               // names of hosts and domains, with * and ? (R19); empty: any
  bool approvalNeeded = false;           // a change set must be approved before its commit
  bool authorMayApprove = true;
  std::uint32_t maxChangedObjects = 0;   // in one change set; 0: any number
  std::uint32_t maxChangedCells = 0;     // hosts x logical units that it changes; 0: any number
  Seconds confirmWithin = 120;           // 0: no confirm window
};

}  // namespace san

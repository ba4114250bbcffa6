// The kinds of object in the SAN model (DESIGN section 5), as a table: name, spelling in references, who writes it.
//
// Constexpr data, safe from any thread. A new kind is a row here, a struct in one of *_objects.h with its field table, and
// a line in forEachKind (snapshot.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace san {

enum class Kind : std::uint8_t {
  None,
  // What the name server knows.
  Entity,
  Portal,
  Node,
  PortalGroup,
  Domain,
  DomainSet,
  // What administrators keep.
  Site,
  Cluster,
  Fabric,
  Network,
  Label,
  SeparationRule,
  Host,
  LogicalUnit,
  Map,
  Cable,
  Window,
  SavedQuestion,
  Waiver,
  Settings,
  // What the management server keeps about its own work.
  Credential,
  ChangeSet,
  Approval,
  // What agents report.
  Agent,
  AppliedTarget,
  Session,
  // What the management server keeps about its own work, too; numbers are stored, so that new kinds come last.
  Departure,
  Discovery,
  Probe,
  HeldDisk,
};
inline constexpr std::size_t kKinds = 31;

// Who decides that an object is there.
enum class Writer : std::uint8_t {
  NameServer,  // a registration, or a domain of iSNS
  ChangeSet,   // an administrator, through a change set
  Management,  // the management server, as a consequence of something that it did
  Agent,       // a report
};

struct KindRow {
  Kind kind;
  std::string_view name;    // "domain-set": in references, JSON and the command line
  std::string_view plural;  // "domain-sets": in paths
  Writer writer;
  std::string_view doc;
};

inline constexpr std::array<KindRow, kKinds> kKindTable{{
    {Kind::None, "none", "none", Writer::Management, "nothing"},
    {Kind::Entity, "entity", "entities", Writer::NameServer, "a network entity (RFC 4171 3.1)"},
    {Kind::Portal, "portal", "portals", Writer::NameServer, "an address and port of an entity (RFC 4171 3.2)"},
    {Kind::Node, "node", "nodes", Writer::NameServer, "an iSCSI initiator, target or control node (RFC 4171 3.3)"},
    {Kind::PortalGroup, "portal-group", "portal-groups", Writer::NameServer,
     "joins a node and a portal (RFC 4171 3.4)"},
    {Kind::Domain, "domain", "domains", Writer::ChangeSet, "a discovery domain: a zone (RFC 4171 3.6)"},
    {Kind::DomainSet, "domain-set", "domain-sets", Writer::ChangeSet,
     "a discovery domain set: a zone set (RFC 4171 3.7)"},
    {Kind::Site, "site", "sites", Writer::ChangeSet, "a place"},
    {Kind::Cluster, "cluster", "clusters", Writer::ChangeSet, "hosts that share logical units on purpose"},
    {Kind::Fabric, "fabric", "fabrics", Writer::ChangeSet, "one of the separate ways to storage: A, B"},
    {Kind::Network, "network", "networks", Writer::ChangeSet, "a VLAN with its subnets"},
    {Kind::Label, "label", "labels", Writer::ChangeSet,
     "a mark on hosts, logical units, targets and domains: PCI, HIPAA, own ones"},
    {Kind::SeparationRule, "separation-rule", "separation-rules", Writer::ChangeSet, "which labels may meet"},
    {Kind::Host, "host", "hosts", Writer::ChangeSet, "a machine, as the administrator sees it"},
    {Kind::LogicalUnit, "logical-unit", "logical-units", Writer::Agent, "a disk behind one target or several"},
    {Kind::Map, "map", "maps", Writer::ChangeSet, "gives a host, a cluster or an initiator a logical unit of a target"},
    {Kind::Cable, "cable", "cables", Writer::ChangeSet, "a cable between two ports"},
    {Kind::Window, "window", "windows", Writer::ChangeSet, "a time in which changes are wanted, or are not"},
    {Kind::SavedQuestion, "saved-question", "saved-questions", Writer::ChangeSet, "a question that is asked again"},
    {Kind::Waiver, "waiver", "waivers", Writer::ChangeSet, "a finding that somebody has accepted until a date"},
    {Kind::Settings, "settings", "settings", Writer::ChangeSet, "limits and habits of this SAN; there is one"},
    {Kind::Credential, "credential", "credentials", Writer::ChangeSet,
     "what is known of a CHAP secret, never the secret"},
    {Kind::ChangeSet, "change-set", "change-sets", Writer::Management, "a change set that was committed"},
    {Kind::Approval, "approval", "approvals", Writer::ChangeSet,
     "a host or cluster may have a logical unit, as somebody approved"},
    {Kind::Agent, "agent", "agents", Writer::Management, "an enrolled agent"},
    {Kind::AppliedTarget, "applied-target", "applied-targets", Writer::Agent,
     "what an agent has applied at one target"},
    {Kind::Session, "session", "sessions", Writer::Agent, "an iSCSI session that agents see"},
    {Kind::Departure, "departure", "departures", Writer::ChangeSet,
     "a map that is read-only until it is taken away, as a change set with a drain says"},
    {Kind::Discovery, "discovery", "discoveries", Writer::Agent,
     "what a portal told an agent that asked it for targets (SendTargets)"},
    {Kind::Probe, "probe", "probes", Writer::Agent, "a login that a host's agent tried, to see whether reach is true"},
    {Kind::HeldDisk, "held-disk", "held-disks", Writer::Agent,
     "a disk that a host is shown no more and still has, as somebody there uses it"},
}};

constexpr const KindRow& rowOf(Kind kind) { return kKindTable[static_cast<std::size_t>(kind)]; }
constexpr std::string_view nameOf(Kind kind) { return rowOf(kind).name; }

// By name or plural; nothing when there is none.
constexpr std::optional<Kind> kindNamed(std::string_view name) {
  for (const KindRow& row : kKindTable) {
    if (row.kind != Kind::None && (row.name == name || row.plural == name)) return row.kind;
  }
  return std::nullopt;
}

namespace detail {
constexpr bool kindTableIsInOrder() {
  for (std::size_t i = 0; i < kKinds; ++i) {
    if (kKindTable[i].kind != static_cast<Kind>(i)) return false;
  }
  return true;
}
}  // namespace detail
static_assert(detail::kindTableIsInOrder());

}  // namespace san
